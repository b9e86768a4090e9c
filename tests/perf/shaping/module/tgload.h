/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tgload: packets of many tenants go out by a device and are measured behind its
 * queueing discipline.
 *
 *	flat.c   as fast as it goes  --+
 *	                               +--> packet.c --> dev_queue_xmit() --> device.c
 *	paced.c  streams with timers --+                 the qdisc             what arrives
 *
 * It is made for a kernel with one processor: what counts here takes no locks, and is
 * only touched with bottom halves off.
 */
#ifndef _TGLOAD_H
#define _TGLOAD_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

/* The device that all of a namespace's packets leave by. */
#define TGL_DEVICE	"tgl0"

/* skb->mark of ours: this, whether the packet is kept, and the number of its stream. */
#define TGL_MARK	0x74670000u
#define TGL_MARK_MASK	0xffff0000u
#define TGL_MARK_KEEP	0x100u
#define TGL_MARK_STREAM	0xffu

/* How a discipline learns a packet's tenant. */
enum tgl_map {
	TGL_MAP_NONE,	/* from its addresses */
	TGL_MAP_CLASS,	/* skb->priority is the number of a class, 1:10 for the first tenant */
	TGL_MAP_TAG,	/* skb->priority is TenantGate's tag */
	TGL_MAPS
};

/**
 * struct tgl_kind - what packets have in common
 * @map: enum tgl_map
 * @size: bytes with the IP header
 * @mark: what is added to %TGL_MARK
 * @tos: the TOS field
 * @class: enum tenantgate_class
 * @hashed: the flow's hash is known, as it is behind most network cards
 */
struct tgl_kind {
	u8 map;
	u16 size;
	u16 mark;
	u8 tos;
	u8 class;
	bool hashed;
};

/**
 * struct tgl_stamp - what a packet carries
 * @due: when it was to be sent, ns
 * @sent: when it was
 * @run: number of the load that sent it
 */
struct tgl_stamp {
	u64 due;
	u64 sent;
	u32 run;
};

int tgl_map_of(const char *name);
struct sk_buff *tgl_packet(const struct tgl_kind *kind, u32 tenant, struct net_device *dev,
			   gfp_t flags);
void tgl_packet_stamp(struct sk_buff *skb, const struct tgl_stamp *stamp);
void tgl_packet_read(const struct sk_buff *skb, struct tgl_stamp *stamp);

int tgl_device_init(void);
void tgl_device_exit(void);
u64 tgl_device_collect(void);
void tgl_device_set_line(struct net_device *dev, u64 bytes);

int tgl_flat(struct net_device *dev, const char *command);
int tgl_flat_result(char *text, size_t size);

int tgl_paced_init(struct dentry *dir);
void tgl_paced_exit(void);
void tgl_paced_arrived(const struct sk_buff *skb);
void tgl_paced_clear(void);
int tgl_paced_add(const char *command);
int tgl_paced_start(struct net_device *dev, const char *command);
void tgl_paced_end(void);
int tgl_paced_wait(void);
int tgl_paced_result(char *text, size_t size);

#endif
