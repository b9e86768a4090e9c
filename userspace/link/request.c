// SPDX-License-Identifier: GPL-2.0-only
/* Short conversations: state, confirm, rollback, mode, stop, explain. */

#include <string.h>

#include "link/internal.h"

static struct fault *incomplete(const char *what)
{
	return fault_new(FAULT_KERNEL, NULL, "the module's answer has no %s", what);
}

/* Sends a message and reads the generation that comes back. */
static struct fault *ask_generation(struct link *link, struct nl_msg *message,
				    uint32_t *generation)
{
	struct link_status status;
	struct dump reply = { 0 };
	struct fault *fault;
	size_t at = 0;

	fault = link_ask(link, message, &reply);
	if (!fault)
		*generation = dump_status(&reply, &at, &status) ? status.generation : 0;
	dump_free(&reply);
	return fault;
}

/**
 * link_status - read the state of the gateway
 * @link: the connection
 * @reply: gets the answer, for dump_free()
 * @status: gets what it says; points into @reply
 *
 * Return: NULL or a fault.
 */
struct fault *link_status(struct link *link, struct dump *reply, struct link_status *status)
{
	size_t at = 0;
	struct fault *fault;

	fault = link_ask(link, link_message(link, TENANTGATE_CMD_STATUS_GET, NLM_F_ACK), reply);
	if (!fault && !dump_status(reply, &at, status))
		fault = incomplete("status");
	return fault;
}

/**
 * link_features - ask what the module can do
 * @link: the connection
 * @reply: gets the answer, for dump_free()
 * @status: gets version and features; points into @reply
 *
 * Return: NULL or a fault.
 */
struct fault *link_features(struct link *link, struct dump *reply, struct link_status *status)
{
	size_t at = 0;
	struct fault *fault;

	fault = link_ask(link, link_message(link, TENANTGATE_CMD_FEATURES_GET, NLM_F_ACK), reply);
	if (!fault && !dump_status(reply, &at, status))
		fault = incomplete("version");
	return fault;
}

/**
 * link_confirm - keep the running policy
 * @link: the connection
 * @generation: gets its number
 *
 * Return: NULL or a fault.
 */
struct fault *link_confirm(struct link *link, uint32_t *generation)
{
	return ask_generation(link, link_message(link, TENANTGATE_CMD_CONFIRM, NLM_F_ACK),
			      generation);
}

/**
 * link_rollback - return to the previous policy
 * @link: the connection
 * @generation: gets the number of the policy that runs then
 *
 * Return: NULL or a fault.
 */
struct fault *link_rollback(struct link *link, uint32_t *generation)
{
	return ask_generation(link, link_message(link, TENANTGATE_CMD_ROLLBACK, NLM_F_ACK),
			      generation);
}

/**
 * link_mode - change the mode in the running policy
 * @link: the connection
 * @mode: enum tenantgate_mode
 * @tenant: of this tenant; of the gateway when NULL
 * @generation: gets the number of the policy that runs then
 *
 * Return: NULL or a fault.
 */
struct fault *link_mode(struct link *link, uint8_t mode, const char *tenant, uint32_t *generation)
{
	struct nl_msg *message = link_message(link, TENANTGATE_CMD_MODE_SET, NLM_F_ACK);

	if (nla_put_u8(message, TENANTGATE_A_STATUS_MODE, mode) < 0 ||
	    (tenant && nla_put_string(message, TENANTGATE_A_STATUS_TENANT_NAME, tenant) < 0))
		return fault_memory();
	return ask_generation(link, message, generation);
}

/**
 * link_stop - take the policy out of the packet path
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *link_stop(struct link *link)
{
	return link_ask(link, link_message(link, TENANTGATE_CMD_STOP, NLM_F_ACK), NULL);
}

static int put_address(struct nl_msg *message, int type, const struct link_address *address)
{
	return address->size ? nla_put(message, type, address->size, address->bytes) : 0;
}

static int put_text(struct nl_msg *message, int type, const char *text)
{
	return text ? nla_put_string(message, type, text) : 0;
}

/**
 * link_explain - ask how the running policy would judge a first packet
 * @link: the connection
 * @question: the packet
 * @reply: gets the answer, for dump_free()
 * @answer: gets what it says; points into @reply
 *
 * Return: NULL or a fault.
 */
struct fault *link_explain(struct link *link, const struct link_judgement *question,
			   struct dump *reply, struct link_judgement *answer)
{
	struct nl_msg *message = link_message(link, TENANTGATE_CMD_EXPLAIN, NLM_F_ACK);
	struct fault *fault;
	size_t at = 0;
	int error = 0;

	error |= put_address(message, TENANTGATE_A_EXPLAIN_SOURCE, &question->source);
	error |= put_address(message, TENANTGATE_A_EXPLAIN_DESTINATION, &question->destination);
	error |= nla_put_u8(message, TENANTGATE_A_EXPLAIN_PROTOCOL, question->protocol);
	if (question->has_source_port)
		error |= nla_put_u16(message, TENANTGATE_A_EXPLAIN_SOURCE_PORT,
				     question->source_port);
	if (question->has_destination_port)
		error |= nla_put_u16(message, TENANTGATE_A_EXPLAIN_DESTINATION_PORT,
				     question->destination_port);
	error |= put_text(message, TENANTGATE_A_EXPLAIN_DEVICE, question->device);
	error |= put_text(message, TENANTGATE_A_EXPLAIN_OUT_DEVICE, question->out_device);
	error |= put_text(message, TENANTGATE_A_EXPLAIN_TENANT_NAME, question->tenant);
	if (error)
		return fault_memory();
	fault = link_ask(link, message, reply);
	if (!fault && !dump_judgement(reply, &at, answer))
		fault = incomplete("judgement");
	return fault;
}
