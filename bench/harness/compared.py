# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Programs that do the same work: how much of it in a second, and at how much CPU time."""

from statistics import median

from harness.chart import bars
from harness.figures import at_least, markdown_table, spread


def table(what, loads, per_second, cpu, goals):
    """Goals by throughput and by CPU time; more of the first is better, less of the second.

    loads: {heading: {name: result}}; goals: [(ours, [their], goal)]: the better of several counts.
    """
    rows = []
    for heading, here in loads.items():
        for ours, theirs, goal in goals(heading) if callable(goals) else goals:
            own = [here[name] for name in ours if name in here]
            peers = [here[name] for name in theirs if name in here]
            if own and peers:
                one = leanest(own, cpu)
                fastest = max(peers, key=lambda r: median(r[per_second]))
                rows.append([heading, said(ours), said(theirs), goal,
                             at_least(one[per_second], fastest[per_second], goal),
                             at_least(leanest(peers, cpu)[cpu], one[cpu], goal)])
            else:
                rows.append([heading, said(ours), said(theirs), goal, "absent", "absent"])
    return markdown_table(["", what, "against", "goal", "throughput", "CPU"], rows)


def leanest(results, cpu):
    return min(results, key=lambda r: median(r[cpu]))


def said(names):
    return " or ".join(names)


def chart(title, unit, loads, cpu, ours):
    return bars(title, unit, [(heading, [(name, r[cpu], name in ours) for name, r in here.items()])
                              for heading, here in loads.items()])


def gigabytes(what, here, extra=None):
    """The table of one load that is measured in bytes."""
    head = [what, "GB/s", "CPU seconds/GB"] + ([extra] if extra else [])
    rows = [[name, spread(r["gb_per_second"]), spread(r["cpu_per_gb"], 3)] +
            ([("-" if r[extra] is None else f"{r[extra]:,.0f}")] if extra else [])
            for name, r in here.items()]
    return markdown_table(head, rows)


def by(results, name, keep):
    """{name: result} of those to keep."""
    return {r[name]: r for r in results if keep(r)}
