// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables and JSON, by libsmartcols. Errors are remembered and come out of
 * printer_close(), so that filling in a row needs no checks.
 */

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "policy/values.h"
#include "printer.h"

struct printer {
	FILE *out;
	enum printer_format format;
	const struct column *columns;
	unsigned int count;
	struct libscols_table *table;
	struct libscols_line *line;
	bool failed;
};

static bool is_json(const struct printer *printer)
{
	return printer->format == PRINTER_JSON || printer->format == PRINTER_JSON_LINE;
}

static bool is_number(const struct column *column)
{
	return column->type == COLUMN_NUMBER || column->type == COLUMN_BYTES ||
	       column->type == COLUMN_RATE || column->type == COLUMN_TIME;
}

static int json_type(const struct column *column)
{
	switch (column->type) {
	case COLUMN_NUMBER:
	case COLUMN_BYTES:
	case COLUMN_RATE:
	case COLUMN_TIME:
		return SCOLS_JSON_NUMBER;
	case COLUMN_FLAG:
		return SCOLS_JSON_BOOLEAN;
	case COLUMN_LIST:
		return SCOLS_JSON_ARRAY_STRING;
	default:
		return SCOLS_JSON_STRING;
	}
}

static int add_column(struct printer *printer, const struct column *column)
{
	int flags = is_number(column) ? SCOLS_FL_RIGHT : 0;
	struct libscols_column *made;

	if (!is_json(printer)) {
		if (!column->heading)
			flags |= SCOLS_FL_HIDDEN;
		made = scols_table_new_column(printer->table,
					      column->heading ? column->heading : column->key,
					      0, flags);
		return made ? 0 : -1;
	}
	if (column->type == COLUMN_LIST)
		flags |= SCOLS_FL_WRAP;
	made = scols_table_new_column(printer->table, column->key, 0, flags);
	if (!made || scols_column_set_json_type(made, json_type(column)))
		return -1;
	if (column->type != COLUMN_LIST)
		return 0;
	return scols_column_set_safechars(made, "\n") ||
	       scols_column_set_wrapfunc(made, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					 NULL) ? -1 : 0;
}

static int table_make(struct printer *printer, const char *name)
{
	unsigned int i;

	printer->table = scols_new_table();
	if (!printer->table || scols_table_set_name(printer->table, name))
		return -1;
	scols_table_set_stream(printer->table, printer->out);
	if (is_json(printer))
		scols_table_enable_json(printer->table, 1);
	for (i = 0; i < printer->count; i++)
		if (add_column(printer, &printer->columns[i]))
			return -1;
	return 0;
}

/**
 * printer_open - begin a table
 * @out_printer: gets the printer, for printer_close()
 * @out: where it prints
 * @format: as what
 * @name: of the table, in JSON
 * @columns: the columns; must stay until the table is closed
 * @count: number of @columns
 *
 * Return: NULL or a fault.
 */
struct fault *printer_open(struct printer **out_printer, FILE *out, enum printer_format format,
			   const char *name, const struct column *columns, unsigned int count)
{
	struct printer *printer = calloc(1, sizeof(*printer));

	*out_printer = NULL;
	if (!printer)
		return fault_memory();
	printer->out = out;
	printer->format = format;
	printer->columns = columns;
	printer->count = count;
	if (table_make(printer, name)) {
		scols_unref_table(printer->table);
		free(printer);
		return fault_memory();
	}
	*out_printer = printer;
	return NULL;
}

/*
 * An empty list comes out of libsmartcols as one null in brackets, spread over
 * three lines. Returns what is behind it, or NULL when there is none at @at. A
 * raw line break is never inside a JSON string.
 */
static const char *behind_empty_list(const char *at)
{
	if (strncmp(at, "[\n", 2))
		return NULL;
	at += 2 + strspn(at + 2, " ");
	if (strncmp(at, "null\n", 5))
		return NULL;
	at += 5 + strspn(at + 5, " ");
	return *at == ']' ? at + 1 : NULL;
}

static int print_json(struct printer *printer)
{
	char *text = NULL;
	const char *at, *behind;

	if (scols_print_table_to_string(printer->table, &text) || !text)
		return -1;
	for (at = text; *at; at++) {
		behind = behind_empty_list(at);
		if (behind) {
			fputs("[]", printer->out);
			at = behind - 1;
		} else {
			putc(*at, printer->out);
		}
	}
	free(text);
	return 0;
}

/* The one row of PRINTER_JSON_LINE: {"name": [ {…} ]} without what is around it. */
static void print_line(struct printer *printer)
{
	char *text = NULL, *from, *to, *at;

	if (scols_print_table_to_string(printer->table, &text) || !text) {
		printer->failed = true;
		return;
	}
	from = strchr(text, '[');
	to = strrchr(text, ']');
	for (at = from ? from + 1 : text; to && at < to; at++) {
		if (*at == '\n') {
			while (at + 1 < to && at[1] == ' ')
				at++;
			continue;
		}
		putc(*at, printer->out);
	}
	putc('\n', printer->out);
	free(text);
}

/* A table's cells are complete: what stayed empty needs a value in JSON. */
static void finish_row(struct printer *printer)
{
	unsigned int i;

	if (!printer->line || !is_json(printer))
		return;
	for (i = 0; i < printer->count; i++) {
		const struct column *column = &printer->columns[i];
		struct libscols_cell *cell = scols_line_get_cell(printer->line, i);

		if (!scols_cell_get_data(cell) && column->type == COLUMN_FLAG)
			printer_flag(printer, i, false);
	}
	if (printer->format != PRINTER_JSON_LINE)
		return;
	print_line(printer);
	scols_table_remove_lines(printer->table);
	printer->line = NULL;
}

