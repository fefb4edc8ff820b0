# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P4: drives the servers with wrk and says what it found."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from harness.figures import print_table, ratios, spread, summary
from p4_http.servers import Nginx, OurServer, check

OURS = ["sluice_coroutine", "sluice_callbacks"]
PEERS = ["beast_coroutine", "beast_callbacks", "hand_written"]
LOADS = [(connections, depth) for depth in (1, 16) for connections in (1, 64, 256)]
SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")


def run(program, quick, cores):
    rounds, seconds = (3, 1) if quick else (5, 2)
    absent = [tool for tool in ("wrk", "nginx", "strace") if shutil.which(tool) is None]
    for tool in absent:
        print(f"P4: {tool} is absent" + (": nothing can be measured" if tool == "wrk" else ""))
    results = []
    if "wrk" in absent:
        return {"absent": absent, "results": results}
    if cores[0] == cores[1]:
        print("P4: servers and wrk share the only core")
    with contextlib.ExitStack() as running:
        servers = []
        for name in OURS + PEERS + ([] if "nginx" in absent else ["nginx"]):
            server = Nginx(cores[0]) if name == "nginx" else OurServer(program, name, cores[0])
            running.callback(server.stop)
            check(server)
            measure(server, 64, 1, 1, cores[1])  # to warm it up
            servers.append(server)
        for connections, depth in LOADS:
            found = {server.name: [] for server in servers}
            for _ in range(rounds):
                for server in servers:
                    found[server.name].append(
                        measure(server, connections, depth, seconds, cores[1]))
            calls = {server.name: None if "strace" in absent else
                     system_calls(server, connections, depth, cores[1]) for server in servers}
            report(connections, depth, found, calls)
            results += [collected(connections, depth, name, samples, calls[name])
                        for name, samples in found.items()]
    goals(results)
    for result in results:
        for key in ("per_second", "cpu_us", "busy"):
            result[key] = {**summary(result[key]), "rounds": result[key]}
    return {"absent": absent, "results": results}


def wrk(server, connections, depth, seconds, core):
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT,
         f"http://127.0.0.1:{server.port}/"], env={**os.environ, "DEPTH": str(depth)}, text=True,
        stdout=subprocess.PIPE, preexec_fn=lambda: os.sched_setaffinity(0, {core}))


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
    requests = result["requests"]
    return {"per_second": requests / result["seconds"], "cpu_us": cpu * 1e6 / requests,
            "busy": cpu / result["seconds"], "errors": result["errors"],
            "allocations": None if first is None else
            (second[0] - first[0]) / max(second[1] - first[1], 1)}


def system_calls(server, connections, depth, core):
    """Those of the server for each request, counted in a run of its own, which they slow down."""
    with tempfile.NamedTemporaryFile("r") as table:
        tracer = subprocess.Popen(["strace", "-qq", "-c", "-f", "-o", table.name, "-p",
                                   str(server.pid)], stderr=subprocess.PIPE, text=True)
        time.sleep(0.2)
        requests = outcome(wrk(server, connections, depth, 1, core))["requests"]
        tracer.send_signal(signal.SIGINT)
        complaint = tracer.communicate()[1]
        total = [line.split() for line in table if line.rstrip().endswith("total")]
    if not total:
        print(f"P4: strace counts nothing: {complaint.strip()}")
        return None
    return int(total[-1][3]) / requests


def collected(connections, depth, name, samples, calls):
    result = {"connections": connections, "depth": depth, "server": name}
    for key in ("per_second", "cpu_us", "busy"):
        result[key] = [sample[key] for sample in samples]
    result["errors"] = sum(sample["errors"] for sample in samples)
    allocations = [s["allocations"] for s in samples if s["allocations"] is not None]
    result["allocations"] = summary(allocations)["median"] if allocations else None
    result["system_calls"] = calls
    return result


def report(connections, depth, found, calls):
    rows = []
    for name, samples in found.items():
        one = collected(connections, depth, name, samples, calls[name])
        rows.append([name, spread(one["per_second"], 0), spread(one["cpu_us"]),
                     f"{summary(one['busy'])['median']:.0%}",
                     number(one["system_calls"]), number(one["allocations"]), one["errors"]])
    print_table(f"P4: {connections} connections, {depth} requests at a time: median (min-max)",
                ["server", "requests/s", "CPU us/request", "busy", "system calls*",
                 "allocations", "errors"], rows)
    print("* for each request, in a run of its own that strace slows down")


def number(value):
    return "-" if value is None else f"{value:.2f}"


def goals(results):
    """What Sluice is to be, times its peers, by requests per second and by CPU time."""
    rows = []
    for connections, depth in LOADS:
        here = {r["server"]: r for r in results
                if (r["connections"], r["depth"]) == (connections, depth)}
        wanted = [(["beast_coroutine", "beast_callbacks"], 10 if depth > 1 else 1.25),
                  (["nginx"], 1.0), (["hand_written"], 0.9)]
        for name in OURS:
            ours = here[name]
            for names, goal in wanted:
                first = [f"{name}, {connections} x {depth}", names[0].split("_cor")[0], goal]
                peers = [here[peer] for peer in names if peer in here]
                if not peers:
                    rows.append(first + ["absent", "", ""])
                    continue
                fastest = max(peers, key=lambda p: summary(p["per_second"])["median"])
                leanest = min(peers, key=lambda p: summary(p["cpu_us"])["median"])
                rate = ratios(ours["per_second"], fastest["per_second"])
                cpu = ratios(leanest["cpu_us"], ours["cpu_us"])
                rows.append(first + [spread(rate), spread(cpu), verdict(rate, cpu, goal)])
    print_table("P4: Sluice against its peers (the better Beast), ratios within a round",
                ["server, connections x depth", "against", "goal", "requests/s", "CPU", ""], rows)
    if wrong := sorted({r["server"] for r in results if r["errors"]}):
        print(f"\nP4: errors, which must not be: {', '.join(wrong)}")


def verdict(rate, cpu, goal):
    by = [what for what, values in (("rate", rate), ("CPU", cpu))
          if summary(values)["median"] >= goal]
    return {2: "reached", 1: f"by {by[0] if by else ''} only", 0: "missed"}[len(by)]
