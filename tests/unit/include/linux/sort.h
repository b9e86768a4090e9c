/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's sort for the core in userspace; like the original not stable. */
#ifndef _TG_SHIM_SORT_H
#define _TG_SHIM_SORT_H

#include <linux/types.h>

void sort(void *base, size_t count, size_t size, int (*cmp)(const void *a, const void *b),
	  void (*swap)(void *a, void *b, int size));
void sort_r(void *base, size_t count, size_t size,
	    int (*cmp)(const void *a, const void *b, const void *context),
	    void (*swap)(void *a, void *b, int size, const void *context), const void *context);

#endif
