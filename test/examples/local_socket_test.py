#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The servers of the examples on local sockets.

Usage: local_socket_test.py HTTP_FILE_SERVER RESP_SERVER LINE_CHAT WEBSOCKET_CHAT
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

BINARIES = []
LIMIT = 20  # seconds for anything
GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Server:
    def __init__(self, path, *command):
        self.path = path
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        assert f"unix:{path}" in line, f"it said {line!r}"

    def ask(self, request, expected):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(LIMIT)
            client.connect(self.path)
            client.sendall(request)
            answer = b""
            while len(answer) < len(expected) and (piece := client.recv(65536)):
                answer += piece
            return answer[:len(expected)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=LIMIT)


class LocalSockets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = folder.name + "/server"

    def check(self, request, expected, *command):
        with Server(self.path, *command) as server:
            for _ in range(3):
                self.assertEqual(server.ask(request, expected), expected)
            told = subprocess.run(command, capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 1)
            self.assertIn(f"unix:{self.path}: Address already in use".encode(), told.stderr)
        self.assertEqual(server.process.returncode, 0)
        self.assertFalse(os.path.exists(self.path))
        with Server(self.path, *command) as server:
            server.process.kill()  # and leaves its file behind
            server.process.wait()
            with Server(self.path, *command) as next_one:
                self.assertEqual(next_one.ask(request, expected), expected)

    def test_http_file_server(self):
        for threads in ("1", "3"):
            self.check(GET, b"HTTP/1.1 200 OK\r\n", BINARIES[0], "--address", f"unix:{self.path}",
                       "--threads", threads, os.path.dirname(os.path.abspath(__file__)))

    def test_resp_server(self):
        self.check(b"PING\r\n", b"+PONG\r\n", BINARIES[1], "--bind", f"unix:{self.path}")

    def test_line_chat(self):
        self.check(b"", b"* ", BINARIES[2], "--bind", f"unix:{self.path}")

    def test_websocket_chat(self):
        self.check(GET, b"HTTP/1.1 200 OK\r\n", BINARIES[3], "--bind", f"unix:{self.path}")

    def test_a_path_that_cannot_be(self):
        for binary, *more in ((BINARIES[0], "--address"), (BINARIES[1], "--bind"),
                              (BINARIES[2], "--bind"), (BINARIES[3], "--bind")):
            for path, why in (("", "no path"), ("x" * 200, "too long"), ("/no/where", "No such")):
                command = [binary, *more, "unix:" + path]
                if more == ["--address"]:
                    command.append(".")
                told = subprocess.run(command, capture_output=True, timeout=LIMIT, text=True)
                self.assertEqual(told.returncode, 1)
                self.assertIn(why, told.stderr)


if __name__ == "__main__":
    BINARIES = sys.argv[1:5]
    assert len(BINARIES) == 4, __doc__
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
