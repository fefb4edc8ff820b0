# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P6."""

from harness.chart import bars
from harness.figures import markdown_table, ratios, rounded
from p6_relay.report import GOALS, LOADS, OURS


def page(results):
    tables = {f"{connections}": table(of(results, connections)) for connections in LOADS}
    tables["goals"] = goals(results)
    return tables, {"cpu": chart(results)}


def of(results, connections):
    return {r["relay"]: r for r in results if r["connections"] == connections}


def table(relays):
    rows = [[name, rounded(r["gb_per_second"]), rounded(r["cpu_per_gb"]),
             "-" if r["allocations"] is None else r["allocations"]]
            for name, r in relays.items()]
    return markdown_table(["relay", "GB/s", "CPU seconds/GB", "allocations"], rows)


def goals(results):
    rows = []
    for connections in LOADS:
        here = of(results, connections)
        for our, their, goal in GOALS:
            if their in here:
                ours, peer = here[our], here[their]
                rows.append([f"{connections} connections", our, their, goal,
                             marked(ours["gb_per_second"], peer["gb_per_second"], goal),
                             marked(peer["cpu_per_gb"], ours["cpu_per_gb"], goal)])
    return markdown_table(["", "relay", "against", "goal", "GB/s", "CPU"], rows)


def marked(above, below, goal):
    values = ratios(above["rounds"], below["rounds"])
    middle = sorted(values)[len(values) // 2]
    return rounded({"rounds": values}) + (" reached" if middle >= goal else " **missed**")


def chart(results):
    groups = []
    for connections in LOADS:
        rows = sorted(of(results, connections).values(), key=lambda r: r["cpu_per_gb"]["median"])
        groups.append((f"{connections} connections",
                       [(r["relay"], *(r["cpu_per_gb"][k] for k in ("median", "min", "max")),
                         r["relay"] in OURS) for r in rows]))
    return bars("TCP relay", "seconds of CPU a gigabyte", groups)
