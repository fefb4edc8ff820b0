# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Runs a program under valgrind's DHAT, which sees each call of malloc and where it came from."""

import json
import subprocess
import tempfile

from harness.owner import owner


def under_dhat(command, work, **streams):
    """The blocks that were asked for while `work(process)` went on and before, by owner."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as found:
        process = subprocess.Popen(
            # The programs of bench/ bring a malloc of their own, which counts.
            ["valgrind", "-q", "--tool=dhat", "--soname-synonyms=somalloc=NONE",
             "--num-callers=40", f"--dhat-out-file={found.name}", *command],
            stderr=subprocess.PIPE, **streams)
        try:
            work(process)
            process.wait(60)
        finally:
            process.kill()
            complaint = process.communicate()[1] if not process.stdin else process.stderr.read()
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]}: {complaint.decode()[-2000:]}")
        return blocks_by_owner(json.load(found))


def blocks_by_owner(found):
    blocks = {}
    for point in found["pps"]:
        name = first_owner([found["ftbl"][frame] for frame in point["fs"]])
        blocks[name] = blocks.get(name, 0) + point["tbk"]
    return blocks


def first_owner(frames):
    """From the call of malloc outwards: the first function that is of a library we know."""
    for frame in frames:
        function = frame.split(": ", 1)[-1]
        name = owner(function)
        if name is not None:
            return name
    return "rest"
