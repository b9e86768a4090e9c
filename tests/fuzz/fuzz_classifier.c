// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes to matches, a classifier and questions; for libFuzzer. Whatever the
 * bytes are, the classifier finds what the linear scan finds, keeps to its
 * limit of memory, and gives everything back.
 *
 * Run: build/tests/fuzz/fuzz_classifier [DIRECTORY] (see libFuzzer's -help=1)
 */

#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "core/classifier.h"
#include "core/policy.h"
#include "shim.h"

#define FUZZ_MATCHES	256

#define CHECK(condition) do { if (!(condition)) abort(); } while (0)

struct fuzz {
	const u8 *data;
	size_t left;
	struct tg_match match[FUZZ_MATCHES];
	u32 count;
};

static u8 byte(struct fuzz *f)
{
	if (!f->left)
		return 0;
	f->left--;
	return *f->data++;
}

static u16 word(struct fuzz *f)
{
	u8 high = byte(f);

	return high << 8 | byte(f);
}

static struct tg_addr addr(struct fuzz *f)
{
	u8 how = byte(f);
	struct tg_addr a = { 0, 0 };
	int i;

	if (how < 128)
		return tg_addr_v4(0x0a000000 | (u32)(how & 7) << 13 | byte(f));
	if (how < 224)
		return (struct tg_addr){ 0xfd00000000000000ULL | (how & 3), byte(f) };
	for (i = 0; i < 8; i++) {
		a.hi = a.hi << 8 | byte(f);
		a.lo = a.lo << 8 | byte(f);
	}
	return a;
}

static struct tg_addr mask(struct fuzz *f)
{
	u8 how = byte(f);

	if (how < 64)
		return tg_mask(0);
	if (how < 128)
		return tg_mask(128);
	if (how < 250)
		return tg_mask((how - 128) % 129);
	return (struct tg_addr){ (u64)word(f) << 48 | word(f), (u64)word(f) << 32 | word(f) };
}

static struct tg_port port(struct fuzz *f)
{
	static const u8 protos[] = { 0, 1, 6, 6, 17, 17, 33, 47, 58, 129, 132, 136 };
	struct tg_port p = { .max = 0xffff, .sport_max = 0xffff };
	u8 how = byte(f);

	p.proto = protos[how % ARRAY_SIZE(protos)];
	if (how & 0x10)
		p.min = p.max = word(f);
	if (how & 0x20)
		p.max += byte(f);
	if (how & 0x40)
		p.sport_min = word(f);
	if (how & 0x80)
		p.sport_max = word(f);
	return p;
}

static void match(struct fuzz *f, struct tg_match *m)
{
	u8 what = byte(f);

	memset(m, 0, sizeof(*m));
	m->src = addr(f);
	m->src_mask = mask(f);
	m->dst = addr(f);
	m->dst_mask = mask(f);
	m->port = port(f);
	m->src_scope = what & 1 ? byte(f) : 0xf;
	m->dst_scope = what & 2 ? byte(f) : 0xf;
	if (what & 4)
		m->roles = 1ULL << byte(f) % 64 | 1ULL << byte(f) % 64;
	if (what & 8)
		m->user = byte(f);
	if (what & 16)
		m->src_site = word(f);
	if (what & 32)
		m->dst_site = (u32)byte(f) << 12 | byte(f);
}

static void ask(struct fuzz *f, const struct tg_classifier *c)
{
	const struct tg_match *like = f->count ? &f->match[byte(f) % f->count] : NULL, *first;
	struct tg_packet k = { .saddr = addr(f), .daddr = addr(f) };
	struct tg_question q = { .packet = &k };
	u8 what = byte(f), scopes = byte(f);
	u32 index;

	k.proto = byte(f);
	k.sport = word(f);
	k.dport = k.icmp = word(f);
	q.roles = what & 32 ? 1ULL << byte(f) % 64 | 1 : 0;
	q.user = what & 64 ? byte(f) : 0;
	q.src_site = what & 128 ? byte(f) : 0;
	q.src_scope = 1 << (scopes & 3);
	q.dst_scope = scopes & 0x80 ? 0 : 1 << (scopes >> 2 & 3);
	if (like && what & 1) {
		k.saddr = like->src;
		k.daddr = like->dst;
	}
	if (like && what & 2)
		k.proto = like->port.proto;
	if (like && what & 4)
		k.dport = k.icmp = what & 8 ? like->port.max : like->port.min;
	if (like && what & 16) {
		q.roles = like->roles;
		q.user = like->user;
		q.src_site = like->src_site;
		q.dst_site = like->dst_site;
	}
	index = tg_classifier_find(c, &q);
	first = tg_match_first(f->match, f->count, &q);
	CHECK(index == (first ? first - f->match : TG_NO_MATCH));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct fuzz fuzz;
	struct fuzz *f = &fuzz;
	struct tg_classifier_facts facts;
	struct tg_complaint why = {};
	struct tg_classifier *c;
	size_t limit;
	u8 what;
	int err;

	memset(f, 0, sizeof(*f));
	f->data = data;
	f->left = size;
	what = byte(f);
	limit = what & 7 ? 64 * 1024 * 1024 : 50 * (size_t)byte(f);
	while (f->left && f->count < FUZZ_MATCHES && byte(f) != 0xff)
		match(f, &f->match[f->count++]);
	err = tg_classifier_build(&c, f->match, f->count, limit, &why);
	CHECK(err ? !c && why.text[0] : c != NULL);
	if (c) {
		tg_classifier_facts(c, &facts);
		CHECK(facts.bytes <= limit && facts.bytes == shim_live_bytes());
		do
			ask(f, c);
		while (f->left);
	}
	tg_classifier_free(c);
	CHECK(!shim_live());
	return 0;
}
