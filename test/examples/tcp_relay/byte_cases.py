# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""All bytes arrive, over every kind of socket."""

import contextlib
import hashlib
import os
import socket
import tempfile
import unittest

import support
from support import (PATIENCE, Relay, accepted, connected, echo, in_background, listening, name_of,
                     read_all)


class Bytes(unittest.TestCase):
    def exchange(self, client, server, size):
        """Both send at once, and both end; the digests tell whether all arrived."""
        block = os.urandom(1 << 20)
        digests = {}

        def send(one, name, salt):
            digest = hashlib.sha256()
            for i in range(size >> 20):
                data = bytes([(i + salt) % 256]) + block[1:]
                digest.update(data)
                one.sendall(data)
            one.shutdown(socket.SHUT_WR)
            digests[name] = digest.hexdigest()

        def receive(one, name):
            digest, memory, count = hashlib.sha256(), bytearray(1 << 20), 0
            while n := one.recv_into(memory):
                digest.update(memoryview(memory)[:n])
                count += n
            digests[name] = digest.hexdigest()
            self.assertEqual(count, size)

        threads = [in_background(lambda: send(client, "there", 1)),
                   in_background(lambda: send(server, "back", 2)),
                   in_background(lambda: receive(server, "arrived there")),
                   in_background(lambda: receive(client, "arrived back"))]
        for thread in threads:
            thread.join(10 * PATIENCE)
        self.assertEqual(digests["there"], digests["arrived there"])
        self.assertEqual(digests["back"], digests["arrived back"])

    def test_much_in_both_directions_at_once(self):
        size = (20 if support.SANITIZED else 200) << 20
        with listening() as target, Relay("127.0.0.1:0", name_of(target)) as relay:
            with relay.client() as client, accepted(target) as server:
                self.exchange(client, server, size)
            self.assertEqual(relay.end(), (1, size, size))

    def test_local_sockets(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/listen"
            with listening(socket.AF_UNIX, f"{folder}/target") as target:
                for _ in range(2):
                    with Relay(f"unix:{path}", name_of(target)) as relay:
                        with connected(socket.AF_UNIX, path) as client, accepted(target) as server:
                            self.exchange(client, server, 10 << 20)
                        relay.wait_for_log(r"#1 unix: 10.5 MB \(end\) to the target, 10.5 MB")
                        relay.process.kill()  # it leaves its socket behind, which does not matter
                        relay.process.wait()
                        self.assertTrue(os.path.exists(path))
                with Relay(f"unix:{path}", name_of(target)) as relay:
                    relay.end()
                self.assertFalse(os.path.exists(path))

    def test_ipv6(self):
        try:
            listener = listening(socket.AF_INET6, ("::1", 0))
            target = listener.__enter__()
        except OSError:
            self.skipTest("no IPv6 here")
        with contextlib.ExitStack() as stack:
            stack.push(listener)
            relay = stack.enter_context(Relay("[::1]:0", name_of(target)))
            self.assertTrue(relay.where.startswith("[::1]:"))
            with connected(socket.AF_INET6, ("::1", relay.port)) as client:
                with accepted(target) as server:
                    self.exchange(client, server, 10 << 20)
            relay.wait_for_log(r"#1 \[::1\]:\d+: 10.5 MB")

    def test_names(self):
        with listening() as target:
            port = target.getsockname()[1]
            with Relay("localhost:0", f"localhost:{port}") as relay:
                with relay.client() as client, accepted(target) as server:
                    self.exchange(client, server, 1 << 20)

    def test_many_clients(self):
        clients = 100 if support.SANITIZED else 400
        with listening() as target, Relay("127.0.0.1:0", name_of(target)) as relay:
            echo(target, clients)
            sockets = [relay.client() for _ in range(clients)]
            data = os.urandom(30_000)
            for one in sockets:
                one.sendall(data)
            for one in sockets:
                one.shutdown(socket.SHUT_WR)
                self.assertEqual(read_all(one), data)
                one.close()
            self.assertEqual(relay.end(), (clients, clients * len(data), clients * len(data)))
