# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Slow clients, too many clients, and large files in little memory."""

import hashlib
import os
import time

import support
from support import GIB, LIMIT, FileServerTest, Responses, Server, request, wait_until


class LimitsTest(FileServerTest):
    def test_slow_headers(self):
        with Server(self.root, "--header-timeout", "0.3") as server, server.connect() as client:
            client.sendall(b"GET /a.txt HT")
            client.settimeout(0.03)
            responses = Responses(client)
            start = time.monotonic()
            while True:
                try:
                    responses.more()
                    break
                except TimeoutError:
                    client.sendall(b"x")  # a byte now and then does not help
            self.assertGreaterEqual(time.monotonic() - start, 0.25)
            client.settimeout(LIMIT)
            self.assertEqual(responses.next().status, 408)
            self.assertTrue(responses.ended())

    def test_a_connection_without_a_request(self):
        with Server(self.root, "--header-timeout", "0.2") as server, server.connect() as client:
            self.assertTrue(Responses(client).ended())

    def test_idle_connections(self):
        with Server(self.root, "--idle-timeout", "0.2") as server, server.connect() as client:
            responses = Responses(client)
            client.sendall(request("/a.txt"))
            self.assertEqual(responses.next().status, 200)
            self.assertTrue(responses.ended())

    def test_a_body_that_does_not_come(self):
        with Server(self.root, "--request-timeout", "0.3") as server, server.connect() as client:
            client.sendall(request("/a.txt", "Content-Length: 5") + b"12")
            responses = Responses(client)
            self.assertEqual(responses.next().status, 408)
            self.assertTrue(responses.ended())

    def test_a_client_that_does_not_read(self):
        self.let_go_after(taken=0)

    def test_a_client_that_stops_reading(self):
        self.let_go_after(taken=8 << 20)

    def let_go_after(self, taken):
        path = os.path.join(self.root, "long")
        with open(path, "wb") as file:
            file.truncate(GIB)
        for how in ([], ["--no-sendfile"]):
            with Server(self.root, "--request-timeout", "0.8", *how) as server:
                before = server.open_descriptors()
                with server.connect(receive_buffer=1 << 16 if taken else 4096) as client:
                    client.sendall(request("/long"))
                    wait_until(lambda: server.open_descriptors() == before + 2,
                               "the file to be opened")
                    left = taken
                    while left > 0:
                        piece = client.recv(1 << 16)
                        self.assertTrue(piece)
                        left -= len(piece)
                    wait_until(lambda: server.open_descriptors() == before,
                               "the client to be let go")
        os.remove(path)

    def test_a_client_that_reads_steadily_outlasts_the_request_limit(self):
        path = os.path.join(self.root, "steady")
        with open(path, "wb") as file:
            file.truncate(64 * GIB)
        for how in ([], ["--no-sendfile"]):
            with Server(self.root, "--request-timeout", "0.5", *how) as server:
                with server.connect(receive_buffer=1 << 17) as client:
                    client.sendall(request("/steady"))
                    self.read_steadily(client)
        os.remove(path)

    def test_a_limit_on_connections(self):
        for threads in ("1", "2"):
            with Server(self.root, "--max-connections", "2", "--threads", threads) as server:
                first, second = server.connect(), server.connect()
                for client in (first, second):
                    client.sendall(request("/a.txt"))
                    self.assertEqual(Responses(client).next().status, 200)
                third = server.connect()
                third.sendall(request("/a.txt"))
                third.settimeout(0.2)
                self.assertRaises(TimeoutError, third.recv, 1)
                first.close()
                third.settimeout(LIMIT)
                self.assertEqual(Responses(third).next().status, 200)

    def test_out_of_descriptors(self):
        if support.SANITIZED:
            self.skipTest("UndefinedBehaviorSanitizer needs descriptors for its checks")
        with Server(self.root, descriptors=20) as server:
            clients = [server.connect() for _ in range(40)]
            answered = 0
            for i, client in enumerate(clients):
                target = "/" if i % 2 else "/a.txt"
                client.sendall(request(target, "Connection: close"))
            for i, client in enumerate(clients):
                response = Responses(client).next()
                self.assertIn(response.status, (200, 503))
                answered += response.status == 200
                if i % 2 and response.status == 200:  # a list is whole, or not there
                    self.assertIn(b"data.bin", response.body)
                client.close()
            self.assertGreater(answered, 0)
            self.assertEqual(self.ask(request("/a.txt"), server=server)[0].status, 200)

    def test_many_pipelined_requests_from_a_client_that_does_not_read(self):
        with Server(self.root, "--request-timeout", "5") as server, server.connect(4096) as client:
            client.settimeout(0.5)
            try:
                for _ in range(1000):
                    client.sendall(request("/data.bin") * 100)
            except TimeoutError:
                pass  # the server has stopped reading
            else:
                self.fail("the server reads on and on")
            if not support.SANITIZED:
                self.assertLess(server.memory_in_use(), 64 << 20)

    def test_a_gib_for_a_slow_reader_in_little_memory(self):
        path = os.path.join(self.root, "huge")
        with open(path, "wb") as file:
            file.truncate(GIB)
            for place in range(0, GIB, GIB // 64):
                file.seek(place + place // 977)
                file.write(b"%d" % place)
        with open(path, "rb") as file:
            expected = hashlib.file_digest(file, "sha256").hexdigest()
        with Server(self.root) as server, server.connect(receive_buffer=1 << 16) as client:
            client.sendall(request("/huge", "Connection: close"))
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            digest, received, most, looked = hashlib.sha256(), 0, 0, 0
            buffer = bytearray(1 << 18)
            while size := client.recv_into(buffer):
                digest.update(memoryview(buffer)[:size])
                received += size
                if received >= looked:
                    looked += 1 << 24
                    most = max(most, server.memory_in_use())
            self.assertEqual(received, GIB)
            self.assertEqual(digest.hexdigest(), expected)
            if not support.SANITIZED:
                self.assertLess(most, 64 << 20)
        os.remove(path)
