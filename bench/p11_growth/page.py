# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P11."""

from statistics import median

from harness.chart import bars
from harness.figures import markdown_table, ratios, spread, verdict

GOAL = 1.2  # times the least cost of a byte in any smaller size
WORKS = {  # the other one shows what the machine makes of it
    "buffered bytes": "the same by malloc and memcpy", "pieces of a line": None,
    "pieces in a read": None, "producers": None, "connections": "the same with plain Asio"}


def page(results):
    tables = {"goals": goals(results)}
    groups = []
    for what, other in WORKS.items():
        here, there = (sizes(results, one) for one in (what, other))
        tables[what] = table(what, here, other, there)
        groups.append((what, [(f"{int(size):,}", figures, True) for size, figures in here.items()]))
    return tables, {"growth": bars("The cost of a byte", "nanoseconds a byte", groups, False)}


def sizes(results, what):
    return {r["size"]: r["nanoseconds"] for r in results if r["what"] == what}


def growth(figures):
    """The most that a size costs, times the least that any smaller one does."""
    most, least, where = [1.0], None, "-"
    for size, values in figures.items():
        if least is not None and median(ratios(values, least)) > median(most):
            most, where = ratios(values, least), size
        if least is None or median(values) < median(least):
            least = values
    return most, where


def goals(results):
    rows = []
    for what, other in WORKS.items():
        most, where = growth(sizes(results, what))
        rows.append([what, f"< {GOAL}", f"{spread(most)} {verdict(median(most) < GOAL)}",
                     where if where == "-" else f"{int(where):,}",
                     spread(growth(sizes(results, other))[0]) if other else "-"])
    return markdown_table(["what grows", "goal, times", "most growth", "at", "of the other"], rows)


def table(what, here, other, there):
    rows = [[f"{int(size):,}", spread(figures, 3)] + ([spread(there[size], 3)] if other else [])
            for size, figures in here.items()]
    return markdown_table([what, "ns a byte"] + ([other] if other else []), rows)
