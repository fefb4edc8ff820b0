# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Planted bugs: each patch of tools/proofs/bugs is applied to a copy of the sources, and the tests
of the rows that it names run until one fails. A bug that nobody finds is a failure, and so is a
patch that does not apply."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import building
import finders
from manifests import HERE, ROOT
from results import circumstances, output_of

BUGS = HERE / "bugs"
COPY = ROOT / "build" / "prove" / "planted"
SOURCE, BUILDS = COPY / "source", COPY / "build"
SIMULATION = 7
LONGEST = 600  # seconds


class Bug:
    def __init__(self, path):
        self.path = path
        self.name = path.stem
        text = path.read_text()
        head = text[: text.index("--- a/")]
        told = dict(re.findall(r"^(\w+): (.+(?:\n .+)*)", head, re.MULTILINE))
        self.what = " ".join(told["What"].split())
        self.rows = [int(row) for row in told.get("Rows", "").split()]
        self.tests = told.get("Tests", "").split()
        self.files = re.findall(r"^\+\+\+ b/(\S+)", text, re.MULTILINE)
        self.layer = self.files[0].removeprefix("include/").split("/")[1]


def all_bugs(folder=BUGS):
    return [Bug(path) for path in sorted(folder.glob("*.patch"))]


def applied(bug, source, *options):
    """Whether git could apply it there, which need not be a repository."""
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(source.parent)}
    return subprocess.run(["git", "apply", *options, str(bug.path)], cwd=source, env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def copy_file(name):
    source, target = ROOT / name, SOURCE / name
    if target.exists() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)  # with the time of now: it has to be built again


def copy_sources():
    names = {name for name in output_of("git", "ls-files", "-z").split("\0")
             if name and (ROOT / name).is_file()}
    for path in SOURCE.rglob("*"):
        if path.is_file() and str(path.relative_to(SOURCE)) not in names:
            path.unlink()
    for name in sorted(names):
        copy_file(name)


class Planter:
    """Tries the finders on the good sources and on bad ones, in one build folder."""

    def __init__(self, rows):
        self.rows = rows
        self.usual_seconds = {}  # of the finders, on the good sources
        self.bug = None
        copy_sources()
        # A little optimisation: the simulation runs for longer than it is compiled.
        building.configure("check", BUILDS, SOURCE,
                           ["-DSLUICE_QUICK_BUILD=OFF", "-DSLUICE_BUILD_EXAMPLES=OFF",
                            "-DSLUICE_WARNINGS_AS_ERRORS=OFF", "-DCMAKE_CXX_FLAGS_DEBUG=-O1"])

    def plant(self, bug):
        if self.bug is not None:
            for name in self.bug.files:
                copy_file(name)
        self.bug = bug
        return bug is None or applied(bug, SOURCE)

    def finders_of(self, bug):
        """Row by row as the bug names them; of a row first what tests the layer of the bug, and
        then what is built the soonest."""
        tests = SOURCE / "test"

        def cost(finder):
            return (finder.folder.split("/")[0] != bug.layer, len(finder.sources))

        found = [finder for number in bug.rows if number in self.rows
                 for finder in sorted(finders.of_row(self.rows[number], tests), key=cost)]
        return found + finders.of_files(bug.tests, tests)

    def run(self, finder, seconds):
        """Exit code, None for too long; the seconds it took; what it said."""
        program = finders.build(BUILDS, finder)
        log = COPY / "finder.log"
        began = time.monotonic()
        code = building.run_bounded([str(program), *finder.arguments, "--abort-after=1"], log,
                                    seconds, BUILDS, {"SLUICE_PROVE": "bugs"})
        return code, time.monotonic() - began, log.read_text(errors="replace")

    def try_good(self, finder):
        if finder not in self.usual_seconds:
            self.plant(None)
            code, took, said = self.run(finder, LONGEST)
            if code != 0:
                raise building.Failed(f"fails without a bug: {finder.shown()}\n{said[-2000:]}")
            self.usual_seconds[finder] = took
        return self.usual_seconds[finder]

    def search(self, bug):
        """Which finder finds the bug, and how."""
        found = {"bug": bug.name, "what": bug.what, "tried": []}
        if not applied(bug, ROOT, "--check"):
            return {**found, "outcome": "the patch does not apply"}
        choice = self.finders_of(bug)
        simulated = [finder for finder in choice if finder.row == str(SIMULATION)]
        for finder in choice:
            if "found_by" in found and finder not in simulated:
                continue
            bound = min(LONGEST, 30 + 5 * self.try_good(finder))
            self.plant(bug)
            try:
                code, took, said = self.run(finder, bound)
            except building.Failed as error:
                return {**found, "outcome": "the bug does not compile", "said": str(error)}
            if code == 0:
                found["tried"].append(finder.shown())
                continue
            how = {"row": finder.row, **told(finder, code, took, said)}
            found.setdefault("found_by", how)
            if finder in simulated:
                found["simulation"] = how
        found["outcome"] = "found" if "found_by" in found else "not found"
        return found


def told(finder, code, took, said):
    """What a failing doctest program says of itself."""
    cases = re.findall(r"^TEST CASE:\s*(.+)$", said, re.MULTILINE)
    counted = re.search(r"test cases:\s*(\d+) \|", said)
    seed = re.search(r"SLUICE_\w*SEED=(\d+)|\bseed\b\D{0,12}(\d+)", said, re.IGNORECASE)
    files = [source for source in finder.sources if f"/{source}:" in said]
    return {"files": [f"test/{finder.folder}/{name}" for name in files or finder.sources],
            "test": cases[-1].strip() if cases else None,
            "how": "hangs" if code is None else "fails" if code > 0 else f"signal {-code}",
            "after_tests": int(counted[1]) if counted else None,
            "seed": int(seed[1] or seed[2]) if seed else None,
            "seconds": round(took, 1)}


def search_all(rows, state, again=False, names=()):
    """The planted bugs, ready for the results."""
    planter, outcomes = None, []
    for bug in all_bugs():
        if names and not any(bug.name.startswith(name) for name in names):
            continue
        known = None if again else state.done(f"bug {bug.name}")
        if known is None:
            planter = planter or Planter(rows)
        print(f"bug {bug.name}: {bug.what}", flush=True)
        outcome = known or planter.search(bug)
        if outcome["outcome"] == "found":
            state.keep(f"bug {bug.name}", outcome)
            by = outcome["found_by"]
            print(f"    found by {by['row']}: {by['test'] or ', '.join(by['files'])}, {by['how']} "
                  f"after {by['seconds']} s", flush=True)
        else:
            print(f"    {outcome['outcome'].upper()} {outcome.get('said', '')}", flush=True)
        outcomes.append(outcome)
    if planter is not None:
        planter.plant(None)
    return {**circumstances(), "bugs": outcomes}


def is_found(outcomes):
    return all(outcome["outcome"] == "found" for outcome in outcomes)


def missing_files(bug, root=ROOT):
    return [name for name in bug.tests + bug.files if not pathlib.Path(root / name).is_file()]
