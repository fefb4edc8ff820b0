# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P11: the cost of a byte as something grows."""

import pathlib
import socket

from harness.processes import OwnProgram
from harness.programs import measured
from p8_idle.measure import raised_descriptor_limit

CONNECTIONS = [1, 10, 100, 1000, 10_000]
MESSAGE = b"0123456789abcdef" * 64
ECHOES = {"sluice_callbacks": "connections", "asio": "the same with plain Asio"}


def run(program, quick, cores):
    rounds, milliseconds = (1, "5") if quick else (5, "50")
    results = measured([[program, milliseconds, str(1 << 25 if quick else 1 << 30)]], rounds, cores)
    most = raised_descriptor_limit() - 100
    messages = 2_000 if quick else 40_000
    for name in ECHOES:
        results += [{"what": ECHOES[name], "size": str(n), "nanoseconds": []}
                    for n in CONNECTIONS if n <= most]
    for _ in range(rounds):
        for name, what in ECHOES.items():
            server = OwnProgram(program.with_name("p8_idle"), name, cores[0])
            try:
                for one in results:
                    if one["what"] == what:
                        one["nanoseconds"].append(echoed(server, int(one["size"]), messages))
            finally:
                server.stop()
    return {"results": results}


def echoed(server, connections, messages):
    """The CPU time of the server for each byte."""
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=30)
               for _ in range(connections)]
    exchange(clients)  # for all to be accepted
    rounds = max(messages // connections, 2)
    before = cpu_nanoseconds(server.pid)
    for _ in range(rounds):
        exchange(clients)
    took = cpu_nanoseconds(server.pid) - before
    for client in clients:
        client.close()
    return took / (rounds * connections * len(MESSAGE))


def exchange(clients):
    for client in clients:
        client.sendall(MESSAGE)
    for client in clients:
        left = len(MESSAGE)
        while left > 0:
            left -= len(client.recv(left))


def cpu_nanoseconds(pid):
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0])
