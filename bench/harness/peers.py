# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Peers in other languages, for rows P1 and P2: there when their tools are."""

import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "p1_handoff" / "peers"


def commands_of_peers(built, threads):
    """The commands of those that are there, and the names of the others."""
    peers = [("Go", go(built))]
    if threads == "one":  # the streams of the others stay within a thread
        peers += [("Node", node()), ("KJ", kj(built))]
    commands, absent = [], []
    for name, command in peers:
        if command is None:
            absent.append(name)
        else:
            commands.append(command)
    return commands, absent


def go(built):
    if shutil.which("go") is None:
        return None
    program = built / "p1_handoff_go"
    done = subprocess.run(["go", "build", "-o", program, FOLDER / "handoff.go"])
    return [program] if done.returncode == 0 else None


def node():
    command = shutil.which("node")
    return command and [command, FOLDER / "handoff.mjs"]


def kj(built):
    """CMake builds it when it finds the library."""
    program = built / "p1_handoff_kj"
    return [program] if program.exists() else None
