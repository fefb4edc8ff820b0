# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What is measured from outside: started on loopback, pinned to a core, and ended by its pid."""

import os
import pathlib
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def pinned(*cores):
    """For Popen's preexec_fn."""
    return lambda: os.sched_setaffinity(0, set(cores))


class Process:
    """`pid` is that of the process that does the work."""

    def __init__(self, name, command, core, **options):
        self.name = name
        self.process = subprocess.Popen(command, preexec_fn=pinned(core), **options)
        self.pid = self.process.pid

    def cpu_seconds(self):
        """With the processes that it has started, also while one of them ends: its time then goes
        over to it."""
        while True:
            own = cpu_seconds(self.process.pid)
            whole = own + sum(map(cpu_seconds, children(self.process.pid)))
            if cpu_seconds(self.process.pid) == own:
                return whole

    def counts(self):
        """What it has counted so far, allocations first, if it can tell."""
        return None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class OwnProgram(Process):
    """A program of bench/: it prints its port, and on SIGUSR1 what it has counted."""

    def __init__(self, program, name, core, *arguments):
        super().__init__(name, [program, name, *arguments], core, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def counts(self):
        self.process.send_signal(signal.SIGUSR1)
        return [int(count) for count in self.process.stdout.readline().split()]


def children(pid):
    try:
        found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [int(one) for one in found]


def cpu_seconds(pid):
    """With the children that it has waited for."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return sum(map(int, fields[11:15])) / TICKS


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(port):
    """Until somebody listens; asked without a connection, which would count."""
    wanted = f"0100007F:{port:04X} 00000000:0000 0A"
    for _ in range(500):
        if wanted in pathlib.Path("/proc/net/tcp").read_text():
            return
        time.sleep(0.02)
    raise RuntimeError(f"nobody listens at {port}")


def counted(first, second):
    """Allocations for each piece of work between two counts."""
    if first is None:
        return None
    return (second[0] - first[0]) / max(second[1] - first[1], 1)
