// SPDX-License-Identifier: GPL-2.0-only
/* The command line of tgctl: finds the command and prints what went wrong. */

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tgctl.h"

#define CHECK_ARGS	16

struct command {
	const char *name;
	int (*run)(struct tgctl *tg, int argc, char **argv);
	const char *summary;
	const char *usage;
};

/* It knows no struct tgctl: --json becomes an argument again. */
static int run_check(struct tgctl *tg, int argc, char **argv)
{
	char *args[CHECK_ARGS + 2];
	int i;

	if (argc > CHECK_ARGS)
		return tgctl_usage("check", "too many arguments");
	for (i = 0; i < argc; i++)
		args[i] = argv[i];
	if (tg->json) {
		memmove(args + 2, args + 1, (argc - 1) * sizeof(*args));
		args[1] = (char *)"--json";
		argc++;
	}
	args[argc] = NULL;
	return cmd_check(argc, args);
}

static const struct command commands[] = {
	{ "check", run_check, "read a policy and print what is wrong with it",
	  "Usage: tgctl check [--print] FILE\n"
	  "  --print  print the whole policy as one file, with all defaults\n" },
	{ "apply", cmd_apply, "make a policy the running one",
	  "Usage: tgctl apply [--confirm TIME] [--force] [--dry-run] [--peer ADDR] FILE\n"
	  "  --confirm TIME  return to the previous policy after TIME (90, 5m, 1h)\n"
	  "                  unless `tgctl confirm` comes first\n"
	  "  --force         apply even what would cut the connection you work through\n"
	  "  --dry-run       let the kernel compile and check it, change nothing\n"
	  "  --peer ADDR     where you work from (default: from SSH_CONNECTION)\n" },
	{ "confirm", cmd_confirm, "keep the policy that was applied with --confirm",
	  "Usage: tgctl confirm\n" },
	{ "rollback", cmd_rollback, "return to the previous policy",
	  "Usage: tgctl rollback\n" },
	{ "restore", cmd_restore, "apply the last confirmed policy (used at boot)",
	  "Usage: tgctl restore\n" },
	{ "mode", cmd_mode, "show or change whether denials are carried out",
	  "Usage: tgctl mode\n"
	  "       tgctl mode { observe | enforce } [--tenant NAME] [--force] [--peer ADDR]\n"
	  "  --force  even if it would cut the connection you work through\n" },
	{ "show", cmd_show, "show what is running",
	  "Usage: tgctl show [ status | tenants | links | plans | windows | sites |\n"
	  "                    services | users | rules | flows | counters |\n"
	  "                    reasons | bandwidth [--during TIME] ]\n"
	  "                  [--tenant NAME]\n"
	  "  --during  what happens in this time, and not all that was counted\n" },
	{ "shape", cmd_shape, "put the qdisc on the devices that links give a rate",
	  "Usage: tgctl shape on [LINK] [--device DEV] [--replace]\n"
	  "       tgctl shape off [LINK] [--device DEV]\n"
	  "       tgctl shape check [LINK] [--device DEV]\n"
	  "  LINK       of this link only\n"
	  "  --device   this device only\n"
	  "  --replace  even a root qdisc that somebody configured\n"
	  "Exit status 1 when a device that has a rate is left without.\n" },
	{ "explain", cmd_explain, "ask how a packet would be judged, and what would allow it",
	  "Usage: tgctl explain --from { ADDR | [TENANT/]USER }\n"
	  "                     --to { ADDR | SERVICE | TENANT/SERVER | TENANT/USER | internet }\n"
	  "                     [--proto tcp|udp|icmp|N] [--port N] [--device DEV]\n"
	  "                     [--tenant NAME]\n"
	  "  --port    destination port, for icmp the type (default: of the service)\n"
	  "  --device  the device the packet comes in by (default: the sender's)\n"
	  "Exit status 4 when the answer is deny or reject.\n" },
	{ "watch", cmd_watch, "print denials as they happen",
	  "Usage: tgctl watch [--all] [--tenant NAME] [--count N]\n"
	  "  --all    also broadcast and discovery noise\n"
	  "  --count  end after N events\n" },
	{ "stop", cmd_stop, "take the policy out of the packet path",
	  "Usage: tgctl stop [--guard]\n"
	  "  --guard  keep the policy's devices from forwarding until the next policy\n" },
	{ "guard", cmd_guard, "keep devices from forwarding while the module is not there",
	  "Usage: tgctl guard { arm | disarm | status }\n" },
	{ "exporter", cmd_exporter, "serve counters to Prometheus",
	  "Usage: tgctl exporter [--listen ADDR:PORT]\n"
	  "  --listen  default 127.0.0.1:9469\n" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/**
 * tgctl_fail - print a fault and give it back
 * @fault: the fault
 *
 * Return: the exit status for it.
 */
int tgctl_fail(struct fault *fault)
{
	int status = fault_status(fault);

	fflush(stdout);
	if (fault->where)
		fprintf(stderr, "tgctl: %s: %s\n", fault->where, fault->why);
	else
		fprintf(stderr, "tgctl: %s\n", fault->why);
	if (fault->hint)
		fprintf(stderr, "%s\n", fault->hint);
	fault_free(fault);
	return status;
}

/**
 * tgctl_note - tell something that is no failure
 * @format: what, for printf
 */
void tgctl_note(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("tgctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/**
 * tgctl_usage - say what is wrong with a command line, and what is right
 * @command: the command
 * @format: what is wrong, for printf
 *
 * Return: the exit status for it.
 */
int tgctl_usage(const char *command, const char *format, ...)
{
	const struct command *found = command_find(command);
	va_list args;

	fprintf(stderr, "tgctl %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (found)
		fputs(found->usage, stderr);
	return STATUS_USAGE;
}

static void print_help(FILE *out)
{
	size_t i;

	fputs("Usage: tgctl [--json] COMMAND [OPTIONS]\n"
	      "       tgctl COMMAND --help\n"
	      "       tgctl --version\n"
	      "Commands:\n", out);
	for (i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
	fputs("Exit status: 0 done; 1 refused or failed; 2 usage; 3 no module, or it refused;\n"
	      "             4 explain: deny or reject.\n", out);
}

/* Column widths need a character set; titles are UTF-8 whatever the locale. */
static void choose_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* Takes the options out that every command has, wherever they stand. */
static int take_global(struct tgctl *tg, int argc, char **argv, bool *help)
{
	int i, kept = 1;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--")) {
			while (i < argc)
				argv[kept++] = argv[i++];
			break;
		}
		if (!strcmp(argv[i], "--json") || !strcmp(argv[i], "-j"))
			tg->json = true;
		else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			*help = true;
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return kept;
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct tgctl tg = { 0 };
	bool help = false;
	int status;

	choose_locale();
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	argc = take_global(&tg, argc, argv, &help);
	if (argc < 2) {
		print_help(help ? stdout : stderr);
		return help ? STATUS_OK : STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("tgctl " TGCTL_VERSION);
		return STATUS_OK;
	}
	if (!strcmp(argv[1], "help")) {
		help = true;
		command = argc > 2 ? command_find(argv[2]) : NULL;
		if (argc == 2) {
			print_help(stdout);
			return STATUS_OK;
		}
		argv++;
	} else {
		command = command_find(argv[1]);
	}
	if (!command) {
		fprintf(stderr, "tgctl: there is no command \"%s\"\n", argv[1]);
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (help) {
		fputs(command->usage, stdout);
		return STATUS_OK;
	}
	status = command->run(&tg, argc - 1, argv + 1);
	if (fflush(stdout) && !status) {
		perror("tgctl: standard output");
		status = STATUS_REFUSED;
	}
	return status;
}