/**
 * printer_row - begin the next row; its cells are empty
 * @printer: the printer
 */
void printer_row(struct printer *printer)
{
	finish_row(printer);
	printer->line = scols_table_new_line(printer->table, NULL);
	if (!printer->line)
		printer->failed = true;
}

/**
 * printer_flush - print the row that is filled in, for PRINTER_JSON_LINE
 * @printer: the printer
 */
void printer_flush(struct printer *printer)
{
	finish_row(printer);
}

/**
 * printer_text - fill in a cell
 * @printer: the printer
 * @column: number of the column
 * @text: what is in it; NULL leaves the cell empty
 */
void printer_text(struct printer *printer, unsigned int column, const char *text)
{
	if (!printer->line || !text)
		return;
	if (scols_line_set_data(printer->line, column, text))
		printer->failed = true;
}

/**
 * printer_format - fill in a cell
 * @printer: the printer
 * @column: number of the column
 * @format: what is in it, for printf
 */
void printer_format(struct printer *printer, unsigned int column, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0) {
		text = NULL;
		printer->failed = true;
	}
	va_end(args);
	printer_text(printer, column, text);
	free(text);
}

static void human_bytes(uint64_t bytes, char *buf, size_t size)
{
	static const char units[] = "KMGTPE";
	double value = bytes;
	int unit = -1;

	while (value >= 1024 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		snprintf(buf, size, "%" PRIu64, bytes);
	else
		snprintf(buf, size, "%.1f%c", value, units[unit]);
}

static void human_time(uint64_t ns, char *buf, size_t size)
{
	if (ns < 1000000000)
		snprintf(buf, size, "%.1f ms", ns / 1e6);
	else
		snprintf(buf, size, "%.1f s", ns / 1e9);
}

/**
 * printer_number - fill in a cell
 * @printer: the printer
 * @column: number of the column
 * @number: what is in it
 */
void printer_number(struct printer *printer, unsigned int column, uint64_t number)
{
	const enum column_type type = is_json(printer) ? COLUMN_NUMBER :
				      printer->columns[column].type;
	char text[VALUES_TEXT_MAX];

	if ((type == COLUMN_RATE || type == COLUMN_TIME) && !number)
		return;
	if (type == COLUMN_BYTES)
		human_bytes(number, text, sizeof(text));
	else if (type == COLUMN_RATE)
		values_rate_text(number, text);
	else if (type == COLUMN_TIME)
		human_time(number, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%" PRIu64, number);
	printer_text(printer, column, text);
}

/**
 * printer_flag - fill in a cell
 * @printer: the printer
 * @column: number of the column
 * @flag: what is in it
 */
void printer_flag(struct printer *printer, unsigned int column, bool flag)
{
	if (is_json(printer))
		printer_text(printer, column, flag ? "1" : "0");
	else
		printer_text(printer, column, flag ? "yes" : NULL);
}

/**
 * printer_append - add to a cell that is a list
 * @printer: the printer
 * @column: number of the column
 * @text: what to add, NULL for nothing
 */
void printer_append(struct printer *printer, unsigned int column, const char *text)
{
	const char *before;

	if (!printer->line || !text)
		return;
	before = scols_cell_get_data(scols_line_get_cell(printer->line, column));
	if (!before)
		printer_text(printer, column, text);
	else
		printer_format(printer, column, "%s%s%s", before, is_json(printer) ? "\n" : ", ",
			       text);
}

/* For people: the row on its side, one line a column, empty cells left out. */
static int print_card(struct printer *printer)
{
	struct libscols_table *card = scols_new_table();
	struct libscols_line *line;
	unsigned int i;
	int error = -1;

	if (!card)
		return -1;
	scols_table_set_stream(card, printer->out);
	scols_table_enable_noheadings(card, 1);
	if (!scols_table_new_column(card, "key", 0, 0) ||
	    !scols_table_new_column(card, "value", 0, 0))
		goto out;
	for (i = 0; i < printer->count && printer->line; i++) {
		const char *heading = printer->columns[i].heading;
		const char *data;
		char label[64];

		data = scols_cell_get_data(scols_line_get_cell(printer->line, i));
		if (!heading || !data || !*data)
			continue;
		snprintf(label, sizeof(label), "%s:", heading);
		line = scols_table_new_line(card, NULL);
		if (!line || scols_line_set_data(line, 0, label) ||
		    scols_line_set_data(line, 1, data))
			goto out;
	}
	error = scols_print_table(card);
out:
	scols_unref_table(card);
	return error;
}

/**
 * printer_close - print what is left to print
 * @printer: the printer, or NULL
 *
 * Return: NULL or a fault.
 */
struct fault *printer_close(struct printer *printer)
{
	bool failed;

	if (!printer)
		return NULL;
	finish_row(printer);
	if (!printer->failed && printer->format == PRINTER_CARD)
		printer->failed = print_card(printer);
	else if (!printer->failed && printer->format == PRINTER_JSON)
		printer->failed = print_json(printer);
	else if (!printer->failed && printer->format == PRINTER_TABLE)
		printer->failed = scols_print_table(printer->table);
	failed = printer->failed;
	scols_unref_table(printer->table);
	free(printer);
	return failed ? fault_new(FAULT_REFUSED, NULL, "cannot print: no memory") : NULL;
}
