// SPDX-License-Identifier: GPL-2.0-only
/* The first few names of a longer list, for a sentence. */

#include <stdio.h>
#include <string.h>

#include "some_names.h"
#include "tgctl.h"

#define NAMES_SAID	5

/**
 * some_names_add - another name
 * @names: the list
 * @name: the name
 * @where: what is said of it in brackets, or NULL
 */
void some_names_add(struct some_names *names, const char *name, const char *where)
{
	size_t used = strlen(names->text);

	if (++names->count > NAMES_SAID)
		return;
	snprintf(names->text + used, sizeof(names->text) - used, "%s%s%s%s%s",
		 used ? ", " : "", name, where ? " (" : "", where ? where : "", where ? ")" : "");
}

/**
 * some_names_tell - say something of all names of a list, when there are any
 * @names: the list
 * @what: what
 */
void some_names_tell(const struct some_names *names, const char *what)
{
	if (names->count > NAMES_SAID)
		tgctl_note("%s: %s and %u more", what, names->text, names->count - NAMES_SAID);
	else if (names->count)
		tgctl_note("%s: %s", what, names->text);
}
