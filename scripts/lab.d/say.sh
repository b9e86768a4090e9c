# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Words to the person at the terminal, all on standard error.

say()
{
	printf 'lab: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 2
}

# need PROGRAM PACKAGE: refuse to go on without PROGRAM.
need()
{
	command -v "$1" >/dev/null || die "$1 is missing; install the package $2"
}
