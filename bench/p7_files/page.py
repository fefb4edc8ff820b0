# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P7."""

from harness import compared
from p7_files.measure import LOADS, OURS

# Ours, a peer, and how many times as good we mean to be.
GOALS = [(["sluice"], ["nginx"], 1.0), (["sluice_copy"], ["nginx_copy"], 1.0),
         (["sluice"], ["beast"], 10.0)]


def page(results):
    loads = {f"{size >> 20} MiB": compared.by(results, "server", lambda r: r["size"] == size)
             for size, *_ in LOADS}
    tables = {heading: compared.gigabytes("server", here) for heading, here in loads.items()}
    tables["goals"] = compared.table("server", loads, "gb_per_second", "cpu_per_gb", GOALS)
    return tables, {"files": compared.chart("Static files", "seconds of CPU a gigabyte", loads,
                                            "cpu_per_gb", OURS)}
