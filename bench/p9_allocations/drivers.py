# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What makes the programs of row P9 work: so many requests, or megabytes."""

import contextlib
import os
import socket
import tempfile
import threading

from p4_http.check import BODY, REQUEST

MEGABYTE = 1_000_000
RESP = [b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n", b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"]


def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def received(client, is_complete):
    got = b""
    while not is_complete(got):
        piece = client.recv(1 << 20)
        if not piece:
            raise RuntimeError("a server hung up")
        got += piece
    return got


def http(port, count, together=1):
    with connected(port) as client:
        for _ in range(count // together):
            client.sendall(REQUEST * together)
            received(client, lambda got: got.count(BODY) == together)


def pipelined_http(port, count):
    http(port, count, 16)


def resp(port, count):
    with connected(port) as client:
        for i in range(count):
            client.sendall(RESP[i % 2])
            received(client, lambda got: got in (b"+OK\r\n", b"$5\r\nvalue\r\n"))


def echo(port, count):
    message = b"0123456789" * 30
    with connected(port) as client:
        for _ in range(count):
            client.sendall(message)
            received(client, lambda got: got == message)


def files(port, count):
    """The file server serves a folder with one file of 1 MiB, `file`."""
    with connected(port) as client:
        for _ in range(count):
            client.sendall(b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head, _, body = received(client, lambda got: b"\r\n\r\n" in got).partition(b"\r\n\r\n")
            left = (1 << 20) - len(body)
            while left > 0:
                left -= len(client.recv(min(left, 1 << 20)))


@contextlib.contextmanager
def sink():
    """A port that takes all that comes, and throws it away."""
    with socket.create_server(("127.0.0.1", 0)) as target:
        def take():
            with contextlib.suppress(OSError):
                client, _ = target.accept()
                with client:
                    while client.recv(1 << 20):
                        pass
        taking = threading.Thread(target=take)
        taking.start()
        yield target.getsockname()[1]
        taking.join()


def relayed(port, count):
    with connected(port) as client:
        for _ in range(count):
            client.sendall(b"x" * MEGABYTE)


@contextlib.contextmanager
def folder_with_a_file():
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/file", "wb") as file:
            file.write(os.urandom(1 << 20))
        yield folder
