# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P8."""

from harness.chart import bars
from harness.figures import markdown_table, rounded
from p8_idle.report import GOALS


def page(results):
    tables = {kind: table(of(results, kind)) for kind in ("echo", "http")}
    tables["goals"] = goals(results)
    return tables, {"idle": chart(results)}


def of(results, kind):
    return [r for r in results if r["protocol"] == kind]


def table(servers):
    return markdown_table(["server", "bytes a connection"],
                          [[r["server"], rounded(r["bytes"], 0)] for r in servers])


def goals(results):
    here = {(r["protocol"], r["server"]): r["bytes"]["median"] for r in results}
    rows = []
    for kind, name, most in GOALS:
        bound = most if isinstance(most, int) else here[kind, most]
        rows.append([f"{kind}, {name}", most, f"{here[kind, name]:,.0f}",
                     "reached" if here[kind, name] <= bound else "**missed**"])
    return markdown_table(["", "at most", "bytes", ""], rows)


def chart(results):
    groups = []
    for kind in ("echo", "http"):
        rows = sorted(of(results, kind), key=lambda r: r["bytes"]["median"])
        groups.append((kind, [(r["server"], *(r["bytes"][k] for k in ("median", "min", "max")),
                               r["server"].startswith("sluice")) for r in rows]))
    return bars("Idle connections", "bytes for each", groups)
