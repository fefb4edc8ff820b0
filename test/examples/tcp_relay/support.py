# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What the tests of the relay share."""

import contextlib
import ctypes
import os
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

BINARY = ""
SANITIZED = False
PATIENCE = 30  # seconds for anything
SO_ATTACH_FILTER = 26  # of Linux; Python has no name for it


class Relay:
    """A running tcp_relay. Its standard error, with --verbose a line per connection, is kept."""

    def __init__(self, listen, target, *options, **streams):
        self.errors = tempfile.TemporaryFile()
        streams.setdefault("stderr", self.errors)
        self.process = subprocess.Popen(
            [BINARY, "--verbose", *options, listen, target], stdout=subprocess.PIPE, text=True,
            **streams)
        line = self.process.stdout.readline()
        match = re.match(r"relaying (\S+)", line)
        assert match, f"{line!r} {self.log()}"
        self.where = match[1]
        self.port = int(self.where.rsplit(":", 1)[1]) if ":" in listen[-6:] else None

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self.errors.close()

    def client(self):
        return connected(socket.AF_INET, ("127.0.0.1", self.port))

    def cpu_time(self):
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def log(self):
        self.errors.seek(0)
        return self.errors.read().decode()

    def wait_for_log(self, pattern):
        until = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.log())):
            assert time.monotonic() < until, f"no {pattern!r} in {self.log()!r}"
            select.select([], [], [], 0.01)
        return found

    def end(self):
        """Ends it in order; returns connections and bytes in each direction."""
        self.process.send_signal(signal.SIGTERM)
        return self.totals()

    def totals(self):
        output = self.process.communicate(timeout=PATIENCE)[0]
        assert self.process.returncode == 0, (self.process.returncode, self.log())
        match = re.fullmatch(r"relayed (\d+) connections, (\d+) bytes to the target, "
                             r"(\d+) bytes back\n", output)
        assert match, output
        return tuple(int(n) for n in match.groups())


def connected(family, where):
    one = socket.socket(family, socket.SOCK_STREAM)
    one.settimeout(PATIENCE)
    try:
        one.connect(where)
    except OSError:
        one.close()
        raise
    return one


@contextlib.contextmanager
def listening(family=socket.AF_INET, where=("127.0.0.1", 0), backlog=1000):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.bind(where)
        one.listen(backlog)
        one.settimeout(PATIENCE)
        yield one


def name_of(listener):
    where = listener.getsockname()
    if isinstance(where, str):
        return f"unix:{where}"
    return f"[{where[0]}]:{where[1]}" if ":" in where[0] else f"{where[0]}:{where[1]}"


def accepted(listener):
    one = listener.accept()[0]
    one.settimeout(PATIENCE)
    return one


def read_all(one):
    pieces = []
    while piece := one.recv(1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


def reset(one):
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()


def unplug(one):
    """From now on the socket hears nothing, so that nothing that is sent to it is acknowledged."""
    drop_all = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF_RET | BPF_K
    program = struct.pack("HP", 1, ctypes.addressof(drop_all))
    one.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def echo(listener, clients):
    """Serves so many clients, each until it ends; in a thread of its own."""
    def serve(one):
        with one:
            while data := one.recv(65536):
                one.sendall(data)

    def accept():
        with contextlib.suppress(OSError):  # the listener is closed
            for _ in range(clients):
                in_background(lambda one=accepted(listener): serve(one))
    return in_background(accept)
