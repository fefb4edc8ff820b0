#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Counts test cases in the JUnit files that CTest wrote. Usage: count_results.py FILE...

A program that tells how many cases it ran (doctest, Python's unittest) counts as that many, any
other one as one. Prints "N passed, N failed"; exits with 1 when one failed or none passed.
"""

import re
import sys
import xml.etree.ElementTree

DOCTEST = re.compile(r"\[doctest\] test cases:\s+\d+ \|\s+(\d+) passed \|\s+(\d+) failed")
UNITTEST = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
UNITTEST_FAILED = re.compile(r"^FAILED \((.*)\)$", re.MULTILINE)


def cases_told(output):
    """(passed, failed) for each summary in the output of a program."""
    for found in DOCTEST.finditer(output):
        yield int(found[1]), int(found[2])
    for found in UNITTEST.finditer(output):
        failed = 0
        if wrong := UNITTEST_FAILED.search(output, found.end()):
            failed = sum(map(int, re.findall(r"(?:failures|errors)=(\d+)", wrong[1])))
        yield max(int(found[1]) - failed, 0), failed


def count(file):
    passed = failed = 0
    for case in xml.etree.ElementTree.parse(file).iter("testcase"):
        succeeded = case.get("status") == "run"
        told = list(cases_told(case.findtext("system-out") or "")) or [(int(succeeded), 0)]
        passed += sum(one[0] for one in told)
        # A program may also fail outside its cases: it crashed, or took too long.
        failed += max(sum(one[1] for one in told), int(not succeeded))
    return passed, failed


def main():
    totals = [count(file) for file in sys.argv[1:]]
    passed = sum(total[0] for total in totals)
    failed = sum(total[1] for total in totals)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
