# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Where the servers of row P4 spend their time: sampled by perf while wrk drives them."""

import os
import shutil
import subprocess
import tempfile
import time

from harness.figures import markdown_table
from harness.owner import owner
from harness.processes import OwnProgram
from p4_http.measure import outcome, wrk

SERVERS = ["sluice_callbacks", "beast_callbacks"]
SHARES = ["kernel", "Beast", "Sluice", "Asio", "C library", "rest"]


def run(program, quick, cores):
    absent = [tool for tool in ("wrk", "perf") if shutil.which(tool) is None]
    results = []
    for name in [] if absent else SERVERS:
        server = OwnProgram(program, name, cores[0])
        try:
            for depth in (1, 16):
                results.append({"server": name, "depth": depth,
                                **profile(server, depth, 1 if quick else 4, cores[1])})
        finally:
            server.stop()
    return {"absent": absent, "results": results}


def profile(server, depth, seconds, core):
    with tempfile.NamedTemporaryFile() as samples:
        driver = wrk(server, 64, depth, seconds + 1, core)
        time.sleep(0.5)
        subprocess.run(["perf", "record", "-q", "-e", "cpu-clock", "-o", samples.name, "-p",
                        str(server.pid), "--", "sleep", str(seconds)], check=True)
        outcome(driver)
        report = subprocess.run(["perf", "report", "-i", samples.name, "--stdio", "-q",
                                 "--no-children", "-s", "dso,sym"], check=True, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    shares = dict.fromkeys(SHARES, 0.0)
    for line in filter(None, map(str.strip, report.splitlines())):
        percent, object_name, symbol = line.split(None, 2)
        shares[part(object_name, symbol)] += float(percent.rstrip("%"))
    return shares


def part(object_name, symbol):
    if "kernel" in object_name:
        return "kernel"
    if object_name.startswith("libc"):
        return "C library"
    name = owner(symbol)
    return name if name in SHARES else "rest"


def page(results):
    return {"shares": markdown_table(
        ["server, requests at a time", *SHARES],
        [[f"{r['server']}, {r['depth']}", *(f"{r[share]:.0f} %" for share in SHARES)]
         for r in results])}, {}
