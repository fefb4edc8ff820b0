# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Pipelining, pieces, inline commands, both versions of the protocol, and what is no command."""

import socket

from client import Error, Server, ServerTest, command


class ProtocolTest(ServerTest):
    def test_commands_that_come_together(self):
        count = 20_000
        self.client.send(b"".join(command("INCR", "n") for _ in range(count)))
        self.assertEqual([self.client.reply() for _ in range(count)],
                         list(range(1, count + 1)))

    def test_commands_that_come_byte_by_byte(self):
        self.client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in command("SET", "a", "value") + b"GET a\r\n":
            self.client.send(bytes([byte]))
        self.assertEqual(self.client.reply(), "OK")
        self.assertEqual(self.client.reply(), b"value")

    def test_large_values(self):
        data = bytes(range(256)) * 65536
        self.check("SET", "big", data, "OK")
        self.assertTrue(self.client("GET", "big") == data)
        self.check("RPUSH", "l", *["x" * 100] * 50_000, 50_000)
        self.assertEqual(len(self.client("LRANGE", "l", "0", "-1")), 50_000)

    def test_inline_commands(self):
        self.client.send(b"\r\nPING\r\n\n  SET  a 'x y'\nGET a\r\n*0\r\n*-1\r\nECHO \"\\x41\\n\"\r\n")
        self.assertEqual([self.client.reply() for _ in range(4)], ["PONG", "OK", b"x y", b"A\n"])

    def test_what_is_no_command(self):
        for sent, said in (
            (b"*x\r\n", "invalid multibulk length"),
            (b"*3000000000\r\n", "invalid multibulk length"),
            (b"*1\r\nx", "expected '$', got 'x'"),
            (b"*1\r\n$-1\r\n", "invalid bulk length"),
            (b"*1\r\n$99999999999999\r\n", "invalid bulk length"),
            (b"SET \"a\r\n", "unbalanced quotes in request"),
            (b"*" + b"1" * 70_000, "too big mbulk count string"),
            (b"*1\r\n$" + b"1" * 70_000, "too big bulk count string"),
            (b"x" * 70_000, "too big inline request"),
        ):
            client = self.server.connect()
            client.send(command("PING") + sent)
            self.assertEqual(client.reply(), "PONG")
            self.assertEqual(client.reply(), "ERR Protocol error: " + said)
            self.assertTrue(client.ended(), said)
        self.check("PING", "PONG")

    def test_a_command_that_breaks_off(self):
        client = self.server.connect()
        client.send(command("SET", "a", "1") + b"*2\r\n$3\r\nGE")
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(client.reply(), "OK")
        self.assertTrue(client.ended())

    def test_a_client_that_sends_all_and_then_reads(self):
        client = self.server.connect()
        client.send(command("PING") * 1000)
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual([client.reply() for _ in range(1000)], ["PONG"] * 1000)
        self.assertTrue(client.ended())


class Resp3Test(ServerTest):
    def test_hello(self):
        reply = self.client("HELLO")
        self.assertEqual(reply[4:6], [b"proto", 2])
        reply = self.client("HELLO", "3", "SETNAME", "me")
        self.assertEqual((reply[b"proto"], reply[b"role"], reply[b"modules"]), (3, b"master", []))
        self.check("CLIENT", "GETNAME", b"me")
        self.check_error("HELLO", "4", "NOPROTO unsupported protocol version")
        self.check_error("HELLO", "x",
                         "ERR Protocol version is not an integer or out of range")
        self.check_error("HELLO", "2", "x", "ERR Syntax error in HELLO option 'x'")
        self.check("GET", "none", None)
        self.assertEqual(self.client("HELLO", "2")[4:6], [b"proto", 2])

    def test_its_types(self):
        self.client("HELLO", "3")
        self.client("HSET", "h", "f", "1", "g", "2")
        self.client("SADD", "s", "a", "b")
        self.check("HGETALL", "h", {b"f": b"1", b"g": b"2"})
        self.check("SMEMBERS", "s", {b"a", b"b"})
        self.check("SMEMBERS", "none", set())
        self.check("CONFIG", "GET", "timeout", {b"timeout": b"0"})
        self.client.send(command("GET", "none") + command("LPOP", "none", "1"))
        self.assertEqual([self.client.line(), self.client.line()], [b"_", b"_"])
        self.assertIn(b"redis_version", self.client("INFO"))


class RequestLimitTest(ServerTest):
    def test_the_size_of_a_command_is_limited(self):
        with Server("--max-request", "1000") as server:
            client = server.connect()
            self.assertEqual(client("SET", "a", "x" * 900), "OK")
            client.send(b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1001\r\n")
            self.assertEqual(client.reply(), "ERR Protocol error: invalid bulk length")
            self.assertTrue(client.ended())
            client = server.connect()
            reply = client("SET", "a" * 500, "x" * 600)
            self.assertIsInstance(reply, Error)
            self.assertEqual(reply, "ERR Protocol error: too big request")
