# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The rows: for each its program, the module that runs it, and the one that shows what it found."""

from collections import namedtuple

from p1_handoff import page as p1_page
from p1_handoff import report as p1_report
from p4_http import page as p4_page
from p4_http import profile as p4_profile
from p4_http import report as p4_report

Row = namedtuple("Row", "program report page")

ROWS = {
    "P1": Row("p1_handoff", p1_report, p1_page),
    "P4": Row("p4_http", p4_report, p4_page),
    "P4-profile": Row("p4_http", p4_profile, p4_profile),
}
