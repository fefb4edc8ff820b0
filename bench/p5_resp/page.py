# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P5."""

from harness.chart import bars
from harness.figures import markdown_table, rounded
from p5_resp.report import GOALS, LOADS, compared, number


def page(results):
    tables = {f"{test} x {depth}": table(of(results, test, depth)) for test, depth in LOADS}
    tables["goals"] = goals(results)
    return tables, {"resp": chart(results)}


def of(results, test, depth):
    return [r for r in results if (r["test"], r["depth"]) == (test, depth)]


def table(servers):
    return markdown_table(["server", "requests/s", "CPU us/request", "allocations/request"],
                          [[r["server"], rounded(r["per_second"], 0), rounded(r["cpu_us"]),
                            number(r["allocations"])] for r in servers])


def goals(results):
    rows = []
    for test, depth in LOADS:
        rate, cpu = compared(results, test, depth)
        rows.append([f"{test}, {depth} at a time", GOALS[depth],
                     *(marked(values, GOALS[depth]) for values in (rate, cpu))])
    return markdown_table(["load", "goal", "requests/s", "CPU"], rows)


def marked(values, goal):
    middle = sorted(values)[len(values) // 2]
    return rounded({"rounds": values}) + (" reached" if middle >= goal else " **missed**")


def chart(results):
    groups = [(f"{test}, {depth} at a time",
               [(r["server"], *(r["cpu_us"][k] for k in ("median", "min", "max")),
                 r["server"] == "sluice") for r in of(results, test, depth)])
              for test, depth in LOADS]
    return bars("Key-value server", "microseconds of CPU a request", groups)
