# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Builds what is measured, as users would: optimised, asserts off."""

import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLAGS = "-O2 -DNDEBUG"


def configure(folder, *options):
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    return run(["cmake", "-S", ROOT, "-B", folder, *generator, "-DCMAKE_BUILD_TYPE=Release",
                f"-DCMAKE_CXX_FLAGS_RELEASE={FLAGS}", "-DSLUICE_BUILD_TESTS=OFF",
                "-DSLUICE_BUILD_BENCH=ON", *options])


def build(folder, programs):
    """Those that fail to compile do not keep the others from being built."""
    keep_going = ["--", "-k", "0"] if shutil.which("ninja") else ["--", "-k"]
    return run(["cmake", "--build", folder, "--parallel", "--target", *programs, *keep_going])


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout[-20_000:])
    return done.returncode == 0


def program(folder, name):
    """Where it was built."""
    for place in ("bench", "examples"):
        if (folder / place / name).exists():
            return folder / place / name
    raise FileNotFoundError(f"{name} was not built")


def compiler(folder):
    cache = (folder / "CMakeCache.txt").read_text().splitlines()
    path = next(line.split("=", 1)[1] for line in cache if line.startswith("CMAKE_CXX_COMPILER:"))
    version = subprocess.run([path, "--version"], stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r"^[cg]\+\+(-\d+)? ", "g++ ", version.splitlines()[0])
