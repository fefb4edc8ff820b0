# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Clients that others wrote."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import Room

HERE = pathlib.Path(__file__).resolve().parent


def python_with_websockets():
    for python in (sys.executable, "/usr/bin/python3"):
        found = subprocess.run([python, "-c", "import websockets"], stderr=subprocess.DEVNULL)
        if found.returncode == 0:
            return python
    raise AssertionError("python3-websockets is missing: tools/setup test installs it")


class Independent(unittest.TestCase):
    def test_the_websockets_package(self):
        for how in ([], ["cut"]):
            with self.subTest(how=how), Room() as room:
                done = subprocess.run(
                    [python_with_websockets(), "-B", HERE / "independent_client.py",
                     str(room.addresses[0][1]), *how], timeout=60, text=True,
                    stdout=subprocess.PIPE)
                self.assertEqual((done.returncode, done.stdout), (0, "understood\n"))


if shutil.which("chromium"):

    class Browser(unittest.TestCase):
        def test_two_tabs(self):
            with Room() as room, tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [python_with_websockets(), "-B", HERE / "two_tabs.py",
                     str(room.addresses[0][1]), folder], timeout=120, text=True,
                    stdout=subprocess.PIPE)
                self.assertEqual((done.returncode, done.stdout), (0, "understood\n"))
else:
    print("There is no Chromium: the test of the page in a browser is left out")
