// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many messages in one send.
 *
 * Only a batch's last message asks for an acknowledgement; the kernel answers
 * the others only when it refuses them, and a refusal carries the number of its
 * message. Numbers in a batch follow each other, so number minus first number
 * is the object's place in the batch, and with it its file and line.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "link/batch.h"

/* Bytes and messages sent at once, and refusals that are printed. */
#define BATCH_BYTES	65536
#define BATCH_MESSAGES	1024
#define REFUSALS_SHOWN	20

/* The module's sentence without the object's name, which is printed anyway. */
static const char *shorten(const char *why, const struct subject *subject)
{
	char named[TENANTGATE_NAME_MAX + 64];
	size_t len;

	if (!subject->name)
		return why;
	len = snprintf(named, sizeof(named), "%s '%s': ", subject->noun, subject->name);
	return len < sizeof(named) && !strncmp(why, named, len) ? why + len : why;
}

static void print_refusal(FILE *out, const struct subject *subject, const char *why)
{
	char origin[TENANTGATE_ORIGIN_MAX + 1] = "";

	if (subject->origin)
		policy_origin(subject->origin, origin);
	fprintf(out, "\n%s%s%s", origin, origin[0] ? ": " : "", subject->noun);
	if (subject->name)
		fprintf(out, " \"%s\"", subject->name);
	if (subject->tenant)
		fprintf(out, " of %s", subject->tenant);
	fprintf(out, ": %s", shorten(why, subject));
}

/*
 * One line for a refused object. What only misses an object that was refused
 * itself gets none.
 */
static struct fault *batch_refused(uint32_t seq, struct fault *refusal, void *context)
{
	struct batch *batch = context;

	if (seq - batch->first >= batch->count)
		return refusal;
	if ((!batch->refusals || refusal->error != ENOENT) &&
	    batch->refusals++ < REFUSALS_SHOWN)
		print_refusal(batch->stream, &batch->subjects[seq - batch->first], refusal->why);
	fault_free(refusal);
	return NULL;
}

static struct fault *batch_verdict(struct batch *batch)
{
	if (!batch->refusals)
		return NULL;
	if (batch->refusals > REFUSALS_SHOWN)
		fprintf(batch->stream, "\nand %u more", batch->refusals - REFUSALS_SHOWN);
	if (fflush(batch->stream) || !batch->text)
		return fault_memory();
	return fault_new(FAULT_KERNEL, NULL, "the kernel refuses the policy; nothing changed%s",
			 batch->text);
}

/**
 * batch_send - send what has gathered
 * @batch: the batch
 *
 * Return: NULL, or a fault that names each object refused.
 */
struct fault *batch_send(struct batch *batch)
{
	struct exchange exchange = { .refused = batch_refused, .context = batch };
	struct nlmsghdr *last = (struct nlmsghdr *)(batch->bytes + batch->last_at);
	struct fault *fault;

	if (!batch->count)
		return NULL;
	last->nlmsg_flags |= NLM_F_ACK;
	fault = link_exchange(batch->link, batch->bytes, batch->used, last->nlmsg_seq, &exchange);
	if (fault && fault->error && fault->error != EPERM)
		fault = batch_refused(last->nlmsg_seq, fault, batch);
	batch->used = 0;
	batch->count = 0;
	return fault ? fault : batch_verdict(batch);
}

/* What makes two messages the same: everything but what numbers them. */
static void batch_digest(struct batch *batch, const struct nlmsghdr *message)
{
	sha256_update(batch->digest, message->nlmsg_len - NLMSG_HDRLEN,
		      (const uint8_t *)message + NLMSG_HDRLEN);
}

/**
 * batch_add - take the message that was made in link->scratch
 * @batch: the batch
 * @encode_error: not 0 when it did not fit
 * @subject: what it is about; what it points at must live as long as the batch
 *
 * It is sent some time later, or goes into the batch's digest.
 *
 * Return: NULL or a fault, of this message or of earlier ones.
 */
struct fault *batch_add(struct batch *batch, int encode_error, struct subject subject)
{
	const struct nlmsghdr *message = nlmsg_hdr(batch->link->scratch);
	size_t len = NLMSG_ALIGN(message->nlmsg_len);
	struct fault *fault;

	if (encode_error)
		return fault_new(FAULT_REFUSED, subject.name,
				 "this %s is too large for one message", subject.noun);
	if (batch->digest) {
		batch_digest(batch, message);
		return NULL;
	}
	if (batch->count == BATCH_MESSAGES || batch->used + len > BATCH_BYTES) {
		fault = batch_send(batch);
		if (fault)
			return fault;
	}
	if (!batch->count)
		batch->first = message->nlmsg_seq;
	batch->last_at = batch->used;
	memset(batch->bytes + batch->used, 0, len);
	memcpy(batch->bytes + batch->used, message, message->nlmsg_len);
	batch->used += len;
	batch->subjects[batch->count++] = subject;
	return NULL;
}

/**
 * batch_init - begin without messages
 * @batch: to be filled; batch_end() must follow in any case
 * @link: where messages go
 *
 * Return: NULL or a fault.
 */
struct fault *batch_init(struct batch *batch, struct link *link)
{
	memset(batch, 0, sizeof(*batch));
	batch->link = link;
	batch->bytes = malloc(BATCH_BYTES + LINK_MESSAGE_MAX);
	batch->subjects = calloc(BATCH_MESSAGES, sizeof(*batch->subjects));
	batch->stream = open_memstream(&batch->text, &batch->text_len);
	return batch->bytes && batch->subjects && batch->stream ? NULL : fault_memory();
}

/**
 * batch_end - forget what was not sent
 * @batch: the batch
 */
void batch_end(struct batch *batch)
{
	if (batch->stream)
		fclose(batch->stream);
	free(batch->text);
	free(batch->bytes);
	free(batch->subjects);
}
