/* SPDX-License-Identifier: GPL-2.0-only */
/* Many messages in one send. */
#ifndef TG_LINK_BATCH_H
#define TG_LINK_BATCH_H

#include <stdio.h>
#include <nettle/sha2.h>

#include "link/internal.h"
#include "policy/model.h"

/**
 * struct subject - what a message is about
 * @noun: what kind of object
 * @name: its name, or NULL
 * @tenant: name of its owner, or NULL
 * @origin: where it is written, or NULL
 */
struct subject {
	const char *noun;
	const char *name;
	const char *tenant;
	const struct origin *origin;
};

/**
 * struct batch - messages that wait to be sent
 * @link: where they go
 * @digest: where they go instead, or NULL
 * @bytes: the messages, one behind the other
 * @used: bytes of them
 * @count: their number
 * @first: number of the first message
 * @last_at: where the last message begins
 * @subjects: what they are about
 * @refusals: messages refused so far
 * @text: the refusals, one a line
 * @text_len: its bytes
 * @stream: writes @text
 */
struct batch {
	struct link *link;
	struct sha256_ctx *digest;
	char *bytes;
	size_t used;
	uint32_t count;
	uint32_t first;
	size_t last_at;
	struct subject *subjects;
	uint32_t refusals;
	char *text;
	size_t text_len;
	FILE *stream;
};

struct fault *batch_init(struct batch *batch, struct link *link) FAULT_CHECK;
struct fault *batch_add(struct batch *batch, int encode_error, struct subject subject) FAULT_CHECK;
struct fault *batch_send(struct batch *batch) FAULT_CHECK;
void batch_end(struct batch *batch);

#endif
