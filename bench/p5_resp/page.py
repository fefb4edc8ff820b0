# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P5."""

from harness import compared
from harness.figures import markdown_table, optional, spread
from p5_resp.measure import LOADS

GOALS = {1: 1.0, 16: 1.2}  # by the requests that are sent at once


def page(results):
    loads = {f"{test} x {depth}": compared.by(
        results, "server", lambda r: (r["test"], r["depth"]) == (test, depth))
        for test, depth in LOADS}
    tables = {heading: table(here) for heading, here in loads.items()}
    tables["goals"] = compared.table(
        "server", loads, "per_second", "cpu_us",
        lambda heading: [(["sluice"], ["redis"], GOALS[int(heading.split(" ")[-1])])])
    return tables, {"resp": compared.chart("Key-value server, requests x at a time",
                                           "microseconds of CPU a request", loads, "cpu_us",
                                           ["sluice"])}


def table(servers):
    return markdown_table(["server", "requests/s", "CPU us/request", "system calls/request",
                           "allocations/request"],
                          [[name, spread(r["per_second"], 0), spread(r["cpu_us"]),
                            optional(r["system_calls"]), optional(r["allocations"], 4)]
                           for name, r in servers.items()])
