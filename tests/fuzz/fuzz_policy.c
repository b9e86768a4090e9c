// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the policy reader with libFuzzer: any bytes as a provider's file.
 *
 * Whatever the bytes are, reading them must end with a policy or with at least
 * one error; a policy without errors must print to one that loads again and
 * prints the same.
 *
 *	clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE \
 *		-Ikmod/include/uapi -Iuserspace userspace/policy/[a-z]*.c \
 *		tests/fuzz/fuzz_policy.c -lfyaml -lunistring -o build/fuzz_policy
 *	build/fuzz_policy -max_total_time=180 CORPUS tests/golden/good tests/golden/bad
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/diagnostics.h"
#include "policy/model.h"
#include "policy/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 loses a buffer after a syntax error in a long quoted text. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml\n";
}

static char *print(const struct tg_policy_file *policy, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		abort();
	policy_print(policy, out);
	fclose(out);
	return text;
}

/* Errors are formatted too: that is where the user's bytes are shown. */
static void show(struct diagnostics *diag)
{
	static FILE *null;

	if (!null)
		null = fopen("/dev/null", "w");
	diagnostics_print(diag, null);
	diagnostics_print_json(diag, null);
}

static void check_print(const struct tg_policy_file *policy)
{
	struct diagnostics *diag = diagnostics_create();
	struct tg_policy_file *again;
	char *first, *second;
	size_t len, second_len;

	first = print(policy, &len);
	again = policy_load_memory("printed", first, len, diag);
	if (!again) {
		diagnostics_print(diag, stderr);
		abort();
	}
	second = print(again, &second_len);
	if (len != second_len || memcmp(first, second, len))
		abort();
	policy_free(again);
	diagnostics_free(diag);
	free(first);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diagnostics *diag = diagnostics_create();
	struct tg_policy_file *policy = policy_load_memory("fuzz.yaml", data, size, diag);

	if (!policy == !diag->errors)
		abort();
	show(diag);
	if (policy)
		check_print(policy);
	policy_free(policy);
	diagnostics_free(diag);
	return 0;
}
