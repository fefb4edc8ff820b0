# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Talks to the room at a port by means of the package `websockets`."""

import asyncio
import sys

import websockets


async def main(port):
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


asyncio.run(asyncio.wait_for(main(int(sys.argv[1])), 50))
print("understood")
