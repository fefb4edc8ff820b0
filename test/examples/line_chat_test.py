#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Raw sockets, and nc where there is one, in the chat room.

Usage: line_chat_test.py LINE_CHAT [unittest arguments]
"""

import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

BINARY = ""
SANITIZED = False  # then figures about memory mean nothing
LIMIT = 30  # seconds for anything


class Room:
    def __init__(self, *options):
        self.talkers = []
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [BINARY, "--port", "0", *options], stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        self.addresses = []
        while (line := self.process.stdout.readline()) != "ready\n":
            found = re.fullmatch(r"listening on (.*):(\d+)\n", line)
            assert found, f"it said {line!r}"
            self.addresses.append((found[1].strip("[]"), int(found[2])))

    def enter(self, **how):
        talker = Talker(self.addresses[0], **how)
        self.talkers.append(talker)
        return talker

    def named(self, *names):
        """Talkers who have heard all that their names have caused."""
        talkers = []
        for name in names:
            talker = self.enter()
            talker.say(f"/nick {name}")
            talker.hear(rf"\* guest\d+ is now {name}")
            for other in talkers:
                other.hear(r"\* guest\d+ has joined")
                other.hear(rf"\* guest\d+ is now {name}")
            talkers.append(talker)
        return talkers

    def memory_in_use(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s*(\d+) kB", status)[1]) * 1024

    def stop(self, how=signal.SIGTERM):
        """Returns the exit status, and what it said at the end."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for talker in self.talkers:
            talker.socket.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.seek(0)
        errors = self.log.read().decode(errors="replace")
        self.log.close()
        assert not errors, errors


