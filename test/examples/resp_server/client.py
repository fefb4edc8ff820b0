# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What the tests of the key-value server share: the server's process, and a client of it."""

import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BINARY = ""
SANITIZED = False  # then figures about memory mean nothing
LIMIT = 30  # seconds for anything


def wait_until(condition, what):
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"in vain waited for: {what}"
        time.sleep(0.01)


class Server:
    def __init__(self, *options):
        self.clients = []
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([BINARY, "--port", "0", *options], stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        self.addresses = []
        while (line := self.process.stdout.readline()) != "ready\n":
            found = re.fullmatch(r"listening on (.*):(\d+)\n", line)
            assert found, f"it said {line!r}, {self.errors()!r}"
            self.addresses.append((found[1].strip("[]"), int(found[2])))
        self.address = self.addresses[0]

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def connect(self, address=None, receive_buffer=None):
        client = Client(address or self.address, receive_buffer)
        self.clients.append(client)
        return client

    def memory_in_use(self):
        if SANITIZED:
            return 0
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s*(\d+) kB", status.read())[1]) * 1024

    def stop(self, how=signal.SIGTERM):
        """Returns the exit status, and what it said at the end."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Error(str):
    """An error reply."""


class Push(list):
    """A message out of turn."""


def command(*words):
    words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


class Client:
    """Sends commands, and reads replies of both versions of the protocol."""

    def __init__(self, address, receive_buffer=None):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(LIMIT)
        self.socket.connect(address)
        self.file = self.socket.makefile("rb")

    def __call__(self, *words):
        self.send(command(*words))
        return self.reply()

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        line = self.file.readline()
        assert line.endswith(b"\r\n"), f"the connection ended after {line!r}"
        return line[:-2]

    def reply(self):
        line = self.line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return Error(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"_" or line in (b"$-1", b"*-1"):
            return None
        if kind in b"$=":
            data = self.file.read(int(rest) + 2)
            assert data.endswith(b"\r\n")
            return data[4:-2] if kind == b"=" else data[:-2]
        if kind in b"*>":
            items = [self.reply() for _ in range(int(rest))]
            return Push(items) if kind == b">" else items
        if kind == b"~":
            return {self.reply() for _ in range(int(rest))}
        if kind == b"%":
            return {self.reply(): self.reply() for _ in range(int(rest))}
        raise AssertionError(f"no reply: {line!r}")

    def ended(self):
        """Whether the server closes now, and sends nothing before."""
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.file.close()
        self.socket.close()


class ServerTest(unittest.TestCase):
    """One server, whose keys are gone before each test."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def setUp(self):
        self.client = self.server.connect()
        self.assertEqual(self.client("FLUSHALL"), "OK")

    def tearDown(self):
        for client in self.server.clients:
            client.close()
        self.server.clients.clear()

    def check(self, *words_and_reply):
        *words, reply = words_and_reply
        self.assertEqual(self.client(*words), reply, words)

    def check_error(self, *words_and_text):
        *words, text = words_and_text
        reply = self.client(*words)
        self.assertIsInstance(reply, Error, words)
        self.assertEqual(reply, text)
