// SPDX-License-Identifier: GPL-2.0-only
/* The table of reasons against the netlink specification: kmod/core/reason.c. */

#include <stdio.h>

#include "core/reason.h"

#include "kselftest_harness.h"

#ifndef TG_SPEC
#error "TG_SPEC is the path of Documentation/netlink/specs/tenantgate.yaml"
#endif

#define MAX_REASONS	256

FIXTURE(reason)
{
	char names[MAX_REASONS][64];
	int count;
};

/* The entries of the enum named reason, which stand one on a line. */
FIXTURE_SETUP(reason)
{
	FILE *spec = fopen(TG_SPEC, "r");
	char line[512], name[64];
	bool here = false, entries = false;

	ASSERT_NE(NULL, spec) {
		TH_LOG("cannot read %s", TG_SPEC);
	}
	self->count = 0;
	while (fgets(line, sizeof(line), spec)) {
		if (sscanf(line, "    name: %63[a-z-]", name) == 1) {
			here = !strcmp(name, "reason");
			entries = false;
		} else if (here && !strcmp(line, "    entries:\n")) {
			entries = true;
		} else if (entries && sscanf(line, "      - %63[a-z-]", name) == 1) {
			ASSERT_LT(self->count, MAX_REASONS);
			memcpy(self->names[self->count++], name, sizeof(name));
		} else if (entries) {
			break;
		}
	}
	fclose(spec);
}

FIXTURE_TEARDOWN(reason)
{
}

TEST_F(reason, every_reason_of_the_specification_is_in_the_table_in_its_place)
{
	int i;

	ASSERT_EQ(self->count, TG_REASONS);
	for (i = 0; i < TG_REASONS; i++) {
		ASSERT_NE(NULL, tg_reasons[i].name) {
			TH_LOG("%s is missing", self->names[i]);
		}
		EXPECT_STREQ(self->names[i], tg_reasons[i].name);
	}
}

TEST_F(reason, every_reason_is_described_by_one_sentence)
{
	const char *text;
	int i, k;

	for (i = 0; i < TG_REASONS; i++) {
		text = tg_reasons[i].description;
		ASSERT_NE(NULL, text);
		ASSERT_GT(strlen(text), 10);
		EXPECT_TRUE(text[0] >= 'A' && text[0] <= 'Z');
		EXPECT_EQ(text + strlen(text) - 1, strchr(text, '.'));
		for (k = 0; k < i; k++)
			EXPECT_NE(0, strcmp(text, tg_reasons[k].description));
	}
}

TEST_F(reason, verdicts_are_what_the_names_say)
{
	static const char *const passing[] = {
		"rule", "grant", "established", "adopted", "related-error", "management",
		"gateway-service", "gateway-origin", "link-control",
	};
	size_t k;
	int i;

	for (i = 0; i < TG_REASONS; i++) {
		bool passes = false;

		for (k = 0; k < sizeof(passing) / sizeof(*passing); k++)
			passes |= !strcmp(passing[k], tg_reasons[i].name);
		EXPECT_EQ(passes ? TENANTGATE_VERDICT_ALLOW :
			  i == TENANTGATE_REASON_RULE_REJECT ? TENANTGATE_VERDICT_REJECT :
			  TENANTGATE_VERDICT_DENY, tg_reasons[i].verdict);
	}
}

TEST_F(reason, only_chatter_is_noise)
{
	int i;

	for (i = 0; i < TG_REASONS; i++)
		EXPECT_EQ(i == TENANTGATE_REASON_MULTICAST || i == TENANTGATE_REASON_BROADCAST ||
			  i == TENANTGATE_REASON_DISCOVERY, tg_reasons[i].noise);
}

TEST_HARNESS_MAIN
