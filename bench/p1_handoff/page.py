# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P1."""

from statistics import median

from harness.chart import bars
from harness.figures import at_most, markdown_table, ratios, spread

CHUNKS = ("64", "1024", "16384")
STYLES = ["cycle", "callbacks", "trying coroutine", "suspending coroutine"]
GOALS = [  # style, resumption, chunk, less than
    ("cycle", None, "64", 25),
    ("cycle", None, "1024", 25),
    ("cycle", None, "16384", 25),
    ("callbacks", "dispatch", "64", 80),
    ("callbacks", "post", "64", 80),
    ("trying coroutine", "post", "64", 40),
    ("trying coroutine", "dispatch", "64", 200),
    ("suspending coroutine", "dispatch", "64", 250),
    ("suspending coroutine", "post", "64", 250),
]


def page(results):
    tables = {"goals": goals(results)}
    for chunk in CHUNKS:
        tables[f"peers {chunk}"] = peers([r for r in results if r["chunk"] == chunk])
    return tables, {chunk: chart(chunk, results) for chunk in CHUNKS}


def goals(results):
    rows = []
    for style, resumption, chunk, limit in GOALS:
        row = [f"{style}{', ' + resumption if resumption else ''}, {chunk} B",
               f"< {limit}{' above memcpy' if style == 'cycle' else ''}"]
        for executor, reactor in (("io_context", "no"), ("io_context", "yes"),
                                  ("any_io_executor", "yes")):
            found = [figures(r, results) for r in results if r["form"] == "sluice" and
                     (r["style"], r.get("resumption"), r["chunk"], r["executor"],
                      r["reactor"]) == (style, resumption, chunk, executor, reactor)]
            row.append(at_most(found[0], limit) if found else "-")
        rows.append(row)
    return markdown_table(["form", "goal, ns", "measured", "with a reactor",
                           "and any_io_executor"], rows)


def figures(result, results):
    """Of the cycle, what it takes beyond the copy."""
    if result["style"] != "cycle":
        return result["nanoseconds"]
    copy = next(r for r in results if (r["form"], r["chunk"]) == ("memcpy", result["chunk"]))
    return [a - b for a, b in zip(result["nanoseconds"], copy["nanoseconds"])]


def name(result):
    return ", ".join(filter(None, (result["form"], result.get("resumption"))))


def is_peer(result):
    return result["form"] not in ("sluice", "memcpy")


def plain(results):
    """One kind of executor, no reactor: what all forms have in common."""
    return [r for r in results if r.get("reactor", "no") == "no" and
            r.get("executor") != "any_io_executor"]


def best(results):
    return min(results, key=lambda r: median(r["nanoseconds"]), default=None)


def peers(results):
    rows = []
    for style in STYLES:
        alike = [r for r in plain(results) if r["style"] == style]
        for one in (r for r in alike if r["form"] == "sluice"):
            rows.append([f"{style}: {name(one)}", spread(one["nanoseconds"], 1),
                         f"{one['allocations']:.2f}",
                         *against(one, best(filter(is_peer, alike))),
                         *against(one, best(filter(is_peer, plain(results))))])
    return markdown_table(["form", "ns a chunk", "allocations", "best peer of the style",
                           "peer / Sluice", "best peer of all", "peer / Sluice"], rows)


def against(one, peer):
    if peer is None:
        return ["-", "-"]
    return [name(peer), spread(ratios(peer["nanoseconds"], one["nanoseconds"]))]


def chart(chunk, results, title="one thread"):
    here = [r for r in plain(results) if r["chunk"] == chunk]
    groups = [(style, [(name(r), r["nanoseconds"], r["form"] == "sluice")
                       for r in here if r["style"] == style]) for style in STYLES]
    return bars(f"Hand-off of {chunk} bytes in memory, {title}", "nanoseconds a chunk",
                [group for group in groups if group[1]])
