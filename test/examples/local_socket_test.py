#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The servers of the examples on local sockets, and one on two sockets at a time.

Usage: local_socket_test.py HTTP_FILE_SERVER RESP_SERVER LINE_CHAT WEBSOCKET_CHAT
"""

import contextlib
import os
import re
import select
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

    def assert_refused(self, path, why):
        for binary, *more in ((BINARIES[0], "--address"), (BINARIES[1], "--bind"),
                              (BINARIES[2], "--bind"), (BINARIES[3], "--bind")):
            command = [binary, *more, "unix:" + path]
            if more == ["--address"]:
                command.append(".")
            told = subprocess.run(command, capture_output=True, timeout=LIMIT, text=True)
            self.assertEqual(told.returncode, 1)
            self.assertIn(why, told.stderr)

    def test_a_path_that_cannot_be(self):
        for path, why in (("", "no path"), ("x" * 200, "too long"), ("/no/where", "No such")):
            self.assert_refused(path, why)

    def test_only_a_socket_is_taken_over(self):
        with open(self.path, "wb") as file:
            file.write(b"precious")
        link = self.path + ".link"
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(self.path + ".gone")
        os.symlink(self.path + ".gone", link)
        for path in (self.path, link):
            self.assert_refused(path, f"unix:{path}: Address already in use")
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(), b"precious")
        self.assertTrue(os.path.islink(link))


def cpu_time(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        user, system = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class TwoSockets(unittest.TestCase):
    def test_the_limit_of_connections(self):
        command = [BINARIES[0], "--address", "", "--port", "0", "--threads", "1",
                   "--max-connections", "1", os.path.dirname(os.path.abspath(__file__))]
        with contextlib.ExitStack() as stack:
            process = stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            port = int(re.search(r":(\d+)/", process.stdout.readline())[1])
            clients = []
            for host in ("127.0.0.1", "127.0.0.1", "::1"):
                try:
                    clients.append(socket.create_connection((host, port), LIMIT))
                except OSError:
                    self.skipTest("no IPv6 here")
                stack.enter_context(clients[-1])
                clients[-1].sendall(GET)
            first = select.select(clients, [], [], LIMIT)[0][0]
            before = cpu_time(process)
            clients.remove(first)
            self.assertEqual(select.select(clients, [], [], 1)[0], [])
            self.assertLess(cpu_time(process) - before, 0.2)
            first.close()
            self.assertNotEqual(select.select(clients, [], [], LIMIT)[0], [])


if __name__ == "__main__":
    BINARIES = sys.argv[1:5]
    assert len(BINARIES) == 4, __doc__
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
