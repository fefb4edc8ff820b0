# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""How connections end."""

import socket
import unittest

from support import accepted, listening, name_of, read_all, Relay, reset, unplug


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
