#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Hostile clients of an HTTP file server, in a process of their own.

Usage: attackers.py KIND PORT CONNECTIONS SECONDS AMOUNT

Prints "attacking" when all are at work, and at the end what they saw, as JSON.
"""

import asyncio
import json
import random
import select
import socket
import sys
import time

GET = b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW_HEADERS = (b"GET /small HTTP/1.1\r\nHost: x\r\n", b"X-a: b\r\n")
FLOOD = GET * 40_000
HOLD = 1.5  # seconds more for those who cannot see that they were let go before they read
PATIENCE = 20  # seconds more at most, until a slow server lets go


class Attack:
    def __init__(self, port, connections, seconds, amount):
        self.port, self.connections, self.amount = port, connections, amount
        self.seconds = seconds
        self.started = 0
        self.random = random.Random(1)
        self.seen = dict.fromkeys(("connections", "let_go", "bytes_sent", "answers"), 0)

    async def connect(self, receive_buffer=None):
        client = socket.socket()
        client.setblocking(False)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.loop.sock_connect(client, ("127.0.0.1", self.port))
        self.seen["connections"] += 1
        return client

    async def send(self, client, data):
        await self.loop.sock_sendall(client, data)
        self.seen["bytes_sent"] += len(data)

    async def is_gone(self, client):
        """Whether the server has ended the connection, of which nothing more is read."""
        try:
            return not client.recv(1 << 16)
        except BlockingIOError:
            return False
        except OSError:
            return True

    async def drip(self, head, piece, interval, in_step=False):
        """Begins with `head`, and goes on with `piece` after `piece`, until it is let go: each client
        at times of its own, as those of a network do, or all of them at once."""
        at = self.loop.time() + (0 if in_step else self.random.uniform(0, interval))
        await asyncio.sleep(at - self.loop.time())
        while self.goes_on_slowly():
            client = await self.connect()
            with client:
                try:
                    await self.send(client, head)
                    while self.goes_on_slowly():
                        at = max(at + interval, self.loop.time())
                        await asyncio.sleep(at - self.loop.time())
                        if await self.is_gone(client):
                            self.seen["let_go"] += 1
                            break
                        await self.send(client, piece)
                except OSError:
                    self.seen["let_go"] += 1

    def goes_on(self):
        return time.monotonic() < self.end

    def goes_on_slowly(self):
        """Somebody has to be let go, but on a busy machine that may take longer."""
        return self.goes_on() or not self.seen["let_go"] and time.monotonic() < self.end + 8

    async def slow_headers(self):
        await self.drip(*SLOW_HEADERS, 0.05)

    async def slow_headers_in_step(self):
        await self.drip(*SLOW_HEADERS, 0.05, in_step=True)

    async def slow_bodies(self):
        await self.drip(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"b", 0.05)

    async def slow_readers(self):
        """Half of them ask for what the server copies, half for what the system sends."""
        self.started += 1
        name = b"medium" if self.started % 2 else b"huge"
        with await self.connect(4096) as client:
            await self.send(client, b"GET /" + name + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                while time.monotonic() < self.end + HOLD:
                    await asyncio.sleep(0.05)
                    await self.loop.sock_recv(client, 64)
            except OSError:
                pass
            await self.look_whether_gone(client)

    async def no_readers(self):
        """Sends requests as long as they are taken, and reads no answer."""
        with await self.connect(4096) as client:
            try:
                await asyncio.wait_for(self.send(client, FLOOD), self.seconds)
            except (TimeoutError, OSError):
                pass
            await asyncio.sleep(self.end + HOLD - time.monotonic())
            # A slow server is still answering: whoever reads now makes it go on.
            reset = select.poll()
            reset.register(client, 0)
            while time.monotonic() < self.end + PATIENCE:
                if reset.poll(0):
                    self.seen["let_go"] += 1
                    return
                await asyncio.sleep(0.05)

    async def look_whether_gone(self, client):
        """Reads what the system still holds; behind that is the end when the server has given up."""
        try:
            read = 0
            while piece := await asyncio.wait_for(self.loop.sock_recv(client, 1 << 16), 1):
                read += len(piece)
                if read > 2 << 20:
                    return
        except TimeoutError:
            return
        except OSError:
            pass
        self.seen["let_go"] += 1

    async def one_byte_drip(self):
        request = GET.replace(b"small", b"small?" + b"q" * 100)
        while self.goes_on():
            with await self.connect() as client:
                try:
                    for i in range(len(request)):
                        if not self.goes_on():
                            return
                        await self.send(client, request[i:i + 1])
                        await asyncio.sleep(0.004)
                    if await asyncio.wait_for(self.loop.sock_recv(client, 1 << 16), 5):
                        self.seen["answers"] += 1
                except OSError:
                    self.seen["let_go"] += 1

    async def pipelined(self):
        """`amount` requests at once, in all; every answer is awaited."""
        share = self.amount // self.connections
        with await self.connect() as client:
            sending = asyncio.create_task(self.send(client, GET * share))
            answers, rest = 0, b""
            while answers < share:
                piece = await asyncio.wait_for(self.loop.sock_recv(client, 1 << 18), 30)
                if not piece:
                    break
                rest += piece
                answers += rest.count(b"HTTP/1.1 200")
                rest = rest[-11:] if b"HTTP/1.1 200" not in rest[-11:] else b""
            self.seen["answers"] += answers
            await sending

    async def without_a_newline(self):
        """`amount` bytes in all, none of which ends a line; a new connection when one is refused."""
        piece = memoryview(b"a" * (1 << 20))
        while self.seen["bytes_sent"] < self.amount:
            with await self.connect() as client:
                try:
                    while self.seen["bytes_sent"] < self.amount:
                        await self.loop.sock_sendall(client, piece)
                        self.seen["bytes_sent"] += len(piece)
                except OSError:
                    self.seen["let_go"] += 1

    async def run(self, kind):
        self.loop = asyncio.get_running_loop()
        self.end = time.monotonic() + self.seconds
        tasks = [asyncio.create_task(getattr(self, kind)()) for _ in range(self.connections)]
        while self.seen["connections"] < self.connections:
            await asyncio.sleep(0.01)
        print("attacking", flush=True)
        await asyncio.gather(*tasks)
        print(json.dumps(self.seen), flush=True)


if __name__ == "__main__":
    asyncio.run(Attack(*map(int, sys.argv[2:4]), float(sys.argv[4]), int(sys.argv[5])).run(sys.argv[1]))
