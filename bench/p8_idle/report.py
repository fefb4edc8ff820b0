# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P8: opens connections, uses each once, and sees what a server keeps for them."""

import pathlib
import resource
import socket
import subprocess
import time

from harness.figures import print_table, spread, summary
from p4_http.servers import BODY, Nginx, OurServer, Server

CONNECTIONS = 10_000
MESSAGE = b"0123456789" * 30
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
ECHOES = ["sluice_callbacks", "sluice_coroutine", "sluice_connection", "asio"]
HTTP = ["sluice_callbacks", "sluice_coroutine", "beast_callbacks", "beast_coroutine"]
# Ours may keep so many bytes, or no more than the other one.
GOALS = [("echo", "sluice_callbacks", 1500), ("http", "sluice_callbacks", "beast_callbacks"),
         ("http", "sluice_coroutine", "beast_coroutine")]


class Echo(Server):
    def __init__(self, program, name, core):
        super().__init__(name, [program, name], core, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())


def run(program, quick, cores):
    connections, rounds = (1000, 1) if quick else (CONNECTIONS, 3)
    connections = min(connections, raised_descriptor_limit() - 100)
    http_program = program.with_name("p4_http")
    kinds = [("echo", name, lambda n=name: Echo(program, n, cores[0])) for name in ECHOES]
    kinds += [("http", name, lambda n=name: OurServer(http_program, n, cores[0])) for name in HTTP]
    missing = []
    if Nginx.is_there():
        kinds.append(("http", "nginx", lambda: Nginx(cores[0], connections + 100)))
    else:
        missing.append("nginx")
        print("P8: nginx is absent")
    found = {(kind, name): [] for kind, name, _ in kinds}
    for _ in range(rounds):
        for kind, name, start in kinds:
            found[kind, name].append(measure(kind, start(), connections))
    rows = [[kind, name, spread(values, 0)] for (kind, name), values in found.items()]
    print_table(f"P8: bytes kept for each of {connections} idle connections: median (min-max)",
                ["protocol", "server", "bytes"], rows)
    print_table("P8: goals", ["protocol", "server", "at most", "bytes", ""], goals(found))
    return {"absent": missing, "connections": connections,
            "results": [{"protocol": kind, "server": name,
                         "bytes": {**summary(values), "rounds": values}}
                        for (kind, name), values in found.items()]}


def goals(found):
    rows = []
    for kind, name, most in GOALS:
        ours = summary(found[kind, name])["median"]
        bound = most if isinstance(most, int) else summary(found[kind, most])["median"]
        rows.append([kind, name, most, f"{ours:,.0f}", "reached" if ours <= bound else "missed"])
    return rows


def measure(kind, server, connections):
    """What the process grows by, after a warm-up that has made it fetch what it keeps anyway."""
    request, answered = (MESSAGE, is_echoed) if kind == "echo" else (REQUEST, is_answered)
    try:
        for one in opened(server.port, 100, request, answered):
            one.close()
        time.sleep(0.2)
        before = resident(server.pid)
        clients = opened(server.port, connections, request, answered)
        time.sleep(0.2)
        kept = (resident(server.pid) - before) / connections
        for one in clients:
            one.close()
    finally:
        server.stop()
    return kept


def opened(port, count, request, answered):
    clients = []
    for _ in range(count):
        clients.append(connected(port))
        clients[-1].sendall(request)
        got = b""
        while not answered(got):
            piece = clients[-1].recv(65536)
            if not piece:
                raise RuntimeError("a server hung up")
            got += piece
    return clients


def connected(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionRefusedError: # it has just been started
            time.sleep(0.05)
    raise RuntimeError("a server does not listen")


def is_echoed(got):
    return got == MESSAGE


def is_answered(got):
    return BODY in got


def resident(pid):
    """Private bytes: what is shared with other programs is not for connections."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in rollup if line.startswith("Private_"))


def raised_descriptor_limit():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