class Talker:
    def __init__(self, address, receive_buffer=None, welcome=True):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(LIMIT)
        self.socket.connect(address)
        self.received = b""
        if welcome:
            self.name = re.match(r"\* welcome, (\S+):", self.line())[1]

    def say(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def line(self):
        """The next line; None at the end."""
        while b"\n" not in self.received:
            piece = self.socket.recv(65536)
            if not piece:
                assert not self.received, self.received
                return None
            self.received += piece
        line, self.received = self.received.split(b"\n", 1)
        return line.decode()

    def hear(self, expected):
        line = self.line()
        assert line is not None and re.fullmatch(expected, line), f"{line!r}, not {expected!r}"

    def rest(self):
        lines = []
        while (line := self.line()) is not None:
            lines.append(line)
        return lines


class TalkTest(unittest.TestCase):
    def test_everybody_else_hears_a_line(self):
        with Room() as room:
            ann, bob, cid = room.named("ann", "bob", "cid")
            ann.say("hello")
            bob.hear("<ann> hello")
            cid.hear("<ann> hello")
            bob.say("hi, ann")
            ann.hear("<bob> hi, ann")
            cid.hear("<bob> hi, ann")

    def test_who_comes_and_goes_is_told(self):
        with Room() as room:
            (ann,) = room.named("ann")
            other = room.enter()
            ann.hear(rf"\* {other.name} has joined")
            other.say("/quit")
            self.assertEqual(other.rest(), [])
            ann.hear(rf"\* {other.name} has left")

    def test_names(self):
        with Room() as room:
            ann, bob = room.named("ann", "bob")
            for wanted, said in (
                ("ann", r"\* ann is somebody else"),
                ("bob", r"\* bob is somebody else"),
                ("", r"\* a name has .*"),
                ("two words", r"\* a name has .*"),
                ("a" * 21, r"\* a name has .*"),
                ("\x1b[2J", r"\* a name has .*"),
                ("  robert", r"\* bob is now robert"),
            ):
                bob.say(f"/nick {wanted}")
                bob.hear(said)
            ann.hear(r"\* bob is now robert")
            ann.say("/who")
            ann.hear(r"\* ann, robert")
            ann.say("/dance")
            ann.hear(r"\* there is no command /dance")

    def test_answers_come_behind_what_was_said_before(self):
        with Room() as room:
            (ann,) = room.named("ann")
            ann.say("/nick a\n/who\n/nick b\n/who")
            for expected in (r"\* ann is now a", r"\* a", r"\* a is now b", r"\* b"):
                ann.hear(expected)

    def test_lines_in_pieces_empty_lines_and_all_kinds_of_ends(self):
        with Room() as room:
            ann, bob = room.named("ann", "bob")
            for byte in b"slowly\r\n":
                ann.socket.sendall(bytes([byte]))
                time.sleep(0.002)
            ann.socket.sendall(b"\n\r\n\none\ntwo\r\nthree \xff\n")
            bob.hear("<ann> slowly")
            bob.hear("<ann> one")
            bob.hear("<ann> two")
            while b"\n" not in bob.received:
                bob.received += bob.socket.recv(100)
            self.assertEqual(bob.received, b"<ann> three \xff\n")

    def test_a_client_that_has_said_all_still_hears_its_last_answers(self):
        with Room() as room:
            (ann,) = room.named("ann")
            other = room.enter()
            ann.hear(r"\* .* has joined")
            other.socket.sendall(b"one\n/who\nunended")
            other.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(other.rest(), [f"* ann, {other.name}"])
            ann.hear(f"<{other.name}> one")
            ann.hear(f"<{other.name}> unended")
            ann.hear(rf"\* {other.name} has left")

    def test_a_client_that_vanishes(self):
        with Room() as room:
            ann, bob = room.named("ann", "bob")
            bob.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            bob.socket.close()  # a reset
            ann.hear(r"\* bob is gone")

    def test_nc_is_client_enough(self):
        nc = shutil.which("nc")
        if not nc:
            return
        with Room() as room:
            (ann,) = room.named("ann")
            host, port = room.addresses[0]
            talk = subprocess.Popen([nc, host, str(port)], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
            self.assertIn("welcome", talk.stdout.readline())
            ann.hear(r"\* .* has joined")
            said, _ = talk.communicate("/nick nc\nhello\n/quit\n", timeout=LIMIT)
            self.assertRegex(said, r"is now nc\n$")
            ann.hear(r"\* .* is now nc")
            ann.hear("<nc> hello")
            ann.hear(r"\* nc has left")


class LimitTest(unittest.TestCase):
    def test_a_long_line_is_refused(self):
        for ended in (b"", b"\n"):
            with Room("--max-line", "100") as room:
                ann, bob = room.named("ann", "bob")
                ann.say("x" * 100)
                bob.hear("<ann> x{100}")
                ann.socket.sendall(b"last\n" + b"y" * 101 + ended)
                self.assertEqual(ann.rest(), ["* the line is too long"])
                bob.hear("<ann> last")
                bob.hear(r"\* ann talked too much")

    def test_a_line_without_an_end_costs_no_memory(self):
        with Room() as room:
            talker = room.enter()
            before = room.memory_in_use()
            try:
                for _ in range(1000):
                    talker.socket.sendall(b"z" * 100_000)
            except OSError:
                pass
            if not SANITIZED:
                self.assertLess(room.memory_in_use() - before, 8 << 20)
            room.enter()  # it is still there

    def test_more_clients_than_allowed(self):
        with Room("--max-clients", "2") as room:
            ann, bob = room.named("ann", "bob")
            third = room.enter(welcome=False)
            self.assertEqual(third.rest(), ["* the room is full"])
            bob.say("/quit")
            self.assertEqual(bob.rest(), [])
            bob.socket.close()
            ann.hear(r"\* bob has left")
            end = time.monotonic() + LIMIT
            while "welcome" not in (room.enter(welcome=False).line() or ""):
                self.assertLess(time.monotonic(), end)

    def test_a_client_that_stops_reading_is_let_go_and_the_others_hear_everything(self):
        with Room("--output-limit", "65536") as room:
            ann, bob = room.named("ann", "bob")
            slow = room.enter(receive_buffer=4096)
            for talker in (ann, bob):
                talker.hear(r"\* .* has joined")
            before = room.memory_in_use()
            heard = 0
            sent = 0
            gone = False
            while not gone:
                self.assertLess(sent, 100_000)
                for _ in range(20):
                    ann.say(f"{sent} " + "w" * 800)
                    sent += 1
                while heard != sent:
                    line = bob.line()
                    if line == f"* {slow.name} was too slow":
                        gone = True
                    else:
                        self.assertTrue(line.startswith(f"<ann> {heard} w"), line)
                        heard += 1
            ann.hear(rf"\* {slow.name} was too slow")
            if not SANITIZED:
                self.assertLess(room.memory_in_use() - before, 8 << 20)
            bob.say("still here")
            ann.hear("<bob> still here")

    def test_a_client_that_asks_and_does_not_read_is_let_go(self):
        with Room("--output-limit", "4096") as room:
            (ann,) = room.named("ann")
            slow = room.enter(receive_buffer=4096)
            ann.hear(r"\* .* has joined")
            slow.socket.settimeout(0.2)
            try:
                for _ in range(10_000):
                    slow.socket.sendall(b"/who\n" * 1000)
            except OSError:
                pass
            ann.hear(rf"\* {slow.name} was too slow")

    def test_many_clients(self):
        count = 200
        with Room("--max-clients", str(count)) as room:
            talkers = []
            for number in range(count):
                talkers.append(room.enter())
                talkers[-1].say(f"/nick n{number}")
                talkers[-1].hear(r"\* guest\d+ is now n\d+")
            for number, talker in enumerate(talkers):
                talker.say(f"this is {number}")
            for number, talker in enumerate(talkers):
                heard = set()
                while len(heard) < count - 1:
                    line = talker.line()
                    if found := re.fullmatch(r"<n(\d+)> this is (\d+)", line):
                        self.assertEqual(found[1], found[2])
                        heard.add(int(found[1]))
                self.assertEqual(heard, set(range(count)) - {number})
            status, said = room.stop()
            self.assertEqual((status, said), (0, "closed\n"))


class ProcessTest(unittest.TestCase):
    def test_it_listens_where_it_is_told(self):
        for options, expected in (
            ((), {"127.0.0.1"}),
            (("--bind", "localhost"), {"127.0.0.1"}),
            (("--bind=127.0.0.1",), {"127.0.0.1"}),
        ):
            with Room(*options) as room:
                self.assertLessEqual(expected, {host for host, _ in room.addresses})
                self.assertEqual(len({port for _, port in room.addresses}), 1)
                for address in room.addresses:
                    talker = Talker(address)
                    talker.say("/who")
                    talker.hear(rf"\* .*{talker.name}")
                    talker.socket.close()
        if socket.has_ipv6:
            try:
                with socket.socket(socket.AF_INET6) as probe:
                    probe.bind(("::1", 0))
            except OSError:
                return
            with Room("--bind", "::1") as room:
                self.assertEqual([host for host, _ in room.addresses], ["::1"])
                room.enter()

    def test_signals_end_it_in_order(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            with Room() as room:
                ann, bob = room.named("ann", "bob")
                room.process.send_signal(how)
                for talker in (ann, bob):
                    self.assertEqual(talker.rest(), ["* the room is closed"])
                    talker.socket.close()
                self.assertEqual(room.process.wait(LIMIT), 0)
        with Room() as room:
            self.assertEqual(room.stop(), (0, "closed\n"))

    def test_a_client_that_does_not_close_cannot_hold_it(self):
        with Room() as room:
            room.named("ann", "bob")
            begin = time.monotonic()
            self.assertEqual(room.stop(), (0, "closed\n"))
            self.assertLess(time.monotonic() - begin, LIMIT / 2)

    def test_a_wrong_command_line_is_told(self):
        for arguments in (["--port"], ["--port", "x"], ["--port", "65536"], ["--wrong", "1"],
                          ["word"], ["--max-line", "1"]):
            told = subprocess.run([BINARY, *arguments], capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 2, arguments)
            self.assertIn(b"usage:", told.stderr)
        told = subprocess.run([BINARY, "--help"], capture_output=True, timeout=LIMIT)
        self.assertEqual(told.returncode, 0)
        self.assertIn(b"usage:", told.stdout)

    def test_a_taken_port_is_told(self):
        with Room() as room:
            port = str(room.addresses[0][1])
            told = subprocess.run([BINARY, "--port", port], capture_output=True, timeout=LIMIT)
            self.assertEqual(told.returncode, 1)
            self.assertIn(b"line_chat: ", told.stderr)


if __name__ == "__main__":
    assert len(sys.argv) > 1, __doc__
    BINARY = sys.argv[1]
    program = Path(BINARY).read_bytes()
    SANITIZED = b"__asan_init" in program or b"__tsan_init" in program
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
