#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Checks tools/prove without carrying anything out: the manifests are as they should be, planted
bugs apply to the sources, and doc/reliability.md is what it makes of the results it keeps.
Usage: reliability_test.py [ROOT]
"""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import tomllib
import unittest

ROOT = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else ".").resolve()
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools" / "proofs"))

import building  # noqa: E402
import carrying_out  # noqa: E402
import finders  # noqa: E402
import manifests  # noqa: E402
import page  # noqa: E402
import planted  # noqa: E402

MANIFEST = """
title = "model check"
reach = "a million"
[goals]
"sequences" = 10
[[run]]
command = ["test/test_pipe", "--test-case=*strings*"]
preset = "release"
minutes = 5
"""


def row_of(text, name="02_model.toml"):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(text)
        return manifests.read_row(path)


def outcome(**more):
    return {"command": "x", "preset": "release", "minutes": 5, "outcome": "passed", "seconds": 1.0,
            "figures": [["sequences", 10]], "seeds": [], "date": "today", "commit": "c",
            "machine": "m", **more}


def script(name):
    """A program of tools as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "tools" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


class Repository(unittest.TestCase):
    def test_manifests_patches_and_page_are_as_they_should_be(self):
        told = subprocess.run([ROOT / "tools" / "prove", "--check"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(told.returncode, 0, told.stdout)

    def test_rows_have_tests_or_scripts(self):
        for row in manifests.read_rows().values():
            for run in row.runs:
                if run.preset == "none":
                    self.assertTrue((ROOT / run.command[0]).is_file(), run.command)
                elif run.command[0].startswith("test/test_"):
                    self.assertTrue(finders.of_row(row, ROOT / "test"), run.command)

    def test_each_planted_bug_names_who_may_find_it(self):
        bugs = planted.all_bugs()
        self.assertGreaterEqual(len(bugs), 10)
        for bug in bugs:
            self.assertTrue(bug.what and bug.rows and bug.files, bug.name)


    def test_what_coverage_leaves_out_is_there_and_has_a_reason(self):
        coverage = script("coverage")
        left_out = tomllib.loads((ROOT / "tools" / "coverage.toml").read_text())["left_out"]
        for one in left_out:
            text = (ROOT / one["file"]).read_text().splitlines()
            lines = coverage.lines_left_out(one["file"], text, [one])
            self.assertIn(one["from"].split("\n")[0].strip(), text[min(lines) - 1])
            self.assertLess(len(lines), 20, one)
            self.assertTrue(one["reason"])


class Manifests(unittest.TestCase):
    def test_wrong_ones_are_refused(self):
        row_of(MANIFEST)
        for old, new in [("title", "tilte"), ('"release"', '"relaese"'), ("= 5", "= 500"),
                         ("= 5", '= "5"'), ("= 10", '= "10"'), ("[[run]]", "[[run"),
                         ("minutes = 5", "minutes = 5\nseeds = 1")]:
            with self.subTest(new), self.assertRaises(manifests.Wrong):
                row_of(MANIFEST.replace(old, new, 1))
        for name in ("2_model.toml", "20_model.toml", "model.toml"):
            with self.subTest(name), self.assertRaises(manifests.Wrong):
                row_of(MANIFEST, name)

    def test_commands_are_shown_for_the_root_of_the_repository(self):
        run = row_of(MANIFEST).runs[0]
        self.assertEqual(run.shown(), "SLUICE_PROVE=long build/prove-release/test/test_pipe "
                                      "'--test-case=*strings*'")
        self.assertEqual(building.targets_of(run), ["test_pipe"])


class Figures(unittest.TestCase):
    def test_are_told_by_lines_of_their_own(self):
        self.assertEqual(carrying_out.FIGURE.fullmatch("proof 2 random ones: 100").groups(),
                         ("2", "random ones", "100"))
        self.assertIsNone(carrying_out.FIGURE.fullmatch("no proof 2 x: 1"))

    def test_what_falls_short_is_said(self):
        row = row_of(MANIFEST)
        self.assertEqual(page.shortcomings(row, {"runs": [outcome()]}), [])
        few = page.shortcomings(row, {"runs": [outcome(figures=[["sequences", 9]])]})
        self.assertEqual(few, ["sequences: 9 of 10"])
        none = page.shortcomings(row, {"runs": [outcome(figures=[])]})
        self.assertEqual(none, ["sequences: no figure, where 10 is asked for"])
        failed = page.overview({2: row}, {"2": {"runs": [outcome(outcome="failed")]}})
        self.assertIn("| [2.](#2-model-check) | model check | a million | **failed** |", failed)
        self.assertIn("| 3. | no manifest |  | **not carried out** |", failed)


class Finders(unittest.TestCase):
    def test_take_the_files_whose_tests_the_filter_chooses(self):
        with tempfile.TemporaryDirectory() as folder:
            files = {"a.cpp": 'TEST_CASE("rule 01: one") {}',
                     "b.cpp": 'TEST_CASE("other"\n" one") {}',
                     "helper.cpp": "void help() {}"}
            for name, text in files.items():
                (pathlib.Path(folder) / name).write_text(text)
            sources = lambda *arguments: finders.sources_for(pathlib.Path(folder), arguments)
            self.assertEqual(sources("--test-case=*ONE"), ("a.cpp", "b.cpp", "helper.cpp"))
            self.assertEqual(sources("--test-case=rule*"), ("a.cpp", "helper.cpp"))
            self.assertEqual(sources("-tc=x,other*"), ("b.cpp", "helper.cpp"))
            self.assertEqual(sources("--source-file=*b.cpp"), ("b.cpp", "helper.cpp"))
            self.assertEqual(sources("--test-case=nothing"), ())


class Bounds(unittest.TestCase):
    def test_what_takes_too_long_is_ended(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder) / "log"
            self.assertIsNone(building.run_bounded(["sleep", "600"], log, 0.5))
            heard = []
            told = ["sh", "-c", "echo one; echo two"]
            self.assertEqual(building.run_bounded(told, log, 60, each_line=heard.append), 0)
            self.assertEqual(heard, ["one", "two"])
            self.assertEqual(building.run_bounded(["false"], log, 60), 1)


if __name__ == "__main__":
    unittest.main()
