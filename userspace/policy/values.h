/* SPDX-License-Identifier: GPL-2.0-only */
/* The smallest parts of the language: addresses, ports, rates, numbers, names, titles. */
#ifndef TG_POLICY_VALUES_H
#define TG_POLICY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

/**
 * struct complaint - why a value was refused
 * @message: what is wrong
 * @expected: what should be there, may be empty
 * @suggestion: what was perhaps meant, may be empty
 */
struct complaint {
	char message[220];
	char expected[160];
	char suggestion[100];
};

/* Bytes a second that a rate may have: 8 kbit/s to 400 Gbit/s. */
#define VALUES_RATE_MIN	1000ULL
#define VALUES_RATE_MAX	50000000000ULL

/* What stands for TENANTGATE_REASON_* in text; the numbers are 0 to values_reasons - 1. */
extern const char *const values_reason_names[];
extern const unsigned int values_reasons;
extern const char *const values_class_names[3];
extern const char *const values_mode_names[2];
extern const char *const values_verdict_names[3];
extern const char *const values_site_kind_names[5];
extern const char *const values_day_names[7];

bool values_is_control(uint32_t character);
bool values_looks_like_address(const char *text);
bool values_prefix(const char *text, struct policy_prefix *prefix, struct complaint *why);
bool values_address(const char *text, struct policy_prefix *address, struct complaint *why);
bool values_port(const char *text, struct policy_port *port, struct complaint *why);
bool values_rate(const char *text, uint64_t *rate, struct complaint *why);
bool values_number(const char *text, uint32_t min, uint32_t max, uint32_t *number,
		   struct complaint *why);
bool values_name(const char *text, struct complaint *why);
bool values_device(const char *text, struct complaint *why);
bool values_text(const char *text, size_t len, size_t max, struct complaint *why);
int values_choice(const char *text, const char *const *choices, unsigned int count,
		  struct complaint *why);
bool values_days(const char *text, uint8_t *days, struct complaint *why);
bool values_hours(const char *text, struct policy_hours *hours, struct complaint *why);
const char *values_protocol(uint8_t number);
bool values_is_usual_protocol(uint8_t number);

/* Enough for any prefix, and for any port, as text. */
#define VALUES_TEXT_MAX	64

const char *values_prefix_text(const struct policy_prefix *prefix, char buf[VALUES_TEXT_MAX]);
const char *values_rate_text(uint64_t rate, char buf[VALUES_TEXT_MAX]);
const char *values_hours_text(const struct policy_hours *hours, char buf[VALUES_TEXT_MAX]);
const char *values_port_text(const struct policy_port *port, char buf[VALUES_TEXT_MAX]);

int values_prefix_compare(const struct policy_prefix *a, const struct policy_prefix *b);
bool values_prefix_contains(const struct policy_prefix *outer, const struct policy_prefix *inner);
bool values_prefix_is_single(const struct policy_prefix *prefix);

#endif
