# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P1."""

from harness.chart import bars
from harness.figures import markdown_table, ratios, rounded
from p1_handoff.report import GOALS, STYLES, name

CHUNKS = (64, 1024, 16384)


def page(results):
    shown = [r for r in results if r["process"] == "threaded"]
    tables = {"goals": goals(shown)}
    for chunk in CHUNKS:
        tables[f"peers {chunk}"] = peers([r for r in shown if int(r["chunk"]) == chunk])
    return tables, {str(chunk): chart(chunk, shown) for chunk in CHUNKS}


def goals(results):
    rows = []
    for style, resumption, chunk, what, limit in GOALS:
        row = [f"{style}{', ' + resumption if resumption else ''}, {chunk} B",
               f"< {limit}{' above memcpy' if what == 'above_memcpy' else ''}"]
        for reactor in ("no", "yes"):
            found = [r for r in results if r["form"] == "sluice" and
                     (r["style"], r.get("resumption"), int(r["chunk"]), r["executor"],
                      r["reactor"]) == (style, resumption, chunk, "io_context", reactor)]
            row.append(marked(found[0][what], limit) if found else "-")
        rows.append(row)
    return markdown_table(["form", "goal, ns", "measured", "with a reactor"], rows)


def marked(figures, limit):
    return rounded(figures, 1) + (" reached" if figures["median"] < limit else " **missed**")


def plain(results):
    """One kind of executor, no reactor: what all forms have in common."""
    return [r for r in results if r["reactor"] == "no" and r.get("executor") != "any_io_executor"]


def peers(results):
    rows = []
    for style in STYLES:
        alike = [r for r in plain(results) if r["style"] == style]
        others = [r for r in alike if r["form"] not in ("sluice", "memcpy")]
        best = min(others, key=lambda r: r["nanoseconds"]["median"]) if others else None
        for one in (r for r in alike if r["form"] == "sluice"):
            against = [name(best), rounded({"rounds": ratios(best["nanoseconds"]["rounds"],
                                                             one["nanoseconds"]["rounds"])})] \
                if best else ["-", "-"]
            rows.append([f"{style}: {name(one)}", rounded(one["nanoseconds"], 1),
                         f"{one['allocations']:.2f}", *against])
    return markdown_table(["form", "ns a chunk", "allocations", "best peer of the style",
                           "peer / Sluice"], rows)


def chart(chunk, results):
    groups = []
    for style in STYLES:
        rows = sorted((r for r in plain(results)
                       if r["style"] == style and int(r["chunk"]) == chunk),
                      key=lambda r: r["nanoseconds"]["median"])
        if rows:
            groups.append((style, [(name(r), *(r["nanoseconds"][k] for k in
                                               ("median", "min", "max")), r["form"] == "sluice")
                                   for r in rows]))
    return bars(f"Hand-off of {chunk} bytes in memory, one thread", "nanoseconds a chunk", groups)
