#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
r"""Checks README.md, doc/*.md and the comments of headers against the repository.
Usage: snippets_test.py [ROOT]

A C++ block is, but for its indentation, a marked region of a compiled file, named above it:
    <!-- snippet: test/doc/readme_test.cpp readme -->
    between `// [readme` and `// readme]`
A link within the repository leads to a file. A file of the repository that is named, as in
`test/pipe/reading.cpp`, exists. In a table, a row that begins with a rule names files that test it.

The comments of a header hold no code either: they show a region by `\snippet FILE NAME`.
"""

import re
import sys
import textwrap
from pathlib import Path

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r"<!-- snippet: (\S+) (\S+) -->\n+\Z")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:bench|cmake|doc|examples|include|src|test|tools)/[\w./-]+)")
SHOWN = re.compile(r"^ *///.*?\\snippet +(\S*) *(.*)$", re.MULTILINE)
PASTED = re.compile(r"^ */// {4,}\S.*|^ *///.*```.*", re.MULTILINE)
RULES = re.compile(r"^\| rule \|.*\n(?:\|.*\n)*", re.MULTILINE)
RULE_ROW = re.compile(r"^\| (\d+[ab]?(?:, \d+[ab]?)*) \|.*$", re.MULTILINE)


def region(root, path, name):
    """The text between the marks, or None."""
    file = root / path
    text = file.read_text() if file.is_file() else ""
    marks = re.escape(name)
    found = re.findall(rf"^ *// \[{marks}\n(.*?)^ *// {marks}\]$", text, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found[0]).strip() if len(found) == 1 else None


def code_faults(root, text):
    for block in FENCE.finditer(text):
        language, code = block.groups()
        if language != "cpp":
            continue
        source = SOURCE.search(text[: block.start()])
        first = code.strip().splitlines()[0]
        if source is None:
            yield f"no source is named for the code '{first}'"
        elif region(root, *source.groups()) != textwrap.dedent(code).strip():
            yield f"the code '{first}' is not {' '.join(source.groups())}"


def header_faults(root, text):
    for path, name in SHOWN.findall(text):
        if region(root, path, name) is None:
            yield f"{path} {name} is shown, and is no region"
    for pasted in PASTED.finditer(text):
        yield f"a comment holds code: '{pasted[0].strip()}'"


def path_faults(root, folder, text):
    for target in LINK.findall(text):
        if not (folder / target).exists():
            yield f"a link leads to {target}"
    for target in NAMED.findall(text):
        if not (root / target).exists():
            yield f"{target} is named, and is not there"


def rule_faults(root, text):
    for row in (row for table in RULES.findall(text) for row in RULE_ROW.finditer(table)):
        tests = [root / path for path in NAMED.findall(row[0]) if path.startswith("test/")]
        proofs = "".join(path.read_text() for path in tests if path.is_file())
        for rule in row[1].split(", "):
            if not re.search(rf'"[^"\n]*\brule 0*{rule}\b', proofs):
                yield f"no test of rule {rule} in the files its row names"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    faults = []
    blocks = 0
    for page in [root / "README.md", *sorted((root / "doc").glob("*.md"))]:
        text = page.read_text()
        blocks += len(FENCE.findall(text))
        prose = FENCE.sub("", text)
        for fault in (*code_faults(root, text), *path_faults(root, page.parent, prose),
                      *rule_faults(root, prose)):
            faults.append(f"{page.relative_to(root)}: {fault}")
    for header in sorted((root / "include").rglob("*.hpp")):
        text = header.read_text()
        blocks += len(SHOWN.findall(text))
        faults += (f"{header.relative_to(root)}: {fault}" for fault in header_faults(root, text))
    print(*faults, f"{blocks} blocks, {len(faults)} faults", sep="\n")
    return bool(faults or not blocks)


if __name__ == "__main__":
    sys.exit(main())
