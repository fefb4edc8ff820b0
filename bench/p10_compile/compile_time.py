# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P10: what it costs to compile a user's file."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from harness.build import ROOT
from harness.chart import bars
from harness.figures import at_most, markdown_table, ratios, spread

HERE = pathlib.Path(__file__).resolve().parent
COMPILERS = ["g++", "clang++-16"]
LEVEL = "-O2"
FILES = ["asio_headers", "sluice_headers", "asio_echo", "sluice_echo"]
GOAL = 1.0  # seconds more
PAIRS = [("the headers alone", "asio_headers", "sluice_headers"),
         ("a server that echoes lines", "asio_echo", "sluice_echo")]


def run(_, quick, cores):
    compilers = [one for one in COMPILERS if shutil.which(one)]
    found = {(compiler, file): [] for compiler in compilers for file in FILES}
    for _ in range(1 if quick else 5):
        for (compiler, file), seconds in found.items():
            seconds.append(compile_time(compiler, file, cores[0]))
    return {"absent": [one for one in COMPILERS if one not in compilers],
            "results": [{"compiler": f"{compiler} {LEVEL}", "file": file, "seconds": seconds}
                        for (compiler, file), seconds in found.items()]}


def compile_time(compiler, file, core):
    """Seconds of CPU: others on the machine matter less to them than to the clock."""
    with tempfile.NamedTemporaryFile(suffix=".o") as object_file:
        process = subprocess.Popen(
            [compiler, "-std=c++20", LEVEL, f"-I{ROOT / 'include'}", "-c",
             HERE / f"{file}.cpp", "-o", object_file.name],
            env={**os.environ, "CCACHE_DISABLE": "1"},
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{compiler} {file}.cpp failed")
    return used.ru_utime + used.ru_stime


def page(results):
    seconds = {(r["compiler"], r["file"]): r["seconds"] for r in results}
    rows, groups = [], []
    for compiler in dict.fromkeys(r["compiler"] for r in results):
        for what, asio, sluice in PAIRS:
            before, after = seconds[compiler, asio], seconds[compiler, sluice]
            more = [b - a for a, b in zip(before, after)]
            rows.append([f"{compiler}, {what}", spread(before), spread(after),
                         at_most(more, GOAL, 2), spread(ratios(after, before))])
        groups.append((compiler, [(file, seconds[compiler, file], file.startswith("sluice"))
                                  for file in FILES]))
    head = ["", "plain Asio, s", "with `sluice/sluice.hpp`, s", f"more, s: goal < {GOAL:.0f}",
            "times"]
    return ({"goals": markdown_table(head, rows)},
            {"compile": bars("Compile time of a file", "seconds of CPU", groups)})
