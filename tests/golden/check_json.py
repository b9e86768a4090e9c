#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads what "tgctl check --json FILE" prints and compares it with what is to be expected."""
import json
import sys

path = sys.argv[1]
report = json.load(sys.stdin)
fine = path.startswith("good/")
assert report["fine"] is fine, "fine"
assert (report["errors"] == 0) is fine, "errors"
messages = report["messages"]
assert len(messages) == report["errors"] + report["warnings"], "number of messages"
for message in messages:
    assert message["severity"] in ("error", "warning"), message
    assert message["file"] == path and message["line"] > 0 and message["column"] > 0, message
    assert message["message"], message
if fine:
    for total in ("tenants", "sites", "services", "users", "servers", "rules", "tests"):
        assert isinstance(report[total], int), total
