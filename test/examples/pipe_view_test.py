#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Bytes through pipe_view: from files, pipes, sockets and terminals, to all of them.

Usage: pipe_view_test.py PIPE_VIEW [unittest arguments]
"""

import os
import pty
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

BINARY = ""
LIMIT = 60  # seconds for anything


def random_bytes(size):
    return random.Random(size).randbytes(size)


def view(*arguments, **how):
    how.setdefault("stderr", subprocess.PIPE)
    how.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([BINARY, *map(str, arguments)], timeout=LIMIT, **how)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, content, name="file"):
        path = Path(self.folder.name) / name
        path.write_bytes(content)
        return path


class Bytes(Folder):
    def test_of_every_size_from_every_kind_to_every_kind(self):
        for size in (0, 1, 4095, 65536, 65537, 1_000_003, 67_108_864):
            data = random_bytes(size)
            source = self.file(data)
            target = Path(self.folder.name) / "target"
            with self.subTest(size):
                self.assertEqual(view(source).stdout, data)
                self.assertEqual(view(input=data).stdout, data)
                with open(source, "rb") as stdin, open(target, "wb") as stdout:
                    self.assertEqual(view(stdin=stdin, stdout=stdout).returncode, 0)
                self.assertEqual(target.read_bytes(), data)
                self.assertEqual(view("-l", input=data).stdout, data)

    def test_through_sockets(self):
        data = random_bytes(3_000_000)
        here, there = socket.socketpair()
        done, into = socket.socketpair()
        got = []

        def take():
            while piece := done.recv(65536):
                got.append(piece)

        threads = [threading.Thread(target=lambda: (here.sendall(data), here.close())),
                   threading.Thread(target=take)]
        for one in threads:
            one.start()
        self.assertEqual(view(stdin=there, stdout=into).returncode, 0)
        into.close()
        for one in threads:
            one.join()
        self.assertEqual(b"".join(got), data)
        for one in (there, done):
            one.close()

    def test_several_files_and_standard_input_between_them(self):
        one, two = self.file(b"one ", "1"), self.file(b" three", "3")
        self.assertEqual(view(one, "-", two, input=b"two").stdout, b"one two three")

    def test_appends_and_leaves_the_place_in_a_file_to_the_next(self):
        target = self.file(b"before ")
        with open(target, "ab") as stdout:
            view(input=b"behind", stdout=stdout)
        self.assertEqual(target.read_bytes(), b"before behind")
        with open(target, "rb") as stdin:
            os.lseek(stdin.fileno(), 7, os.SEEK_SET)
            self.assertEqual(view(stdin=stdin).stdout, b"behind")
            self.assertEqual(os.lseek(stdin.fileno(), 0, os.SEEK_CUR), 13)

    def test_others_do_not_find_their_pipes_in_another_mode(self):
        out, into = os.pipe()
        view(input=b"text", stdout=into)
        self.assertTrue(os.get_blocking(into))
        self.assertEqual(os.read(out, 10), b"text")
        os.close(out)
        os.close(into)


class Limits(Folder):
    def test_the_rate(self):
        data = random_bytes(1 << 20)
        began = time.monotonic()
        for arguments in (["-L", "2M"], ["-l", "-L", "2M"]):
            self.assertEqual(view(*arguments, input=data).stdout, data)
        self.assertGreater(time.monotonic() - began, 0.8)

    def test_the_rate_after_a_pause(self):
        for arguments in (["-L", "100000"], ["-l", "-L", "100000"]):
            with self.subTest(arguments), \
                    subprocess.Popen([BINARY, "-q", *arguments], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE) as one:
                one.stdin.write(b"first")
                one.stdin.flush()
                self.assertEqual(one.stdout.read(5), b"first")
                self.assertEqual(select.select([one.stdout], [], [], 1)[0], [])
                data = random_bytes(50_000)
                began = time.monotonic()
                one.stdin.write(data)  # a pipe holds that much
                one.stdin.flush()
                self.assertEqual(one.stdout.read(len(data)), data)
                self.assertGreater(time.monotonic() - began, 0.3)  # half a second, less a burst

    def test_a_silent_source_and_a_slow_sink(self):
        with subprocess.Popen([BINARY, "-q"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as one:
            one.stdin.write(b"first")
            one.stdin.flush()
            self.assertEqual(one.stdout.read(5), b"first")
            data = random_bytes(2_000_000)
            writer = threading.Thread(target=lambda: (one.stdin.write(data), one.stdin.close()))
            writer.start()
            self.assertEqual(one.stdout.read(), data)
            writer.join()


class Ends(Folder):
    def test_errors_are_told_and_the_rest_is_copied(self):
        there = self.file(b"there")
        done = view("/nonexistent", there)
        self.assertEqual((done.returncode, done.stdout), (1, b"there"))
        self.assertIn(b"/nonexistent: No such file", done.stderr)
        self.assertIn(b"Is a directory", view(self.folder.name).stderr)

    def test_a_full_device(self):
        with open("/dev/full", "wb") as full:
            for arguments in ([], ["-l"]):
                done = view(*arguments, input=b"x\n" * 100_000, stdout=full)
                self.assertEqual(done.returncode, 1)
                self.assertIn(b"No space left on device", done.stderr)

    def test_a_reader_that_goes(self):
        for arguments in ([], ["-l"]):
            out, into = os.pipe()
            with subprocess.Popen([BINARY, *arguments], stdin=subprocess.PIPE, stdout=into,
                                  stderr=subprocess.DEVNULL) as one:
                os.close(into)
                one.stdin.write(b"x" * 100)
                one.stdin.flush()
                os.read(out, 1)
                os.close(out)
                try:
                    one.stdin.write(b"x" * 1_000_000)
                    one.stdin.flush()
                except BrokenPipeError:
                    pass
                self.assertEqual(one.wait(LIMIT), -signal.SIGPIPE)
                try:
                    one.stdin.close()
                except BrokenPipeError:
                    pass

    def test_signals(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([BINARY], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as one:
                one.stdin.write(b"text")
                one.stdin.flush()
                self.assertEqual(one.stdout.read(4), b"text")
                one.send_signal(how)
                self.assertEqual(one.wait(LIMIT), -how)
                self.assertRegex(one.stderr.read(), rb"^4B 0:00:0")

    def test_signals_while_the_rate_does_not_allow_more(self):
        for arguments in (["-L", "10"], ["-l", "-L", "10"]):
            for how in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(arguments, how=how), \
                        subprocess.Popen([BINARY, *arguments], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
                    one.stdin.write(b"text" * 100)
                    one.stdin.flush()
                    self.assertEqual(one.stdout.read(4), b"text")
                    one.send_signal(how)
                    self.assertEqual(one.wait(LIMIT), -how)
                    self.assertRegex(one.stderr.read(), rb"^\d+(B| lines) 0:00:0")

    def test_what_is_closed(self):
        done = subprocess.run(["sh", "-c", f"exec '{BINARY}' <&-"], capture_output=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"Bad file descriptor", done.stderr)

    def test_a_wrong_command_line(self):
        for arguments in (["-x"], ["-s"], ["-s", "much"], ["-L", "0"], ["-L", "-1"]):
            done = view(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(b"usage:", done.stderr)
        self.assertIn(b"usage:", view("--help").stdout)


class Display(Folder):
    def at_terminal(self, *arguments, data=b""):
        mine, its = pty.openpty()
        with subprocess.Popen([BINARY, *arguments], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=its) as one:
            os.close(its)
            writer = threading.Thread(target=lambda: (one.stdin.write(data), one.stdin.close()))
            writer.start()
            shown = b""
            while True:
                try:
                    shown += os.read(mine, 65536)
                except OSError:
                    break
            writer.join()
        os.close(mine)
        return shown.decode()

    def test_a_bar(self):
        shown = self.at_terminal("-s", "1M", "-L", "2M", "-N", "it", data=random_bytes(1 << 20))
        lines = re.findall(r"\rit: (\S+) 0:00:0\d \[\S+/s\] \[(=*>? *)\] (\d+)%", shown)
        self.assertGreater(len(lines), 3)
        self.assertLess(len(lines), 40)
        percents = [int(percent) for _, _, percent in lines]
        self.assertEqual(percents, sorted(percents))
        self.assertEqual((lines[-1][0], percents[-1]), ("1.00MiB", 100))
        self.assertRegex(shown, r"ETA 0:00:00")
        self.assertTrue(shown.endswith("\r\n"))

    def test_lines_are_counted(self):
        self.assertIn("\r1.00k lines", self.at_terminal("-l", data=b"x\n" * 1000))

    def test_the_sum_without_a_terminal(self):
        self.assertRegex(view(input=b"x" * 2048).stderr.decode(), r"^2.00KiB 0:00:00 \[.*/s\] *\n$")
        self.assertEqual(view("-q", input=b"x").stderr, b"")

    def test_numbers(self):
        self.assertEqual(view("-n", input=b"x" * 2048).stderr, b"2048\n")
        self.assertEqual(view("-n", "-s", "4096", input=b"x" * 2048).stderr, b"50\n")
        self.assertEqual(view("-n", self.file(b"x" * 10)).stderr, b"100\n")


if __name__ == "__main__":
    assert len(sys.argv) > 1, __doc__
    BINARY = sys.argv[1]
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
