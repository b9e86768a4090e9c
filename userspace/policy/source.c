// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policy files as bytes. The provider's file is opened as it is named. A
 * tenant's file is somebody else's to write, so it is opened component by
 * component below the provider's folder, and no symbolic link is followed:
 * a tenant cannot make the operator's tool read (and quote in its messages) a
 * file from elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

/**
 * source_name - what a file is called in messages
 * @source: the file
 *
 * Return: its name, never NULL.
 */
const char *source_name(const struct source *source)
{
	return source ? source->name : "";
}

/**
 * source_create - make a source of what was read
 * @name: what to call it
 * @text: taken over, also when this fails
 * @len: bytes of @text
 *
 * Return: the source, or NULL when there is no memory.
 */
struct source *source_create(const char *name, char *text, size_t len)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source)
		source->name = strdup(name);
	if (!source || !source->name) {
		free(source);
		free(text);
		return NULL;
	}
	source->text = text;
	source->len = len;
	return source;
}

/**
 * source_free_all - give back a list of sources
 * @sources: the first, or NULL
 */
void source_free_all(struct source *sources)
{
	struct source *next;

	for (; sources; sources = next) {
		next = sources->next;
		free(sources->text);
		free(sources->name);
		free(sources);
	}
}

/**
 * source_forget - give back the contents of sources, keeping their names
 * @sources: the first, or NULL
 */
void source_forget(struct source *sources)
{
	for (; sources; sources = sources->next) {
		free(sources->text);
		sources->text = NULL;
		sources->len = 0;
	}
}

/* Reads up to limit + 1 bytes; errno is EFBIG when there are more than limit. */
static int read_all(int fd, size_t limit, char **text, size_t *len)
{
	size_t room = 64 * 1024, used = 0;
	char *buf = malloc(room), *larger;
	ssize_t n;

	while (buf) {
		n = read(fd, buf + used, room - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		used += (size_t)n;
		if (used > limit) {
			errno = EFBIG;
			break;
		}
		if (n == 0) {
			*text = buf;
			*len = used;
			return 0;
		}
		if (used < room)
			continue;
		larger = realloc(buf, room * 2);
		if (!larger)
			break;
		buf = larger;
		room *= 2;
	}
	if (!buf)
		errno = ENOMEM;
	free(buf);
	return -1;
}

static int read_descriptor(int fd, bool regular_only, size_t limit, char **text, size_t *len)
{
	struct stat st;
	int error;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		error = -errno;
	else if (S_ISDIR(st.st_mode))
		error = -EISDIR;
	else if (regular_only && !S_ISREG(st.st_mode))
		error = -ENOTSUP;
	else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > limit)
		error = -EFBIG;
	else
		error = read_all(fd, limit, text, len) ? -errno : 0;
	close(fd);
	return error;
}

/**
 * source_read - read a file whole
 * @path: the file
 * @limit: bytes it may have
 * @text: gets the contents; the caller frees it
 * @len: gets their length
 *
 * Return: 0 or a negative errno value; -EFBIG when it is too large.
 */
int source_read(const char *path, size_t limit, char **text, size_t *len)
{
	return read_descriptor(open(path, O_RDONLY | O_CLOEXEC), false, limit, text, len);
}

/* Opens the folder that a file is in. */
static int open_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	size_t len;

	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	len = slash == path ? 1 : (size_t)(slash - path);
	if (len >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(folder, path, len);
	folder[len] = '\0';
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/**
 * source_read_below - read a tenant's file
 * @provider: the provider's file, below whose folder the file must be
 * @path: the tenant's file, relative to that folder
 * @limit: bytes it may have
 * @text: gets the contents; the caller frees it
 * @len: gets their length
 *
 * Return: 0 or a negative errno value: -EXDEV when @path leads out of the
 * folder, -ELOOP when it goes through a symbolic link, -ENOTSUP when it is no
 * regular file, -EFBIG when it is too large.
 */
int source_read_below(const char *provider, const char *path, size_t limit,
		      char **text, size_t *len)
{
	int fd, below, flags, saved;
	const char *end;
	char part[NAME_MAX + 1];
	size_t n;

	if (*path == '/')
		return -EXDEV;
	fd = open_folder_of(provider);
	for (; fd >= 0; path = end) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		end = path + n;
		if (n >= sizeof(part) || (n == 2 && !memcmp(path, "..", 2))) {
			close(fd);
			return n >= sizeof(part) ? -ENAMETOOLONG : -EXDEV;
		}
		memcpy(part, path, n);
		part[n] = '\0';
		flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
		flags |= *end ? O_DIRECTORY : O_NONBLOCK;
		below = openat(fd, n ? part : ".", flags);
		saved = errno;
		/* A link where a folder should be: say so. */
		if (below < 0 && saved == ENOTDIR && *end) {
			struct stat st;

			if (!fstatat(fd, part, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode))
				saved = ELOOP;
		}
		close(fd);
		errno = saved;
		fd = below;
		if (!*end)
			break;
	}
	return read_descriptor(fd, true, limit, text, len);
}

/**
 * source_error - say why a file could not be read
 * @error: negative errno value from source_read() or source_read_below()
 *
 * Return: a phrase for people.
 */
const char *source_error(int error)
{
	switch (-error) {
	case ENOENT:
		return "there is no such file";
	case EACCES:
	case EPERM:
		return "you are not allowed to read it";
	case EISDIR:
		return "it is a folder, not a file";
	case ENOTDIR:
		return "a part of the path is not a folder";
	case ENOTSUP:
		return "it is not a regular file";
	case EFBIG:
		return "it is too large";
	case ELOOP:
		return "it is a symbolic link, or reached through one";
	case EXDEV:
		return "it is outside the folder of the provider's file";
	case ENAMETOOLONG:
		return "its name is too long";
	case ENOMEM:
		return "there is not enough memory";
	default:
		return strerror(-error);
	}
}

/**
 * source_line - find a line
 * @source: the file, its text still there
 * @line: counts from 1
 * @len: gets its length in bytes without the line end
 *
 * Return: the first byte, or NULL when there is no such line.
 */
const char *source_line(const struct source *source, uint32_t line, size_t *len)
{
	const char *at = source->text, *end, *stop;

	if (!at || !line)
		return NULL;
	end = at + source->len;
	while (--line) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return NULL;
		at++;
	}
	stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	if (!stop)
		stop = end;
	if (stop > at && stop[-1] == '\r')
		stop--;
	*len = (size_t)(stop - at);
	return at;
}
