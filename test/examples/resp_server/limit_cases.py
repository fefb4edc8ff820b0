# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""How many clients there may be, how long, and how much memory; how keys and the server end."""

import resource
import signal
import socket
import subprocess
import time
import unittest

import client
from client import LIMIT, Server, ServerTest, command, wait_until


class LimitTest(unittest.TestCase):
    def test_the_number_of_clients(self):
        with Server("--maxclients", "2") as server:
            clients = [server.connect() for _ in range(2)]
            self.assertEqual([one("PING") for one in clients], ["PONG"] * 2)
            more = server.connect()
            self.assertEqual(more.reply(), "ERR max number of clients reached")
            self.assertTrue(more.ended())
            self.assertIn(b"rejected_connections:1", clients[0]("INFO", "stats"))
            clients[0].close()

            def accepted():
                try:
                    return server.connect()("PING") == "PONG"
                except ConnectionError:
                    return False

            wait_until(accepted, "room for another client")

    def test_idle_clients_are_let_go(self):
        with Server("--timeout", "1") as server:
            idle, stuck, listener = server.connect(), server.connect(), server.connect()
            listener("SUBSCRIBE", "a")
            stuck.send(b"*2\r\n$4\r\nECHO\r\n$100\r\nabc")
            self.assertTrue(idle.ended())
            self.assertTrue(stuck.ended())
            self.assertEqual(listener("PING"), [b"pong", b""])

    def test_a_client_that_does_not_read_is_not_read_from(self):
        with Server() as server:
            greedy, other = server.connect(receive_buffer=4096), server.connect()
            self.assertEqual(other("SET", "big", b"x" * (1 << 20)), "OK")
            before = server.memory_in_use()
            greedy.send(command("GET", "big") * 500)
            self.assertEqual([other("PING") for _ in range(100)], ["PONG"] * 100)
            self.assertLess(server.memory_in_use() - before, 64 << 20)
            for _ in range(500):
                self.assertEqual(len(greedy.reply()), 1 << 20)

    def test_a_reply_without_an_end_takes_no_memory(self):
        with Server("--max-reply", "4mb") as server:
            greedy, other = server.connect(), server.connect()
            self.assertEqual(other("SET", "big", b"x" * (1 << 20)), "OK")
            self.assertEqual(len(greedy("MGET", *["big"] * 3)), 3)
            before = server.memory_in_use()
            greedy.send(command("MGET", *["big"] * 100_000))
            self.assertTrue(greedy.ended())
            self.assertEqual(other("PING"), "PONG")
            self.assertLess(server.memory_in_use() - before, 32 << 20)

    def test_what_is_only_announced_takes_no_memory(self):
        with Server() as server:
            other = server.connect()
            self.assertEqual(other("PING"), "PONG")
            before = server.memory_in_use()
            for _ in range(50):
                server.connect().send(b"*1000000\r\n$60000000\r\nx")
            self.assertEqual(other("PING"), "PONG")
            self.assertLess(server.memory_in_use() - before, 32 << 20)


class MemoryTest(unittest.TestCase):
    def test_what_is_stored_is_limited(self):
        with Server("--maxmemory", "1mb") as server:
            client = server.connect()
            replies = [client("SET", f"k{i}", "x" * 100_000) for i in range(20)]
            self.assertEqual(replies[0], "OK")
            self.assertEqual(replies[-1],
                             "OOM command not allowed when used memory > 'maxmemory'.")
            self.assertEqual(client("GET", "k0"), b"x" * 100_000)
            self.assertEqual(client("DEL", *(f"k{i}" for i in range(20))), replies.count("OK"))
            self.assertEqual(client("SET", "k", "x"), "OK")
            self.assertEqual(client("FLUSHALL"), "OK")
            self.assertEqual(client("DBSIZE"), 0)

    def test_a_command_that_fails_ends_its_connection(self):
        with Server() as server:
            if client.SANITIZED or not hasattr(resource, "prlimit"):
                self.skipTest("its memory cannot be limited")
            greedy, subscriber, other = (server.connect() for _ in range(3))
            self.assertEqual(other("SET", "big", b"x" * (8 << 20)), "OK")
            subscriber("SUBSCRIBE", "news")
            with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as sizes:
                used = int(sizes.read().split()[0]) * resource.getpagesize()
            resource.prlimit(server.process.pid, resource.RLIMIT_AS,
                             (used + (64 << 20), resource.RLIM_INFINITY))
            greedy.send(command("PUBLISH", "news", "x") + command("MGET", *["big"] * 50))
            self.assertTrue(greedy.ended())
            self.assertEqual(subscriber.reply(), [b"message", b"news", b"x"])
            self.assertEqual(len(other("GET", "big")), 8 << 20)
            wait_until(lambda: b"connected_clients:2" in other("INFO", "clients"),
                       "the session to be gone")
            self.assertEqual(server.errors().count("a connection failed"), 1)


