# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P8: opens connections, uses each once, and sees what a server keeps for them."""

import pathlib
import resource
import socket
import subprocess
import time

from harness import nginx
from harness.processes import OwnProgram
from p4_http.check import BODY, REQUEST

MESSAGE = b"0123456789" * 30
ECHOES = ["sluice_callbacks", "sluice_coroutine", "sluice_connection", "asio"]
HTTP = ["sluice_callbacks", "sluice_coroutine", "beast_callbacks", "beast_coroutine"]


def run(program, quick, cores):
    connections, rounds = (1000, 1) if quick else (10_000, 5)
    connections = min(connections, raised_descriptor_limit() - 100)
    http_program = program.with_name("p4_http")
    kinds = [("echo", name, lambda n=name: OwnProgram(program, n, cores[0])) for name in ECHOES]
    kinds += [("http", name, lambda n=name: OwnProgram(http_program, n, cores[0]))
              for name in HTTP]
    if nginx.is_there():
        kinds.append(("http", "nginx", lambda: nginx.http_server(cores[0], connections + 100)))
    found = {(kind, name): [] for kind, name, _ in kinds}
    for _ in range(rounds):
        for kind, name, start in kinds:
            found[kind, name].append(measure(kind, start(), connections))
    return {"absent": [] if nginx.is_there() else ["nginx"], "connections": connections,
            "results": [{"protocol": kind, "server": name, "bytes": values}
                        for (kind, name), values in found.items()]}


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
        clients.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        clients[-1].sendall(request)
        got = b""
        while not answered(got):
            piece = clients[-1].recv(65536)
            if not piece:
                raise RuntimeError("a server hung up")
            got += piece
    return clients


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
