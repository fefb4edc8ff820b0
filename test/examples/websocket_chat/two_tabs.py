# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Opens the room in two tabs of a headless Chromium, and talks in both.

Usage: two_tabs.py PORT FOLDER [PICTURE]   the folder is the browser's; PICTURE: a PNG file to write
"""

import asyncio
import base64
import json
import pathlib
import signal
import subprocess
import sys
import urllib.request

import websockets

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--remote-debugging-port=0", "--window-size=900,600"]


class Tab:
    """A page by the browser's debugging protocol."""

    def __init__(self, socket):
        self.socket = socket
        self.last = 0

    async def call(self, method, **parameters):
        self.last += 1
        await self.socket.send(json.dumps({"id": self.last, "method": method,
                                           "params": parameters}))
        while (answer := json.loads(await self.socket.recv())).get("id") != self.last:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    async def value(self, script):
        result = await self.call("Runtime.evaluate", expression=script)
        return result["result"].get("value")

    async def until(self, script):
        while not await self.value(script):
            await asyncio.sleep(0.05)

    async def say(self, text):
        await self.value(f"document.getElementById('text').value = {json.dumps(text)};"
                         "document.getElementById('talk').requestSubmit()")


async def main(port, folder, picture):
    browser = subprocess.Popen(["chromium", *FLAGS, f"--user-data-dir={folder}", "about:blank"],
                               stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        told = pathlib.Path(folder) / "DevToolsActivePort"
        while not told.exists() or "\n" not in told.read_text():
            await asyncio.sleep(0.05)
        debugging = told.read_text().split()[0]

        async def opened():
            request = urllib.request.Request(
                f"http://127.0.0.1:{debugging}/json/new?http://127.0.0.1:{port}/", method="PUT")
            page = json.load(urllib.request.urlopen(request))
            socket = await websockets.connect(page["webSocketDebuggerUrl"], max_size=None)
            tab = Tab(socket)
            await tab.until("document.getElementById('state')?.textContent === 'connected'")
            return tab

        ann, bob = await opened(), await opened()
        words = "[...document.querySelectorAll('.words')].map(e => e.textContent).join('|')"
        await ann.say("Hello from the first tab")
        await bob.until(f"{words} === 'Hello from the first tab'")
        await bob.say("<b>And</b> from the second")
        await ann.until(f"{words} === 'Hello from the first tab|<b>And</b> from the second'")
        await ann.until("document.querySelectorAll('#people li').length === 2")
        if picture:
            shot = await ann.call("Page.captureScreenshot")
            pathlib.Path(picture).write_bytes(base64.b64decode(shot["data"]))
        await bob.call("Page.close")
        await ann.until("document.querySelectorAll('#people li').length === 1")
    finally:
        browser.send_signal(signal.SIGTERM)
        browser.wait()


asyncio.run(asyncio.wait_for(
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None), 100))
print("understood")
