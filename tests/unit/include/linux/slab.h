/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's allocator for the core in userspace, with failures on demand. */
#ifndef _TG_SHIM_SLAB_H
#define _TG_SHIM_SLAB_H

#include <linux/types.h>

#define GFP_KERNEL		0x01U
#define GFP_KERNEL_ACCOUNT	0x03U
#define GFP_ATOMIC		0x04U
#define __GFP_NOWARN		0x08U
#define __GFP_ZERO		0x10U

void *kvmalloc(size_t size, gfp_t flags);
void *kvmalloc_array(size_t count, size_t size, gfp_t flags);
void kvfree(const void *memory);

#define kvzalloc(size, flags)		kvmalloc(size, (flags) | __GFP_ZERO)
#define kvcalloc(count, size, flags)	kvmalloc_array(count, size, (flags) | __GFP_ZERO)
#define kmalloc(size, flags)		kvmalloc(size, flags)
#define kzalloc(size, flags)		kvzalloc(size, flags)
#define kfree(memory)			kvfree(memory)

#endif
