# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P8."""

from statistics import median

from harness import compared
from harness.figures import markdown_table, spread, verdict

KINDS = ("echo", "http")
# Ours may keep so many bytes, or no more than the other one.
GOALS = [("echo", "sluice_callbacks", 1500), ("http", "sluice_callbacks", "beast_callbacks"),
         ("http", "sluice_coroutine", "beast_coroutine")]


def page(results):
    kinds = {kind: compared.by(results, "server", lambda r: r["protocol"] == kind)
             for kind in KINDS}
    tables = {kind: markdown_table(["server", "bytes a connection"],
                                   [[name, spread(r["bytes"], 0)] for name, r in here.items()])
              for kind, here in kinds.items()}
    tables["goals"] = goals(kinds)
    ours = {r["server"] for r in results if r["server"].startswith("sluice")}
    return tables, {"idle": compared.chart("Idle connections", "bytes for each", kinds, "bytes",
                                           ours)}


def goals(kinds):
    rows = []
    for kind, name, most in GOALS:
        kept = median(kinds[kind][name]["bytes"])
        bound = most if isinstance(most, int) else median(kinds[kind][most]["bytes"])
        rows.append([f"{kind}, {name}", most, f"{kept:,.0f}", verdict(kept <= bound)])
    return markdown_table(["", "at most", "bytes", ""], rows)
