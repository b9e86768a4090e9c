// SPDX-License-Identifier: GPL-2.0-only
/* What the peers from DPDK share: its environment, and the memory they take there. */

#include <stdio.h>

#include <rte_eal.h>
#include <rte_malloc.h>

#include "dpdk.h"

/**
 * dpdk_start - start the environment
 * @cpu: the processor to stay on
 *
 * Return: NULL, or why there is none.
 */
const char *dpdk_start(u32 cpu)
{
	char lcores[32];
	char *arguments[] = {
		"bench", "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "-m", "8192",
		"--log-level=*:error", "--force-max-simd-bitwidth=512",
		"--lcores", lcores, NULL,
	};
	static const char *why;
	static bool started;

	if (started)
		return why;
	started = true;
	snprintf(lcores, sizeof(lcores), "0@%u", cpu);
	if (rte_eal_init(sizeof(arguments) / sizeof(arguments[0]) - 1, arguments) < 0)
		why = "EAL does not start";
	return why;
}

/**
 * dpdk_bytes - how much memory is taken
 *
 * Return: bytes.
 */
size_t dpdk_bytes(void)
{
	struct rte_malloc_socket_stats stats;
	size_t bytes = 0;
	int socket;

	for (socket = 0; socket < RTE_MAX_NUMA_NODES; socket++)
		if (!rte_malloc_get_socket_stats(socket, &stats))
			bytes += stats.heap_allocsz_bytes;
	return bytes;
}
