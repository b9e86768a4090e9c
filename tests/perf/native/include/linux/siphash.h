/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/siphash.h, in userspace. */
#ifndef _TG_BENCH_SIPHASH_H
#define _TG_BENCH_SIPHASH_H

#include <linux/types.h>

#define HSIPHASH_ALIGNMENT	__alignof__(unsigned long)

typedef struct {
	unsigned long key[2];
} hsiphash_key_t;

u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *key);
u32 hsiphash_3u32(u32 first, u32 second, u32 third, const hsiphash_key_t *key);

#endif
