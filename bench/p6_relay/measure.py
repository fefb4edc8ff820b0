# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P6: sends through the relays, one after the other."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

from harness import nginx
from harness.figures import gathered, middle
from harness.processes import OwnProgram, Process, free_port, pinned, wait_for

OURS = ["sluice", "sluice_copy"]
PEERS = ["asio_64k", "asio_16k", "splice", "nginx", "socat"]
LOADS = [1, 64]


class Socat(Process):
    """A process for each connection."""

    def __init__(self, target, core):
        self.port = free_port()
        super().__init__("socat", ["socat", "-b65536", f"TCP-LISTEN:{self.port},bind=127.0.0.1,"
                                   "fork,reuseaddr,backlog=1000", f"TCP:127.0.0.1:{target}"],
                         core, start_new_session=True)
        wait_for(self.port)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def start(program, name, target, core):
    if name == "socat":
        return Socat(target, core)
    if name == "nginx":
        return nginx.relay(core, target)
    return OwnProgram(program, name, core, str(target))


def run(program, quick, cores):
    rounds, milliseconds = (1, 300) if quick else (5, 1500)
    peers = {"socat": shutil.which("socat"), "nginx": nginx.can_relay()}
    absent = [name for name, found in peers.items() if not found]
    if cores[0] == cores[1]:
        print("P6: relay and both of its ends share the only core")
    names = [name for name in OURS + PEERS if name not in absent]
    for name in names:
        check(program, name, cores[0])
    results = []
    for connections in LOADS:
        found = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                found[name].append(measure(program, name, connections, milliseconds, cores))
        results += [{"connections": connections, "relay": name,
                     **gathered(samples, "gb_per_second", "cpu_per_gb"),
                     "allocations": middle(s["allocations"] for s in samples)}
                    for name, samples in found.items()]
    return {"absent": absent, "results": results}


def check(program, name, core):
    """All bytes of both directions, and the end of one before the other."""
    there, back = os.urandom(300_000), os.urandom(500_000)
    with contextlib.ExitStack() as open_:
        target = open_.enter_context(socket.create_server(("127.0.0.1", 0)))
        relay = start(program, name, target.getsockname()[1], core)
        open_.callback(relay.stop)
        client = open_.enter_context(socket.create_connection(("127.0.0.1", relay.port), 10))
        server = open_.enter_context(target.accept()[0])
        for one, data, other in ((client, there, server), (server, back, client)):
            other.settimeout(10)
            sender = threading.Thread(
                target=lambda: (one.sendall(data), one.shutdown(socket.SHUT_WR)))
            sender.start()
            got = b"".join(iter(lambda: other.recv(65536), b""))
            sender.join()
            if got != data:
                raise RuntimeError(f"{name}: {len(got)} bytes of {len(data)}, or other ones")


def measure(program, name, connections, milliseconds, cores):
    driver = subprocess.Popen(
        [program, "drive", str(connections), str(milliseconds)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, preexec_fn=pinned(cores[1]))
    relay = start(program, name, int(driver.stdout.readline()), cores[0])
    try:
        before = relay.cpu_seconds()
        driver.stdin.write(f"{relay.port}\n")
        driver.stdin.flush()
        time.sleep(milliseconds / 4000)
        first = relay.counts()
        time.sleep(milliseconds / 2000)
        second = relay.counts()
        total, seconds = driver.stdout.readline().split()
        cpu = relay.cpu_seconds() - before
        driver.wait()
    finally:
        relay.stop()
    gigabytes = max(int(total), 1) / 1e9
    return {"gb_per_second": gigabytes / float(seconds), "cpu_per_gb": cpu / gigabytes,
            "allocations": None if first is None else second[0] - first[0]}
