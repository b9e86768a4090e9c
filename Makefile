# SPDX-License-Identifier: GPL-2.0-only
#
# make            the module for the running kernel, if its headers are here, and tgctl
# make demo       show it at work in a guest with the distribution's own kernel
# make demo-shell the same guest, to play in
# make check      all tests
# make nightly    what takes long: more comparisons, fuzzers, broken cores, and torture
# make torture    policies and qdiscs change while packets are judged and sent without a pause,
#                 under checkers
# make bench      all measurements, beside others: bench-native the classifier and the flow
#                 table in userspace, bench-kernel a packet's whole way through the kernel,
#                 bench-shaping what queueing disciplines make of a link
# make bench-quick         the same in five minutes, for every day
# make lint       style and static checks
# make generate   netlink header and policies from their specification
# make install    module, tool, units and manual page
#
# BENCH_DATA= directory with filter sets of ClassBench (../shared/data)
# GUEST=   guest of the demo              (stock-6.1; see scripts/lab kernels)
# GUESTS=  guests of the end-to-end tests (stock-6.1 uml uml-kasan)
# KDIR=    kernel to build the module for (the running one)

KDIR ?= /lib/modules/$(shell uname -r)/build
GUEST ?= stock-6.1
GUESTS ?= stock-6.1 uml uml-kasan
DESTDIR ?=
BENCH_DATA ?=
PREFIX ?= /usr
SUITES ?= lint unit golden e2e

all: tool $(if $(wildcard $(KDIR)/Makefile),module)

module:
	scripts/build-module "$(KDIR)" build/module

tool:
	$(MAKE) -C userspace

packages:
	scripts/packages install

demo: packages tool
	scripts/demo-run "$(GUEST)"

demo-shell: packages tool
	scripts/demo-run --shell "$(GUEST)"

check: packages tool
	GUESTS="$(GUESTS)" TG_BRIEF=yes scripts/check $(SUITES)

lint unit golden e2e torture: tool
	GUESTS="$(GUESTS)" scripts/check $@

nightly:
	tests/run-unit --nightly
	tests/unit/mutate
	$(MAKE) torture

bench: bench-native bench-kernel bench-shaping

bench-quick: bench-native-quick bench-kernel-quick bench-shaping-quick

bench-packages:
	scripts/packages install bench

bench-native:
	BENCH_DATA="$(BENCH_DATA)" tests/perf/native/run

bench-native-quick:
	BENCH_DATA="$(BENCH_DATA)" tests/perf/native/run --quick

bench-kernel: packages tool
	scripts/bench-kernel

bench-kernel-quick: packages tool
	scripts/bench-kernel --quick

bench-shaping: packages tool
	scripts/bench-shaping

bench-shaping-quick: packages tool
	scripts/bench-shaping --quick

generate:
	scripts/gen-netlink "$$(scripts/lab source)"

install: all
	$(MAKE) -C userspace install DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)"
	if [ -f build/module/tenantgate.ko ]; then \
		release=$$(make -s -C "$(KDIR)" kernelrelease) && \
		install -D -m 644 build/module/tenantgate.ko \
			"$(DESTDIR)/lib/modules/$$release/updates/tenantgate.ko" && \
		{ [ -n "$(DESTDIR)" ] || depmod "$$release"; }; \
	else \
		echo "install: no module was built, as there are no kernel headers in $(KDIR)" >&2; \
	fi

clean:
	rm -rf build

.PHONY: all module tool packages demo demo-shell check nightly lint unit golden e2e torture bench bench-quick \
	bench-packages bench-native bench-native-quick bench-kernel bench-kernel-quick \
	bench-shaping bench-shaping-quick generate install clean
