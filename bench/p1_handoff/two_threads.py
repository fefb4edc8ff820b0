# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P2: the hand-off of row P1 from one thread to another, and how often a thread slept."""

from statistics import median

from harness.figures import at_most, markdown_table, spread
from p1_handoff import page as one_thread
from p1_handoff.measure import results as measure
from p1_handoff.page import CHUNKS, against, best, is_peer, name, plain

GOALS = {"64": 100, "1024": 100, "16384": 600}  # nanoseconds a chunk
WAKES = 20                                      # for each megabyte


def run(program, quick, cores):
    if cores[0] == cores[1]:
        print("P2: both threads share the only core")
    return measure(program, "two", quick, cores)


def page(results):
    tables = {"goals": goals(results)}
    for chunk in CHUNKS:
        tables[f"peers {chunk}"] = peers([r for r in results if r["chunk"] == chunk])
    return tables, {chunk: one_thread.chart(chunk, results, "two threads") for chunk in CHUNKS}


def ours(results):
    return [r for r in results if r["form"] == "sluice"]


def goals(results):
    rows = []
    for chunk, limit in GOALS.items():
        here = [r for r in plain(results) if r["chunk"] == chunk]
        for one in ours(here):
            rows.append([f"{one['style']}, {chunk} B", f"< {limit}",
                         at_most(one["nanoseconds"], limit), f"< {WAKES}",
                         at_most(one["wakes"], WAKES), *against(one, best(filter(is_peer, here)))])
    return markdown_table(["form", "goal, ns", "measured", "goal, wakes/MB", "measured",
                           "best peer", "peer / Sluice"], rows)


def peers(results):
    rows = []
    for one in sorted(results, key=lambda r: median(r["nanoseconds"])):
        reactor = {"yes": "yes", "no": "no"}.get(one.get("reactor"), "-")
        rows.append([f"{one['style']}: {name(one)}", reactor, spread(one["nanoseconds"], 1),
                     spread(one["wakes"], 1) if "wakes" in one else "-",
                     f"{one['allocations']:.2f}" if "allocations" in one else "-"])
    return markdown_table(["form", "reactor", "ns a chunk", "wakes/MB", "allocations"], rows)
