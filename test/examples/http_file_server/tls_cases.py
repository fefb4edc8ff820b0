# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The same over TLS."""

import os
import shutil
import ssl
import subprocess
import tempfile
import time

import support
from support import GIB, FileServerTest, Responses, Server, request, wait_until


class TlsTest(FileServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(super().tearDownClass)
        cls.keys = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.keys.cleanup)
        assert shutil.which("openssl"), "there is no openssl to make a certificate with"
        cls.certificate, cls.key = (os.path.join(cls.keys.name, name) for name in ("pem", "key"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", cls.key, "-out",
             cls.certificate], check=True, capture_output=True)
        cls.context = ssl.create_default_context(cafile=cls.certificate)
        cls.tls = Server(cls.root, "--tls", cls.certificate, "--tls-key", cls.key)
        cls.addClassCleanup(cls.tls.__exit__)

    @classmethod
    def tearDownClass(cls):
        pass  # the cleanups do it

    def client(self, server=None, **how):
        return self.context.wrap_socket((server or self.tls).connect(**how),
                                        server_hostname="localhost")

    def test_requests_one_by_one_and_together(self):
        with self.client() as client:
            responses = Responses(client)
            client.sendall(request("/a.txt"))
            self.assertEqual(responses.next().body, b"hello\n")
            client.sendall(request("/a.txt") * 10 + request("/data.bin") + request("/empty"))
            for _ in range(10):
                self.assertEqual(responses.next().body, b"hello\n")
            self.assertTrue(responses.next().body == self.data)
            client.sendall(request("/data.bin", "Range: bytes=1000-1999"))
            self.assertEqual(responses.next().body, b"")
            self.assertEqual(responses.next().body, self.data[1000:2000])
            client.sendall(request("/no", "Connection: close"))
            self.assertEqual(responses.next().status, 404)
            self.assertEqual(client.recv(1), b"")  # a close_notify, or this would raise

    def test_curl(self):
        done = subprocess.run(["curl", "-sS", "--cacert", self.certificate,
                               f"{self.tls.url}/a.txt", "-o", "-"], capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\n"))

    def test_a_client_that_reads_steadily_outlasts_the_request_limit(self):
        path = os.path.join(self.root, "steady")
        with open(path, "wb") as file:
            file.truncate(GIB)
        with Server(self.root, "--request-timeout", "0.5", "--tls", self.certificate, "--tls-key",
                    self.key) as server, self.client(server, receive_buffer=1 << 17) as client:
            client.sendall(request("/steady"))
            self.read_steadily(client)
        os.remove(path)

    def test_a_large_file_for_a_slow_reader_in_little_memory(self):
        path = os.path.join(self.root, "large")
        data = os.urandom(1 << 20) * 64
        with open(path, "wb") as file:
            file.write(data)
        with self.client(receive_buffer=1 << 16) as client:
            client.sendall(request("/large", "Connection: close"))
            time.sleep(0.3) # for what is not read to come
            if not support.SANITIZED:
                self.assertLess(self.tls.memory_in_use(), 64 << 20)
            answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
            self.assertTrue(answer.partition(b"\r\n\r\n")[2] == data)
        os.remove(path)

    def test_who_does_not_shake_hands(self):
        with Server(self.root, "--tls", self.certificate, "--tls-key", self.key,
                    "--header-timeout", "0.3") as server:
            before = server.open_descriptors()
            silent = server.connect()
            self.assertEqual(silent.recv(1), b"")
            plain = server.connect()
            plain.sendall(request("/a.txt"))
            try:
                while plain.recv(1000):
                    pass
            except ConnectionResetError:
                pass
            wait_until(lambda: server.open_descriptors() == before, "both to be let go")
            with self.client(server) as client:
                client.sendall(request("/a.txt"))
                self.assertEqual(Responses(client).next().body, b"hello\n")
            self.assertEqual(server.stop()[0], 0)

    def test_wrong_files(self):
        for options, said in [(["--tls", "/nonexistent"], "/nonexistent: "),
                              (["--tls", self.certificate], f"{self.certificate}: "),
                              (["--tls-key", self.key], "--tls-key needs --tls")]:
            done = subprocess.run([support.BINARY, "--port", "0", *options, self.root],
                                  capture_output=True, text=True, timeout=support.LIMIT)
            self.assertIn(done.returncode, (1, 2))
            self.assertIn(said, done.stderr)
