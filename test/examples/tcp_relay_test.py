#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Clients and targets on loopback, and tcp_relay between them.

Usage: tcp_relay_test.py TCP_RELAY [unittest arguments]
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tcp_relay"))

import support
from byte_cases import *
from end_cases import *
from process_cases import *
from tls_cases import *

if __name__ == "__main__":
    assert len(sys.argv) > 1, __doc__
    support.BINARY = sys.argv[1]
    program = Path(support.BINARY).read_bytes()
    support.SANITIZED = b"__asan_init" in program or b"__tsan_init" in program
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
