#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""log_grep beside the grep of the system: same output, same exit codes.

Usage: log_grep_test.py LOG_GREP
"""

import os
import pty
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = None
LIMIT = 60  # seconds for anything
PLAIN = {**os.environ, "LC_ALL": "C"}


def run(program, *arguments, stdin=b""):
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, env=PLAIN,
                          timeout=LIMIT)
    errors = done.stderr.replace(b"log_grep: ", b"").replace(b"grep: ", b"")
    return done.returncode, done.stdout, errors


def made_text(seed):
    dice = random.Random(seed)
    words = ["error", "Error", "warn", "naïve", "a", "b", "ERROR:", "", "x" * 70, "err", "or\r"]
    lines = [" ".join(dice.choices(words, k=dice.randrange(6))) for _ in range(20000)]
    return "\n".join(lines).encode() + (b"\n" if seed % 2 else b"")


@unittest.skipIf(shutil.which("grep") is None, "there is no grep to compare with")
class BesideGrep(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def check(self, *arguments, stdin=b""):
        with self.subTest(arguments=arguments):
            self.assertEqual(run(BINARY, *arguments, stdin=stdin),
                             run("grep", "-F", *arguments, stdin=stdin))

    def test_every_option_and_pattern(self):
        for seed in (1, 2):
            path = self.file(f"log{seed}", made_text(seed))
            for option in ([], ["-c"], ["-v"], ["-i"], ["-ci"], ["-vi"], ["-cv"], ["-c", "-v", "-i"]):
                for pattern in ("error", "ERROR:", "e", "", "nothing", "or\r", "ïv", "x" * 70,
                                "warn\nnaïve", "a b", " "):
                    if pattern or "v" not in "".join(option):  # grep looks at nothing then
                        self.check(*option, pattern, path)

    def test_standard_input_and_its_name(self):
        path = self.file("log", b"one\ntwo\n")
        for text in (b"", b"\n", b"one", b"one\n", b"\n\none\n\n"):
            self.check("one", stdin=text)
            self.check("-c", "", stdin=text)
            self.check("one", "-", path, stdin=text)
            self.check("-c", "one", path, "-", stdin=text)

    def test_several_files_and_those_that_are_missing(self):
        first = self.file("first", b"one\ntwo\n")
        second = self.file("second", b"two\nthree")
        missing = os.path.join(self.folder.name, "missing")
        for option in ([], ["-c"], ["-v"]):
            self.check(*option, "two", first, second)
            self.check(*option, "two", first, missing, second)
            self.check(*option, "four", first, second)
            self.check(*option, "four", missing)
            self.check(*option, "two", self.folder.name, first)

    def test_binary_files(self):
        for content in (b"a\0a\na\nb\n", b"\0\n", b"abc\0def\nabc\n", b"a\n" * 50 + b"\0" + b"b\n"):
            path = self.file("binary", content)
            text = self.file("text", b"a\nb\n")
            for option in ([], ["-c"], ["-v"], ["-cv"]):
                for pattern in ("a", "b", "abc", "def", "zzz"):
                    self.check(*option, pattern, path)
                    self.check(*option, pattern, path, text)

    def test_long_lines(self):
        path = self.file("long", b"short\n" + b"x" * 3_000_000 + b"needle" + b"y" * 3_000_000 +
                         b"\nneedle\n" + b"z" * 2_000_000)
        for option in ([], ["-c"], ["-v"], ["-i"]):
            for pattern in ("needle", "yz", "zzz", "NEEDLE"):
                self.check(*option, pattern, path)

    def test_lines_at_every_place_of_a_block(self):
        text = b"".join(b"%d %s\n" % (i, b"." * (i % 130)) for i in range(60000))
        path = self.file("numbers", text)
        for pattern in ("7", "99", "12345", "9999 "):
            self.check(pattern, path)
            self.check("-cv", pattern, path)


class Alone(unittest.TestCase):
    def test_usage(self):
        for arguments in ([], ["-c"], ["-q", "x"], ["-x", "a", "b"]):
            code, output, errors = run(BINARY, *arguments)
            self.assertEqual((code, output), (2, b""))
            self.assertIn(b"Usage:", errors)

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        text = b"a line to be printed\n" * 2_000_000
        for ignore in (False, True):
            program = subprocess.Popen([BINARY, "line"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=PLAIN,
                                       restore_signals=not ignore)
            try:
                program.stdin.write(text[:1_000_000])
                self.assertEqual(program.stdout.readline(), text[:21])
                program.stdout.close()
                program.stdin.write(text)
            except BrokenPipeError:
                pass
            try:
                program.stdin.close()
            except BrokenPipeError:
                pass
            self.assertEqual(program.stderr.read(), b"")
            program.stderr.close()
            self.assertNotEqual(program.wait(LIMIT), 0)

    def test_what_matches_is_printed_before_more_is_awaited(self):
        with subprocess.Popen([BINARY, "x"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              bufsize=0) as program:
            for _ in range(3):
                program.stdin.write(b"x\ny\n")
                self.assertEqual(program.stdout.readline(), b"x\n")
            program.stdin.close()
            self.assertEqual(program.wait(LIMIT), 0)

    def test_standard_input_that_somebody_has_made_non_blocking(self):
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        with subprocess.Popen([BINARY, "x"], stdin=reading, stdout=subprocess.PIPE) as program, \
                open(writing, "wb", buffering=0) as there:
            os.close(reading)
            for _ in range(3):  # each answer shows that it has read all there was
                there.write(b"x\n")
                self.assertEqual(program.stdout.readline(), b"x\n")
            there.close()
            self.assertEqual(program.wait(LIMIT), 0)

    def test_a_bar_tells_of_the_progress_on_a_terminal(self):
        terminal, other = pty.openpty()
        program = subprocess.Popen([BINARY, "-c", "x"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=other)
        os.close(other)
        shown = b""
        try:
            while b"MB/s" not in shown:
                for _ in range(8):
                    program.stdin.write(b"x\n" * 1_000_000)
                os.set_blocking(terminal, False)
                try:
                    shown += os.read(terminal, 4096)
                except BlockingIOError:
                    pass
            program.stdin.close()
            count = int(program.stdout.read())
            self.assertEqual(count % 8_000_000, 0)
            self.assertEqual(program.wait(LIMIT), 0)
        finally:
            program.stdout.close()
            os.close(terminal)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()
