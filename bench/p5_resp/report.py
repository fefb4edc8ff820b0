# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P5: drives the key-value servers with redis-benchmark and says what it found."""

import contextlib
import csv
import os
import shutil
import socket
import subprocess
import tempfile
import time

from harness.figures import print_table, ratios, spread, summary
from p4_http.servers import OurServer, Server

CONNECTIONS = 50
GOALS = {1: 1.0, 16: 1.2}  # by the requests that are sent at once
LOADS = [(test, depth) for depth in GOALS for test in ("SET", "GET")]


class Redis(Server):
    def __init__(self, core):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        super().__init__("redis", ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port),
                                   "--save", "", "--appendonly", "no", "--io-threads", "1",
                                   "--loglevel", "warning"], core, cwd=self.folder.name,
                         stdout=subprocess.DEVNULL)

    def stop(self):
        super().stop()
        self.folder.cleanup()


def run(program, quick, cores):
    rounds, seconds = (3, 0.5) if quick else (7, 2)
    absent = [tool for tool in ("redis-server", "redis-benchmark") if shutil.which(tool) is None]
    for tool in absent:
        print(f"P5: {tool} is absent: nothing can be measured")
    results = []
    if absent:
        return {"absent": absent, "results": results}
    if cores[0] == cores[1]:
        print("P5: servers and redis-benchmark share the only core")
    with contextlib.ExitStack() as running:
        servers = []
        for make in (lambda: OurServer(program, "sluice", cores[0]), lambda: Redis(cores[0])):
            server = make()
            running.callback(server.stop)
            wait_for(server)
            servers.append(server)
        for test, depth in LOADS:
            warm = [measure(server, test, depth, 20_000, cores[1]) for server in servers]
            requests = int(max(one["per_second"] for one in warm) * seconds)
            found = {server.name: [] for server in servers}
            for turn in range(rounds):
                for server in servers if turn % 2 == 0 else servers[::-1]:
                    found[server.name].append(measure(server, test, depth, requests, cores[1]))
            report(test, depth, found)
            results += [collected(test, depth, name, samples) for name, samples in found.items()]
    goals(results)
    for result in results:
        for key in ("per_second", "cpu_us", "busy"):
            result[key] = {**summary(result[key]), "rounds": result[key]}
    return {"absent": absent, "results": results}


def wait_for(server):
    for _ in range(100):
        with contextlib.suppress(ConnectionRefusedError):
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
                client.sendall(b"*1\r\n$4\r\nPING\r\n")
                if client.recv(100) != b"+PONG\r\n":
                    raise RuntimeError(f"{server.name} answers otherwise")
                return
        time.sleep(0.05)
    raise RuntimeError(f"{server.name} does not listen")


def measure(server, test, depth, requests, core):
    first, before = server.counts(), server.cpu_seconds()
    done = subprocess.run(
        ["redis-benchmark", "-p", str(server.port), "-c", str(CONNECTIONS), "-n", str(requests),
         "-P", str(depth), "-t", test.lower(), "--csv"], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    cpu, second = server.cpu_seconds() - before, server.counts()
    table = [row for row in csv.reader(done.stdout.splitlines()) if row and row[0] == test]
    per_second = float(table[0][1])
    return {"per_second": per_second, "cpu_us": cpu * 1e6 / requests,
            "busy": cpu * per_second / requests,
            "allocations": None if first is None else
            (second[0] - first[0]) / max(second[1] - first[1], 1)}


def collected(test, depth, name, samples):
    result = {"test": test, "depth": depth, "server": name}
    for key in ("per_second", "cpu_us", "busy"):
        result[key] = [sample[key] for sample in samples]
    allocations = [s["allocations"] for s in samples if s["allocations"] is not None]
    result["allocations"] = summary(allocations)["median"] if allocations else None
    return result


def report(test, depth, found):
    rows = []
    for name, samples in found.items():
        one = collected(test, depth, name, samples)
        rows.append([name, spread(one["per_second"], 0), spread(one["cpu_us"]),
                     f"{summary(one['busy'])['median']:.0%}", number(one["allocations"])])
    print_table(f"P5: {test}, {CONNECTIONS} connections, {depth} at a time: median (min-max)",
                ["server", "requests/s", "CPU us/request", "busy", "allocations"], rows)


def number(value):
    return "-" if value is None else f"{value:.4f}"


def compared(results, test, depth):
    """Requests a second, and CPU time, times those of Redis, within a round."""
    ours, redis = (next(r for r in results if (r["test"], r["depth"], r["server"]) ==
                        (test, depth, name)) for name in ("sluice", "redis"))
    values = [r[key]["rounds"] if isinstance(r[key], dict) else r[key]
              for key, r in (("per_second", ours), ("per_second", redis),
                             ("cpu_us", redis), ("cpu_us", ours))]
    return ratios(values[0], values[1]), ratios(values[2], values[3])


def goals(results):
    rows = []
    for test, depth in LOADS:
        rate, cpu = compared(results, test, depth)
        rows.append([f"{test}, {depth} at a time", GOALS[depth], spread(rate), spread(cpu),
                     verdict(rate, cpu, GOALS[depth])])
    print_table("P5: Sluice against redis-server, ratios within a round",
                ["load", "goal", "requests/s", "CPU", ""], rows)


def verdict(rate, cpu, goal):
    by = [what for what, values in (("rate", rate), ("CPU", cpu))
          if summary(values)["median"] >= goal]
    return {2: "reached", 1: f"by {by[0] if by else ''} only", 0: "missed"}[len(by)]
