# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""doc/reliability.md, made of the manifests and of tools/proofs/results.json."""

import re
import textwrap

from manifests import ROOT, ROWS
from results import BUGS

PAGE = ROOT / "doc" / "reliability.md"

INTRODUCTION = """\
# How reliability is proved

Each row below is one way of looking for faults, carried out by tests or scripts of the repository.
In the ordinary tests it runs in a short form; `tools/prove` runs the long forms, whose figures are
here. This page is written by `tools/prove` and holds what it found, also where that is a failure or
less than was asked for. The last column names the commits whose sources a row has seen.

```sh
tools/prove              # everything that was not yet done here with these sources
tools/prove --again 2 7  # rows 2 and 7, whether done or not
tools/prove bugs         # the planted bugs
tools/prove --report     # only this page
```

A single run is repeated by the command that stands beside it, once `tools/prove` has built it.
Random tests begin with the seed in `SLUICE_SEED`, else with 1, and print the seed of what fails.
"""


def number(value):
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def cell(text):
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines)


def wrapped(text):
    return textwrap.fill(" ".join(text.split()), 100, break_long_words=False,
                         break_on_hyphens=False)


def reached(found):
    """The greatest figure of each kind."""
    figures = {}
    for run in found.get("runs", []):
        for what, figure in run.get("figures", []):
            figures[what] = max(figure, figures.get(what, figure))
    return figures


def shortcomings(row, found):
    """What is not as was asked, each in a few words."""
    if row is None:
        return ["not carried out: nothing in the repository does it yet"]
    missing = [row.open] if row.open else []
    if not row.runs:
        return missing
    if not found:
        return [*missing, "not carried out yet"]
    missing += [f"`{run['command']}`: {run['outcome']}" for run in found["runs"]
                if run["outcome"] != "passed"]
    figures = reached(found)
    for what, goal in row.goals.items():
        if what not in figures:
            missing.append(f"{what}: no figure, where {number(goal)} is asked for")
        elif figures[what] < goal:
            missing.append(f"{what}: {number(figures[what])} of {number(goal)}")
    if len(found["runs"]) < len(row.runs):
        missing.append(f"{len(row.runs) - len(found['runs'])} of its runs are not carried out yet")
    return missing


def overview(rows, results):
    lines = []
    for index in ROWS:
        row, found = rows.get(index), results.get(str(index), {})
        if row is None:
            lines.append([f"{index}.", "no manifest", "", "**not carried out**", ""])
            continue
        failed = any(run["outcome"] != "passed" for run in found.get("runs", []))
        short = shortcomings(row, found)
        outcome = ("**failed**" if failed else
                   "**not carried out**" if row.runs and not found else
                   "**in part**" if short else "reached")
        commits = {run["commit"][:7]: None for run in found.get("runs", [])}
        lines.append([f"[{index}.]({anchor(row)})", row.title, row.reach, outcome,
                      " ".join(commits)])
    return table(["row", "proof", "what is asked", "outcome", "sources"], lines)


def run_text(run):
    took = f" in {number(run['seconds'])} s" if "seconds" in run else ""
    made = f"; {run['compiler']}, preset {run['preset']}" if "compiler" in run else ""
    parts = [f"```sh\n{run['command']}\n```",
             wrapped(f"{run['outcome'].capitalize()}{took} (bound: {run['minutes']:g} minutes), "
                     f"{run['date']}, commit {run['commit']}{made}; {run['machine']}.")]
    if run.get("figures"):
        parts.append(table(["figure", "reached"],
                           [[what, number(figure)] for what, figure in run["figures"]]))
    if run.get("seeds"):
        seeds = [str(seed) for seed in run["seeds"]]
        more = f" and {len(seeds) - 10} more" if len(seeds) > 10 else ""
        parts.append(f"Seeds: {', '.join(seeds[:10])}{more}.")
    if run.get("said"):
        said = run["said"].replace("```", "'''")
        parts.append(f"It said at its end:\n\n```text\n{said}\n```")
    return "\n\n".join(parts)


def heading(row):
    return f"{row.number}. {row.title[:1].upper()}{row.title[1:]}"


def anchor(row):
    return "#" + re.sub(r"[^\w -]", "", heading(row).lower()).replace(" ", "-")


def row_text(row, found):
    parts = [f"## {heading(row)}", wrapped(f"Asked: {row.reach}")]
    if row.goals:
        figures = reached(found)
        parts.append(table(["figure", "asked", "reached"],
                           [[what, number(goal), number(figures[what]) if what in figures else
                             "**none**"] for what, goal in row.goals.items()]))
    if short := shortcomings(row, found):
        parts.append("Not reached:\n\n" + "\n".join(f"- {cell(one)}" for one in short))
    parts += [run_text(run) for run in found.get("runs", [])]
    return "\n\n".join(parts)


def bug_line(outcome):
    by = outcome.get("found_by")
    name = f"[{outcome['bug']}](../tools/proofs/bugs/{outcome['bug']}.patch)"
    if by is None:
        return [name, outcome["what"], f"**{outcome['outcome']}**", ""]
    who = "the tests" if by["row"] == "tests" else f"row {by['row']}"
    files = ", ".join(f"`{name}`" for name in by["files"][:2])
    how = by["how"] if by["test"] is None else f"{by['how']}: {by['test']}"
    after = [f"test {by['after_tests']}" if by["after_tests"] else "",
             f"seed {by['seed']}" if by["seed"] is not None else "", f"{by['seconds']} s"]
    return [name, outcome["what"], f"{who}, {files}, {how}",
            ", ".join(part for part in after if part)]


def simulated_bug(one):
    seed = one["simulation"]["seed"]
    return f"{one['bug']} with seed {seed}" if seed is not None else f"{one['bug']}, by a crash"


def bugs_text(found):
    bugs = found["bugs"]
    count = sum(outcome["outcome"] == "found" for outcome in bugs)
    simulated = [outcome for outcome in bugs if "simulation" in outcome]
    parts = ["## Planted bugs", wrapped(
        f"{count} of {len(bugs)} bugs were found, each by itself in a copy of the sources, by the "
        "short form of the row that is named, the first tried that found it. Tests run one after "
        "the other until one fails; the last column says at which that was, with which seed, and "
        f"after how long. {found['date']}, commit {found['commit']}; {found['machine']}."),
        "```sh\ntools/prove --again bugs\n```"]
    head = ["bug", "what it does", "found by", "after"]
    parts.append(table(head, [bug_line(one) for one in bugs]))
    if simulated:
        parts.append(wrapped(f"The simulation (row 7) finds {len(simulated)} of them: " +
                             ", ".join(map(simulated_bug, simulated)) + "."))
    return "\n\n".join(parts)


def page(rows, results):
    parts = [INTRODUCTION + "\n" + overview(rows, results)]
    if BUGS in results:
        parts.append(bugs_text(results[BUGS]))
    parts += [row_text(row, results.get(str(index), {})) for index, row in rows.items()]
    return "\n\n".join(parts) + "\n"
