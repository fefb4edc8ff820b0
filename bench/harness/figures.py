# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Figures of several rounds, kept as lists, and tables of them."""

from statistics import median


def ratios(numerators, denominators):
    """What was measured in the same round is compared. A clock may have been too coarse for it."""
    return [a / max(b, 1e-9) for a, b in zip(numerators, denominators)]


def spread(values, digits=2):
    """`median (min-max)`"""
    return "{:,.{d}f} ({:,.{d}f}-{:,.{d}f})".format(median(values), min(values), max(values),
                                                    d=digits)


def verdict(reached):
    return "reached" if reached else "**missed**"


def at_most(values, goal, digits=1):
    return f"{spread(values, digits)} {verdict(median(values) < goal)}"


def at_least(numerators, denominators, goal):
    """How many times as good, and whether that is enough."""
    values = ratios(numerators, denominators)
    return f"{spread(values)} {verdict(median(values) >= goal)}"


def optional(value, digits=2):
    return "-" if value is None else f"{value:,.{digits}f}"


def middle(values):
    """The median of those that could be had."""
    there = [value for value in values if value is not None]
    return median(there) if there else None


def gathered(samples, *keys):
    """From a dictionary for each round to a list for each key."""
    return {key: [sample[key] for sample in samples] for key in keys}


def markdown_table(head, rows):
    """The first column is text, the others are figures."""
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in [head, *rows]]
    lines.insert(1, "| --- |" + " ---: |" * (len(head) - 1))
    return "\n".join(lines)
