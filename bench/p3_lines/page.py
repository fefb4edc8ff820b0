# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P3."""

from harness.chart import bars
from harness.figures import markdown_table, rounded
from p3_lines.report import SOURCES, alike, heading, name, reactors


def page(results):
    tables, groups = {}, []
    for source in SOURCES:
        for reactor in reactors(source, results):
            shown = sorted(alike(source, reactor, results), key=lambda r: r["nanoseconds"]["median"])
            tables[heading(source, reactor)] = markdown_table(
                ["form", "ns a line", "times that of Sluice", "allocations a line"],
                [[name(r), rounded(r["nanoseconds"], 1), rounded(r["to_sluice"]),
                  f"{r['allocations']:.4f}"] for r in shown])
            groups.append((heading(source, reactor),
                           [(name(r), *(r["nanoseconds"][k] for k in ("median", "min", "max")),
                             r["form"] == "sluice") for r in shown]))
    return tables, {"lines": bars("Lines of 64 bytes", "nanoseconds a line", groups)}
