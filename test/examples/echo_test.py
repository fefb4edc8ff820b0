#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Real clients against the echo examples.

Usage: echo_test.py ECHO_CALLBACK ECHO_FUTURE ECHO_COROUTINE ECHO_STREAM
"""

import contextlib
import os
import re
import resource
import select
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

BINARIES = []
LIMIT = 20  # seconds for anything


class EchoServer:
    def __init__(self, binary, address="127.0.0.1:0", **how):
        self.process = subprocess.Popen([binary, address], stdout=subprocess.PIPE, text=True, **how)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on (.*)\n", line)
        assert found, f"{binary} said {line!r}"
        self.where = found[1]

    def connect(self):
        if self.where.startswith("unix:"):
            client = socket.socket(socket.AF_UNIX)
            client.settimeout(LIMIT)
            client.connect(self.where.removeprefix("unix:"))
            return client
        host, _, port = self.where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=LIMIT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def receive_all(client):
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def with_each_server(test):
    def run(self):
        for binary in BINARIES:
            with self.subTest(os.path.basename(binary)), EchoServer(binary) as server:
                test(self, server)

    return run


class EchoTest(unittest.TestCase):
    @with_each_server
    def test_a_line_comes_back_while_the_connection_stays_open(self, server):
        with server.connect() as client:
            for line in (b"one\n", b"\n", b"three\r\n"):
                client.sendall(line)
                self.assertEqual(client.recv(100), line)

    @with_each_server
    def test_nothing_comes_back_before_the_line_is_whole(self, server):
        with server.connect() as client:
            client.sendall(b"a\nb")
            self.assertEqual(client.recv(100), b"a\n")
            for byte in (b"c", b"d"):
                client.sendall(byte)
            client.sendall(b"\ne")
            self.assertEqual(client.recv(100), b"bcd\n")

    @with_each_server
    def test_the_end_is_orderly_and_an_unended_line_is_not_lost(self, server):
        with server.connect() as client:
            client.sendall(b"first\nlast")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(client), b"first\nlast")

    @with_each_server
    def test_an_empty_connection_ends(self, server):
        with server.connect() as client:
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(client), b"")

    @with_each_server
    def test_many_lines_through_back_pressure(self, server):
        sent = b"".join(b"%d %s\n" % (i, b"x" * (i % 997)) for i in range(20000))
        with server.connect() as client:

            def send():
                client.sendall(sent)
                client.shutdown(socket.SHUT_WR)

            sender = threading.Thread(target=send)
            sender.start()
            self.assertTrue(receive_all(client) == sent)
            sender.join()

    @with_each_server
    def test_a_long_line(self, server):
        sent = b"y" * 3_000_000 + b"\n"
        with server.connect() as client:
            sender = threading.Thread(target=client.sendall, args=(sent,))
            sender.start()
            received = b""
            while len(received) < len(sent):
                piece = client.recv(1 << 20)
                self.assertTrue(piece)
                received += piece
            sender.join()
            self.assertTrue(received == sent)

    @with_each_server
    def test_a_client_that_vanishes_leaves_the_others_alone(self, server):
        with server.connect() as steady:
            gone = server.connect()
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            gone.sendall(b"half a line")
            gone.close()  # a reset
            steady.sendall(b"still here\n")
            self.assertEqual(steady.recv(100), b"still here\n")

    @with_each_server
    def test_many_clients_at_once(self, server):
        clients = [server.connect() for _ in range(50)]
        for number, client in enumerate(clients):
            client.sendall(b"client %d\n" % number)
        for number, client in enumerate(clients):
            self.assertEqual(client.recv(100), b"client %d\n" % number)
            client.close()

    def test_too_few_descriptors(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))

        for binary in BINARIES:
            with self.subTest(os.path.basename(binary)):
                with EchoServer(binary, preexec_fn=few) as server, contextlib.ExitStack() as ends:
                    clients = [ends.enter_context(server.connect()) for _ in range(40)]
                    for client in clients:
                        client.sendall(b"hello\n")
                    self.assertEqual(clients[0].recv(100), b"hello\n")
                    # For the last there is no descriptor before others have gone.
                    self.assertEqual(select.select(clients[-1:], [], [], 0.3)[0], [])
                    for client in clients[:-1]:
                        client.close()
                    with server.connect() as new:
                        new.sendall(b"hello\n")
                        for client in (clients[-1], new):
                            self.assertEqual(client.recv(100), b"hello\n")

    def test_any_kind_of_address(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"unix:{folder}/echo"
            for binary in BINARIES:
                for address in ("localhost:0", "[::1]:0", path, path):
                    with self.subTest(os.path.basename(binary), address=address):
                        with EchoServer(binary, address) as server, server.connect() as client:
                            client.sendall(b"hello\n")
                            self.assertEqual(client.recv(100), b"hello\n")

    def test_a_wrong_command_line_is_told(self):
        for binary in BINARIES:
            for arguments, status in ((["a", "b"], 2), (["7000"], 1), (["unix:"], 1)):
                told = subprocess.run([binary, *arguments], capture_output=True, timeout=LIMIT)
                self.assertEqual(told.returncode, status)
                self.assertIn(b"usage:" if status == 2 else b"has no", told.stderr)


if __name__ == "__main__":
    BINARIES = sys.argv[1:5]
    assert len(BINARIES) == 4, __doc__
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
