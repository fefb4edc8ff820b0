#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Checks the include graph and the house rules of include/ and src/. Usage: check_layers.py [ROOT]

A folder under include/sluice is a layer. A file includes its own layer or lower ones.
"""

import re
import sys
from pathlib import Path

LAYERS = {"detail": 0, "memory": 1, "buffer": 2, "pipe": 3, "stream": 4, "parse": 5, "http": 5}
BASE_HEADERS = ("config.hpp", "error.hpp", "fwd.hpp")
WHOLE = 6  # sluice.hpp, and src/sluice.cpp
TESTING = 7
SUFFIXES = {".hpp", ".cpp"}
# Not part of sluice.hpp. What needs an optional library belongs here too.
LEFT_OUT = ("http/", "testing/", "stream/tls_stream.hpp")
TOO_WIDE = ("boost/asio.hpp", "boost/beast.hpp", "boost/beast/core.hpp")
MOST_LINES = 300

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)
PUBLIC_NAMESPACE = re.compile(r"^namespace sluice(::(?!detail)\w+)*\s*\{", re.MULTILINE)


def layer_of(path):
    """The layer of a path below include/sluice or src, None for a folder that is none."""
    folder, slash, _ = path.partition("/")
    if not slash:
        return 0 if path.replace(".cpp", ".hpp") in BASE_HEADERS else WHOLE
    return TESTING if folder == "testing" else LAYERS.get(folder)


class Checker:
    def __init__(self, root):
        self.root = Path(root)
        self.headers = self.load("include/sluice")
        self.sources = self.load("src")
        self.faults = []

    def load(self, folder):
        base = self.root / folder
        files = sorted(f for f in base.rglob("*") if f.suffix in SUFFIXES)
        return {f.relative_to(base).as_posix(): f.read_text() for f in files}

    def fault(self, path, text):
        self.faults.append(f"{path}: {text}")

    def check_includes(self, shown, path, text):
        own = layer_of(path)
        if own is None:
            self.fault(shown, "in a folder that is no layer")
            return
        for included in INCLUDE.findall(text):
            if included in TOO_WIDE:
                self.fault(shown, f"includes <{included}>, which is no leaf header")
            if included.startswith("boost/beast") and not path.startswith(("http/", "testing/")):
                self.fault(shown, f"includes <{included}>: Beast belongs to http/")
            if not included.startswith("sluice/"):
                continue
            name = included.removeprefix("sluice/")
            if name not in self.headers:
                self.fault(shown, f"includes <{included}>, which is not there")
            elif layer_of(name) is not None and layer_of(name) > own:
                self.fault(shown, f"includes <{included}> of a higher layer")

    def check_text(self, shown, path, text):
        lines = text.count("\n")
        if lines > MOST_LINES:
            self.fault(shown, f"{lines} lines, more than {MOST_LINES}")
        if re.search(r"\bBOOST_VERSION\b", text) and path != "detail/asio_compat.hpp":
            self.fault(shown, "tests BOOST_VERSION, which belongs to detail/asio_compat.hpp")

    def included_headers(self, path):
        names = (i.removeprefix("sluice/") for i in INCLUDE.findall(self.headers[path]))
        return [n for n in names if n in self.headers]

    def check_cycles(self):
        done = set()

        def visit(path, trail):
            if path in trail:
                circle = trail[trail.index(path) :] + [path]
                self.fault(f"include/sluice/{path}", "includes itself: " + " -> ".join(circle))
            elif path not in done:
                for included in self.included_headers(path):
                    visit(included, trail + [path])
                done.add(path)

        for header in self.headers:
            visit(header, [])

    def check_whole_header(self):
        reached, rest = set(), ["sluice.hpp"]
        while rest:
            path = rest.pop()
            if path in self.headers and path not in reached:
                reached.add(path)
                rest += self.included_headers(path)
        for path, text in self.headers.items():
            is_public = "detail/" not in path and PUBLIC_NAMESPACE.search(text)
            if path.startswith(LEFT_OUT):
                if path in reached:
                    self.fault("include/sluice/sluice.hpp", f"includes {path}")
            elif path not in reached and (is_public or path in BASE_HEADERS):
                self.fault("include/sluice/sluice.hpp", f"does not include {path}")

    def check_sources(self):
        whole = self.sources.get("sluice.cpp", "")
        included = set(INCLUDE.findall(whole))
        for path in self.sources:
            if path == "sluice.cpp":
                continue
            name = re.sub(r"(_posix|_windows)?\.cpp$", ".hpp", path)
            if name not in self.headers:
                self.fault(f"src/{path}", "has no header of the same path")
            if path not in included:
                self.fault("src/sluice.cpp", f"does not include {path}")
        for path in sorted(included - set(self.sources)):
            self.fault("src/sluice.cpp", f"includes {path}, which is not there")

    def run(self):
        for path, text in self.headers.items():
            shown = f"include/sluice/{path}"
            self.check_includes(shown, path, text)
            self.check_text(shown, path, text)
            if not re.search(r"^#pragma once$", text, re.MULTILINE):
                self.fault(shown, "has no #pragma once")
        for path, text in self.sources.items():
            if path != "sluice.cpp":
                self.check_includes(f"src/{path}", path, text)
            self.check_text(f"src/{path}", path, text)
        self.check_cycles()
        self.check_whole_header()
        self.check_sources()
        return self.faults


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    checker = Checker(root)
    if not checker.headers or not checker.sources:
        print(f"{root}: no headers or no sources", file=sys.stderr)
        return 2
    faults = checker.run()
    print("\n".join(faults) or f"{len(checker.headers) + len(checker.sources)} files in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
