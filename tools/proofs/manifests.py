# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The rows of the reliability programme, as tools/proofs/RR_name.toml describes them."""

import dataclasses
import pathlib
import re
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PRESETS = ("release", "debug", "check", "asan", "tsan", "clang-release", "clang-check",
           "clang-asan", "clang-tsan", "none")
ROWS = range(1, 20)
MOST_MINUTES = 30


class Wrong(Exception):
    """A manifest that cannot be carried out."""


@dataclasses.dataclass
class Run:
    command: list
    preset: str
    minutes: float
    targets: list  # what else has to be built
    environment: dict

    def shown(self):
        """As one types it in the root of the repository."""
        words = [f"{key}={value}" for key, value in self.environment.items()]
        words += ["SLUICE_PROVE=long"]
        words += [quoted(word) for word in with_folder(self.command, self.preset, "build")]
        return " ".join(words)


@dataclasses.dataclass
class Row:
    number: int
    name: str
    title: str
    reach: str
    goals: dict  # of figures, by what they are figures of: the least that is asked
    open: str    # what is not reached and why, else empty
    runs: list


def build_folder(preset):
    return f"prove-{preset}"


def with_folder(command, preset, builds):
    """The command for the root of the repository, whose builds are in a folder of that name."""
    if preset == "none":
        return list(command)
    folder = f"{builds}/{build_folder(preset)}"
    first, *rest = (word.replace("{build}", folder) for word in command)
    if (ROOT / first).is_file() or "/" not in first or first.startswith(folder):
        return [first, *rest]
    return [f"{folder}/{first}", *rest]


def quoted(word):
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def checked(condition, path, what):
    if not condition:
        raise Wrong(f"{path.name}: {what}")


def is_text(value):
    return isinstance(value, str) and value.strip() != ""


def are_texts(values):
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def read_run(path, told):
    unknown = set(told) - {"command", "preset", "minutes", "targets", "environment"}
    checked(not unknown, path, f"nothing is known of {', '.join(sorted(unknown))} in a run")
    command, preset, minutes = told.get("command"), told.get("preset"), told.get("minutes")
    checked(are_texts(command) and command, path, "a run without a command")
    checked(preset in PRESETS, path, f"{preset} is no preset")
    checked(isinstance(minutes, (int, float)) and 0 < minutes <= MOST_MINUTES, path,
            f"a run is bound to {MOST_MINUTES} minutes at most")
    targets, environment = told.get("targets", []), told.get("environment", {})
    checked(are_texts(targets), path, "targets are names")
    checked(are_texts(list(environment.values())), path, "an environment consists of texts")
    return Run(command, preset, minutes, targets, environment)


def read_row(path):
    named = re.fullmatch(r"(\d\d)_(\w+)", path.stem)
    checked(named and int(named[1]) in ROWS, path, "is not named after a row")
    try:
        told = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{path.name}: {error}") from error
    unknown = set(told) - {"title", "reach", "goals", "open", "run"}
    checked(not unknown, path, f"nothing is known of {', '.join(sorted(unknown))}")
    for key in ("title", "reach"):
        checked(is_text(told.get(key)), path, f"without a {key}")
    goals = told.get("goals", {})
    checked(all(isinstance(goal, (int, float)) for goal in goals.values()), path,
            "goals are numbers")
    runs = [read_run(path, run) for run in told.get("run", [])]
    checked(runs or is_text(told.get("open")), path, "nothing to run, and no word why (open)")
    return Row(int(named[1]), named[2], told["title"], told["reach"], goals,
               told.get("open", ""), runs)


def read_rows(folder=HERE):
    """All rows that have a manifest, in their order."""
    rows = {}
    for path in sorted(folder.glob("*.toml")):
        row = read_row(path)
        checked(row.number not in rows, path, f"row {row.number} has two manifests")
        rows[row.number] = row
    return rows
