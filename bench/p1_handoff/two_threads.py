# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P2: the hand-off of row P1 from one thread to another, and how often a thread slept."""

from statistics import median

from harness.figures import at_most, markdown_table, spread
from p1_handoff import page as one_thread
from p1_handoff.measure import results as measure
from p1_handoff.page import CHUNKS, against, best, has_reactor, is_peer, name

GOALS = {"64": 100, "1024": 100, "16384": 600}  # nanoseconds a chunk
WAKES = 20                                      # for each megabyte


def run(program, quick, cores):
    if cores[0] == cores[1]:
        print("P2: both threads share the only core")
    found = measure(program, "two", quick, cores)
    for result in found["results"]:
        result["wakes"] = [each * 1e6 / int(result["chunk"]) for each in result.pop("sleeps")]
    return found


def page(results):
    tables = {"goals": goals(results)}
    for chunk in CHUNKS:
        tables[f"peers {chunk}"] = peers([r for r in results if r["chunk"] == chunk])
    return tables, {chunk: one_thread.chart(chunk, results, "two threads") for chunk in CHUNKS}


def goals(results):
    rows = []
    for one in results:
        if one["form"] != "sluice":
            continue
        others = [r for r in results if r["chunk"] == one["chunk"] and is_peer(r) and
                  has_reactor(r) == has_reactor(one)]
        limit = GOALS[one["chunk"]]
        rows.append([f"{one['style']}, {one['chunk']} B{', reactor' if has_reactor(one) else ''}",
                     f"< {limit}", at_most(one["nanoseconds"], limit),
                     at_most(one["wakes"], WAKES), *against(one, best(others), 1.0)])
    return markdown_table(["form", "goal, ns", "measured", f"wakes/MB, goal < {WAKES}",
                           "best peer", "peer / Sluice, goal 1"], rows)


def peers(results):
    return markdown_table(
        ["form", "ns a chunk", "wakes/MB", "allocations"],
        [[f"{one['style']}: {name(one)}", spread(one["nanoseconds"], 1),
          spread(one["wakes"], 1), f"{one['allocations']:.2f}"]
         for one in sorted(results, key=lambda r: median(r["nanoseconds"]))])
