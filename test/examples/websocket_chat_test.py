#!/usr/bin/env python3
# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Clients of raw sockets, of the package `websockets`, and a browser, in the chat room.

Usage: websocket_chat_test.py WEBSOCKET_CHAT [unittest arguments]
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "websocket_chat"))

import support
from http_cases import *
from talk_cases import *
from tool_cases import *

if __name__ == "__main__":
    assert len(sys.argv) > 1, __doc__
    support.Room.binary = sys.argv[1]
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
