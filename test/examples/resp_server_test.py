#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Raw sockets, and redis-cli and redis-benchmark where they are, against the key-value server.

Usage: resp_server_test.py RESP_SERVER [unittest arguments]
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "resp_server"))

import client
from command_cases import *
from limit_cases import *
from protocol_cases import *
from pubsub_cases import *
from tool_cases import *

if __name__ == "__main__":
    assert len(sys.argv) > 1, __doc__
    client.BINARY = sys.argv[1]
    program = Path(client.BINARY).read_bytes()
    client.SANITIZED = b"__asan_init" in program or b"__tsan_init" in program
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
