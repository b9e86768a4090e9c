/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses, ports, times and names of numbers as text, both ways. */
#ifndef TG_TEXT_H
#define TG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "link/link.h"

#define ADDRESS_TEXT	64
#define PORT_TEXT	48

const char *text_address(const struct link_address *address, char buf[ADDRESS_TEXT]);
const char *text_prefix(const struct link_address *prefix, char buf[ADDRESS_TEXT]);
const char *text_port(const struct link_port *port, char buf[PORT_TEXT]);
const char *text_protocol(uint8_t protocol, char buf[PORT_TEXT]);
const char *text_packet(uint8_t protocol, bool has_port, uint16_t port, char buf[PORT_TEXT]);
const char *text_mode(uint8_t mode);
const char *text_verdict(uint8_t verdict);
const char *text_class(uint8_t class);
const char *text_direction(uint8_t direction);
const char *text_site_kind(uint8_t kind);

bool parse_address(const char *text, struct link_address *address);
bool parse_protocol(const char *text, uint8_t *protocol);
bool parse_number(const char *text, uint32_t max, uint32_t *number);
bool parse_time(const char *text, uint32_t max, uint32_t *seconds);
bool parse_mode(const char *text, uint8_t *mode);
bool address_in(const struct link_address *prefix, const struct link_address *address);

#endif
