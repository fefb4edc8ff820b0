# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Talks to the room at a port by means of the package `websockets`.

Usage: independent_client.py PORT [cut]   "cut": all goes in small pieces, so that no frame is whole
"""

import asyncio
import socket
import sys

import websockets


async def talk(port):
    where = f"ws://127.0.0.1:{port}/chat"
    async with websockets.connect(where) as ann, \
            websockets.connect(where, compression=None) as bob:
        assert await ann.recv() == "welcome guest1"
        assert await ann.recv() == "people guest1"
        assert await bob.recv() == "welcome guest2"
        assert await bob.recv() == "people guest1 guest2"
        assert await ann.recv() == "joined guest2"
        for text in ("hello", "x" * 3900, "grüße"):
            await ann.send(f"say {text}")
            for one in (ann, bob):
                said = await one.recv()
                assert said.startswith("says ") and said.endswith(f" guest1 {text}"), said
        await ann.send(iter(["say in ", "many ", "frames"]))
        assert (await bob.recv()).endswith(" guest1 in many frames")
        await asyncio.wait_for(await bob.ping(), 10)
    assert ann.close_code == bob.close_code == 1000


class Cutter:
    """Passes all on to a port, and back, in pieces of 1, 2, 3 and more bytes."""

    def __init__(self, port):
        self.port = port
        self.pieces = 0

    async def pass_on(self, source, sink):
        sink.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := await source.read(65536):
            while data:
                size = 1 + self.pieces % 7
                self.pieces += 1
                sink.write(data[:size])
                await sink.drain()
                await asyncio.sleep(0)
                data = data[size:]
        sink.write_eof()

    async def accept(self, reader, writer):
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            await asyncio.gather(self.pass_on(reader, server_writer),
                                 self.pass_on(server_reader, writer))
        finally:
            server_writer.close()
            writer.close()


async def main(port, cut):
    if not cut:
        return await talk(port)
    cutter = Cutter(port)
    server = await asyncio.start_server(cutter.accept, "127.0.0.1", 0)
    async with server:
        await talk(server.sockets[0].getsockname()[1])
    assert cutter.pieces > 1000, cutter.pieces


asyncio.run(asyncio.wait_for(main(int(sys.argv[1]), "cut" in sys.argv[2:]), 50))
print("understood")
