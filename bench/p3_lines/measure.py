# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Row P3: runs the program."""

from harness.programs import measured


def run(program, quick, cores):
    rounds, milliseconds = (1, "2") if quick else (7, "60")
    results = []
    # What sends over TCP has the other core.
    for what, used in (("memory", cores[:1]), ("tcp", cores)):
        results += measured([[program, "1", milliseconds, what]], rounds, used,
                            single=("allocations", "per_receipt"))
    return {"results": results}