class EndingKeyTest(ServerTest):
    """The end of a key is to fall into a command: its length makes that take a while."""

    def test_getex(self):
        value = b"x" * (8 << 20)
        end = time.monotonic() + 1
        self.check("SET", "k", value, "OK")
        for _ in range(50):
            self.client.send(command("PEXPIRE", "k", "1") + command("GETEX", "k", "PERSIST"))
            self.client.reply()
            if self.client.reply() is None:
                self.check("SET", "k", value, "OK")
            if time.monotonic() > end:
                break
        self.check("PING", "PONG")

    def test_incr(self):
        key = b"k" * (4 << 20)
        end = time.monotonic() + 1
        ahead, step = 8, 4  # milliseconds that the command is complete before the key's end
        while time.monotonic() < end:
            ends = int(time.time() * 1000) + 30
            increment = command("INCR", key)
            self.client.send(command("SET", key, "100", "PXAT", ends) + increment[:-1])
            self.assertEqual(self.client.reply(), "OK")
            time.sleep(max(0, (ends - ahead) / 1000 - time.time()))
            self.client.send(increment[-1:])
            value = self.client.reply()
            self.assertIn(value, (101, 1))
            if value == 1:  # it had ended: this is another one
                self.assertEqual(self.client("TTL", key), -1)
            if (value == 1) != (step > 0):
                step = max(step / -2, 0.5) if step < 0 else min(step / -2, -0.5)
            ahead = min(max(ahead + step, 0), 30)


class EndTest(unittest.TestCase):
    def test_signals_end_it_in_order(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with Server() as server:
                idle, busy = server.connect(), server.connect()
                self.assertEqual([idle("PING"), busy("PING")], ["PONG"] * 2)
                busy.send(command("PING") * 1000)
                self.assertEqual(busy.reply(), "PONG")
                status, said = server.stop(how)
                self.assertEqual(status, 0)
                self.assertRegex(said, r"^served \d+ commands on 2 connections\n$")
                self.assertTrue(idle.ended())

    def test_a_client_that_does_not_read_cannot_stop_the_end(self):
        with Server() as server:
            stuck = server.connect(receive_buffer=4096)
            self.assertEqual(stuck("SET", "big", b"x" * (8 << 20)), "OK")
            stuck.send(command("GET", "big") * 10)
            self.assertEqual(server.stop()[0], 0)

    def test_addresses(self):
        addresses = ["127.0.0.1", "localhost", "0.0.0.0"]
        if socket.has_ipv6:
            try:
                with socket.socket(socket.AF_INET6) as probe:
                    probe.bind(("::1", 0))
                addresses += ["::1", "::"]
            except OSError:
                pass
        for address in addresses:
            with Server("--bind", address) as server:
                for where in server.addresses:
                    self.assertEqual(server.connect(where)("PING"), "PONG")
        with Server() as server:
            for where in server.addresses:
                self.assertEqual(server.connect(where)("PING"), "PONG")

    def test_command_line(self):
        told = subprocess.run([client.BINARY, "--help"], capture_output=True, timeout=LIMIT)
        self.assertEqual(told.returncode, 0)
        self.assertIn(b"--maxmemory", told.stdout)
        for arguments in (["x"], ["--port", "65536"], ["--port", "x"], ["--maxmemory", "1xb"],
                          ["--maxclients", "0"], ["--timeout", "-1"], ["--port"]):
            told = subprocess.run([client.BINARY, *arguments], capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 2, arguments)
            self.assertIn(b"usage:", told.stderr)
        with Server() as server:
            told = subprocess.run([client.BINARY, "--port", str(server.address[1])],
                                  capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 1)
            self.assertIn(b"in use", told.stderr)
