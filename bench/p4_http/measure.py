# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P4: drives the servers with wrk."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time

from harness import nginx
from harness.figures import gathered, middle
from harness.processes import OwnProgram, counted, pinned
from harness.system_calls import system_calls
from p4_http.check import check

OURS = ["sluice_coroutine", "sluice_callbacks"]
PEERS = ["beast_coroutine", "beast_callbacks", "hand_written"]
LOADS = [(connections, depth) for depth in (1, 16) for connections in (1, 64, 256)]
SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")


def run(program, quick, cores):
    rounds, seconds = (1, 1) if quick else (5, 1)
    absent = [tool for tool in ("wrk", "nginx", "perf") if shutil.which(tool) is None]
    results = []
    if "wrk" in absent:
        return {"absent": absent, "results": results}
    if cores[0] == cores[1]:
        print("P4: servers and wrk share the only core")
    with contextlib.ExitStack() as running:
        servers = [OwnProgram(program, name, cores[0]) for name in OURS + PEERS]
        servers += [nginx.http_server(cores[0])] if nginx.is_there() else []
        for server in servers:
            running.callback(server.stop)
            check(server)
            measure(server, 64, 1, 1, cores[1])  # to warm it up
        for connections, depth in LOADS:
            found = {server: [] for server in servers}
            for _ in range(rounds):
                for server, samples in found.items():
                    samples.append(measure(server, connections, depth, seconds, cores[1]))
            for server, samples in found.items():
                calls = calls_a_request(server, connections, depth, cores[1])
                results.append({"connections": connections, "depth": depth, "server": server.name,
                                **gathered(samples, "per_second", "cpu_us"),
                                "busy": middle(s["busy"] for s in samples),
                                "errors": sum(s["errors"] for s in samples),
                                "system_calls": calls,
                                "allocations": middle(s["allocations"] for s in samples)})
    for wrong in sorted({r["server"] for r in results if r["errors"]}):
        print(f"P4: {wrong} made errors")
    return {"absent": absent, "results": results}


def wrk(server, connections, depth, seconds, core):
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT,
         f"http://127.0.0.1:{server.port}/"], env={**os.environ, "DEPTH": str(depth)}, text=True,
        stdout=subprocess.PIPE, preexec_fn=pinned(core))


def outcome(driver):
    output = driver.communicate()[0]
    if driver.returncode != 0:
        raise RuntimeError(f"wrk failed: {output}")
    return json.loads(output.splitlines()[-1])


def measure(server, connections, depth, seconds, core):
    before = server.cpu_seconds()
    driver = wrk(server, connections, depth, seconds, core)
    time.sleep(seconds / 4)
    first = server.counts()
    time.sleep(seconds / 2)
    second = server.counts()
    result = outcome(driver)
    cpu = server.cpu_seconds() - before
    requests = max(result["requests"], 1)
    return {"per_second": requests / result["seconds"], "cpu_us": cpu * 1e6 / requests,
            "busy": cpu / result["seconds"], "errors": result["errors"],
            "allocations": counted(first, second)}


def calls_a_request(server, connections, depth, core):
    requests = 0

    def drive():
        nonlocal requests
        requests = outcome(wrk(server, connections, depth, 1, core))["requests"]

    calls = system_calls(server.pid, drive)
    return None if calls is None else calls / requests
