/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one printer: the same rows become a table for people or JSON for
 * programs. A column is described once; what a cell holds is given as what it
 * is, a text, a number, and the printer knows how each format wants it.
 *
 *	JSON	{"NAME": [ {"key": value, …}, … ]}
 *	table	HEADING  HEADING
 *		value    value
 *	card	Heading: value		(one row, for people only; JSON as above)
 */
#ifndef TG_PRINTER_H
#define TG_PRINTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fault.h"

enum column_type {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_BYTES,		/* a number; people see 1.2M */
	COLUMN_RATE,		/* bytes a second; people see 9.6 Mbit/s, nothing for 0 */
	COLUMN_TIME,		/* nanoseconds; people see 1.5 s, nothing for 0 */
	COLUMN_FLAG,		/* true or false; people see yes or nothing */
	COLUMN_LIST,		/* texts; people see them behind each other */
};

/**
 * struct column - one column
 * @key: in JSON
 * @heading: over the table, or in front of the value on a card; NULL when the
 *	column is for programs only
 * @type: what is in it
 */
struct column {
	const char *key;
	const char *heading;
	enum column_type type;
};

enum printer_format {
	PRINTER_TABLE,
	PRINTER_CARD,
	PRINTER_JSON,
	PRINTER_JSON_LINE,	/* each row at once, one JSON object on one line */
};

struct printer;

struct fault *printer_open(struct printer **printer, FILE *out, enum printer_format format,
			   const char *name, const struct column *columns,
			   unsigned int count) FAULT_CHECK;
void printer_row(struct printer *printer);
void printer_flush(struct printer *printer);
void printer_text(struct printer *printer, unsigned int column, const char *text);
void printer_format(struct printer *printer, unsigned int column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void printer_number(struct printer *printer, unsigned int column, uint64_t number);
void printer_flag(struct printer *printer, unsigned int column, bool flag);
void printer_append(struct printer *printer, unsigned int column, const char *text);
struct fault *printer_close(struct printer *printer) FAULT_CHECK;

#endif
