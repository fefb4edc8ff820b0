# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What the tests of the file server share."""

import os
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BINARY = ""
SANITIZED = False  # then figures about memory mean nothing
LIMIT = 30  # seconds for anything
GIB = 1 << 30


def wait_until(condition, what):
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"in vain waited for: {what}"
        time.sleep(0.01)


class Server:
    def __init__(self, directory, *options, descriptors=None):
        def limit_descriptors():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        self.clients = []
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [BINARY, "--port", "0", *options, directory],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            preexec_fn=limit_descriptors,
        )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"serving (.*) at (https?)://(.*):(\d+)/\n", line)
        assert found, f"it said {line!r}, {self.errors()!r}"
        self.directory = found[1]
        self.address = (found[3].strip("[]"), int(found[4]))
        self.url = f"{found[2]}://{found[3]}:{found[4]}"

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def connect(self, receive_buffer=None):
        family = socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        client = socket.socket(family)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.clients.append(client)
        client.settimeout(LIMIT)
        client.connect(self.address)
        return client

    def memory_in_use(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s*(\d+) kB", status.read())[1]) * 1024

    def open_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

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


class Response:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def __getitem__(self, name):
        return self.fields.get(name.lower())


class Responses:
    """Reads one response after another from a socket."""

    def __init__(self, client):
        self.client, self.rest = client, b""

    def more(self):
        piece = self.client.recv(1 << 16)
        self.rest += piece
        return piece

    def next(self, head_only=False):
        while b"\r\n\r\n" not in self.rest:
            assert self.more(), f"the connection ended after {self.rest!r}"
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.[01] (\d{3}) .*", lines[0])
        assert match, lines[0]
        status = int(match[1])
        fields = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            assert name.lower() not in fields, f"{name} is there twice"
            fields[name.lower()] = value
        length = int(fields.get("content-length", 0))
        if head_only or status in (100, 204, 304):
            length = 0
        while len(self.rest) < length:
            assert self.more(), "the connection ended within a body"
        body, self.rest = self.rest[:length], self.rest[length:]
        return Response(status, fields, body)

    def ended(self):
        """Whether the server closes now, and sends nothing before."""
        try:
            return not self.rest and not self.more()
        except ConnectionResetError:
            return True


def request(target, *fields, method="GET", version="1.1", host="Host: test"):
    lines = [f"{method} {target} HTTP/{version}", *([host] if host else []), *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


class FileServerTest(unittest.TestCase):
    """A tree of files, one server for it, and ways to ask."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        top = cls.temporary.name
        cls.outside = os.path.join(top, "secret.txt")
        cls.root = root = os.path.join(top, "www")
        os.makedirs(os.path.join(root, "dir", "deeper"))
        os.makedirs(os.path.join(root, "site"))
        os.makedirs(os.path.join(top, "www-other"))
        cls.data = bytes(i * 7 % 251 for i in range(300_000))
        for name, content in {
            "a.txt": b"hello\n",
            "empty": b"",
            "data.bin": cls.data,
            "site/index.html": b"<h1>site</h1>",
            "dir/style.css": b"a{}",
            "dir/odd <&\"'> #1?%.txt": b"odd",
            "dir/javascript:alert(1)": b"name",
            "dir/.hidden": b"hidden",
            "../secret.txt": b"secret",
            "../www-other/secret.txt": b"secret",
        }.items():
            with open(os.path.join(root, name), "wb") as file:
                file.write(content)
        os.symlink(cls.outside, os.path.join(root, "link-out-absolute"))
        os.symlink("../secret.txt", os.path.join(root, "link-out"))
        os.symlink("..", os.path.join(root, "dir-out"))
        os.symlink("../www-other", os.path.join(root, "dir", "sibling-out"))
        os.symlink("../a.txt", os.path.join(root, "dir", "link-in"))
        os.symlink("loop", os.path.join(root, "loop"))
        os.mkfifo(os.path.join(root, "fifo"))
        cls.server = Server(root)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.temporary.cleanup()

    def read_steadily(self, client):
        """For three seconds; what the kernel holds does not last as long."""
        rate = 2 << 20  # bytes a second
        start, received = time.monotonic(), 0
        while received < 3 * rate:
            piece = client.recv(1 << 16)
            self.assertTrue(piece)
            received += len(piece)
            due = start + received / rate
            wait_until(lambda: time.monotonic() >= due, "the client's next turn")

    def ask(self, *requests, server=None, head_only=False):
        """Sends everything at once and returns as many responses."""
        with (server or self.server).connect() as client:
            client.sendall(b"".join(requests))
            responses = Responses(client)
            return [responses.next(head_only) for _ in requests]

    def get(self, target, *fields, **others):
        head_only = others.get("method") == "HEAD"
        return self.ask(request(target, *fields, **others), head_only=head_only)[0]

    def assert_refused(self, message, status, server=None):
        """The answer has that status, and then the connection ends."""
        with (server or self.server).connect() as client:
            client.sendall(message)
            responses = Responses(client)
            response = responses.next()
            self.assertEqual(response.status, status)
            self.assertEqual(response["Connection"], "close")
            self.assertTrue(responses.ended())
            return response
