# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P1."""

from statistics import median

from harness.chart import bars
from harness.figures import at_least, at_most, markdown_table, spread

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
AHEAD = {"64": 1.0, "1024": 1.0, "16384": 2.0}  # times as quick as every peer


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
    return ", ".join(filter(None, (result["form"], result.get("resumption"),
                                   "reactor" if has_reactor(result) else None)))


def has_reactor(result):
    return result.get("reactor") == "yes"


def is_peer(result):
    return result["form"] not in ("sluice", "memcpy")


def typed(results):
    """One kind of executor, which all forms have in common."""
    return [r for r in results if r.get("executor") != "any_io_executor"]


def plain(results):
    return [r for r in typed(results) if not has_reactor(r)]


def best(results):
    return min(results, key=lambda r: median(r["nanoseconds"]), default=None)


def peers(results):
    """Forms with a reactor are compared with such."""
    rows, goal = [], AHEAD[results[0]["chunk"]]
    ours = [r for r in typed(results) if r["form"] == "sluice"]
    for one in sorted(ours, key=lambda r: STYLES.index(r["style"])):
        others = [r for r in typed(results) if is_peer(r) and has_reactor(r) == has_reactor(one)]
        rows.append([f"{one['style']}: {name(one)}", spread(one["nanoseconds"], 1),
                     f"{one['allocations']:.2f}",
                     *against(one, best(r for r in others if r["style"] == one["style"]), 1.0),
                     *against(one, best(others), goal)])
    return markdown_table(["form", "ns a chunk", "allocations", "best peer of the style",
                           "peer / Sluice, goal 1", "best peer of all",
                           f"peer / Sluice, goal {goal:.0f}"], rows)


def against(one, peer, goal):
    if peer is None:
        return ["-", "-"]
    return [name(peer), at_least(peer["nanoseconds"], one["nanoseconds"], goal)]


def chart(chunk, results, title="one thread"):
    here = [r for r in plain(results) if r["chunk"] == chunk]
    groups = [(style, [(name(r), r["nanoseconds"], r["form"] == "sluice")
                       for r in here if r["style"] == style]) for style in STYLES]
    return bars(f"Hand-off of {chunk} bytes in memory, {title}", "nanoseconds a chunk",
                [group for group in groups if group[1]])
