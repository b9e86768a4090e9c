// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard, as nft would print it:
 *
 *	table inet tenantgate_guard {
 *		set devices { type ifname; elements = { "wg0", "wg-a" } }
 *		chain forward {
 *			type filter hook forward priority filter - 10; policy accept;
 *			iifname @devices counter drop
 *			oifname @devices counter drop
 *		}
 *	}
 *
 * Netfilter cannot know whether the module is there, so the guard does not
 * either: it is armed before the module can be missing (early at boot, before
 * a planned stop) and taken away when a policy has been committed. Only what
 * is forwarded meets it: nobody is locked out of the gateway itself. Devices
 * are matched by name and need not exist yet.
 *
 * Arming replaces the whole table in one transaction.
 */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "guard.h"

#define GUARD_TABLE	"tenantgate_guard"
#define GUARD_CHAIN	"forward"
#define GUARD_SET	"devices"
#define GUARD_SET_ID	1
#define GUARD_PRIORITY	(-10)
#define NFT_TYPE_IFNAME	41	/* nft's number for an interface name */
#define NFT_HOST_ENDIAN	1	/* and for the byte order of the processor */

/* Bytes for everything but the devices, and for one device. */
#define BATCH_BASE	16384
#define BATCH_DEVICE	64
/* Elements in one message; its attribute is limited to 64 KB. */
#define ELEMENTS_MAX	1000

/**
 * struct transaction - messages that take effect together
 * @buf: the messages
 * @batch: libmnl's view of it
 * @seq: number of the next message
 */
struct transaction {
	char *buf;
	struct mnl_nlmsg_batch *batch;
	uint32_t seq;
};

static struct fault *nft_fault(const char *what)
{
	struct fault *fault = fault_errno(errno, "guard", "%s", what);

	if (fault->error == EPERM)
		fault_hint(fault, "tgctl needs CAP_NET_ADMIN: try it as root");
	return fault;
}

static struct fault *transaction_begin(struct transaction *t, size_t devices)
{
	size_t size = BATCH_BASE + devices * BATCH_DEVICE;

	t->seq = time(NULL);
	/* libmnl may write one message behind the limit before it notices. */
	t->buf = calloc(2, size);
	t->batch = t->buf ? mnl_nlmsg_batch_start(t->buf, size) : NULL;
	if (!t->batch) {
		free(t->buf);
		return fault_memory();
	}
	nftnl_batch_begin(mnl_nlmsg_batch_current(t->batch), t->seq++);
	mnl_nlmsg_batch_next(t->batch);
	return NULL;
}

static struct nlmsghdr *transaction_message(struct transaction *t, uint16_t type, uint16_t flags)
{
	return nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(t->batch), type, NFPROTO_INET, flags,
				     t->seq++);
}

static void transaction_free(struct transaction *t)
{
	if (t->batch)
		mnl_nlmsg_batch_stop(t->batch);
	free(t->buf);
}

static struct fault *open_socket(struct mnl_socket **out)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);

	*out = NULL;
	if (!nl)
		return nft_fault("cannot open a netlink socket");
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		struct fault *fault = nft_fault("cannot bind a netlink socket");

		mnl_socket_close(nl);
		return fault;
	}
	*out = nl;
	return NULL;
}

/* Sends a transaction; @missing_ok: there may be nothing to delete. */
static struct fault *transaction_commit(struct transaction *t, bool missing_ok, bool *missing)
{
	struct mnl_socket *nl;
	struct fault *fault;
	char answer[8192];
	uint32_t last;
	int got, size;

	/* Something that is acknowledged, so that there is an end to wait for. */
	last = t->seq - 1;
	nftnl_batch_end(mnl_nlmsg_batch_current(t->batch), t->seq++);
	mnl_nlmsg_batch_next(t->batch);
	fault = open_socket(&nl);
	if (fault)
		return fault;
	size = mnl_nlmsg_batch_size(t->batch) * 2;
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (mnl_socket_sendto(nl, mnl_nlmsg_batch_head(t->batch),
			      mnl_nlmsg_batch_size(t->batch)) < 0) {
		fault = nft_fault("cannot send to nftables");
		goto close;
	}
	for (;;) {
		got = mnl_socket_recvfrom(nl, answer, sizeof(answer));
		if (got < 0) {
			fault = nft_fault("cannot read the answer of nftables");
			break;
		}
		got = mnl_cb_run(answer, got, 0, mnl_socket_get_portid(nl), NULL, NULL);
		if (got < 0 && errno == ENOENT && missing_ok) {
			*missing = true;
			break;
		}
		if (got < 0) {
			fault = nft_fault("nftables refuses the guard");
			break;
		}
		if (((struct nlmsghdr *)answer)->nlmsg_seq == last)
			break;
	}
close:
	mnl_socket_close(nl);
	return fault;
}

