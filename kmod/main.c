// SPDX-License-Identifier: GPL-2.0-only
/* Loading, unloading, namespaces and devices. */

#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "account.h"
#include "events.h"
#include "flow.h"
#include "hook.h"
#include "netlink.h"
#include "qdisc.h"
#include "running.h"
#include "txn.h"

unsigned int tg_net_id __read_mostly;

/**
 * tg_net - what is kept for a namespace
 * @net: the namespace
 *
 * Context: any.
 * Return: never NULL while the module is loaded.
 */
struct tg_net *tg_net(const struct net *net)
{
	return net_generic(net, tg_net_id);
}

static int __net_init tg_net_init(struct net *net)
{
	struct tg_net *tgn = tg_net(net);
	int err;

	tgn->net = net;
	tg_running_init(tgn);
	tg_events_init(tgn);
	tg_qdiscs_init(tgn);
	tg_txn_init(tgn);
	err = tg_accounts_init(tgn);
	if (err)
		return err;
	err = tg_flows_init(tgn);
	if (err)
		tg_accounts_exit(tgn);
	return err;
}

/* A grace period lies between this and tg_net_exit(). */
static void __net_exit tg_net_pre_exit(struct net *net)
{
	struct tg_net *tgn = tg_net(net);

	mutex_lock(&tgn->lock);
	tgn->dying = true;
	tg_hooks_unregister(tgn);
	mutex_unlock(&tgn->lock);
	tg_flows_stop(tgn);
}

static void __net_exit tg_net_exit(struct net *net)
{
	struct tg_net *tgn = tg_net(net);

	tg_txn_exit(tgn);
	tg_running_exit(tgn);
	tg_qdiscs_exit(tgn);
	tg_flows_exit(tgn);
	tg_accounts_exit(tgn);
}

static struct pernet_operations tg_net_ops = {
	.init = tg_net_init,
	.pre_exit = tg_net_pre_exit,
	.exit = tg_net_exit,
	.id = &tg_net_id,
	.size = sizeof(struct tg_net),
};

/* The kernel reports every device as leaving when the notifier goes. */
static bool tg_unloading;

static int tg_device_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (READ_ONCE(tg_unloading))
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_UNREGISTER:
	case NETDEV_CHANGENAME:
		tg_running_device_changed(tg_net(dev_net(dev)), dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block tg_device_notifier = {
	.notifier_call = tg_device_event,
};

static int __init tg_init(void)
{
	int err;

	err = tg_running_module_init();
	if (err)
		return err;
	err = tg_flow_module_init();
	if (err)
		goto exit_running;
	err = register_pernet_subsys(&tg_net_ops);
	if (err)
		goto exit_flow;
	err = tg_qdisc_module_init();
	if (err)
		goto unregister_pernet;
	err = register_netdevice_notifier(&tg_device_notifier);
	if (err)
		goto exit_qdisc;
	err = tg_txn_module_init();
	if (err)
		goto unregister_notifier;
	err = tg_netlink_init();
	if (err)
		goto exit_txn;
	return 0;

exit_txn:
	tg_txn_module_exit();
unregister_notifier:
	unregister_netdevice_notifier(&tg_device_notifier);
exit_qdisc:
	tg_qdisc_module_exit();
unregister_pernet:
	unregister_pernet_subsys(&tg_net_ops);
exit_flow:
	tg_flow_module_exit();
exit_running:
	tg_running_module_exit();
	return err;
}

static void __exit tg_exit(void)
{
	tg_netlink_exit();
	tg_txn_module_exit();
	WRITE_ONCE(tg_unloading, true);
	unregister_netdevice_notifier(&tg_device_notifier);
	tg_qdisc_module_exit();
	unregister_pernet_subsys(&tg_net_ops);
	/* Policies that are being freed still give references back. */
	tg_running_module_exit();
	tg_flow_module_exit();
}

module_init(tg_init);
module_exit(tg_exit);

MODULE_AUTHOR("The TenantGate authors");
MODULE_DESCRIPTION("Tenant isolation, access control and fairness for shared VPN gateways");
MODULE_LICENSE("GPL");
MODULE_VERSION(TG_VERSION);
