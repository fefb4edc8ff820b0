# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Counts what a piece of work takes, and compares: times vary in CI, counts do not."""

import json
import os
import re
import shutil
import subprocess
import tempfile

from harness.build import ROOT, build, compiler, configure, program
from harness.figures import markdown_table

KNOWN = ROOT / "bench" / "counts.json"
COUNT = 4096  # pieces of work; three times as many are the other run
# How much more than is known is taken for the same.
TOLERANCE = {"allocations": (0, 0.01), "system calls": (0.02, 0.05), "instructions": (0.03, 2)}


def run(folder, update):
    folder = folder.with_name("counts") if folder.name == "bench" else folder
    if not (configure(folder, "-DSLUICE_BUILD_EXAMPLES=OFF", "-DCMAKE_UNITY_BUILD=ON") and
            build(folder, ["counts"])):
        return 1
    found = {"compiler": compiler(folder), "forms": counted(program(folder, "counts"))}
    if update:
        KNOWN.write_text(json.dumps(found, indent=1) + "\n")
        print(f"written: {KNOWN.relative_to(ROOT)}")
    known = json.loads(KNOWN.read_text())
    rows, worse = compared(known, found)
    print(markdown_table(["", "what", "known", "now", ""], rows))
    if worse:
        print(f"\n{worse} counts have grown. Where that is meant: bench/run --counts --update")
    return 1 if worse else 0


def counted(path):
    tools = {tool: shutil.which(tool) for tool in ("strace", "valgrind")}
    for tool, what in (("strace", "system calls are"), ("valgrind", "instructions are")):
        if tools[tool] is None:
            print(f"{tool} is absent: {what} not counted")
    forms = {}
    for name in output([path]).splitlines():
        counts = {"allocations": float(output([path, name, str(COUNT)]))}
        if tools["valgrind"]:
            counts["instructions"] = difference(instructions, path, name)
        if tools["strace"] and name.startswith("HTTP"):
            counts["system calls"] = difference(system_calls, path, name)
        forms[name] = {what: round(value, 3) for what, value in counts.items()}
    return forms


def difference(count, path, name):
    """For one piece of work, without what the program does before and after."""
    few, many = (count([path, name, str(n)]) for n in (COUNT, 3 * COUNT))
    return (many - few) / (2 * COUNT)


def instructions(command):
    """Those of user space."""
    with tempfile.TemporaryDirectory() as there:
        said = output(["valgrind", "--tool=callgrind", f"--callgrind-out-file={there}/out",
                       *command], stderr=subprocess.STDOUT)
    return int(re.search(r"Collected : (\d+)", said)[1])


def system_calls(command):
    """Those of the first thread: the client is another one."""
    with tempfile.NamedTemporaryFile("r") as table:
        output(["strace", "-qq", "-c", "-o", table.name, *command])
        return int(next(line.split() for line in table if line.rstrip().endswith("total"))[3])


def output(command, **options):
    # One processor: threads take turns alike each time.
    first = min(os.sched_getaffinity(0))
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                          preexec_fn=lambda: os.sched_setaffinity(0, {first}), **options).stdout


def compared(known, found):
    same_compiler = known["compiler"] == found["compiler"]
    if not same_compiler:
        print(f"Instructions are known of {known['compiler']} only: they are not compared.")
    rows, worse = [], 0
    for name in sorted({*known["forms"], *found["forms"]}):
        before, now = known["forms"].get(name, {}), found["forms"].get(name, {})
        for what, (share, more) in TOLERANCE.items():
            if what not in before and what not in now:
                continue
            verdict = "not compared"
            if what in before and what in now and (what != "instructions" or same_compiler):
                grown = now[what] > before[what] * (1 + share) + more
                shrunk = now[what] < before[what] * (1 - share) - more
                verdict = "**more**" if grown else "less: --update" if shrunk else "same"
                worse += grown
            elif name not in found["forms"]:
                verdict, worse = "**gone**", worse + 1
            rows.append([name, what, before.get(what, "-"), now.get(what, "-"), verdict])
    return rows, worse