static struct fault *put_table(struct transaction *t, uint16_t type, uint16_t flags)
{
	struct nftnl_table *table = nftnl_table_alloc();

	if (!table)
		return fault_memory();
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, GUARD_TABLE);
	nftnl_table_nlmsg_build_payload(transaction_message(t, type, flags), table);
	nftnl_table_free(table);
	mnl_nlmsg_batch_next(t->batch);
	return NULL;
}

static struct fault *put_chain(struct transaction *t)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();

	if (!chain)
		return fault_memory();
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, GUARD_TABLE);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, GUARD_CHAIN);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter");
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, NF_INET_FORWARD);
	nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, GUARD_PRIORITY);
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
	nftnl_chain_nlmsg_build_payload(transaction_message(t, NFT_MSG_NEWCHAIN, NLM_F_CREATE),
					chain);
	nftnl_chain_free(chain);
	mnl_nlmsg_batch_next(t->batch);
	return NULL;
}

/* What nft itself keeps with a set of names, so that it can print them. */
static void describe_set(struct nftnl_set *set)
{
	struct nftnl_udata_buf *notes = nftnl_udata_buf_alloc(64);

	if (!notes)
		return;
	nftnl_udata_put_u32(notes, NFTNL_UDATA_SET_KEYBYTEORDER, NFT_HOST_ENDIAN);
	nftnl_set_set_data(set, NFTNL_SET_USERDATA, nftnl_udata_buf_data(notes),
			   nftnl_udata_buf_len(notes));
	nftnl_udata_buf_free(notes);
}

static struct nftnl_set *make_set(void)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (!set)
		return NULL;
	describe_set(set);
	nftnl_set_set_str(set, NFTNL_SET_TABLE, GUARD_TABLE);
	nftnl_set_set_str(set, NFTNL_SET_NAME, GUARD_SET);
	nftnl_set_set_u32(set, NFTNL_SET_ID, GUARD_SET_ID);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, NFT_TYPE_IFNAME);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, IFNAMSIZ);
	return set;
}

static struct fault *add_element(struct nftnl_set *set, const char *device)
{
	struct nftnl_set_elem *element = nftnl_set_elem_alloc();
	char key[IFNAMSIZ] = "";

	if (!element)
		return fault_memory();
	memcpy(key, device, strnlen(device, IFNAMSIZ - 1));
	if (nftnl_set_elem_set(element, NFTNL_SET_ELEM_KEY, key, sizeof(key)) < 0) {
		nftnl_set_elem_free(element);
		return fault_memory();
	}
	nftnl_set_elem_add(set, element);
	return NULL;
}

static struct fault *put_elements(struct transaction *t, char *const *names, size_t count)
{
	struct nftnl_set *set = make_set();
	struct fault *fault = NULL;
	size_t i;

	if (!set)
		return fault_memory();
	for (i = 0; i < count && !fault; i++)
		fault = add_element(set, names[i]);
	if (!fault) {
		nftnl_set_elems_nlmsg_build_payload(
			transaction_message(t, NFT_MSG_NEWSETELEM, NLM_F_CREATE), set);
		mnl_nlmsg_batch_next(t->batch);
	}
	nftnl_set_free(set);
	return fault;
}

static struct fault *put_set(struct transaction *t, const struct device_names *devices)
{
	struct nftnl_set *set = make_set();
	struct fault *fault = NULL;
	size_t i;

	if (!set)
		return fault_memory();
	nftnl_set_nlmsg_build_payload(transaction_message(t, NFT_MSG_NEWSET, NLM_F_CREATE), set);
	mnl_nlmsg_batch_next(t->batch);
	nftnl_set_free(set);
	for (i = 0; i < devices->count && !fault; i += ELEMENTS_MAX) {
		size_t left = devices->count - i;

		fault = put_elements(t, devices->names + i,
				     left < ELEMENTS_MAX ? left : ELEMENTS_MAX);
	}
	return fault;
}

/* An expression that goes into the rule at once; NULL without memory. */
static struct nftnl_expr *rule_expr(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (expr)
		nftnl_rule_add_expr(rule, expr);
	return expr;
}

