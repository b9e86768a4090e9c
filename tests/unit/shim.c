// SPDX-License-Identifier: GPL-2.0-only
/* What stands in for the kernel below the core, when it runs in userspace. */

#include <stdlib.h>
#include <string.h>

#include <linux/atomic.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "shim.h"

void (*shim_meanwhile)(atomic64_t *a);

/*
 * Before each piece of memory, so that its size is known when it is freed. The piece
 * begins with a cache line, as in the kernel anything does that is no smaller.
 */
struct shim_header {
	size_t size;
	size_t pad[7];
};

static long shim_left = -1;
static long shim_pieces;
static size_t shim_bytes;

void shim_fail_after(long allocations)
{
	shim_left = allocations;
}

long shim_live(void)
{
	return shim_pieces;
}

size_t shim_live_bytes(void)
{
	return shim_bytes;
}

void *kvmalloc(size_t size, gfp_t flags)
{
	struct shim_header *header;
	size_t total;

	if (!shim_left)
		return NULL;
	if (shim_left > 0)
		shim_left--;
	if (check_add_overflow(size, sizeof(*header), &total))
		return NULL;
	if (posix_memalign((void **)&header, sizeof(*header), total))
		return NULL;
	header->size = size;
	shim_pieces++;
	shim_bytes += size;
	/* Nobody may rely on fresh memory being clear. */
	memset(header + 1, flags & __GFP_ZERO ? 0 : 0xa5, size < 4096 ? size : 4096);
	if (flags & __GFP_ZERO)
		memset(header + 1, 0, size);
	return header + 1;
}

void *kvmalloc_array(size_t count, size_t size, gfp_t flags)
{
	size_t total;

	if (check_mul_overflow(count, size, &total))
		return NULL;
	return kvmalloc(total, flags);
}

void kvfree(const void *memory)
{
	struct shim_header *header = (struct shim_header *)memory;

	if (!memory)
		return;
	header--;
	shim_pieces--;
	shim_bytes -= header->size;
	free(header);
}

static void shim_swap(char *a, char *b, size_t size)
{
	while (size--) {
		char c = *a;

		*a++ = *b;
		*b++ = c;
	}
}

/* Heapsort as in the kernel: equal elements may change places. */
void sort_r(void *base, size_t count, size_t size,
	    int (*cmp)(const void *a, const void *b, const void *context),
	    void (*swap)(void *a, void *b, int size, const void *context), const void *context)
{
	char *array = base;
	size_t start = count / 2, end = count;

	(void)swap;
	while (end > 1) {
		size_t root, child;

		if (start) {
			start--;
		} else {
			end--;
			shim_swap(array, array + end * size, size);
		}
		for (root = start; (child = 2 * root + 1) < end; root = child) {
			if (child + 1 < end && cmp(array + child * size,
						   array + (child + 1) * size, context) < 0)
				child++;
			if (cmp(array + root * size, array + child * size, context) >= 0)
				break;
			shim_swap(array + root * size, array + child * size, size);
		}
	}
}

struct plain_order {
	int (*cmp)(const void *a, const void *b);
};

static int plain_order(const void *a, const void *b, const void *context)
{
	return ((const struct plain_order *)context)->cmp(a, b);
}

void sort(void *base, size_t count, size_t size, int (*cmp)(const void *a, const void *b),
	  void (*swap)(void *a, void *b, int size))
{
	const struct plain_order order = { cmp };

	(void)swap;
	sort_r(base, count, size, plain_order, NULL, &order);
}
