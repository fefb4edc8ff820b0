#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Lets the Nth system call of each kind fail in the examples, each N, with each of eight errors.

A server must serve other clients afterwards, or end with an error that it prints; a program in a
pipeline must deliver everything, or say that it failed. None may hang, crash, spin, or deliver what
is wrong. strace lets the calls fail; without it, or where it may not trace, this is a failure (77).

Usage: faults.py FOLDER_OF_EXAMPLES [--seconds N] [--jobs N] [--program NAME] [--at CALL:ERROR:N]

--at runs one point again: recvmsg:EIO:3, or recvmsg:EIO:3+ for that one and all later ones.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import sys
import tempfile
import threading
import time

import filters
import servers
import tracer

LONG = os.environ.get("SLUICE_PROVE") == "long"
# Which calls a program can live with if they fail from some time on.
# EINTR and EAGAIN are none of them: for ever they contradict what the system says otherwise.
PERSISTENT = ("accept accept4 recvmsg recvfrom readv sendmsg sendto writev openat openat2 sendfile "
              "splice pread64 preadv preadv2").split()

# What Linux does not refuse, or only for want of memory, so that Asio does not look: no more than a
# count is made of a point at which one of these fails and the program then hangs. Without the last
# of them no timer ends, and of a server's pipes, which are for signals, no signal comes.
CANNOT_FAIL = re.compile(r"EPOLL_CTL_MOD|F_SETFL|"
                         r"EPOLL_CTL_ADD, \d+<anon_inode:\[(timerfd|eventfd)\]")
FOR_SIGNALS = re.compile(r"EPOLL_CTL_ADD, \d+<pipe:")


class Program:
    def __init__(self, kind, module, binaries, folder):
        self.name = kind.__name__
        self.what = kind(binaries, folder)
        self.run = module.run
        self.module = module

    def points(self):
        """Rows of (call, error, when), the first place of every call first."""
        traced, what = self.run(self.what, calls="all")
        with traced:
            if what != "went on":
                raise servers.Wrong(f"without a fault it {what}: {traced.said()}")
            places = traced.places()
        by_rank = {}
        for kind, found in places.items():
            for rank, place in enumerate(found):
                rows = by_rank.setdefault(rank, [])
                rows += [(kind, error, str(place)) for error in tracer.ERRORS]
                if self.module is servers and rank == 0 and kind in PERSISTENT:
                    rows += [(kind, error, f"{place}+") for error in tracer.ERRORS[2:]]
        return [row for rank in sorted(by_rank) for row in by_rank[rank]]

    def try_point(self, call, error, when):
        """(whether the fault came to pass, what became of the program)"""
        traced, what = self.run(self.what, calls=call, inject=f"{call}:error={error}:when={when}",
                                persistent=when.endswith("+"))
        with traced:
            return traced.struck(), what


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.missed = self.persistent = 0
        self.became = collections.Counter()
        self.failures = []

    def add(self, program, point, outcome):
        with self.lock:
            if isinstance(outcome, Exception):
                struck = getattr(outcome, "struck", [])
                if isinstance(outcome, servers.Hangs) and any(
                        CANNOT_FAIL.search(call) or
                        (program.module is servers and FOR_SIGNALS.search(call))
                        for call in struck):
                    self.missed += 1
                    return
                self.failures.append((program, point, outcome))
                print(f"FAILED {program.name} --at {':'.join(point)}: {outcome!r}", *struck,
                      sep="\n    ", flush=True)
            elif not outcome[0]:
                self.missed += 1
            else:
                self.became[outcome[1]] += 1
                self.persistent += point[2].endswith("+")


def interleaved(rows):
    """One of each in turn."""
    rows = [list(row) for row in rows]
    for i in range(max(map(len, rows), default=0)):
        for row in rows:
            if i < len(row):
                yield row[i]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries")
    parser.add_argument("--seconds", type=float, default=480 if LONG else 12)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--program")
    parser.add_argument("--at")
    options = parser.parse_args()

    if reason := tracer.why_not():
        print(f"CANNOT RUN: {reason}. No system call was made to fail.", file=sys.stderr)
        return 77

    began = time.monotonic()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="sluice-faults-") as folder:
        programs = [Program(kind, module, options.binaries, folder)
                    for module in (servers, filters) for kind in module.ALL
                    if options.program in (None, kind.__name__)]
        if options.at:
            todo = [(program, tuple(options.at.split(":"))) for program in programs]
        else:
            todo = list(interleaved([(program, row) for row in program.points()]
                                    for program in programs))

        def attempt(job):
            program, point = job
            if time.monotonic() - began > options.seconds:
                return False
            try:
                outcome = program.try_point(*point)
            except Exception as failure:
                outcome = failure
            tally.add(program, point, outcome)
            return True

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            tried = sum(pool.map(attempt, todo))

    figures = {
        "programs": len(programs),
        "system calls that failed": tally.became.total(),
        "of them, all later ones, too": tally.persistent,
        **tally.became,
        "wrong": len(tally.failures),
    }
    for what, figure in figures.items():
        print(f"proof 13 {what}: {figure}")
    print(f"{tried} of {len(todo)} points were tried in {time.monotonic() - began:.0f} s; "
          f"at {tally.missed} of them the call did not come, or is one that cannot fail")
    return 1 if tally.failures or not tally.became else 0


if __name__ == "__main__":
    sys.exit(main())
