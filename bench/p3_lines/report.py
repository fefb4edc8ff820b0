# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P3: runs the program and says what it found."""

import json
import os
import subprocess

from harness.figures import print_table, ratios, spread, summary

SOURCES = ("memory", "memory in place", "TCP")
GOALS = {"hand loop": {"memory": 1.5, "memory in place": 1.5, "TCP": 1.0}, "async_read_until": 25}


def run(program, quick, cores):
    rounds, milliseconds = ("3", "5") if quick else ("7", "60")
    results = []
    # What sends over TCP has the other core.
    for what, used in (("memory", {cores[0]}), ("tcp", set(cores))):
        done = subprocess.run([program, rounds, milliseconds, what], check=True, text=True,
                              stdout=subprocess.PIPE,
                              preexec_fn=lambda used=used: os.sched_setaffinity(0, used))
        results += [json.loads(line) for line in done.stdout.splitlines()]
    for source in SOURCES:
        for reactor in reactors(source, results):
            report(source, reactor, alike(source, reactor, results))
    goals(results)
    for result in results:
        for key in ("nanoseconds", "to_sluice"):
            result[key] = {**summary(result[key]), "rounds": result[key]}
        for key in ("allocations", "per_receipt"):
            result[key] = summary(result[key])["median"]
    return {"results": results}


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


def report(source, reactor, results):
    own = next(r for r in results if r["form"] == "sluice")
    for r in results:
        r["to_sluice"] = ratios(r["nanoseconds"], own["nanoseconds"])
    print_table(f"P3: lines of 64 bytes, {heading(source, reactor)}: median (min-max)",
                ["form", "ns a line", "/ Sluice", "allocations", "lines a read"],
                [[name(r), spread(r["nanoseconds"], 1), spread(r["to_sluice"]),
                  f"{summary(r['allocations'])['median']:.4f}",
                  f"{summary(r['per_receipt'])['median']:,.0f}"] for r in results])


def goals(results):
    rows = []
    for source in SOURCES:
        for reactor in reactors(source, results):
            group = alike(source, reactor, results)
            own = next(r for r in group if r["form"] == "sluice")
            for form, goal in GOALS.items():
                peers = [r for r in group if r["form"].startswith(form)]
                if not peers:
                    continue
                best = min(peers, key=lambda r: summary(r["nanoseconds"])["median"])
                goal = goal[source] if isinstance(goal, dict) else goal
                times = ratios(best["nanoseconds"], own["nanoseconds"])
                verdict = "reached" if summary(times)["median"] >= goal else "missed"
                rows.append([heading(source, reactor), name(best), f"{goal} x",
                             f"{spread(times)} {verdict}"])
    print_table("P3: goals: how many times faster than the best of its peers",
                ["lines from", "peer", "goal", "measured"], rows)
