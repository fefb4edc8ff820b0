# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P4."""

from harness import compared
from harness.figures import markdown_table, optional, spread
from p4_http.measure import LOADS, OURS


def page(results):
    loads = {f"{connections} x {depth}": compared.by(
        results, "server", lambda r: (r["connections"], r["depth"]) == (connections, depth))
        for connections, depth in LOADS}
    tables = {"goals": compared.table("server", loads, "per_second", "cpu_us", goals)}
    tables.update({heading: table(here) for heading, here in loads.items()})
    return tables, {f"depth-{depth}": compared.chart(
        f"HTTP plaintext, {depth} requests at a time", "microseconds of CPU a request",
        {f"{heading.split(' ')[0]} connections": here for heading, here in loads.items()
         if heading.endswith(f" x {depth}")}, "cpu_us", OURS) for depth in (1, 16)}


def goals(heading):
    return [(OURS, ["beast_coroutine", "beast_callbacks"],
             1.25 if heading.endswith(" x 1") else 10),
            (OURS, ["nginx"], 1.0), (OURS, ["hand_written"], 0.9)]


def table(servers):
    rows = [[server, spread(r["per_second"], 0), spread(r["cpu_us"]),
             optional(r["system_calls"]), optional(r["allocations"]), r["errors"]]
            for server, r in servers.items()]
    return markdown_table(["server", "requests/s", "CPU us/request", "system calls/request",
                           "allocations/request", "errors"], rows)
