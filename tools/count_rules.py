#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Counts the rules of the contract that have tests by their number, and these tests.

Fails if one of the rules 1 to 30 has none. Usage: count_rules.py [ROOT]
"""

import re
import sys
from pathlib import Path

RULES = range(1, 31)
TEST = re.compile(r'TEST_CASE(?:_TEMPLATE)?\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
NAMED = re.compile(r"\brules? (\d+[ab]?(?:(?:, | and )\d+[ab]?)*)")


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1])
    tests = {}  # by rule
    count = 0
    for source in sorted((root / "test").rglob("*.cpp")):
        for parts in TEST.findall(source.read_text()):
            name = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', parts))
            rules = {r.lstrip("0") for found in NAMED.findall(name)
                     for r in re.findall(r"\d+[ab]?", found)}
            count += bool(rules)
            for rule in rules:
                tests.setdefault(rule, []).append(name)
    missing = [n for n in RULES if not any(re.fullmatch(rf"{n}[ab]?", r) for r in tests)]
    for rule in sorted(tests, key=lambda r: (int(r.rstrip("ab")), r)):
        print(f"rule {rule}: {len(tests[rule])} tests")
    for rule in missing:
        print(f"rule {rule} has no test")
    print(f"proof 1 rules with tests by number: {len(tests)}")
    print(f"proof 1 tests of rules: {count}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
