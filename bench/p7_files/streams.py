# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Standard streams: a pipeline with pipe_view in it, beside the same with cat and with pv."""

import os
import shutil
import subprocess
import tempfile
import time

from harness import compared
from harness.figures import gathered, markdown_table, ratios, spread
from harness.processes import pinned

SIZE = 1 << 30
# From what to what the program in the middle moves the bytes.
WAYS = ["pipe to pipe", "pipe to /dev/null", "file to pipe", "file to file"]


def run(program, quick, cores):
    ours = program.parent.parent / "examples" / "pipe_view"
    commands = {"pipe_view": [ours, "-q"], "cat": ["cat"], "pv": ["pv", "-q"]}
    absent = [name for name in ("pv",) if shutil.which(name) is None]
    for name in absent:
        del commands[name]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/in", "wb") as file:
            piece = os.urandom(1 << 20)
            for _ in range(SIZE >> 20):
                file.write(piece)
        for way in WAYS:
            found = {name: [] for name in commands}
            for _ in range(1 if quick else 5):
                for name, command in commands.items():
                    found[name].append(measure(way, command, folder, cores[0]))
            results += [{"way": way, "program": name,
                         **gathered(samples, "gb_per_second", "cpu_per_gb")}
                        for name, samples in found.items()]
    return {"absent": absent, "results": results}


def measure(way, command, folder, core):
    """The GB/s of a pipeline, and the CPU seconds for a GB of the program in its middle."""
    source, sink = way.split(" to ")
    others = []
    file = open(f"{folder}/in", "rb")
    if source == "pipe":
        others.append(subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE))
        file.close()
        file = others[0].stdout
    if sink == "pipe":
        others.append(subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL))
        out = others[-1].stdin
    else:
        out = open("/dev/null" if sink == "/dev/null" else f"{folder}/out", "wb")
    began = time.monotonic()
    middle = subprocess.Popen(command, stdin=file, stdout=out,
                              preexec_fn=pinned(core))
    file.close()
    out.close()
    _, status, used = os.wait4(middle.pid, 0)
    middle.returncode = os.waitstatus_to_exitcode(status)
    for one in others:
        one.wait()
    seconds = time.monotonic() - began
    if middle.returncode != 0:
        raise RuntimeError(f"{command[0]} failed")
    if sink == "file" and os.path.getsize(f"{folder}/out") != SIZE:
        raise RuntimeError(f"{command[0]} did not move everything")
    return {"gb_per_second": SIZE / 1e9 / seconds,
            "cpu_per_gb": max(used.ru_utime + used.ru_stime, 1e-4) / (SIZE / 1e9)}


def page(results):
    ways = {way: compared.by(results, "program", lambda r: r["way"] == way) for way in WAYS}
    rows = []
    for way, here in ways.items():
        ours = here["pipe_view"]["cpu_per_gb"]
        for name, r in here.items():
            rows.append([f"{way}: {name}", spread(r["gb_per_second"]), spread(r["cpu_per_gb"], 3),
                         spread(ratios(r["cpu_per_gb"], ours))])
    head = ["", "GB/s of the pipeline", "CPU seconds/GB", "times the CPU of pipe_view"]
    return ({"table": markdown_table(head, rows)},
            {"cpu": compared.chart("Standard streams", "seconds of CPU a gigabyte", ways,
                                   "cpu_per_gb", ["pipe_view"])})
