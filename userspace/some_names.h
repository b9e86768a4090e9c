/* SPDX-License-Identifier: GPL-2.0-only */
/* The first few names of a longer list, for a sentence. */
#ifndef TG_SOME_NAMES_H
#define TG_SOME_NAMES_H

/**
 * struct some_names - some names of a longer list, as one text
 * @text: the first of them
 * @count: number of all; zeroed to begin with
 */
struct some_names {
	char text[512];
	unsigned int count;
};

void some_names_add(struct some_names *names, const char *name, const char *where);
void some_names_tell(const struct some_names *names, const char *what);

#endif
