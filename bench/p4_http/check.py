# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Whether a server of row P4 does what it is measured for."""

import socket

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"Hello, World!"


def check(server):
    """Requests that come together, and in pieces, are all answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(REQUEST * 2 + REQUEST[:20])
        client.sendall(REQUEST[20:])
        answers = b""
        while answers.count(BODY) < 3:
            piece = client.recv(65536)
            if not piece:
                raise RuntimeError(f"{server.name} hung up")
            answers += piece
    if answers.count(b"HTTP/1.1 200 OK\r\n") != 3:
        raise RuntimeError(f"{server.name} answers otherwise: {answers!r}")
