# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The changes that bench/changes measures: what was changed, how it is measured, and by which
figures."""

import json
from collections import namedtuple

from harness.build import ROOT
from harness.figures import markdown_table, ratios, spread

WRITTEN = ROOT / "bench" / "changes.json"

# It is compared with its parent, or with the commit named by `before`.
Change = namedtuple("Change", "commit what command figures rounds before", defaults=[1, None])
Figure = namedtuple("Figure", "name values")  # of what bench/run has written


def of_row(row, name, what, **wanted):
    def values(found):
        for one in found[row]["results"]:
            if all(one.get(key) == value for key, value in wanted.items()):
                return one[what]
        raise KeyError(f"{row} has no {wanted}")

    return Figure(f"{row}: {name}", values)


def instructions(form):
    return Figure(f"{form}: instructions",
                  lambda found: [found["forms"][form]["instructions"]])


def between_threads(style, what, name):
    return of_row("P2", f"{style}, 64 B, {name}", what, chunk="64", form="sluice", style=style,
                  reactor="yes", executor="io_context")


def served(size):
    def milliseconds(name, of_one):
        def values(found):
            return [of_one(one) for one in found["P7"]["results"]
                    if one["size"] == size and one["server"] == "sluice"][0]

        return Figure(f"P7: {size >> 20} MiB with sendfile, {name}/GB", values)

    return [milliseconds("ms", lambda one: [1000 / x for x in one["gb_per_second"]]),
            milliseconds("ms of CPU", lambda one: [1000 * x for x in one["cpu_per_gb"]])]


def compiled(compiler, file):
    return of_row("P10", f"{file}.cpp, {compiler}, s", "seconds", compiler=f"{compiler} -O2",
                  file=file)


CHANGES = [
    Change("3561cf9", "A completion goes straight to the executor of its handler, not by way of "
           "the pipe's: a thread no longer wakes another one to be told that it need not wait",
           ["P2"], [between_threads("suspending coroutine", "nanoseconds", "ns"),
                    between_threads("suspending coroutine", "wakes", "wakes/MB")], 3),
    Change("6521ee6", "A `stream_writer` takes the memory of a wait when it waits, and does not "
           "keep it", ["P8"],
           [of_row("P8", "idle echo connection, callbacks, bytes", "bytes", protocol="echo",
                   server="sluice_callbacks")]),
    Change("a4bbb44", "Users' files no longer parse all intrinsics of the processor for one pause",
           ["--quick", "P10"], [compiled("g++", "sluice_headers"),
                                compiled("clang++-16", "sluice_headers")], 3),
    Change("7ec947d", "Nor `<ranges>`, `<future>`, `<filesystem>` and `<thread>`, for one word of each",
           ["--quick", "P10"], [compiled("g++", "sluice_headers"),
                                compiled("clang++-16", "sluice_headers")], 3),
    Change("8ee5c1d", "What an operation does on its way is compiled once for all handlers: quicker "
           "to compile, and slower where each chunk suspends", ["--counts", "--update"],
           [instructions("hand-off, suspending coroutine, dispatch"),
            instructions("hand-off, callbacks, post")]),
    Change("e9da214", "The file server lets 512 KiB of a large file wait in the kernel, not 128, "
           "and sends the start of an answer in one frame with its file", ["P7"],
           served(1 << 20) + served(1 << 30), 3, "4894c26"),
]


def tables():
    """For bench/page."""
    known = json.loads(WRITTEN.read_text()) if WRITTEN.exists() else {}
    rows = []
    for change in CHANGES:
        for one in known.get(change.commit, []):
            rows.append([f"{change.what} ({change.commit})", one["figure"],
                         spread(one["before"], 1), spread(one["after"], 1),
                         spread(ratios(one["after"], one["before"]))])
    return {"changes": markdown_table(["change", "figure", "before", "after", "after / before"],
                                      rows)} if rows else {}
