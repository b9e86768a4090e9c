// SPDX-License-Identifier: GPL-2.0-only
/*
 * What survives a reboot. Files are replaced whole: written under another
 * name, brought to the disk, then renamed.
 */

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/model.h"
#include "policy/print.h"
#include "state.h"

#define DEFAULT_DIR	"/var/lib/tenantgate"

static const char *state_dir(void)
{
	const char *dir = getenv("TENANTGATE_STATE_DIR");

	return dir && *dir ? dir : DEFAULT_DIR;
}

void device_names_free(struct device_names *devices)
{
	size_t i;

	for (i = 0; i < devices->count; i++)
		free(devices->names[i]);
	free(devices->names);
	memset(devices, 0, sizeof(*devices));
}

/**
 * state_open - open the directory, make it if need be, and lock it
 * @state: gets it, for state_close()
 *
 * Return: NULL or a fault.
 */
struct fault *state_open(struct state *state)
{
	struct fault *fault;

	*state = (struct state){ .path = state_dir(), .dir = -1, .lock = -1 };
	if (mkdir(state->path, 0700) && errno != EEXIST)
		return fault_errno(errno, state->path, "cannot make the directory");
	state->dir = open(state->path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (state->dir < 0)
		return fault_errno(errno, state->path, "cannot open the directory");
	state->lock = openat(state->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (state->lock < 0) {
		fault = fault_errno(errno, state->path, "cannot lock the directory");
		state_close(state);
		return fault;
	}
	if (flock(state->lock, LOCK_EX | LOCK_NB)) {
		fault = fault_new(FAULT_REFUSED, state->path,
				  "another tgctl is changing the policy");
		state_close(state);
		return fault;
	}
	return NULL;
}

/**
 * state_close - unlock the directory
 * @state: the directory; may be closed already
 */
void state_close(struct state *state)
{
	if (state->lock >= 0)
		close(state->lock);
	if (state->dir >= 0)
		close(state->dir);
	state->lock = -1;
	state->dir = -1;
}

static struct fault *file_fault(const struct state *state, const char *name, const char *what)
{
	return fault_errno(errno, state->path, "%s %s", what, name);
}

static struct fault *file_move(struct state *state, const char *from, const char *to)
{
	if (renameat(state->dir, from, state->dir, to))
		return file_fault(state, to, "cannot write");
	/* Without this the name may be lost in a crash; the file is not. */
	if (fsync(state->dir))
		return file_fault(state, to, "cannot bring to the disk");
	return NULL;
}

static struct fault *file_remove(struct state *state, const char *name)
{
	if (unlinkat(state->dir, name, 0) && errno != ENOENT)
		return file_fault(state, name, "cannot remove");
	return NULL;
}

static struct fault *file_create(struct state *state, const char *name, FILE **file)
{
	int fd = openat(state->dir, name,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	*file = fd < 0 ? NULL : fdopen(fd, "w");
	if (*file)
		return NULL;
	if (fd >= 0)
		close(fd);
	return file_fault(state, name, "cannot write");
}

static struct fault *file_finish(struct state *state, const char *name, FILE *file)
{
	struct fault *fault = NULL;

	if (ferror(file) || fflush(file) || fsync(fileno(file)))
		fault = file_fault(state, name, "cannot write");
	if (fclose(file) && !fault)
		fault = file_fault(state, name, "cannot write");
	return fault;
}

/**
 * state_stage - write a policy down before it is applied
 * @state: the directory
 * @policy: the policy
 *
 * A disk that is full is noticed now, not when the policy already runs.
 *
 * Return: NULL or a fault.
 */
struct fault *state_stage(struct state *state, const struct tg_policy_file *policy)
{
	struct fault *fault, *closing;
	FILE *file;

	fault = file_create(state, "staged.yaml", &file);
	if (fault)
		return fault;
	policy_print(policy, file);
	closing = file_finish(state, "staged.yaml", file);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

/**
 * state_discard - forget the policy that was to be applied
 * @state: the directory
 */
void state_discard(struct state *state)
{
	fault_free(file_remove(state, "staged.yaml"));
}

/**
 * state_forget_pending - forget the policy that waits to be confirmed
 * @state: the directory
 */
void state_forget_pending(struct state *state)
{
	fault_free(file_remove(state, "pending.yaml"));
	fault_free(file_remove(state, "pending.generation"));
}

/* What was confirmed so far becomes what a rollback returns to. */
static struct fault *shift_confirmed(struct state *state)
{
	fault_free(file_remove(state, "previous.new"));
	if (linkat(state->dir, "confirmed.yaml", state->dir, "previous.new", 0))
		return errno == ENOENT ? NULL : file_fault(state, "previous.yaml", "cannot write");
	return file_move(state, "previous.new", "previous.yaml");
}

/**
 * state_keep - the policy staged is applied at boot from now on
 * @state: the directory
 *
 * Return: NULL or a fault.
 */
struct fault *state_keep(struct state *state)
{
	struct fault *fault = shift_confirmed(state);

	if (!fault)
		fault = file_move(state, "staged.yaml", "confirmed.yaml");
	if (!fault)
		state_forget_pending(state);
	return fault;
}

/**
 * state_amend - the policy staged differs from the confirmed one only in a mode
 * @state: the directory
 *
 * Return: NULL or a fault.
 */
struct fault *state_amend(struct state *state)
{
	return file_move(state, "staged.yaml", "confirmed.yaml");
}

/**
 * state_rollback - the policy before the confirmed one is applied at boot again
 * @state: the directory
 * @kept: gets whether there was one
 *
 * Return: NULL or a fault.
 */
struct fault *state_rollback(struct state *state, bool *kept)
{
	*kept = !faccessat(state->dir, "previous.yaml", R_OK, 0);
	return *kept ? file_move(state, "previous.yaml", "confirmed.yaml") : NULL;
}

/**
 * state_hold - the policy staged runs, and waits to be confirmed
 * @state: the directory
 * @generation: the number it runs under
 *
 * Return: NULL or a fault.
 */
struct fault *state_hold(struct state *state, uint32_t generation)
{
	struct fault *fault;
	FILE *file;

	fault = file_move(state, "staged.yaml", "pending.yaml");
	if (!fault)
		fault = file_create(state, "pending.generation", &file);
	if (fault)
		return fault;
	fprintf(file, "%u\n", generation);
	return file_finish(state, "pending.generation", file);
}

/**
 * state_is_pending - is this the policy that waits to be confirmed?
 * @state: the directory
 * @generation: the number a policy runs under
 *
 * Return: true when tgctl applied it with --confirm.
 */
bool state_is_pending(struct state *state, uint32_t generation)
{
	int fd = openat(state->dir, "pending.generation", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned int number = 0;
	FILE *file;
	bool same;

	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	same = fscanf(file, "%u", &number) == 1 && number == generation;
	fclose(file);
	return same;
}

/**
 * state_confirm - the policy that waited is applied at boot from now on
 * @state: the directory
 * @generation: the number of the policy that was confirmed
 * @kept: gets whether that was the policy that waited here
 *
 * Return: NULL or a fault.
 */
struct fault *state_confirm(struct state *state, uint32_t generation, bool *kept)
{
	struct fault *fault;

	*kept = state_is_pending(state, generation) &&
		!faccessat(state->dir, "pending.yaml", R_OK, 0);
	if (!*kept)
		return NULL;
	fault = shift_confirmed(state);
	if (!fault)
		fault = file_move(state, "pending.yaml", "confirmed.yaml");
	if (!fault)
		fault = file_remove(state, "pending.generation");
	return fault;
}

/**
 * state_file - the name of a policy's file
 * @state: the directory
 * @pending: the one that waits to be confirmed, else the one for boot
 * @path: gets the name of the file, for free(); NULL when there is none
 *
 * Return: NULL or a fault.
 */
struct fault *state_file(struct state *state, bool pending, char **path)
{
	const char *name = pending ? "pending.yaml" : "confirmed.yaml";

	*path = NULL;
	if (faccessat(state->dir, name, F_OK, 0))
		return errno == ENOENT ? NULL : file_fault(state, name, "cannot read");
	if (asprintf(path, "%s/%s", state->path, name) < 0) {
		*path = NULL;
		return fault_memory();
	}
	return NULL;
}

/**
 * state_write_devices - say what the guard keeps from forwarding at boot
 * @state: the directory
 * @devices: the devices; none when the policy does not enforce
 *
 * Return: NULL or a fault.
 */
struct fault *state_write_devices(struct state *state, const struct device_names *devices)
{
	struct fault *fault;
	FILE *file;
	size_t i;

	if (!devices->count)
		return file_remove(state, "guard.devices");
	fault = file_create(state, "guard.devices.new", &file);
	if (fault)
		return fault;
	for (i = 0; i < devices->count; i++)
		fprintf(file, "%s\n", devices->names[i]);
	fault = file_finish(state, "guard.devices.new", file);
	return fault ? fault : file_move(state, "guard.devices.new", "guard.devices");
}

static struct fault *devices_add(struct device_names *devices, const char *name)
{
	char **names = reallocarray(devices->names, devices->count + 1, sizeof(*names));

	if (!names)
		return fault_memory();
	devices->names = names;
	names[devices->count] = strdup(name);
	if (!names[devices->count])
		return fault_memory();
	devices->count++;
	return NULL;
}

/**
 * state_read_devices - what does the guard keep from forwarding at boot?
 * @devices: gets them, for device_names_free(); none when there is no such list
 *
 * Needs no lock, and no directory that can be written to.
 *
 * Return: NULL or a fault.
 */
struct fault *state_read_devices(struct device_names *devices)
{
	struct fault *fault = NULL;
	char line[256], *path;
	FILE *file;

	memset(devices, 0, sizeof(*devices));
	if (asprintf(&path, "%s/guard.devices", state_dir()) < 0)
		return fault_memory();
	file = fopen(path, "re");
	if (!file && errno != ENOENT)
		fault = fault_errno(errno, path, "cannot read");
	while (file && !fault && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0])
			continue;
		if (strlen(line) >= IFNAMSIZ)
			fault = fault_new(FAULT_REFUSED, path, "\"%s\" is no device name", line);
		else
			fault = devices_add(devices, line);
	}
	if (file)
		fclose(file);
	free(path);
	return fault;
}
