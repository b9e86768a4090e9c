/* SPDX-License-Identifier: GPL-2.0-only */
/* Control over what stands in for the kernel below the core. */
#ifndef _TG_TESTS_SHIM_H
#define _TG_TESTS_SHIM_H

#include <stddef.h>

/**
 * shim_fail_after - let the kernel run out of memory
 * @allocations: how many still succeed; every later one fails; -1 for no failures
 */
void shim_fail_after(long allocations);

/**
 * shim_live - find what was not given back
 *
 * Return: pieces of memory that are allocated now.
 */
long shim_live(void);

/**
 * shim_live_bytes - find how much memory is taken
 *
 * Return: bytes that are allocated now.
 */
size_t shim_live_bytes(void);

#endif
