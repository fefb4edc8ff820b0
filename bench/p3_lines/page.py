# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P3."""

from statistics import median

from harness.chart import bars
from harness.figures import at_least, markdown_table, ratios, spread

SOURCES = ("memory", "memory in place", "TCP")
GOALS = {"async_read_until": dict.fromkeys(SOURCES, 25),
         "hand loop": {"memory": 1.5, "memory in place": 1.5, "TCP": 1.0}}


def page(results):
    tables, groups = {}, []
    for source in SOURCES:
        for reactor in reactors(source, results):
            shown = alike(source, reactor, results)
            tables[heading(source, reactor)] = table(shown)
            groups.append((heading(source, reactor),
                           [(name(r), r["nanoseconds"], r["form"] == "sluice") for r in shown]))
    tables["goals"] = goals(results)
    return tables, {"lines": bars("Lines of 64 bytes", "nanoseconds a line", groups)}


def table(results):
    ours = own(results)["nanoseconds"]
    shown = sorted(results, key=lambda r: median(r["nanoseconds"]))
    return markdown_table(
        ["form", "ns a line", "times that of Sluice", "allocations a line", "lines a read"],
        [[name(r), spread(r["nanoseconds"], 1), spread(ratios(r["nanoseconds"], ours)),
          f"{r['allocations']:.4f}", f"{r['per_receipt']:,.0f}"] for r in shown])


def goals(results):
    rows = []
    for source in SOURCES:
        for reactor in reactors(source, results):
            group = alike(source, reactor, results)
            for form, goal in GOALS.items():
                peers = [r for r in group if r["form"].startswith(form)]
                if peers:
                    best = min(peers, key=lambda r: median(r["nanoseconds"]))
                    rows.append([heading(source, reactor), name(best), f"{goal[source]} x",
                                 at_least(best["nanoseconds"], own(group)["nanoseconds"],
                                          goal[source])])
    return markdown_table(["lines from", "best peer of its kind", "goal", "peer / Sluice"], rows)


def own(results):
    return next(r for r in results if r["form"] == "sluice")


def alike(source, reactor, results):
    """Forms without a context are in both groups."""
    return [r for r in results if r["from"] == source and r.get("reactor", reactor) == reactor]


def reactors(source, results):
    found = {r.get("reactor") for r in results if r["from"] == source} - {None}
    return sorted(found) or [None]


def name(result):
    return f"{result['form']}, {result['style']}"


def heading(source, reactor):
    return source + {"yes": ", reactor", "no": ", no reactor", None: ""}[reactor]
