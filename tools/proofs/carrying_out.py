# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Carries out a row: builds, runs, and collects the figures it tells."""

import re
import shutil
import subprocess
import time

import building
from manifests import with_folder
from results import circumstances

FIGURE = re.compile(r"proof (\d+) (.+): (-?\d+(?:\.\d+)?)\s*")
SEED = re.compile(r"\bSLUICE_\w*SEED=(\d+)|\bseed\b\D{0,4}(\d+)", re.IGNORECASE)

ENVIRONMENT = {
    "SLUICE_PROVE": "long",
    "TSAN_OPTIONS": "halt_on_error=1 second_deadlock_stack=1",
    "ASAN_OPTIONS": "detect_stack_use_after_return=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


def fixed_layout():
    """ThreadSanitizer cannot live with every layout that address randomisation makes."""
    works = shutil.which("setarch") and subprocess.run(["setarch", "-R", "true"],
                                                       stderr=subprocess.DEVNULL).returncode == 0
    return ["setarch", "-R"] if works else []


def carry_out_run(row, index, run):
    """What came of it, ready for the results."""
    found = {"command": run.shown(), "preset": run.preset, "minutes": run.minutes}
    began = time.monotonic()
    figures, seeds = [], []

    def listen(line):
        told = FIGURE.fullmatch(line.strip())
        if told and int(told[1]) == row.number:
            figures.append([told[2], float(told[3]) if "." in told[3] else int(told[3])])
            print(f"    {told[2]}: {told[3]}", flush=True)
        elif seed := SEED.search(line):
            seeds.append(int(seed[1] or seed[2]))

    try:
        if run.preset != "none":
            folder = building.configured(run.preset)
            found["compiler"] = building.compiler(folder)
            if targets := building.targets_of(run):
                building.build(folder, targets)
    except building.Failed as error:
        print(f"    the build failed\n{error}", flush=True)
        return {**found, "outcome": "the build failed", "said": str(error)}
    found["build_seconds"] = round(time.monotonic() - began, 1)

    log = building.BUILDS / "prove" / "logs" / f"{row.number:02}_{row.name}_{index}.log"
    command = with_folder(run.command, run.preset, building.BUILDS)
    if run.preset.endswith("tsan"):
        command = [*fixed_layout(), *command]
    environment = {**ENVIRONMENT, **run.environment}
    began = time.monotonic()
    try:
        code = building.run_bounded(command, log, run.minutes * 60, environment=environment,
                                    each_line=listen)
    except OSError as error:
        return {**found, "outcome": "did not start", "said": error.strerror}
    found.update(seconds=round(time.monotonic() - began, 1), figures=figures,
                 seeds=sorted(set(seeds)))
    if code is None:
        found["outcome"] = f"took longer than its {run.minutes} minutes"
    else:
        found["outcome"] = "passed" if code == 0 else f"failed with exit code {code}"
    if code != 0:
        found["said"] = without_paths(building.tail(log))
        print(building.tail(log), flush=True)
    return found


def without_paths(text):
    return text.replace(str(building.ROOT) + "/", "")


def carry_out(row, state, again=False, only=None, before=()):
    """All runs of a row, one after the other: what has come of them so far. Those that passed here
    with the same content are not repeated. If only some are asked for, by their numbers, the others
    stay as they were before."""
    runs = []
    kept = {run["command"]: run for run in before}
    for index, run in enumerate(row.runs, 1):
        if only and index not in only:
            if run.shown() in kept:
                runs.append(kept[run.shown()])
            continue
        name = f"{row.number} {run.shown()}"
        known = None if again else state.done(name)
        print(f"row {row.number}, {row.title}: {run.shown()}"
              f"{' (done)' if known else ''}", flush=True)
        found = known or {**circumstances(), **carry_out_run(row, index, run)}
        if found["outcome"] == "passed":
            state.keep(name, found)
        print(f"    {found['outcome']}"
              + (f" in {found['seconds']} s" if "seconds" in found else ""), flush=True)
        runs.append(found)
        if not only:
            yield {"title": row.title, "runs": runs}
    if only:
        yield {"title": row.title, "runs": runs}
