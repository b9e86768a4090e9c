# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What in a kernel's log is a failure.

kernel_log_bad='BUG:|WARNING:|KASAN:|UBSAN:|Oops|INFO: task|INFO: rcu|possible circular locking|possible recursive locking|possible irq lock inversion|inconsistent lock state|suspicious RCU|sleeping function called|general protection fault|soft lockup|ODEBUG:|refcount_t:|unregister_netdevice: waiting|kmemleak: [0-9]+ new suspected|^unreferenced object'

# kernel_log_findings FILE...: show what is bad in the files; fails if
# anything is. Lines that match warnings.allow do not count.
kernel_log_findings()
{
	local allowed file found=0

	allowed=$(grep -vE '^(#|$)' "$lab_dir/warnings.allow" || true)
	for file in "$@"; do
		[ -s "$file" ] || continue
		kernel_log_show "$file" "$allowed" || found=1
	done
	return $found
}

# kernel_log_show FILE ALLOWED: each bad line with what follows it, up to 300
# lines in all.
kernel_log_show()
{
	awk -v bad="$kernel_log_bad" -v allowed="$2" '
		BEGIN { n = split(allowed, allow, "\n") }
		function is_bad(line, i) {
			if (line !~ bad)
				return 0
			for (i = 1; i <= n; i++)
				if (line ~ allow[i])
					return 0
			return 1
		}
		is_bad($0) { found++; show = 60 }
		show > 0 && shown < 300 { print; show--; shown++ }
		END {
			if (found)
				print "lab: " found " bad lines in the kernel log"
			exit found > 0
		}' "$1" >&2
}
