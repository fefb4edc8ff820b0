# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Builds what the proofs need, and runs commands within bounds."""

import functools
import os
import pathlib
import shutil
import signal
import subprocess
import time

from manifests import ROOT, build_folder

BUILDS = ROOT / "build"
BUILD_MINUTES = 40
OPTIONS = ["-DSLUICE_BUILD_BENCH=OFF", "-DSLUICE_QUICK_BUILD=ON"]


class Failed(Exception):
    """A command that failed, with the end of what it said."""


def run_bounded(command, log, seconds, cwd=ROOT, environment=None, each_line=None):
    """Runs the command, whose output goes into the log. Returns its exit code, None if it took too
    long: then it is ended with all that it started."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(environment or {})},
                                   stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True)
    began, said = time.monotonic(), 0
    try:
        while True:
            try:
                code = process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                code = None
            if each_line is not None:
                said = tell_new_lines(log, said, each_line, code is not None)
            if code is not None:
                return code
            if time.monotonic() - began > seconds:
                return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def tell_new_lines(log, said, each_line, at_end):
    with open(log, "rb") as output:
        output.seek(said)
        fresh = output.read()
    whole = fresh if at_end else fresh[: fresh.rfind(b"\n") + 1]
    for line in whole.decode(errors="replace").splitlines():
        each_line(line)
    return said + len(whole)


def tail(log, lines=25):
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def configure(preset, folder, source=ROOT, options=()):
    wanted = [*OPTIONS, *options]
    if shutil.which("ccache"):
        wanted.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    log = folder.parent / f"{folder.name}.configure.log"
    if run_bounded(["cmake", "--preset", preset, "-B", str(folder), *wanted], log, 300, source):
        raise Failed(tail(log))


@functools.cache
def configured(preset):
    folder = BUILDS / build_folder(preset)
    configure(preset, folder)
    return folder


def build(folder, targets, keep_going=False):
    log = folder.parent / f"{folder.name}.build.log"
    code = run_bounded(["cmake", "--build", str(folder), "--target", *targets, "--",
                        *(["-k", "0"] if keep_going else [])], log, BUILD_MINUTES * 60)
    if code != 0:
        raise Failed(tail(log) if code is not None else f"more than {BUILD_MINUTES} minutes")


def compiler(folder):
    cache = (folder / "CMakeCache.txt").read_text().splitlines()
    path = next(line.split("=", 1)[1] for line in cache if line.startswith("CMAKE_CXX_COMPILER:"))
    version = subprocess.run([path, "--version"], stdout=subprocess.PIPE, text=True).stdout
    return version.splitlines()[0]


def targets_of(run):
    """What has to be built for a run: its program, if it is one of the build folder, and more."""
    first = run.command[0].replace("{build}/", "")
    own = "/" in first and not (ROOT / first).exists()
    return [*([pathlib.PurePath(first).name] if own else []), *run.targets]
