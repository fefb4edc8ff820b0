# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Peers in other languages, for rows P1 and P2: there when their tools are."""

import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "p1_handoff" / "peers"


def commands_of_peers(built, threads):
    """The commands of those that are there, and the names of the others."""
    commands, absent = [], []
    for name, command in (("Go", go(built)), ("Node", node(threads)), ("KJ", kj(built, threads))):
        if command is None:
            absent.append(name)
        elif command:
            commands.append(command)
    return commands, absent


def go(built):
    if shutil.which("go") is None:
        return None
    program = built / "p1_handoff_go"
    done = subprocess.run(["go", "build", "-o", program, FOLDER / "handoff.go"])
    return [program] if done.returncode == 0 else None


def node(threads):
    """Its stream stays within a thread: nothing for two."""
    command = shutil.which("node")
    return command and ([command, FOLDER / "handoff.mjs"] if threads == "one" else [])


def kj(built, threads):
    """CMake builds it when it finds the library."""
    program = built / "p1_handoff_kj"
    return ([program] if threads == "one" else []) if program.exists() else None
