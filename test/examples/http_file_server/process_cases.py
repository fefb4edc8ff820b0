# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The command line, signals, threads, the log, and curl as a client."""

import os
import shutil
import signal
import socket
import subprocess
import unittest

import support
from support import GIB, LIMIT, FileServerTest, Responses, Server, request, wait_until


class ProcessTest(FileServerTest):
    def test_it_drains_on_a_signal(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with Server(self.root, "--threads", "2", "--drain-timeout", str(LIMIT)) as server:
                idle, busy, fresh = server.connect(), server.connect(1 << 16), server.connect()
                idle.sendall(request("/a.txt"))
                Responses(idle).next()
                path = os.path.join(self.root, "draining")
                with open(path, "wb") as file:
                    file.truncate(16 << 20)
                busy.sendall(request("/draining"))
                responses = Responses(busy)
                responses.more()
                server.process.send_signal(how)
                self.assertTrue(Responses(idle).ended())
                self.assertTrue(Responses(fresh).ended())
                wait_until(lambda: self.refused(server), "new connections to be refused")
                response = responses.next()
                self.assertEqual(len(response.body), 16 << 20)
                self.assertTrue(responses.ended())
                said, _ = server.process.communicate(timeout=LIMIT)
                self.assertEqual(server.process.returncode, 0)
                self.assertRegex(said, r"^served 2 requests, \d{8,} bytes, on \d connections\n$")

    def refused(self, server):
        try:
            server.connect().close()
            return False
        except ConnectionError:
            return True

    def test_a_request_that_does_not_end_cannot_stop_the_end(self):
        path = os.path.join(self.root, "endless")
        with open(path, "wb") as file:
            file.truncate(GIB)
        with Server(self.root, "--drain-timeout", "1") as server, \
                server.connect(4096) as client:
            client.sendall(request("/endless"))
            client.recv(1000)
            status, said = server.stop()
            self.assertEqual(status, 0)
            self.assertIn("served 1 requests", said)
        os.remove(path)

    def test_threads_share_the_port(self):
        with Server(self.root, "--threads", "3") as server:
            for _ in range(50):
                self.assertEqual(self.ask(request("/a.txt"), server=server)[0].status, 200)
            port = str(server.address[1])
            for threads in ("1", "3"):
                told = subprocess.run(
                    [support.BINARY, "--port", port, "--threads", threads, self.root],
                    capture_output=True,
                    timeout=LIMIT,
                )
                self.assertEqual(told.returncode, 1)
                self.assertIn(b"in use", told.stderr)
            status, said = server.stop()
            self.assertEqual(status, 0)
            self.assertIn("served 50 requests", said)

    def test_addresses(self):
        addresses = ["localhost", "0.0.0.0"]
        if socket.has_ipv6:
            try:
                with socket.socket(socket.AF_INET6) as probe:
                    probe.bind(("::1", 0))
                addresses += ["::1", "::"]
            except OSError:
                pass
        for address in addresses:
            with Server(self.root, "--address", address) as server:
                self.assertEqual(self.ask(request("/a.txt"), server=server)[0].status, 200)

    def test_a_log_line_per_request(self):
        with Server(self.root, "--verbose") as server:
            self.ask(request("/a.txt?x=\x1b[2J"), server=server)
            self.ask(request("/no\"thing"), server=server)
            server.stop()
            lines = server.errors().splitlines()
        self.assertEqual(len(lines), 2)
        start = r"^127\.0\.0\.1 - - \[.*\] "
        self.assertRegex(lines[0], start + r'"" 400 \d+$')
        self.assertRegex(lines[1], start + r'"GET /no\\x22thing HTTP/1.1" 404 \d+$')

    def test_help(self):
        told = subprocess.run([support.BINARY, "--help"], capture_output=True, timeout=LIMIT)
        self.assertEqual(told.returncode, 0)
        self.assertIn(b"--max-connections", told.stdout)

    def test_a_wrong_command_line(self):
        for arguments in (
            [],
            ["a", "b"],
            ["--port", "65536", "."],
            ["--port", "x", "."],
            ["--port", "80x", "."],
            ["--threads", "0", "."],
            ["--idle-timeout", "-1", "."],
            ["--idle-timeout", "nan", "."],
            ["--unknown", "."],
            [".", "--port"],
            [""],
        ):
            told = subprocess.run([support.BINARY, *arguments], capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 2, arguments)
            self.assertIn(b"usage:", told.stderr)
            self.assertEqual(told.stdout, b"")

    def test_what_cannot_be_served(self):
        for arguments in (
            ["--port", "0", os.path.join(self.root, "nothing")],
            ["--port", "0", os.path.join(self.root, "a.txt")],
            ["--address", "host.invalid", "."],
        ):
            told = subprocess.run([support.BINARY, *arguments], capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 1, arguments)
            self.assertTrue(told.stderr)

    @unittest.skipUnless(shutil.which("curl"), "curl is not there")
    def test_curl(self):
        def curl(*arguments):
            command = ["curl", "-sS", "-m", str(LIMIT), *arguments]
            return subprocess.run(command, capture_output=True, check=True).stdout

        def status(*arguments):
            return curl("-o", "/dev/null", "-w", "%{http_code}", *arguments)

        url = self.server.url
        self.assertEqual(curl(url + "/a.txt"), b"hello\n")
        self.assertEqual(curl("-L", url + "/site"), b"<h1>site</h1>")
        self.assertEqual(curl("-r", "5-9", url + "/data.bin"), self.data[5:10])
        self.assertIn(b"HTTP/1.1 200 OK", curl("-I", url + "/data.bin"))
        self.assertTrue(curl(url + "/data.bin", url + "/data.bin") == self.data * 2)
        self.assertEqual(status("-T", __file__, url + "/new"), b"405")
        self.assertEqual(status("--path-as-is", url + "/../secret.txt"), b"400")
