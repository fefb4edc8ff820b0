#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Raw sockets, and curl where there is one, against the file server.

Usage: http_file_server_test.py HTTP_FILE_SERVER [unittest arguments]
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "http_file_server"))

import support
from escape_cases import *
from file_cases import *
from limit_cases import *
from process_cases import *
from request_cases import *
from tls_cases import *

if __name__ == "__main__":
    assert len(sys.argv) > 1, __doc__
    support.BINARY = sys.argv[1]
    program = Path(support.BINARY).read_bytes()
    support.SANITIZED = b"__asan_init" in program or b"__tsan_init" in program
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
