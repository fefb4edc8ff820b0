# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Programs that measure themselves, and print a line of JSON for each way to do the work."""

import json
import subprocess

from harness.processes import pinned


LONGEST = 120  # seconds of one round


def measured(commands, rounds, cores, single=()):
    """Runs all commands in each round, one after the other, and gathers what they print.

    Words in a line are what it is about; lists hold figures of a round, which become longer;
    of the figures that `single` names only the last is kept: they do not vary.
    """
    found, failed = {}, set()
    for _ in range(rounds):
        for command in commands:
            try:
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True,
                                      timeout=LONGEST, preexec_fn=pinned(*cores))
            except subprocess.SubprocessError as failure:
                failed.add(str(failure))
                continue
            for line in done.stdout.splitlines():
                add(found, json.loads(line), single)
    for failure in sorted(failed):
        print(f"a round is missing: {failure}")
    # A form that failed in one round has no partner there for its ratios.
    most = max((figures(one) for one in found.values()), default=0)
    return [one for one in found.values() if figures(one) == most]


def add(found, line, single):
    words = {key: value for key, value in line.items() if isinstance(value, str)}
    one = found.setdefault(tuple(sorted(words.items())), words)
    for key, value in line.items():
        if key in single:
            one[key] = value[-1]
        elif isinstance(value, list):
            one[key] = one.get(key, []) + value


def figures(one):
    return max((len(value) for value in one.values() if isinstance(value, list)), default=0)
