// SPDX-License-Identifier: GPL-2.0-only
/* A text that grows, written without printf: an exporter's page has a million numbers. */

#include <stdlib.h>
#include <string.h>

#include "buffer.h"

/**
 * buffer_bytes - add bytes
 * @buffer: the buffer
 * @bytes: what to add
 * @len: bytes of it
 */
void buffer_bytes(struct buffer *buffer, const char *bytes, size_t len)
{
	if (buffer->room - buffer->len < len) {
		size_t room = (buffer->room + len) * 2;
		char *text = realloc(buffer->text, room);

		if (!text) {
			buffer->failed = true;
			return;
		}
		buffer->text = text;
		buffer->room = room;
	}
	memcpy(buffer->text + buffer->len, bytes, len);
	buffer->len += len;
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_bytes(buffer, text, strlen(text));
}

void buffer_number(struct buffer *buffer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = '0' + number % 10;
		number /= 10;
	} while (number);
	buffer_bytes(buffer, digits + at, sizeof(digits) - at);
}

/**
 * buffer_label - add the value of a label, as Prometheus wants it quoted
 * @buffer: the buffer
 * @value: UTF-8
 */
void buffer_label(struct buffer *buffer, const char *value)
{
	size_t plain;

	buffer_bytes(buffer, "\"", 1);
	for (;;) {
		plain = strcspn(value, "\\\"\n");
		buffer_bytes(buffer, value, plain);
		value += plain;
		if (!*value)
			break;
		buffer_text(buffer, *value == '\n' ? "\\n" : *value == '"' ? "\\\"" : "\\\\");
		value++;
	}
	buffer_bytes(buffer, "\"", 1);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->text);
	memset(buffer, 0, sizeof(*buffer));
}