/* @key: NFT_META_IIFNAME or NFT_META_OIFNAME */
static struct fault *put_rule(struct transaction *t, uint32_t key)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nftnl_expr *meta, *lookup, *counter, *drop;
	struct fault *fault = fault_memory();

	if (!rule)
		return fault;
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, GUARD_TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, GUARD_CHAIN);
	meta = rule_expr(rule, "meta");
	lookup = rule_expr(rule, "lookup");
	counter = rule_expr(rule, "counter");
	drop = rule_expr(rule, "immediate");
	if (!meta || !lookup || !counter || !drop)
		goto free;
	nftnl_expr_set_u32(meta, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(meta, NFTNL_EXPR_META_DREG, NFT_REG_1);
	nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(lookup, NFTNL_EXPR_LOOKUP_SET, GUARD_SET);
	nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_SET_ID, GUARD_SET_ID);
	nftnl_expr_set_u32(drop, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(drop, NFTNL_EXPR_IMM_VERDICT, NF_DROP);
	nftnl_rule_nlmsg_build_payload(
		transaction_message(t, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK),
		rule);
	mnl_nlmsg_batch_next(t->batch);
	fault = NULL;
free:
	nftnl_rule_free(rule);
	return fault;
}

/**
 * guard_arm - keep devices from forwarding
 * @devices: the devices, at least one; they need not exist yet
 *
 * Return: NULL or a fault.
 */
struct fault *guard_arm(const struct device_names *devices)
{
	struct transaction t = { 0 };
	bool missing = false;
	struct fault *fault;

	fault = transaction_begin(&t, devices->count);
	if (fault)
		return fault;
	/* Made first so that there is one to delete: the old table goes. */
	fault = put_table(&t, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	if (!fault)
		fault = put_table(&t, NFT_MSG_DELTABLE, 0);
	if (!fault)
		fault = put_table(&t, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	if (!fault)
		fault = put_chain(&t);
	if (!fault)
		fault = put_set(&t, devices);
	if (!fault)
		fault = put_rule(&t, NFT_META_IIFNAME);
	if (!fault)
		fault = put_rule(&t, NFT_META_OIFNAME);
	if (!fault)
		fault = transaction_commit(&t, false, &missing);
	transaction_free(&t);
	return fault;
}

/**
 * guard_disarm - let devices forward again
 * @was_armed: gets whether they were kept from it; may be NULL
 *
 * Return: NULL or a fault.
 */
struct fault *guard_disarm(bool *was_armed)
{
	struct transaction t = { 0 };
	bool missing = false;
	struct fault *fault;

	if (was_armed)
		*was_armed = false;
	fault = transaction_begin(&t, 0);
	if (fault)
		return fault;
	fault = put_table(&t, NFT_MSG_DELTABLE, NLM_F_ACK);
	if (!fault)
		fault = transaction_commit(&t, true, &missing);
	transaction_free(&t);
	if (!fault && was_armed)
		*was_armed = !missing;
	return fault;
}

/* Adds up the counters of the guard's rules. */
static int status_rule(const struct nlmsghdr *message, void *data)
{
	struct guard_status *status = data;
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nftnl_expr_iter *iter;
	struct nftnl_expr *expr;
	const char *table;

	if (!rule)
		return MNL_CB_OK;
	if (nftnl_rule_nlmsg_parse(message, rule) < 0)
		goto free;
	table = nftnl_rule_get_str(rule, NFTNL_RULE_TABLE);
	if (!table || strcmp(table, GUARD_TABLE))
		goto free;
	status->armed = true;
	iter = nftnl_expr_iter_create(rule);
	while (iter && (expr = nftnl_expr_iter_next(iter))) {
		if (strcmp(nftnl_expr_get_str(expr, NFTNL_EXPR_NAME), "counter"))
			continue;
		status->packets += nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_PACKETS);
		status->bytes += nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_BYTES);
	}
	if (iter)
		nftnl_expr_iter_destroy(iter);
free:
	nftnl_rule_free(rule);
	return MNL_CB_OK;
}

/**
 * guard_status - is the guard armed, and what did it drop?
 * @status: gets the answer
 *
 * Return: NULL or a fault.
 */
struct fault *guard_status(struct guard_status *status)
{
	struct nftnl_rule *which = nftnl_rule_alloc();
	uint32_t seq = time(NULL);
	struct nlmsghdr *message;
	struct mnl_socket *nl;
	struct fault *fault;
	char buf[32768] = "";
	int got;

	memset(status, 0, sizeof(*status));
	if (!which)
		return fault_memory();
	nftnl_rule_set_str(which, NFTNL_RULE_TABLE, GUARD_TABLE);
	message = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE, NFPROTO_INET, NLM_F_DUMP, seq);
	nftnl_rule_nlmsg_build_payload(message, which);
	nftnl_rule_free(which);
	fault = open_socket(&nl);
	if (fault)
		return fault;
	got = mnl_socket_sendto(nl, message, message->nlmsg_len);
	while (got > 0) {
		got = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (got > 0)
			got = mnl_cb_run(buf, got, seq, mnl_socket_get_portid(nl), status_rule,
					 status);
	}
	if (got < 0 && errno != ENOENT)
		fault = nft_fault("cannot read the guard's rules");
	mnl_socket_close(nl);
	return fault;
}
