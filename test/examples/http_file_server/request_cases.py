# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Requests that are refused, pipelining, and the life of a connection."""

import os
import socket
import time

from support import GIB, LIMIT, FileServerTest, Responses, request, wait_until


class RequestsTest(FileServerTest):
    def test_methods(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            response = self.get("/a.txt", "Content-Length: 0", method=method)
            self.assertEqual((response.status, response["Allow"]), (405, "GET, HEAD"))
        self.assertEqual(self.get("/a.txt", method="BREW").status, 501)

    def test_bad_requests(self):
        for message in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"nonsense\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET /a.txt\r\n\r\n",
            b"GET /a.txt HTTP/x.y\r\n\r\n",
            b"GET  /a.txt HTTP/1.1\r\nHost: test\r\n\r\n",
            request("/a.txt", "No colon"),
            request("/a.txt", "Bad name : x"),
            request("/a.txt", "Content-Length: 1x"),
            request("/a.txt", "Content-Length: 1", "Content-Length: 2"),
            request("/a.txt", "Content-Length: 5", "Transfer-Encoding: chunked"),
            request("/a.txt", "Transfer-Encoding: chunked") + b"zz\r\n",
        ):
            self.assert_refused(message, 400)

    def test_bad_targets_leave_the_connection_open(self):
        bad = [
            request("/a.txt", host=None),
            request("/a.txt", "Host: twice"),
            request("*"),
            request("a.txt"),
            request("/%"),
            request("/%zz"),
            request("/%4"),
        ]
        responses = self.ask(*bad, request("/a.txt"))
        self.assertEqual([one.status for one in responses], [400] * len(bad) + [200])

    def test_versions(self):
        for version in ("2.0", "1.9", "0.9"):
            self.assert_refused(request("/a.txt", version=version), 505)

    def test_a_target_too_long(self):
        self.assertEqual(self.get("/" + "x" * 9000).status, 414)
        self.assert_refused(b"GET /" + b"x" * 40_000, 414)

    def test_a_header_too_long(self):
        self.assert_refused(request("/a.txt", "Long: " + "x" * 40_000), 431)
        self.assert_refused(request("/a.txt", *[f"Field-{i}: x" for i in range(5000)]), 431)

    def test_a_header_too_long_in_small_pieces(self):
        with self.server.connect() as client:
            message = request("/a.txt", "Long: " + "x" * 20_000)
            for start in range(0, len(message), 999):
                client.sendall(message[start : start + 999])
            self.assertEqual(Responses(client).next().status, 431)

    def test_bodies(self):
        responses = self.ask(
            request("/a.txt", "Content-Length: 5") + b"12345",
            request("/a.txt", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n",
            request("/a.txt", "Content-Length: 100000", method="POST") + b"x" * 100_000,
            request("/a.txt"),
        )
        self.assertEqual([one.status for one in responses], [200, 200, 405, 200])

    def test_fields_behind_a_body_are_not_those_of_the_request(self):
        chunked = "Transfer-Encoding: chunked"
        responses = self.ask(
            request("/a.txt", chunked, host=None) + b"0\r\nHost: x\r\n\r\n",
            request("/a.txt", chunked) + b"0\r\nHost: again\r\n\r\n",
            request("/a.txt", chunked) + b"1\r\nx\r\n0\r\nRange: bytes=0-0\r\n\r\n",
            request("/a.txt", chunked) + b"0\r\nIf-None-Match: *\r\n\r\n",
        )
        self.assertEqual([one.status for one in responses], [400, 200, 200, 200])

    def test_chunks_in_a_version_that_has_none(self):
        fields = ("Transfer-Encoding: chunked", "Connection: keep-alive")
        with self.server.connect() as client:
            client.sendall(request("/a.txt", *fields, version="1.0") + b"0\r\n\r\n")
            responses = Responses(client)
            self.assertEqual(responses.next().status, 400)
            self.assertTrue(responses.ended())

    def test_a_body_too_long(self):
        self.assert_refused(request("/a.txt", "Content-Length: 99999999"), 413)
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        head = request("/", "Transfer-Encoding: chunked", method="POST")
        self.assert_refused(head + chunk * 20, 413)

    def test_transfer_codings(self):
        self.assert_refused(request("/a.txt", "Transfer-Encoding: gzip"), 501)

    def test_expectations(self):
        with self.server.connect() as client:
            responses = Responses(client)
            client.sendall(request("/a.txt", "Content-Length: 3", "Expect: 100-continue"))
            self.assertEqual(responses.next().status, 100)
            client.sendall(b"abc")
            self.assertEqual(responses.next().status, 200)
        waiting = request("/", "Content-Length: 3", "Expect: 100-continue", method="POST")
        self.assert_refused(waiting, 405)
        self.assert_refused(request("/", "Expect: the-unexpected"), 417)
        self.assertEqual(self.get("/", "Expect: 100-continue", version="1.0").status, 200)

    def test_pipelining_in_one_segment(self):
        requests = [
            request(f"/a.txt?{i}") if i % 3 else request("/data.bin", f"Range: bytes={i}-{i}")
            for i in range(300)
        ]
        for number, response in enumerate(self.ask(*requests)):
            expected = b"hello\n" if number % 3 else self.data[number : number + 1]
            self.assertEqual(response.body, expected)

    def test_pipelined_answers_leave_together(self):
        with self.server.connect() as client:
            client.sendall(request("/a.txt") * 10)
            first = client.recv(1 << 16)  # one write arrives as one piece on the loopback
            self.assertEqual(first.count(b"hello\n"), 10)

    def test_byte_by_byte(self):
        with self.server.connect() as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            first = request("/a.txt", "Content-Length: 2") + b"ab"
            for byte in first + request("/a.txt", "Connection: close"):
                client.sendall(bytes([byte]))
            responses = Responses(client)
            self.assertEqual([responses.next().body for _ in range(2)], [b"hello\n"] * 2)
            self.assertTrue(responses.ended())

    def test_every_split_in_two(self):
        message = request("/a.txt", "Range: bytes=0-2", "Content-Length: 1") + b"x"
        with self.server.connect() as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            responses = Responses(client)
            for split in range(1, len(message)):
                client.sendall(message[:split])
                client.sendall(message[split:])
                self.assertEqual(responses.next().body, b"hel")

    def test_keep_alive(self):
        for fields, version, stays in (
            ([], "1.1", True),
            (["Connection: close"], "1.1", False),
            ([], "1.0", False),
            (["Connection: keep-alive"], "1.0", True),
        ):
            with self.server.connect() as client:
                responses = Responses(client)
                client.sendall(request("/a.txt", *fields, version=version))
                self.assertEqual(responses.next().status, 200)
                if stays:
                    client.sendall(request("/a.txt", *fields, version=version))
                    self.assertEqual(responses.next().status, 200)
                else:
                    self.assertTrue(responses.ended())

    def test_a_client_that_ends_its_sending_gets_its_answers(self):
        with self.server.connect() as client:
            client.sendall(request("/data.bin") * 3)
            client.shutdown(socket.SHUT_WR)
            responses = Responses(client)
            for _ in range(3):
                self.assertTrue(responses.next().body == self.data)
            self.assertTrue(responses.ended())

    def test_a_client_that_goes_away_in_the_middle(self):
        before = self.server.open_descriptors()
        for _ in range(20):
            client = self.server.connect()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.sendall(request("/data.bin") * 50)
            client.recv(1000)
            client.close()
        self.assertEqual(self.get("/a.txt").status, 200)
        wait_until(lambda: self.server.open_descriptors() <= before + 2, "descriptors to be closed")

    def test_a_file_that_shrinks_ends_the_connection_early(self):
        path = os.path.join(self.root, "shrinking")
        with open(path, "wb") as file:
            file.truncate(GIB)
        with self.server.connect(receive_buffer=4096) as client:
            client.sendall(request("/shrinking"))
            received = len(client.recv(1000))
            os.truncate(path, 0)
            try:
                while piece := client.recv(1 << 20):
                    received += len(piece)
            except ConnectionResetError:
                pass
            self.assertLess(received, GIB)
        os.remove(path)
