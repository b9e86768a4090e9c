// SPDX-License-Identifier: GPL-2.0-only
/*
 * The injector's two files in debugfs:
 *
 *	tgbench/trace	records are written here; opening it for writing clears it
 *	tgbench/run	a command is written here, and carried out in the writer's
 *			network namespace; reading says what the last one came to
 */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#include "tgbench.h"

#define TGB_COMMAND	128

static DEFINE_MUTEX(tgb_mutex);
static struct dentry *tgb_dir;

static int tgb_trace_open(struct inode *inode, struct file *file)
{
	mutex_lock(&tgb_mutex);
	tgb_trace_clear();
	mutex_unlock(&tgb_mutex);
	return 0;
}

static ssize_t tgb_trace_write(struct file *file, const char __user *buffer, size_t size,
			       loff_t *offset)
{
	int err;

	mutex_lock(&tgb_mutex);
	err = tgb_trace_add(buffer, size);
	mutex_unlock(&tgb_mutex);
	return err ? err : size;
}

static const struct file_operations tgb_trace_file = {
	.owner = THIS_MODULE,
	.open = tgb_trace_open,
	.write = tgb_trace_write,
};

static ssize_t tgb_run_write(struct file *file, const char __user *buffer, size_t size,
			     loff_t *offset)
{
	char command[TGB_COMMAND];
	int err;

	if (size >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, buffer, size))
		return -EFAULT;
	command[size] = '\0';
	mutex_lock(&tgb_mutex);
	err = tgb_replay(command);
	mutex_unlock(&tgb_mutex);
	return err ? err : size;
}

static ssize_t tgb_run_read_result(struct file *file, char __user *buffer, size_t size,
				   loff_t *offset)
{
	char text[TGB_COMMAND];
	int length;

	mutex_lock(&tgb_mutex);
	length = tgb_replay_result(text, sizeof(text));
	mutex_unlock(&tgb_mutex);
	return simple_read_from_buffer(buffer, size, offset, text, length);
}

static const struct file_operations tgb_run_file = {
	.owner = THIS_MODULE,
	.read = tgb_run_read_result,
	.write = tgb_run_write,
};

static int __init tgb_init(void)
{
	int err;

	err = tgb_drop_init();
	if (err)
		return err;
	err = tgb_device_init();
	if (err)
		goto exit_drop;
	tgb_dir = debugfs_create_dir("tgbench", NULL);
	debugfs_create_file("trace", 0200, tgb_dir, NULL, &tgb_trace_file);
	debugfs_create_file("run", 0600, tgb_dir, NULL, &tgb_run_file);
	return 0;

exit_drop:
	tgb_drop_exit();
	return err;
}

static void __exit tgb_exit(void)
{
	debugfs_remove_recursive(tgb_dir);
	tgb_device_exit();
	tgb_drop_exit();
	tgb_trace_clear();
}

module_init(tgb_init);
module_exit(tgb_exit);

MODULE_DESCRIPTION("TenantGate bench: replays packets through the forward path");
MODULE_LICENSE("GPL");
