/* SPDX-License-Identifier: GPL-2.0-only */
/* A text that grows. Without memory it stays as it is and says so at the end. */
#ifndef TG_BUFFER_H
#define TG_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct buffer - a text that grows
 * @text: the text; ends in no NUL
 * @len: bytes of it
 * @room: bytes there is room for
 * @failed: there was no memory for all of it
 */
struct buffer {
	char *text;
	size_t len;
	size_t room;
	bool failed;
};

void buffer_bytes(struct buffer *buffer, const char *bytes, size_t len);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_number(struct buffer *buffer, uint64_t number);
void buffer_label(struct buffer *buffer, const char *value);
void buffer_free(struct buffer *buffer);

#endif
