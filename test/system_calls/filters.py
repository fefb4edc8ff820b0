# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Programs in a pipeline whose calls fail: all of the right output, or an error."""

import os
import subprocess
import threading

from servers import NUMBERED, PATIENCE, Hangs, Wrong
from tracer import Traced

LINES = b"".join(b"%d %s\n" % (i, b"needle" if i % 3 == 0 else b"straw") for i in range(100_000))
FOUND = b"".join(line + b"\n" for line in LINES.split(b"\n") if b"needle" in line)


class Filter:
    name = ""
    options = ()
    content = NUMBERED
    expected = NUMBERED
    through_pipes = False
    environment = {}

    def __init__(self, binaries, folder):
        self.binary = os.path.join(binaries, self.name)
        self.input = os.path.join(folder, self.name + "-input")
        self.output = os.path.join(folder, f"{self.name}-output-{threading.get_ident()}")
        with open(self.input, "wb") as file:
            file.write(self.content)


class LogGrep(Filter):
    name = "log_grep"
    options = ("needle",)
    content, expected = LINES, FOUND


class LogGrepThroughPipes(LogGrep):
    through_pipes = True


class PipeView(Filter):
    name = "pipe_view"


class PipeViewThroughPipes(PipeView):
    through_pipes = True


ALL = (LogGrep, LogGrepThroughPipes, PipeView, PipeViewThroughPipes)


def feed(stream, content):
    try:
        with stream:
            stream.write(content)
    except OSError:
        pass


def run(one, *, calls, inject=None, persistent=False):
    """Returns the traced program, over and done with, and what became of it."""
    del persistent  # it makes no difference
    command = [one.binary, *one.options]
    if one.through_pipes:
        traced = Traced(command, calls=calls, inject=inject,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    else:
        output = open(f"{one.output}-{threading.get_ident()}", "w+b")
        traced = Traced([*command, one.input], calls=calls, inject=inject,
                        stdin=subprocess.DEVNULL, stdout=output)
    try:
        timer = threading.Timer(2 * PATIENCE, traced.process.kill)
        timer.start()
        if one.through_pipes:
            feeder = threading.Thread(target=feed, args=[traced.process.stdin, one.content])
            feeder.start()
            received = traced.process.stdout.read()
            feeder.join()
        status = traced.process.wait()
        hung = not timer.is_alive()
        timer.cancel()
        if not one.through_pipes:
            output.seek(0)
            received = output.read()
            output.close()
        if hung:
            raise Hangs("it does not end")
        if not one.expected.startswith(received):
            raise Wrong(f"{len(received)} bytes came out that are not the expected ones")
        if status == 0:
            if received != one.expected:
                raise Wrong(f"it says all is well, and {len(received)} bytes have come out")
            return traced, "went on"
        broken_pipe = "EPIPE" in (inject or "")  # of which one says nothing
        if not broken_pipe and (status < 0 or not traced.said()):
            raise Wrong(f"it ended with {status}, and said {traced.said()!r}")
        return traced, "ended with an error"
    except BaseException as failure:
        failure.struck = traced.struck()
        traced.__exit__()
        raise
