# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P1: runs the program and says what it found."""

import json
import os
import subprocess

from harness.figures import print_table, ratios, spread, summary

STYLES = ["cycle", "callbacks", "trying coroutine", "suspending coroutine"]


def run(program, quick, cores):
    rounds, milliseconds = ("5", "2") if quick else ("7", "40")
    results = []
    for process in ("threaded", "threadless"):
        done = subprocess.run([program, rounds, milliseconds, process], check=True, text=True,
                              stdout=subprocess.PIPE,
                              preexec_fn=lambda: os.sched_setaffinity(0, {cores[0]}))
        results += [json.loads(line) for line in done.stdout.splitlines()]
    for process in ("threaded", "threadless"):
        for chunk in (64, 1024, 16384):
            report(process, chunk, [r for r in results
                                    if r["process"] == process and int(r["chunk"]) == chunk])
    goals(results)
    for result in results:
        for key in ("nanoseconds", "to_memcpy", "above_memcpy"):
            result[key] = {**summary(result[key]), "rounds": result[key]}
        for key in ("allocations", "per_receipt"):
            result[key] = summary(result[key])["median"]
    return {"results": results}


def name(result):
    words = [result["form"], result.get("resumption"),
             "any executor" if result.get("executor") == "any_io_executor" else None,
             "reactor" if result["reactor"] == "yes" else None]
    return ", ".join(word for word in words if word)


def report(process, chunk, results):
    memcpy = next(r for r in results if r["form"] == "memcpy")["nanoseconds"]
    for r in results:
        r["to_memcpy"] = ratios(r["nanoseconds"], memcpy)
        r["above_memcpy"] = [a - b for a, b in zip(r["nanoseconds"], memcpy)]
    # The whole table once; of the other kind of process, what it comes to.
    if process == "threaded":
        rows = [[r["style"] + ": " + name(r), spread(r["nanoseconds"], 1),
                 spread(r["to_memcpy"], 1), spread(r["above_memcpy"], 1),
                 f"{summary(r['allocations'])['median']:.2f}",
                 f"{summary(r['per_receipt'])['median']:.1f}"]
                for r in sorted(results, key=lambda r: STYLES.index(r["style"]))]
        print_table(f"P1: hand-off of {chunk} bytes: median (min-max)",
                    ["form", "ns a chunk", "x memcpy", "ns above memcpy", "allocations",
                     "chunks a read"], rows)
    rows = []
    for r in (r for r in results if r["form"] == "sluice"):
        if r["executor"] != "io_context":
            continue
        peers = [p for p in results if p["form"] not in ("sluice", "memcpy")
                 and p["reactor"] == r["reactor"]]
        alike = [p for p in peers if p["style"] == r["style"]]
        rows.append([r["style"] + ": " + name(r)] + against_best(r, alike) + against_best(r, peers))
    print_table(f"P1: Sluice against its best peers, {chunk} bytes, {process} process: time of the "
                "peer over that of Sluice",
                ["form", "best of the same style", "ratio", "best of all", "ratio"], rows)


def against_best(result, peers):
    if not peers:
        return ["none", ""]
    best = min(peers, key=lambda p: summary(p["nanoseconds"])["median"])
    return [name(best), spread(ratios(best["nanoseconds"], result["nanoseconds"]))]


GOALS = [  # style, resumption, chunk, what, less than
    ("cycle", None, 64, "above_memcpy", 25),
    ("cycle", None, 1024, "above_memcpy", 25),
    ("cycle", None, 16384, "above_memcpy", 25),
    ("callbacks", "dispatch", 64, "nanoseconds", 80),
    ("callbacks", "post", 64, "nanoseconds", 80),
    ("trying coroutine", "post", 64, "nanoseconds", 40),
    ("trying coroutine", "dispatch", 64, "nanoseconds", 200),
    ("suspending coroutine", "dispatch", 64, "nanoseconds", 250),
    ("suspending coroutine", "post", 64, "nanoseconds", 250),
]


def goals(results):
    kinds = [(e, r) for r in ("no", "yes") for e in ("io_context", "any_io_executor")]
    rows = []
    for style, resumption, chunk, what, limit in GOALS:
        row = [f"{style}{', ' + resumption if resumption else ''}, {chunk} B",
               f"< {limit} ns{' above memcpy' if what == 'above_memcpy' else ''}"]
        for executor, reactor in kinds:
            found = [r for r in results if r["process"] == "threaded" and r["form"] == "sluice" and
                     (r["style"], r.get("resumption"), int(r["chunk"]), r["executor"],
                      r["reactor"]) == (style, resumption, chunk, executor, reactor)]
            row.append(verdict(found[0][what], limit) if found else "-")
        rows.append(row)
    print_table("P1: goals of this library, in nanoseconds of this machine",
                ["form", "goal"] + [e + (", reactor" if r == "yes" else "") for e, r in kinds],
                rows)


def verdict(values, limit):
    median = summary(values)["median"]
    return f"{median:.1f} {'reached' if median < limit else 'missed'}"
