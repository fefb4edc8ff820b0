# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""How many clients there may be, how long, and how the server ends."""

import signal
import socket
import subprocess
import unittest

import client
from client import LIMIT, Server, command, wait_until


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
