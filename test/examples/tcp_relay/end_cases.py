# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""How connections end."""

import contextlib
import os
import select
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import support
from support import accepted, echo, listening, name_of, read_all, Relay, reset, unplug

SLOW_LOOKUP = r"""
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char* host, const char* port, const struct addrinfo* hints,
                struct addrinfo** result) {
    int (*real)(const char*, const char*, const struct addrinfo*, struct addrinfo**);
    *(void**)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (host && strcmp(host, "slow.test") == 0) {
        write(2, "looks up\n", 9);
        while (access(getenv("ANSWER"), F_OK) != 0)
            usleep(10000);
        host = "127.0.0.1";
    }
    return real(host, port, hints, result);
}
"""


class Ends(unittest.TestCase):
    def test_either_side_may_end_first(self):
        for client_first in (True, False):
            with listening() as target, Relay("127.0.0.1:0", name_of(target)) as relay:
                with relay.client() as client, accepted(target) as server:
                    first, last = (client, server) if client_first else (server, client)
                    first.sendall(b"question")
                    first.shutdown(socket.SHUT_WR)
                    self.assertEqual(read_all(last), b"question")
                    last.sendall(b"a late answer")
                    last.shutdown(socket.SHUT_WR)
                    self.assertEqual(read_all(first), b"a late answer")
                relay.wait_for_log(r"#1 127\.0\.0\.1:\d+: \d+ B \(end\) to the target, "
                                   r"\d+ B \(end\) back, \d+\.\d+ s\n")

    def test_a_reset_is_passed_on(self):
        for client_resets in (True, False):
            with listening() as target, Relay("127.0.0.1:0", name_of(target)) as relay:
                with relay.client() as client, accepted(target) as server:
                    one, other = (client, server) if client_resets else (server, client)
                    one.sendall(b"so far")
                    self.assertEqual(other.recv(100), b"so far")
                    reset(one)
                    with self.assertRaises(ConnectionResetError):
                        other.recv(100)
                relay.wait_for_log("6 B .Connection reset by peer")

    def test_a_target_that_refuses(self):
        with listening() as target:
            name = name_of(target)
        with Relay("127.0.0.1:0", name) as relay:
            for _ in range(3):  # the reset may be there before connect() has returned
                with self.assertRaises(ConnectionResetError), relay.client() as client:
                    client.recv(1)
            relay.wait_for_log("#3 .*target: Connection refused")
            self.assertEqual(relay.end(), (3, 0, 0))

    def test_a_target_that_does_not_answer(self):
        with listening(backlog=0) as target:
            where = target.getsockname()
            waiting = []
            for _ in range(3):  # more than fit into its queue: the next one gets no answer
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(where)
                waiting.append(one)
            with Relay("127.0.0.1:0", name_of(target), "--connect-timeout", "0.3") as relay:
                with relay.client() as client, self.assertRaises(ConnectionResetError):
                    client.recv(1)
                relay.wait_for_log("target: Connection timed out")
            for one in waiting:
                one.close()

    def test_unplugged_peers(self):
        with listening() as target:
            with Relay("127.0.0.1:0", name_of(target), "--idle-timeout=0.5") as relay:
                for to_client in (True, False):
                    with relay.client() as client, accepted(target) as server:
                        gone, sender = (client, server) if to_client else (server, client)
                        unplug(gone)
                        with self.assertRaises((ConnectionResetError, BrokenPipeError)):
                            while True:
                                sender.sendall(bytes(1 << 20))
                    relay.wait_for_log(
                        r"[\d.]+ MB \(Connection timed out\) " + ("back" if to_client else "to the"))
                with relay.client() as client, accepted(target) as server:
                    client.sendall(b"another")
                    self.assertEqual(server.recv(100), b"another")

    def test_time_limits(self):
        with listening() as target:
            with Relay("127.0.0.1:0", name_of(target), "--idle-timeout=0.3") as relay:
                with relay.client() as client, accepted(target) as server:
                    client.sendall(b"some")
                    self.assertEqual(server.recv(100), b"some")
                    with self.assertRaises(ConnectionResetError):
                        client.recv(1)
                relay.wait_for_log(r"4 B \(Connection timed out\) to the target, "
                                   r"0 B \(Connection timed out\) back")
            with Relay("127.0.0.1:0", name_of(target), "--half-close-timeout=0.3") as relay:
                with relay.client() as client, accepted(target) as server:
                    client.shutdown(socket.SHUT_WR)
                    self.assertEqual(read_all(server), b"")
                    with self.assertRaises(ConnectionResetError):
                        client.recv(1)
                relay.wait_for_log(r"0 B \(end\) to the target, 0 B \(Connection timed out\) back")


class SlowLookups(unittest.TestCase):
    """The name of the target is slow.test, which is found once there is a file `answer`."""

    @classmethod
    def setUpClass(cls):
        if support.SANITIZED:
            raise unittest.SkipTest("a sanitizer has to be loaded first")
        if shutil.which("cc") is None:
            raise unittest.SkipTest("no compiler")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        library = f"{folder.name}/slow_lookup.so"
        subprocess.run(["cc", "-w", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library, "-xc", "-",
                        "-ldl"], input=SLOW_LOOKUP, text=True, check=True)
        cls.answer = Path(folder.name) / "answer"
        cls.environment = os.environ | {"LD_PRELOAD": library, "ANSWER": str(cls.answer)}

    def setUp(self):
        self.answer.unlink(missing_ok=True)

    def relay(self, port, *options):
        return Relay("127.0.0.1:0", f"slow.test:{port}", *options, env=self.environment)

    def test_the_time_to_connect_includes_the_lookup(self):
        with self.relay(1, "--connect-timeout", "0.3") as relay:
            for i in (1, 2):
                with relay.client() as client, self.assertRaises(ConnectionResetError):
                    client.recv(1)
                relay.wait_for_log(f"#{i} .*target: Connection timed out")
            self.assertEqual(relay.end(), (2, 0, 0))

    def test_a_lookup_does_not_delay_the_end(self):
        with self.relay(1, "--drain-timeout", "0.3") as relay, relay.client() as client:
            relay.wait_for_log("looks up")
            self.assertEqual(relay.end(), (1, 0, 0))
            with self.assertRaises(ConnectionResetError):
                client.recv(1)

    def test_clients_that_wait_for_one_lookup(self):
        with listening() as target, self.relay(target.getsockname()[1]) as relay:
            echo(target, 4)
            for _ in range(2):
                clients = [relay.client() for _ in range(2)]
                for one in clients:
                    one.sendall(b"x")
                relay.wait_for_log("looks up")
                self.answer.touch()
                for one in clients:
                    self.assertEqual(one.recv(1), b"x")
                    one.close()
            self.assertEqual(relay.end(), (4, 4, 4))
