# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Medians over rounds, and tables of them."""

import statistics


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratios(numerators, denominators):
    """What was measured in the same round is compared."""
    return [a / b for a, b in zip(numerators, denominators)]


def spread(values, digits=2):
    """`median (min-max)`"""
    s = summary(values)
    return "{:,.{d}f} ({:,.{d}f}-{:,.{d}f})".format(s["median"], s["min"], s["max"], d=digits)


def print_table(title, head, rows):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells):
        first = cells[0].ljust(widths[0])
        return "  ".join([first] + [c.rjust(w) for c, w in zip(cells[1:], widths[1:])]).rstrip()

    print(f"\n{title}\n")
    print(line(head))
    print("  ".join("-" * w for w in widths))
    for row in rows:
        print(line(row))


def markdown_table(head, rows):
    """The first column is text, the others are figures."""
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in [head, *rows]]
    lines.insert(1, "| --- |" + " ---: |" * (len(head) - 1))
    return "\n".join(lines)


def rounded(figures, digits=2):
    """The `median (min-max)` of figures that are stored with their rounds."""
    return spread(figures["rounds"], digits)
