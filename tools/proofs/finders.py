# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Which tests a row consists of, and programs of just those: a planted bug in a header would
otherwise cost the compilation of all tests."""

import dataclasses
import re
import shlex
import subprocess

import building

CASE = re.compile(r'\b(?:TEST_CASE|SCENARIO)\w*\(\s*(?:\w+,\s*)?((?:"(?:[^"\\]|\\.)*"\s*)+)')
SUITE = re.compile(r'\bTEST_SUITE\w*\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
FILTERS = {"--test-case": "case", "-tc": "case", "--source-file": "file", "-sf": "file",
           "--test-suite": "suite", "-ts": "suite"}


def texts(pattern, source):
    return ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found)) for found in pattern.findall(source)]


def fits(patterns, text):
    """As doctest matches: * and ?, whatever the case, any of several."""
    for pattern in patterns.split(","):
        expression = re.escape(pattern.strip('"')).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL):
            return True
    return False


@dataclasses.dataclass(frozen=True)
class Finder:
    row: str  # its number, or "tests"
    program: str
    folder: str
    sources: tuple
    arguments: tuple
    whole: str = ""  # where the program is, if it is one of a project of its own

    def shown(self):
        return " ".join([f"test/{self.folder}: {', '.join(self.sources)}", *self.arguments])


def test_folders(tests):
    folders = {path.parent.relative_to(tests) for path in tests.rglob("*.cpp")}
    return {"test_" + str(folder).replace("/", "_"): str(folder) for folder in folders}


def sources_for(folder, arguments):
    """The files with tests that the arguments choose, and those that hold none at all."""
    filters = [(FILTERS[key], value) for key, _, value in
               (argument.partition("=") for argument in arguments) if key in FILTERS]
    chosen, helpers = [], []
    for path in sorted(folder.glob("*.cpp")):
        text = path.read_text()
        cases = texts(CASE, text)
        if not cases:
            helpers.append(path.name)
            continue
        names = {"case": cases, "file": [str(path)], "suite": texts(SUITE, text)}
        if all(any(fits(value, name) for name in names[kind]) for kind, value in filters):
            chosen.append(path.name)
    return tuple(chosen + helpers) if chosen else ()


def of_row(row, tests):
    """The finders that a row has in the ordinary tests."""
    folders = test_folders(tests)
    found = []
    for run in row.runs:
        program = run.command[0].rsplit("/", 1)[-1]
        if program in folders:
            folder, arguments = folders[program], tuple(run.command[1:])
            whole = run.command[0] if (tests / folder / "CMakeLists.txt").exists() else ""
            if sources := sources_for(tests / folder, arguments):
                found.append(Finder(str(row.number), program, folder, sources, arguments, whole))
    return list(dict.fromkeys(found))


def of_files(names, tests):
    """One finder for each named file of the tests."""
    found = []
    for name in names:
        folder, _, source = name.removeprefix("test/").rpartition("/")
        helpers = [helper for helper in sources_for(tests / folder, [])
                   if not texts(CASE, (tests / folder / helper).read_text())]
        program = "test_" + folder.replace("/", "_")
        if (tests / folder / "CMakeLists.txt").exists():
            found.append(Finder("tests", program, folder, (source,), (f"--source-file=*{source}",),
                                f"test/{folder}/{program}"))
        else:
            found.append(Finder("tests", program, folder, (source, *helpers), ()))
    return found


def link_command(builds, program):
    told = subprocess.run(["ninja", "-C", str(builds), "-t", "commands", f"test/{program}"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    words = shlex.split(told.splitlines()[-1])
    return [word for word in words if word not in (":", "&&")]


def build(builds, finder):
    """A program of just these files. Throws Failed."""
    if finder.whole:
        building.build(builds, [finder.program])
        return builds / finder.whole
    objects = f"test/CMakeFiles/{finder.program}.dir/{finder.folder}/"
    wanted = [f"{objects}{source}.o" for source in finder.sources]
    building.build(builds, ["sluice", "sluice_test_main", *wanted])
    words = link_command(builds, finder.program)
    linked = [word for word in words if not word.startswith(objects) or word in wanted]
    output = linked.index("-o") + 1
    linked[output] = "test/finder"
    log = builds.parent / "link.log"
    if building.run_bounded(linked, log, 300, builds) != 0:
        raise building.Failed(building.tail(log))
    return builds / "test" / "finder"
