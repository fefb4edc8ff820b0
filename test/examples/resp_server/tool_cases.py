# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Redis's own tools as clients."""

import shutil
import subprocess
import unittest

from client import LIMIT, Server, ServerTest


@unittest.skipUnless(shutil.which("redis-cli"), "redis-cli is not there")
class RedisCliTest(ServerTest):
    def cli(self, *arguments, given=None):
        done = subprocess.run(["redis-cli", "-p", str(self.server.address[1]), *arguments],
                              input=given, capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_commands(self):
        self.assertEqual(self.cli("PING"), "PONG\n")
        self.assertEqual(self.cli("SET", "a", "1"), "OK\n")
        self.assertEqual(self.cli("--no-raw", "INCR", "a"), "(integer) 2\n")
        self.assertEqual(self.cli("-3", "--no-raw", "HSET", "h", "f", "1"), "(integer) 1\n")
        self.assertEqual(self.cli("-3", "--no-raw", "HGETALL", "h"), '1# "f" => "1"\n')
        self.assertEqual(self.cli(given="SET b 'x y'\nGET b\nNOSUCH\n").splitlines()[:2],
                         ["OK", "x y"])
        self.assertIn("redis_version", self.cli("INFO"))

    def test_a_mass_of_commands(self):
        commands = "".join(f"SET k{i} {i}\r\n" for i in range(10_000))
        self.assertIn("errors: 0, replies: 10000", self.cli("--pipe", given=commands))
        self.check("DBSIZE", 10_000)


@unittest.skipUnless(shutil.which("redis-benchmark"), "redis-benchmark is not there")
class RedisBenchmarkTest(unittest.TestCase):
    def test_it_runs(self):
        with Server() as server:
            for options in ([],  # all that it has
                            ["-t", "set,get", "-P", "16"], ["-t", "set,get", "-3", "-r", "1000"]):
                done = subprocess.run(
                    ["redis-benchmark", "-p", str(server.address[1]), "-n", "2000", "-c", "20",
                     "--csv", *options], capture_output=True, text=True, timeout=10 * LIMIT)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("rror", done.stdout + done.stderr)
                self.assertGreaterEqual(done.stdout.count("\n"), 3)
            self.assertEqual(server.connect()("PING"), "PONG")
