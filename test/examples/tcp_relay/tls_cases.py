# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""TLS on either side."""

import contextlib
import os
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

import support
from support import PATIENCE, accepted, echo, in_background, listening, name_of, read_all, Relay


def echoed(client, data):
    """What comes back while it is sent: in one thread, since OpenSSL allows no two at once."""
    got, left = bytearray(), memoryview(data)
    client.setblocking(False)
    while len(got) < len(data):
        ready = select.select([client], [client] if left else [], [], PATIENCE)
        assert any(ready), "nothing comes back"
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if left:
                left = left[client.send(left[:65536]):]
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while piece := client.recv(1 << 20):
                got += piece
            raise AssertionError("it ends too early")
    client.settimeout(PATIENCE)
    return got


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run(
            [support.BINARY, "127.0.0.1:0", "b:2", "--tls-listen", "/nowhere", "/nowhere"],
            capture_output=True, text=True)
        if "TLS is not built in" in done.stderr:
            raise unittest.SkipTest("tcp_relay was built without TLS")
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("no openssl to make a certificate with")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        for name in ("ours", "other"):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                 "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                 f"{cls.folder.name}/{name}.key", "-out", f"{cls.folder.name}/{name}.pem"],
                check=True, capture_output=True)
        cls.certificate, cls.key = f"{cls.folder.name}/ours.pem", f"{cls.folder.name}/ours.key"
        cls.other = f"{cls.folder.name}/other.pem"

    def test_clients_that_speak_tls(self):
        context = ssl.create_default_context(cafile=self.certificate)
        with listening() as target:
            with Relay("127.0.0.1:0", name_of(target), "--tls-listen", self.certificate,
                       self.key) as relay:
                echo(target, 10)
                data = os.urandom(5_000_000)
                for _ in range(3):
                    with context.wrap_socket(relay.client(), server_hostname="localhost") as client:
                        self.assertEqual(echoed(client, data), data)
                        client.unwrap()
                relay.wait_for_log(r"#3 .* 5.00 MB \(end\) to the target, 5.00 MB \(end\) back")
                with relay.client() as client:  # who does not
                    client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    relay.wait_for_log("#4 .* TLS: ")

    def test_an_end_without_close_notify_is_a_failure(self):
        context = ssl.create_default_context(cafile=self.certificate)
        with listening() as target:
            with Relay("127.0.0.1:0", name_of(target), "--tls-listen", self.certificate,
                       self.key) as relay:
                client = context.wrap_socket(relay.client(), server_hostname="localhost")
                client.sendall(b"so far")
                with accepted(target) as server:
                    self.assertEqual(server.recv(100), b"so far")
                    client.close()
                    with self.assertRaises(ConnectionResetError):
                        server.recv(100)
                relay.wait_for_log("6 B .(stream truncated|Connection reset)")

    def test_half_close_through_tls(self):
        """Two relays, TLS between them."""
        with contextlib.ExitStack() as stack:
            target = stack.enter_context(listening())
            far = stack.enter_context(Relay("127.0.0.1:0", name_of(target), "--tls-listen",
                                            self.certificate, self.key))
            near = stack.enter_context(Relay("127.0.0.1:0", f"localhost:{far.port}",
                                             "--tls-target", "--tls-ca", self.certificate))
            for client_first in (True, False):
                with near.client() as client, accepted(target) as server:
                    first, last = (client, server) if client_first else (server, client)
                    first.sendall(b"question")
                    first.shutdown(socket.SHUT_WR)
                    self.assertEqual(read_all(last), b"question")
                    data = os.urandom(3_000_000)
                    in_background(lambda: (last.sendall(data), last.shutdown(socket.SHUT_WR)))
                    self.assertEqual(read_all(first), data)
            for relay in (near, far):
                self.assertEqual(relay.end(), (2, 8 + len(data), 8 + len(data)))

    def test_a_target_that_is_not_trusted(self):
        for host, authority in (("127.0.0.1", self.other), ("127.0.0.2", self.certificate)):
            with contextlib.ExitStack() as stack:
                target = stack.enter_context(listening())
                far = stack.enter_context(Relay(f"{host}:0", name_of(target), "--tls-listen",
                                                self.certificate, self.key))
                near = stack.enter_context(Relay("127.0.0.1:0", f"{host}:{far.port}",
                                                 "--tls-target", "--tls-ca", authority))
                with near.client() as client, self.assertRaises(ConnectionResetError):
                    client.recv(1)
                near.wait_for_log("TLS of the target: .*verify failed")

    def test_files_that_are_not_there(self):
        done = subprocess.run([support.BINARY, "127.0.0.1:0", "a:1", "--tls-listen", "/nowhere.pem",
                               "/nowhere.key"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere.pem: ", done.stderr)
