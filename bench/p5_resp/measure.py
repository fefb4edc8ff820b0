# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P5: drives the key-value servers with redis-benchmark."""

import contextlib
import csv
import shutil
import socket
import subprocess
import tempfile

from harness.figures import gathered, middle
from harness.processes import OwnProgram, Process, counted, free_port, pinned, wait_for
from harness.system_calls import system_calls

CONNECTIONS = 50
LOADS = [(test, depth) for depth in (1, 16) for test in ("SET", "GET")]


class Redis(Process):
    def __init__(self, core):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        super().__init__("redis", ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port),
                                   "--save", "", "--appendonly", "no", "--io-threads", "1",
                                   "--loglevel", "warning"], core, cwd=self.folder.name,
                         stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self):
        super().stop()
        self.folder.cleanup()


def run(program, quick, cores):
    rounds, seconds = (1, 0.3) if quick else (5, 1.5)
    absent = [tool for tool in ("redis-server", "redis-benchmark", "perf")
              if shutil.which(tool) is None]
    results = []
    if "redis-server" in absent or "redis-benchmark" in absent:
        return {"absent": absent, "results": results}
    if cores[0] == cores[1]:
        print("P5: servers and redis-benchmark share the only core")
    with contextlib.ExitStack() as running:
        servers = [OwnProgram(program, "sluice", cores[0]), Redis(cores[0])]
        for server in servers:
            running.callback(server.stop)
            check(server)
        for test, depth in LOADS:
            warm = [measure(server, test, depth, 20_000, cores[1]) for server in servers]
            requests = int(max(one["per_second"] for one in warm) * seconds)
            found = {server.name: [] for server in servers}
            for turn in range(rounds):
                for server in servers if turn % 2 == 0 else servers[::-1]:
                    found[server.name].append(measure(server, test, depth, requests, cores[1]))
            for server in servers:
                calls = system_calls(server.pid, lambda: drive(server, test, depth, requests,
                                                               cores[1]))
                samples = found[server.name]
                results.append({"test": test, "depth": depth, "server": server.name,
                                **gathered(samples, "per_second", "cpu_us"),
                                "busy": middle(s["busy"] for s in samples),
                                "system_calls": None if calls is None else calls / requests,
                                "allocations": middle(s["allocations"] for s in samples)})
    return {"absent": absent, "results": results}


def check(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(b"*1\r\n$4\r\nPING\r\n")
        if client.recv(100) != b"+PONG\r\n":
            raise RuntimeError(f"{server.name} answers otherwise")


def measure(server, test, depth, requests, core):
    first, before = server.counts(), server.cpu_seconds()
    per_second = drive(server, test, depth, requests, core)
    cpu, second = server.cpu_seconds() - before, server.counts()
    return {"per_second": per_second, "cpu_us": cpu * 1e6 / requests,
            "busy": cpu * per_second / requests, "allocations": counted(first, second)}


def drive(server, test, depth, requests, core):
    """How many were answered in a second."""
    done = subprocess.run(
        ["redis-benchmark", "-p", str(server.port), "-c", str(CONNECTIONS), "-n", str(requests),
         "-P", str(depth), "-t", test.lower(), "--csv"], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=pinned(core))
    table = [row for row in csv.reader(done.stdout.splitlines()) if row and row[0] == test]
    return float(table[0][1])
