# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The rows: for each its program, the module that measures it, and the one that shows what came
out."""

from collections import namedtuple

from p1_handoff import measure as p1_measure
from p1_handoff import page as p1_page
from p1_handoff import two_threads as p2
from p3_lines import measure as p3_measure
from p3_lines import page as p3_page
from p4_http import measure as p4_measure
from p4_http import page as p4_page
from p4_http import profile as p4_profile
from p5_resp import measure as p5_measure
from p5_resp import page as p5_page
from p6_relay import measure as p6_measure
from p6_relay import page as p6_page
from p7_files import measure as p7_measure
from p7_files import page as p7_page
from p7_files import streams as p7_streams
from p8_idle import measure as p8_measure
from p8_idle import page as p8_page
from p9_allocations import measure as p9_measure
from p9_allocations import page as p9_page
from p10_compile import compile_time as p10
from p11_growth import measure as p11_measure
from p11_growth import page as p11_page

Row = namedtuple("Row", "program measure page more", defaults=[()])  # more programs that it runs

ROWS = {
    "P1": Row("p1_handoff", p1_measure, p1_page, ["p1_handoff_peers"]),
    "P2": Row("p1_handoff", p2, p2),
    "P3": Row("p3_lines", p3_measure, p3_page),
    "P4": Row("p4_http", p4_measure, p4_page),
    "P4-profile": Row("p4_http", p4_profile, p4_profile),
    "P5": Row("p5_resp", p5_measure, p5_page),
    "P6": Row("p6_relay", p6_measure, p6_page),
    "P7": Row("p7_files", p7_measure, p7_page, ["http_file_server"]),
    "P7-streams": Row("p7_files", p7_streams, p7_streams, ["pipe_view"]),
    "P8": Row("p8_idle", p8_measure, p8_page, ["p4_http"]),
    "P9": Row("p1_handoff", p9_measure, p9_page, p9_measure.PROGRAMS),
    "P10": Row(None, p10, p10),
    "P11": Row("p11_growth", p11_measure, p11_page, ["p8_idle"]),
}
