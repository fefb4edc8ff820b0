# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""The rows: for each its program, the module that runs it, and the one that shows what it found."""

from collections import namedtuple

from p1_handoff import page as p1_page
from p1_handoff import report as p1_report
from p3_lines import page as p3_page
from p3_lines import report as p3_report
from p4_http import page as p4_page
from p4_http import profile as p4_profile
from p4_http import report as p4_report
from p5_resp import page as p5_page
from p5_resp import report as p5_report
from p6_relay import page as p6_page
from p6_relay import report as p6_report
from p7_files import page as p7_page
from p7_files import report as p7_report
from p7_files import streams as p7_streams
from p8_idle import page as p8_page
from p8_idle import report as p8_report

Row = namedtuple("Row", "program report page peers", defaults=[()]) # peers: more programs

ROWS = {
    "P1": Row("p1_handoff", p1_report, p1_page),
    "P3": Row("p3_lines", p3_report, p3_page),
    "P4": Row("p4_http", p4_report, p4_page),
    "P4-profile": Row("p4_http", p4_profile, p4_profile),
    "P5": Row("p5_resp", p5_report, p5_page),
    "P6": Row("p6_relay", p6_report, p6_page),
    "P7": Row("p7_files", p7_report, p7_page, ["http_file_server"]),
    "P7-streams": Row("p7_files", p7_streams, p7_streams, ["pipe_view"]),
    "P8": Row("p8_idle", p8_report, p8_page, ["p4_http"]),
}
