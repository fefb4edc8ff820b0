#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Plants a fault in a small tree and expects tools/check_layers.py to name it."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).resolve().parents[2] / "tools" / "check_layers.py"

PUBLIC = "\nnamespace sluice {\n}\n"
TREE = {
    "include/sluice/sluice.hpp": "#pragma once\n"
    "#include <sluice/config.hpp>\n"
    "#include <sluice/pipe/pipe.hpp>\n",
    "include/sluice/config.hpp": "#pragma once\n",
    "include/sluice/detail/asio_compat.hpp": "#pragma once\n#if BOOST_VERSION < 108100\n#endif\n",
    "include/sluice/memory/pool.hpp": "#pragma once\n#include <sluice/config.hpp>\n" + PUBLIC,
    "include/sluice/memory/inner.hpp": "#pragma once\nnamespace sluice::detail {\n}\n",
    "include/sluice/pipe/pipe.hpp": "#pragma once\n"
    "#include <sluice/memory/pool.hpp>\n"
    "#include <sluice/pipe/detail/state.hpp>\n" + PUBLIC,
    "include/sluice/pipe/detail/state.hpp": "#pragma once\n#include <boost/asio/error.hpp>\n",
    "include/sluice/http/read.hpp": "#pragma once\n"
    "#include <boost/beast/http/message.hpp>\n"
    "#include <sluice/pipe/pipe.hpp>\n"
    "namespace sluice::http {\n}\n",
    "src/memory/pool.cpp": "#include <sluice/memory/pool.hpp>\n",
    "src/pipe/detail/state.cpp": "#include <sluice/pipe/detail/state.hpp>\n",
    "src/sluice.cpp": '#include "memory/pool.cpp"\n#include "pipe/detail/state.cpp"\n',
}


class LayersTest(unittest.TestCase):
    def check(self, changes):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**TREE, **changes}.items():
                if text is not None:
                    file = Path(root, path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text)
            told = subprocess.run(
                [sys.executable, "-B", CHECKER, root], capture_output=True, text=True
            )
            return told.returncode, told.stdout

    def expect_fault(self, path, added, told, replace=False):
        text = added if replace else TREE.get(path, "#pragma once\n") + added
        code, output = self.check({path: text})
        self.assertEqual(output.splitlines().count(told), 1, output)
        self.assertEqual(code, 1)

    def test_a_tree_in_order_passes(self):
        self.assertEqual(self.check({}), (0, f"{len(TREE)} files in order\n"))

    def test_no_tree_is_no_success(self):
        self.assertEqual(self.check(dict.fromkeys(TREE))[0], 2)

    def test_an_upward_include(self):
        for form in ("#include <sluice/http/read.hpp>\n", "# include <sluice/http/read.hpp>\n"):
            self.expect_fault(
                "include/sluice/memory/inner.hpp",
                form,
                "include/sluice/memory/inner.hpp: "
                "includes <sluice/http/read.hpp> of a higher layer",
            )

    def test_an_upward_include_from_a_source(self):
        self.expect_fault(
            "src/memory/pool.cpp",
            "#include <sluice/pipe/pipe.hpp>\n",
            "src/memory/pool.cpp: includes <sluice/pipe/pipe.hpp> of a higher layer",
        )

    def test_nothing_includes_the_whole(self):
        self.expect_fault(
            "include/sluice/pipe/detail/state.hpp",
            "#include <sluice/sluice.hpp>\n",
            "include/sluice/pipe/detail/state.hpp: "
            "includes <sluice/sluice.hpp> of a higher layer",
        )

    def test_a_circle_inside_a_layer(self):
        self.expect_fault(
            "include/sluice/pipe/detail/state.hpp",
            "#include <sluice/pipe/pipe.hpp>\n",
            "include/sluice/pipe/pipe.hpp: includes itself: "
            "pipe/pipe.hpp -> pipe/detail/state.hpp -> pipe/pipe.hpp",
        )

    def test_a_folder_that_is_no_layer(self):
        self.expect_fault(
            "include/sluice/misc/thing.hpp",
            "",
            "include/sluice/misc/thing.hpp: in a folder that is no layer",
        )

    def test_headers_that_are_too_wide(self):
        for wide in ("boost/asio.hpp", "boost/beast.hpp", "boost/beast/core.hpp"):
            self.expect_fault(
                "include/sluice/http/read.hpp",
                f"#include <{wide}>\n",
                f"include/sluice/http/read.hpp: includes <{wide}>, which is no leaf header",
            )

    def test_beast_outside_http(self):
        self.expect_fault(
            "include/sluice/pipe/pipe.hpp",
            "#include <boost/beast/http/error.hpp>\n",
            "include/sluice/pipe/pipe.hpp: "
            "includes <boost/beast/http/error.hpp>: Beast belongs to http/",
        )

    def test_boost_version_outside_asio_compat(self):
        self.expect_fault(
            "src/memory/pool.cpp",
            "#if BOOST_VERSION\n#endif\n",
            "src/memory/pool.cpp: tests BOOST_VERSION, which belongs to detail/asio_compat.hpp",
        )

    def test_a_missing_guard(self):
        self.expect_fault(
            "include/sluice/config.hpp",
            "// #pragma once\n",
            "include/sluice/config.hpp: has no #pragma once",
            replace=True,
        )

    def test_a_file_that_is_too_long(self):
        at_most = {"include/sluice/config.hpp": "#pragma once\n" + 299 * "\n"}
        self.assertEqual(self.check(at_most)[0], 0)
        self.expect_fault(
            "include/sluice/config.hpp",
            300 * "\n",
            "include/sluice/config.hpp: 301 lines, more than 300",
        )

    def test_an_include_of_nothing(self):
        self.expect_fault(
            "include/sluice/pipe/pipe.hpp",
            "#include <sluice/pipe/gone.hpp>\n",
            "include/sluice/pipe/pipe.hpp: includes <sluice/pipe/gone.hpp>, which is not there",
        )

    def test_a_source_without_its_header(self):
        self.expect_fault(
            "src/memory/other.cpp", "", "src/memory/other.cpp: has no header of the same path"
        )

    def test_a_source_the_whole_forgets(self):
        self.expect_fault(
            "src/sluice.cpp",
            '#include "memory/pool.cpp"\n',
            "src/sluice.cpp: does not include pipe/detail/state.cpp",
            replace=True,
        )

    def test_a_source_the_whole_invents(self):
        self.expect_fault(
            "src/sluice.cpp",
            '#include "gone.cpp"\n',
            "src/sluice.cpp: includes gone.cpp, which is not there",
        )

    def test_a_public_header_the_whole_forgets(self):
        self.expect_fault(
            "include/sluice/stream/pump.hpp",
            PUBLIC,
            "include/sluice/sluice.hpp: does not include stream/pump.hpp",
        )

    def test_a_header_the_whole_must_not_include(self):
        self.expect_fault(
            "include/sluice/sluice.hpp",
            "#include <sluice/http/read.hpp>\n",
            "include/sluice/sluice.hpp: includes http/read.hpp",
        )


if __name__ == "__main__":
    unittest.main()
