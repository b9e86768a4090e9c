/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's allocators of objects of one size, in userspace. */
#ifndef _TG_BENCH_SLAB_H
#define _TG_BENCH_SLAB_H

#include_next <linux/slab.h>

struct kmem_cache;

#define SLAB_HWCACHE_ALIGN	1

#define KMEM_CACHE(object, flags)	kmem_cache_make(sizeof(struct object))

struct kmem_cache *kmem_cache_make(size_t size);
void kmem_cache_destroy(struct kmem_cache *cache);
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);

#endif
