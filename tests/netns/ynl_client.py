#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Drives the tenantgate family with the kernel's own YNL client.

    ynl_client.py tools/net/ynl tenantgate.yaml

A client nobody here wrote reads the specification and talks to the module: it begins a
candidate, fills and commits it, reads everything back, is refused properly, and rolls
back. Prints TAP. The policy that was running before runs again afterwards.
"""

import errno
import sys

sys.path.insert(0, sys.argv[1])
# pylint: disable=wrong-import-position,import-error
from pyynl.lib import NlError, YnlFamily  # noqa: E402


def check(good, promise, detail=""):
    """Print one line of TAP."""
    print(f"{'ok' if good else 'not ok'} - {promise}")
    if not good and detail != "":
        print(f"# {detail}")
    sys.stdout.flush()


def refusal(family, command, attributes):
    """What the kernel answers to something it must refuse."""
    try:
        family.do(command, attributes)
    except NlError as error:
        return error
    return None


def words(error):
    """The extended acknowledgement of a refusal, {} when there is none."""
    return (error and error.nl_msg.extack) or {}


def prefix(address, length):
    """A prefix as the specification wants it."""
    return {"address": address, "length": length}


def fill(family):
    """One company with one of everything."""
    family.do("gateway-set", {"mode": "enforce", "label": "ynl", "allow": [{"protocol": 1, "icmp-type": 8}]})
    family.do("realm-add", {"id": 1, "name": "red", "device": "vrf-red"})
    family.do("link-add", {"id": 1, "name": "uplink", "rate-up": 125000000, "rate-down": 50000000, "overhead": 60,
                           "padding": 16, "framing": 38, "minimum": 84})
    family.do("link-add", {"id": 2, "name": "spare", "oversubscribe": True})
    family.do("plan-add", {"id": 7, "name": "small", "guarantee-up": 625000, "guarantee-down": 1250000,
                           "ceiling-down": 12500000, "user-ceiling-up": 2500000, "realtime-down": 125000,
                           "share-bulk": 3, "weight": 25})
    family.do("device-add", {"name": "eth0", "kind": "uplink", "link": 1})
    family.do("device-add", {"name": "eth1", "kind": "uplink"})
    family.do("device-add", {"name": "wg-a", "kind": "tunnel", "link": 1})
    family.do("tenant-add", {"id": 0, "name": "platform", "plan": 7})
    family.do("tenant-add", {"id": 1, "name": "company-y", "title": "Company Y", "max-flows": 100, "plan": 7})
    family.do("site-add", {"id": 1, "tenant": 0, "name": "servers", "kind": "platform", "device": "svc0",
                           "prefix": [prefix("10.99.0.0", 24), prefix("fd00:99::", 64)]})
    family.do("site-add", {"id": 2, "tenant": 1, "name": "home", "kind": "home", "device": "wg0",
                           "prefix": [prefix("10.1.1.0", 24), prefix("fd00:a:1::", 64)]})
    family.do("site-add", {"id": 3, "tenant": 1, "name": "office", "kind": "office", "device": "wg-a",
                           "prefix": [prefix("10.1.10.0", 24)]})
    family.do("service-add", {"id": 1, "tenant": 0, "name": "web-meeting", "kind": "hosts",
                              "address": [prefix("10.99.0.10", 32)],
                              "port": [{"protocol": 6, "first": 443, "class": "interactive"},
                                       {"protocol": 17, "first": 10000, "last": 10100, "class": "realtime"}]})
    family.do("service-add", {"id": 2, "tenant": 1, "name": "files", "kind": "hosts",
                              "address": [prefix("10.1.10.10", 32)], "port": [{"protocol": 6, "first": 445}]})
    family.do("role-add", {"id": 1, "tenant": 1, "name": "staff"})
    family.do("user-add", {"id": 1, "tenant": 1, "name": "sato", "title": "Sato",
                           "address": [prefix("10.1.1.2", 32)], "role": [1]})
    family.do("rule-add", {"tenant": 1, "name": "staff to files", "origin": "ynl_client.py:1", "verdict": "allow",
                           "source": [{"type": "role", "id": 1}],
                           "destination": [{"type": "service", "id": 2}]})
    family.do("grant-add", {"tenant": 1, "service": 1, "origin": "ynl_client.py:2"})
    family.do("management-add", {"from": prefix("203.0.113.0", 28), "port": [{"protocol": 6, "first": 22}]})


def read_back(family, generation):
    """What was written is what is read."""
    tenants = {tenant["name"]: tenant for tenant in family.dump("tenant-get", {})}
    check(tenants.get("company-y", {}).get("title") == "Company Y", "a title is read back", tenants)
    check(tenants.get("company-y", {}).get("effective-mode") == "enforce", "enumerations are read back by name", tenants)
    sites = [site for site in family.dump("site-get", {}) if site["tenant-name"] == "company-y"]
    check({site["device"] for site in sites} == {"wg0", "wg-a"}, "sites are read back", sites)
    check(any({"address": "fd00:a:1::", "length": 64} in site["prefix"] for site in sites),
          "prefixes are read back", sites)
    services = {service["name"]: service for service in family.dump("service-get", {})}
    check(any(port.get("last") == 10100 and port.get("class") == "realtime"
              for port in services.get("web-meeting", {}).get("port", [])), "ports are read back with their class",
          services)
    users = family.dump("user-get", {})
    check(any(user["name"] == "sato" and user.get("role-name") == ["staff"] for user in users),
          "users are read back with their roles", users)
    rules = family.dump("rule-get", {"tenant-name": "company-y"})
    check({rule["name"] for rule in rules} == {"staff to files", "grant web-meeting"}, "rules and grants are read back",
          rules)
    check(all(rule["generation"] == generation for rule in rules), "a dump carries the generation", rules)
    reasons = {reason["name"]: reason for reason in family.dump("reason-get", {})}
    check(reasons.get("other-tenant", {}).get("verdict") == "deny" and len(reasons) >= 30,
          "every reason is described", reasons)
    check(isinstance(family.dump("counter-get", {}), list), "counters are read")
    check(isinstance(family.dump("flow-get", {}), list), "flows are read")
    check(family.dump("bandwidth-get", {"link-name": "uplink", "tenant-name": "company-y"}) == [],
          "who has not sent has no bandwidth")


def bandwidth(family, generation):
    """Links, plans and devices are what was written."""
    links = {link["name"]: link for link in family.dump("link-get", {})}
    check(links.get("uplink") == {"name": "uplink", "rate-up": 125000000, "rate-down": 50000000, "overhead": 60,
                                  "padding": 16, "framing": 38, "minimum": 84, "guaranteed-up": 1250000,
                                  "guaranteed-down": 2500000, "realtime-down": 250000, "generation": generation},
          "a link is read back, with what is promised of it", links)
    check("oversubscribe" in links.get("spare", {}) and "rate-up" not in links.get("spare", {}),
          "a link that is not shaped is read back", links)
    plans = family.dump("plan-get", {})
    check(plans == [{"name": "small", "guarantee-up": 625000, "guarantee-down": 1250000, "ceiling-down": 12500000,
                     "user-ceiling-up": 2500000, "realtime-down": 125000, "share-interactive": 4, "share-bulk": 3,
                     "weight": 25, "in-force": True, "generation": generation}], "a plan is read back", plans)
    devices = {device["name"]: (device["kind"], device.get("link-name")) for device in family.dump("device-get", {})}
    check(devices == {"eth0": ("uplink", "uplink"), "eth1": ("uplink", None), "wg-a": ("tunnel", "uplink"),
                      "svc0": ("tunnel", None), "wg0": ("tunnel", None)}, "devices are read back with their links", devices)
    tenants = {tenant["name"]: tenant.get("plan-name") for tenant in family.dump("tenant-get", {})}
    check(tenants == {"platform": "small", "company-y": "small"}, "tenants are read back with their plans", tenants)


def explain(family):
    """Ask what would happen."""
    question = {"source": "10.1.1.2", "destination": "10.1.10.10", "protocol": 6, "destination-port": 445}
    answer = family.do("explain", question)
    check((answer.get("verdict"), answer.get("reason"), answer.get("rule"), answer.get("origin")) ==
          ("allow", "rule", "staff to files", "ynl_client.py:1"), "explain names the rule and where it is written", answer)
    check(answer.get("user") == "sato" and answer.get("role") == ["staff"], "explain names the user and the roles", answer)
    question["destination-port"] = 22
    answer = family.do("explain", question)
    check((answer.get("verdict"), answer.get("reason")) == ("deny", "no-rule"), "explain names the reason", answer)


def refusals(family):
    """Refusals come with an error, words, and the attribute meant."""
    error = refusal(family, "tenant-add", {"id": 1, "name": "late"})
    check(words(error).get("msg"), "an object without begin is refused with words", error)
    family.do("begin", {})
    family.do("tenant-add", {"id": 1, "name": "one"})
    error = refusal(family, "tenant-add", {"id": 1, "name": "two"})
    check(error and error.error in (errno.EEXIST, errno.EINVAL), "a number used twice is refused", error)
    error = refusal(family, "site-add", {"id": 1, "tenant": 1, "name": "home", "device": "wg0",
                                         "prefix": [prefix("0.0.0.0", 0)]})
    check("bad-attr" in words(error), "a refusal names the attribute", error)
    error = refusal(family, "site-add", {"id": 1, "tenant": 9, "name": "home", "device": "wg0",
                                         "prefix": [prefix("10.0.0.0", 8)]})
    check(words(error).get("msg"), "an unknown reference is refused with words", error)
    family.do("abort", {})
    error = refusal(family, "commit", {})
    check(error is not None, "after abort there is nothing to commit", error)


def replaced(family):
    """One tenant of the running policy is replaced, and nothing else can be."""
    features = family.do("features-get", {})
    check("replace-tenant" in features.get("feature", []), "the module says that it can replace tenants", features)
    before = family.do("status-get", {})["generation"]
    numbers = {service["name"]: service["id"] for service in family.dump("service-get", {})}
    sites = {site["name"]: site["id"] for site in family.dump("site-get", {}) if site["tenant-name"] == "company-y"}
    family.do("begin", {"from-running": True})
    for command, attributes in (("gateway-set", {"mode": "observe"}),
                                ("device-add", {"name": "eth9", "kind": "uplink"}),
                                ("link-add", {"id": 9, "name": "more"}),
                                ("plan-add", {"id": 9, "name": "more"}),
                                ("site-add", {"id": 9, "tenant": 1, "name": "more", "device": "wg0",
                                              "prefix": [prefix("10.9.0.0", 24)]}),
                                ("tenant-add", {"id": 0, "name": "platform"}),
                                ("tenant-add", {"id": 1, "name": "company-x"}),
                                ("tenant-add", {"id": 1, "name": "company-y", "mode": "observe"}),
                                ("tenant-add", {"id": 1, "name": "company-y", "max-flows": 5}),
                                ("tenant-add", {"id": 1, "name": "company-y", "plan": 7})):
        error = refusal(family, command, attributes)
        check(words(error).get("msg"), f"{command} {attributes.get('name', '')} is refused in what is running", error)
    family.do("tenant-add", {"id": 1, "name": "company-y", "revision": b"\x01\x02"})
    error = refusal(family, "tenant-add", {"id": 2, "name": "company-y"})
    check(words(error).get("msg"), "a tenant cannot be replaced twice", error)
    family.do("rule-add", {"tenant": 1, "name": "anyone to office", "verdict": "allow",
                           "destination": [{"type": "site", "id": sites["office"]}]})
    family.do("grant-add", {"tenant": 1, "service": numbers["web-meeting"]})
    family.do("commit", {"dry-run": True})
    done = family.do("commit", {})
    check(done.get("generation") == before + 1, "the tenant is replaced", done)
    rules = {rule["name"] for rule in family.dump("rule-get", {"tenant-name": "company-y"})}
    check(rules == {"anyone to office", "grant web-meeting"}, "it has its new rules and no old ones", rules)
    check(not family.dump("user-get", {}), "and none of its old people")
    tenants = {tenant["name"]: tenant for tenant in family.dump("tenant-get", {})}
    check(tenants["company-y"].get("title") == "Company Y" and tenants["company-y"].get("max-flows") == 100,
          "title and limits stay", tenants)
    check(tenants["company-y"].get("plan-name") == "small", "and its plan", tenants)
    check(bytes(tenants["company-y"].get("revision", b"")) == b"\x01\x02", "its revision is read back", tenants)
    answer = family.do("explain", {"source": "10.1.1.2", "destination": "10.1.10.10", "protocol": 6,
                                   "destination-port": 22})
    check((answer.get("verdict"), answer.get("rule")) == ("allow", "anyone to office"), "packets are judged by them",
          answer)
    family.do("begin", {"from-running": True})
    family.do("tenant-add", {"id": 1, "name": "company-y"})
    now = family.do("mode-set", {"mode": "enforce"})["generation"]
    error = refusal(family, "commit", {"expected-generation": now})
    check(error and error.error == errno.ESTALE, "what is running no more cannot be gone on from", error)
    for expected in ({}, {"expected-generation": now}, {"expected-generation": now - 1}):
        family.do("begin", {"from-running": True})
        family.do("tenant-add", {"id": 1, "name": "company-y"})
        now = family.do("mode-set", {"mode": "enforce"})["generation"]
        error = refusal(family, "commit", expected)
        check(error and error.error == errno.ESTALE, f"whatever it expects {len(expected)}", error)
        check(refusal(family, "abort", {}) is not None, "and is thrown away")


def main():
    """The whole conversation."""
    family = YnlFamily(sys.argv[2], "")
    features = family.do("features-get", {})
    check("version" in features, "YNL reads the specification and finds the family", features)
    before = family.do("status-get", {})
    begun = family.do("begin", {"expected-generation": before["generation"]})
    check(begun.get("generation") == before["generation"], "begin answers with the running generation", begun)
    fill(family)
    dry = family.do("commit", {"dry-run": True})
    check(family.do("status-get", {})["generation"] == before["generation"], "a dry run changes nothing", dry)
    done = family.do("commit", {"expected-generation": before["generation"], "confirm-timeout": 600})
    check(done.get("generation", 0) > before["generation"], "commit answers with a new generation", done)
    status = family.do("status-get", {})
    check(status.get("label") == "ynl" and status.get("mode") == "enforce" and status.get("confirm-timeout", 0) > 0,
          "the status says what runs and that it waits for a confirmation", status)
    read_back(family, done.get("generation"))
    bandwidth(family, done.get("generation"))
    explain(family)
    replaced(family)
    back = family.do("rollback", {})
    check(back.get("generation", 0) > done.get("generation", 0), "rollback answers with a new generation", back)
    check(family.do("status-get", {}).get("label") == before.get("label"), "what ran before runs again")
    refusals(family)


main()
