// SPDX-License-Identifier: GPL-2.0-only
/*
 * The load generator's files in debugfs:
 *
 *	tgload/run	a command is written here, see flat.c and paced.c, and carried out
 *			by the device tgl0 of the writer's network namespace; reading says
 *			what the last one came to. "line BYTES" bounds what the device
 *			takes a second, "clear" forgets the streams.
 *	tgload/streams	what the streams came to
 *	tgload/bytes, tgload/delays-from-*	see paced.c
 */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "tgload.h"

#define TGL_COMMAND	128

static DEFINE_MUTEX(tgl_mutex);
static struct dentry *tgl_dir;

static int tgl_do_with(struct net_device *dev, const char *command)
{
	u64 bytes;

	if (sscanf(command, "line %llu", &bytes) == 1) {
		tgl_device_set_line(dev, bytes);
		return 0;
	}
	if (!strncmp(command, "start ", 6))
		return tgl_paced_start(dev, command);
	return tgl_flat(dev, command);
}

static int tgl_do(const char *command)
{
	struct net_device *dev;
	int err;

	if (sysfs_streq(command, "clear")) {
		tgl_paced_clear();
		return 0;
	}
	if (sysfs_streq(command, "stop")) {
		tgl_paced_end();
		return 0;
	}
	if (sysfs_streq(command, "wait"))
		return tgl_paced_wait();
	if (!strncmp(command, "stream ", 7))
		return tgl_paced_add(command);
	dev = dev_get_by_name(current->nsproxy->net_ns, TGL_DEVICE);
	if (!dev)
		return -ENODEV;
	err = tgl_do_with(dev, command);
	dev_put(dev);
	return err;
}

static ssize_t tgl_run_write(struct file *file, const char __user *buffer, size_t size,
			     loff_t *offset)
{
	char command[TGL_COMMAND];
	int err;

	if (size >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, buffer, size))
		return -EFAULT;
	command[size] = '\0';
	mutex_lock(&tgl_mutex);
	err = tgl_do(command);
	mutex_unlock(&tgl_mutex);
	return err ? err : size;
}

static ssize_t tgl_run_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	char text[TGL_COMMAND];
	int length;

	mutex_lock(&tgl_mutex);
	length = tgl_flat_result(text, sizeof(text));
	mutex_unlock(&tgl_mutex);
	return simple_read_from_buffer(buffer, size, offset, text, length);
}

static const struct file_operations tgl_run_file = {
	.owner = THIS_MODULE,
	.read = tgl_run_read,
	.write = tgl_run_write,
};

static ssize_t tgl_streams_read(struct file *file, char __user *buffer, size_t size,
				loff_t *offset)
{
	char text[TGL_COMMAND];
	int length;

	mutex_lock(&tgl_mutex);
	length = tgl_paced_result(text, sizeof(text));
	mutex_unlock(&tgl_mutex);
	return simple_read_from_buffer(buffer, size, offset, text, length);
}

static const struct file_operations tgl_streams_file = {
	.owner = THIS_MODULE,
	.read = tgl_streams_read,
};

static int __init tgl_init(void)
{
	int err;

	err = tgl_device_init();
	if (err)
		return err;
	tgl_dir = debugfs_create_dir("tgload", NULL);
	err = tgl_paced_init(tgl_dir);
	if (err)
		goto exit_device;
	debugfs_create_file("run", 0600, tgl_dir, NULL, &tgl_run_file);
	debugfs_create_file("streams", 0400, tgl_dir, NULL, &tgl_streams_file);
	return 0;

exit_device:
	debugfs_remove_recursive(tgl_dir);
	tgl_device_exit();
	return err;
}

static void __exit tgl_exit(void)
{
	debugfs_remove_recursive(tgl_dir);
	tgl_paced_exit();
	tgl_device_exit();
}

module_init(tgl_init);
module_exit(tgl_exit);

MODULE_DESCRIPTION("TenantGate bench: loads a queueing discipline with packets of many tenants");
MODULE_LICENSE("GPL");
