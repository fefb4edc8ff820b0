# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Rows P1 and P2: runs the program and those of peers in other languages."""

from harness.peers import commands_of_peers
from harness.programs import measured


def run(program, quick, cores):
    return results(program, "one", quick, [cores[0]])


def results(program, threads, quick, cores):
    rounds, milliseconds = (1, "2") if quick else (7, "25")
    peers, absent = commands_of_peers(program.parent, threads)
    for name in absent:
        print(f"{name} is absent")
    found = measured([[*command, "1", milliseconds, threads] for command in ([program], *peers)],
                     rounds, cores, single=("allocations", "per_receipt"))
    return {"absent": absent, "results": found}
