# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Limits, signals, the terminal and the command line."""

import contextlib
import os
import pty
import resource
import select
import signal
import socket
import subprocess
import unittest

import support
from support import accepted, connected, echo, listening, name_of, PATIENCE, read_all, Relay


class Process(unittest.TestCase):
    def test_the_limit_of_connections(self):
        with listening() as target:
            with Relay("127.0.0.1:0", name_of(target), "--max-connections", "2") as relay:
                echo(target, 5)
                clients = [relay.client() for _ in range(5)]
                for one in clients:
                    one.sendall(b"x")
                for i, one in enumerate(clients):
                    self.assertEqual(one.recv(1), b"x")
                    waiting = [c for c in clients[i + 2:] if select.select([c], [], [], 0.05)[0]]
                    self.assertEqual(waiting, [])
                    one.close()

    def test_the_limit_over_two_acceptors(self):
        with listening() as target:
            with Relay(":0", name_of(target), "--max-connections", "1") as relay:
                echo(target, 2)
                clients = [relay.client()]
                try:
                    clients.append(connected(socket.AF_INET6, ("::1", relay.port)))
                except OSError:
                    self.skipTest("no IPv6 here")
                for one in clients:
                    one.sendall(b"x")
                first = select.select(clients, [], [], PATIENCE)[0][0]
                self.assertEqual(first.recv(1), b"x")
                clients.remove(first)
                before = relay.cpu_time()
                self.assertEqual(select.select(clients, [], [], 1)[0], [])
                self.assertLess(relay.cpu_time() - before, 0.2)
                first.close()
                self.assertEqual(clients[0].recv(1), b"x")
                clients[0].close()
                self.assertEqual(relay.end(), (2, 2, 2))

    def test_too_few_descriptors(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
        with listening() as target:
            with Relay("127.0.0.1:0", name_of(target), preexec_fn=few) as relay:
                echo(target, 1000)
                clients = [relay.client() for _ in range(40)]
                for one in clients:
                    with contextlib.suppress(OSError):
                        one.sendall(b"x")
                answered = 0
                for one in clients:
                    with contextlib.suppress(ConnectionResetError):
                        answered += one.recv(1) == b"x"
                    one.close()
                self.assertGreater(answered, 5)
                with relay.client() as client:  # now there are some
                    client.sendall(b"y")
                    self.assertEqual(client.recv(1), b"y")

    def test_it_drains(self):
        for at_once in (False, True):
            timeout = "0.3" if at_once else "20"
            with listening() as target:
                with Relay("127.0.0.1:0", name_of(target), "--drain-timeout", timeout) as relay:
                    with relay.client() as client, accepted(target) as server:
                        client.sendall(b"before")
                        self.assertEqual(server.recv(100), b"before")
                        relay.process.send_signal(signal.SIGINT)
                        self.wait_until_refused(relay, target)
                        if at_once:
                            with self.assertRaises(ConnectionResetError):
                                client.recv(1)
                        else:
                            client.sendall(b", after")
                            client.shutdown(socket.SHUT_WR)
                            self.assertEqual(read_all(server), b", after")
                            server.close()
                            self.assertEqual(read_all(client), b"")
                        self.assertEqual(relay.totals()[1:], (6 if at_once else 13, 0))

    def wait_until_refused(self, relay, target):
        for _ in range(1000):
            try:
                relay.client().close()
            except ConnectionRefusedError:
                break
            except ConnectionResetError:
                pass  # it was connected, and not accepted yet, when the acceptor was closed
            select.select([], [], [], 0.01)
        else:
            self.fail("it still accepts")
        while select.select([target], [], [], 0.05)[0]:
            accepted(target).close()

    def test_the_line_on_a_terminal(self):
        master, slave = pty.openpty()
        with listening() as target, Relay("127.0.0.1:0", name_of(target), stderr=slave) as relay:
            os.close(slave)
            seen = b""
            with relay.client() as client, accepted(target) as server:
                client.sendall(b"x" * 50_000)
                while b"1 open, 1 so far | to the target" not in seen or b" 50.0 kB |" not in seen:
                    self.assertTrue(select.select([master], [], [], PATIENCE)[0], seen)
                    seen += os.read(master, 10_000)
        os.close(master)

    def test_wrong_usage(self):
        for arguments in (["a:1"], ["a:1", "b:2", "c:3"], ["a", "b:1"], ["a:99999", "b:1"],
                          ["::1:80", "b:1"], ["unix:", "b:1"], ["a:", "b:1"],
                          ["--what", "a:1", "b:2"],
                          ["--idle-timeout", "soon", "a:1", "b:2"],
                          ["a:1", "b:2", "--tls-listen", "x"],
                          ["--max-connections=0", "a:1", "b:2"], ["a:1", "b:2", "--tls-ca", "x"],
                          ["unix:" + "x" * 200, "b:2"]):
            done = subprocess.run([support.BINARY, *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("usage:", done.stderr)
        done = subprocess.run([support.BINARY, "--help"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with listening() as taken:
            done = subprocess.run([support.BINARY, name_of(taken), "a:1"], capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("in use", done.stderr)
