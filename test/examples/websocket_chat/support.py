# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The room as a process, and a client of raw sockets that speaks HTTP and RFC 6455."""

import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import zlib

LIMIT = 30  # seconds for anything
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Room:
    binary = ""

    def __init__(self, *options):
        self.clients = []
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([Room.binary, "--port", "0", *options],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.addresses = []
        while (line := self.process.stdout.readline()) != "ready\n":
            found = re.fullmatch(r"listening on (.*):(\d+)\n", line)
            assert found, f"it said {line!r}"
            self.addresses.append((found[1].strip("[]"), int(found[2])))

    def connect(self, **how):
        self.clients.append(Client(self.addresses[0], **how))
        return self.clients[-1]

    def enter(self, **how):
        """A client in the room, who has been welcomed."""
        client = self.connect(**{k: how.pop(k) for k in ("receive_buffer",) if k in how})
        assert client.upgrade(**how).startswith("HTTP/1.1 101 ")
        client.name = re.fullmatch(r"welcome (\S+)", client.hear())[1]
        client.people = client.hear().split()[1:]
        return client

    def stop(self, how=signal.SIGTERM):
        """Returns the exit status, and what it said at the end."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self.clients:
            client.socket.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.seek(0)
        errors = self.log.read().decode(errors="replace")
        self.log.close()
        assert not errors, errors


class Client:
    def __init__(self, address, receive_buffer=None):
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(LIMIT)
        self.socket.connect(address)
        self.host = f"{address[0]}:{address[1]}"
        self.got = b""
        self.inflater = None

    # ---- HTTP

    def send(self, data):
        self.socket.sendall(data)

    def request(self, target="/", method="GET", *fields):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}", *fields, "", ""]
        return "\r\n".join(lines).encode()

    def upgrade_request(self, deflate=False, origin=None):
        fields = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        if deflate:
            fields.append("Sec-WebSocket-Extensions: permessage-deflate")
        if origin:
            fields.append(f"Origin: {origin}")
        return self.request("/chat", "GET", *fields)

    def header(self):
        while b"\r\n\r\n" not in self.got:
            piece = self.socket.recv(65536)
            assert piece, f"hung up after {self.got!r}"
            self.got += piece
        header, self.got = self.got.split(b"\r\n\r\n", 1)
        return header.decode()

    def answer(self, method="GET"):
        header = self.header()
        length = int(re.search(r"(?im)^content-length: (\d+)", header)[1])
        return header, self.exactly(0 if method == "HEAD" else length)

    def upgrade(self, deflate=False, origin=None, with_frames=b""):
        self.send(self.upgrade_request(deflate, origin) + with_frames)
        header = self.header()
        if "permessage-deflate" in header:
            self.inflater = zlib.decompressobj(-15)
        return header

    # ---- frames

    @staticmethod
    def frame(payload, kind=TEXT, final=True, compressed=False):
        if isinstance(payload, str):
            payload = payload.encode()
        mask = os.urandom(4)
        first = kind | (0x80 if final else 0) | (0x40 if compressed else 0)
        if len(payload) < 126:
            head = struct.pack(">BB", first, 0x80 | len(payload))
        elif len(payload) < 65536:
            head = struct.pack(">BBH", first, 0x80 | 126, len(payload))
        else:
            head = struct.pack(">BBQ", first, 0x80 | 127, len(payload))
        return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))

    def say(self, text):
        self.send(self.frame(f"say {text}"))

    def exactly(self, n):
        while len(self.got) < n:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError
            self.got += piece
        data, self.got = self.got[:n], self.got[n:]
        return data

    def take(self):
        """The next frame: its kind and what is in it. Servers' frames are not masked, or cut."""
        first, second = self.exactly(2)
        assert first & 0x80 and not second & 0x80, (first, second)
        size = second & 0x7f
        if size == 126:
            (size,) = struct.unpack(">H", self.exactly(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.exactly(8))
        payload = self.exactly(size)
        if first & 0x40:
            payload = self.inflater.decompress(payload + b"\x00\x00\xff\xff")
        return first & 0x0f, payload

    def hear(self, expected=None):
        """The next message, which is a text."""
        while (frame := self.take())[0] == PING:
            self.send(self.frame(frame[1], PONG))
        assert frame[0] == TEXT, frame
        text = frame[1].decode()
        assert expected is None or re.fullmatch(expected, text), f"{text!r}, not {expected!r}"
        return text

    def closing_code(self):
        """That of the close frame which comes, perhaps behind others; none: it just ended."""
        try:
            while (frame := self.take())[0] != CLOSE:
                pass
            return struct.unpack(">H", frame[1][:2])[0] if frame[1] else 1005
        except (EOFError, ConnectionResetError):
            return None

    def is_at_end(self):
        return self.got == b"" and self.socket.recv(1) == b""
