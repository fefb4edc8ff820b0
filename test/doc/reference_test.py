#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Makes the reference pages elsewhere, and checks them. Usage: reference_test.py ROOT DOXYGEN

Doxygen has no warning: every public name has a comment. Moreover:
- an operation, which is what takes a completion token, has all the sections, and an example: in its
  own comment, in that of its class, or in that of one which it says it is like;
- a class says what threads may do with it;
- a template parameter is described where it stands, or in doc/reference.md.
"""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SECTIONS = ("completes when", "completion signature", "errors", "outstanding", "cancellation",
            "lifetimes")
LIKE = re.compile(r"\b[Ll]ike ([\w:]*\w)")
COMMON = re.compile(r"^\| (`.*?`) \|", re.MULTILINE)
MAKES_TOKENS = ("cancel_after", "cancel_at")


def make_pages(root, doxygen, folder):
    """Writes XML beside HTML; returns what Doxygen has to say."""
    settings = (root / "doc/Doxyfile").read_text()
    settings += f"\nOUTPUT_DIRECTORY = {folder}\nGENERATE_XML = YES\n"
    made = subprocess.run([doxygen, "-"], cwd=root, input=settings, capture_output=True, text=True)
    said = [line.replace(f"{root}/", "") for line in made.stderr.splitlines() if line.strip()]
    if made.returncode:
        said.append(f"doxygen ends with {made.returncode}")
    return said


def text_of(item):
    return re.sub(r"\s+", " ", " ".join("".join(item.find(part).itertext())
                                        for part in ("briefdescription", "detaileddescription")))


def sections_of(item):
    """What begins with a word in italics."""
    return {re.sub(r"\s+", " ", "".join(word.itertext())).rstrip(".").lower()
            for word in item.iterfind(".//emphasis")}


def parameters_of(item):
    found = item.findall("templateparamlist/param")
    return [re.search(r"(\w+)$", param.findtext("declname") or "".join(param.find("type").itertext()))
            for param in found]


def has_example(item):
    return item.find("detaileddescription//programlisting") is not None


def is_described(member):
    """Nobody describes a class that is a friend."""
    return member.get("kind") != "friend" or member.findtext("type") not in ("class", "friend class",
                                                                             "struct", "friend struct")


class Reference:
    def __init__(self, folder):
        self.compounds, self.members = [], []
        nested = set()
        for file in sorted(folder.glob("*.xml")):
            for compound in ElementTree.parse(file).iter("compounddef"):
                if compound.get("prot") == "private":
                    continue
                if compound.get("kind") in ("class", "struct", "concept"):
                    self.compounds.append(compound)
                    nested.update(inner.get("refid") for inner in compound.findall("innerclass"))
                elif compound.get("kind") != "namespace":
                    continue
                self.members += (member for member in compound.iter("memberdef")
                                 if member.get("prot") == "public" and is_described(member))
        self.classes = [c for c in self.compounds
                        if c.get("kind") == "class" and c.get("id") not in nested]
        self.operations = [m for m in self.members if m.get("kind") == "function"
                           and "CompletionToken" in (p and p[1] for p in parameters_of(m))
                           and m.findtext("name") not in MAKES_TOKENS]

    def described_by(self, operation, seen=()):
        """Itself, its class, and what it is like."""
        yield operation
        scope = operation.findtext("qualifiedname").rpartition("::")[0]
        yield from (item for item in self.classes if item.findtext("compoundname") == scope)
        for like in LIKE.findall(text_of(operation)):
            for name in (f"{scope}::{like}", f"sluice::{like}", f"sluice::basic_{like}"):
                for other in self.operations:
                    if other.findtext("qualifiedname") == name and other not in (operation, *seen):
                        yield from self.described_by(other, (operation, *seen))


def place(item):
    where = item.find("location")
    return f"{where.get('file')}:{where.get('line')}"


def operation_faults(reference):
    for operation in reference.operations:
        described = list(reference.described_by(operation))
        said = set().union(*map(sections_of, described))
        name = f"{place(operation)}: {operation.findtext('qualifiedname')}"
        yield from (f"{name} does not say: {section}" for section in SECTIONS if section not in said)
        if not any(map(has_example, described)):
            yield f"{name} has no example"


def thread_faults(reference):
    for item in reference.classes:
        if "thread safety" not in sections_of(item):
            yield f"{place(item)}: {item.findtext('compoundname')} does not say: thread safety"


def parameter_faults(reference, common):
    for item in (*reference.compounds, *reference.members):
        own = {name.text for name in item.findall(
            "detaileddescription//parameterlist[@kind='templateparam']//parametername")}
        for parameter in parameters_of(item):
            if parameter and parameter[1] not in own | common:
                name = item.findtext("qualifiedname") or item.findtext("compoundname")
                yield f"{place(item)}: {name} does not describe {parameter[1]}"


def main():
    root, doxygen = Path(sys.argv[1]).resolve(), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        faults = make_pages(root, doxygen, folder)
        reference = Reference(Path(folder) / "xml")
    cells = COMMON.findall((root / "doc/reference.md").read_text().split("## Template parameters")[1])
    common = set(re.findall(r"`(\w+)`", " ".join(cells)))
    faults += (*operation_faults(reference), *thread_faults(reference),
               *parameter_faults(reference, common))
    counted = {"names": len(reference.compounds) + len(reference.members),
               "operations": len(reference.operations), "classes": len(reference.classes)}
    print(*faults, sep="\n")
    print(*(f"{count} {what}," for what, count in counted.items()), f"{len(faults)} faults")
    return bool(faults or not all(counted.values()))


if __name__ == "__main__":
    sys.exit(main())
