# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P7."""

from harness.chart import bars
from harness.figures import markdown_table, ratios, rounded
from p7_files.report import GOALS, LOADS, OURS


def page(results):
    tables = {f"{size >> 20}": table(of(results, size)) for size, _ in LOADS}
    tables["goals"] = goals(results)
    return tables, {"files": chart(results)}


def of(results, size):
    return {r["server"]: r for r in results if r["size"] == size}


def table(servers):
    rows = [[name, rounded(r["gb_per_second"]), rounded(r["cpu_per_gb"])]
            for name, r in servers.items()]
    return markdown_table(["server", "GB/s", "CPU seconds/GB"], rows)


def goals(results):
    rows = []
    for size, _ in LOADS:
        here = of(results, size)
        for our, their, goal in GOALS:
            if their in here:
                ours, peer = here[our], here[their]
                rows.append([f"{size >> 20} MiB", our, their, goal,
                             marked(ours["gb_per_second"], peer["gb_per_second"], goal),
                             marked(peer["cpu_per_gb"], ours["cpu_per_gb"], goal)])
    return markdown_table(["", "server", "against", "goal", "GB/s", "CPU"], rows)


def marked(above, below, goal):
    values = ratios(above["rounds"], below["rounds"])
    middle = sorted(values)[len(values) // 2]
    return rounded({"rounds": values}) + (" reached" if middle >= goal else " **missed**")


def chart(results):
    groups = []
    for size, _ in LOADS:
        rows = sorted(of(results, size).values(), key=lambda r: r["cpu_per_gb"]["median"])
        groups.append((f"{size >> 20} MiB",
                       [(r["server"], *(r["cpu_per_gb"][k] for k in ("median", "min", "max")),
                         r["server"] in OURS) for r in rows]))
    return bars("Static files", "seconds of CPU a gigabyte", groups)
