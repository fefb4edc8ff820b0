# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P6."""

from harness import compared
from p6_relay.measure import LOADS, OURS

# Ours, a peer, and how many times as good we mean to be.
GOALS = [(["sluice_copy"], ["asio_64k"], 1.0), (["sluice"], ["splice"], 0.9),
         (["sluice"], ["nginx"], 1.0), (["sluice"], ["socat"], 1.0)]


def page(results):
    loads = {f"{connections}": compared.by(results, "relay",
                                           lambda r: r["connections"] == connections)
             for connections in LOADS}
    tables = {heading: compared.gigabytes("relay", here, "allocations")
              for heading, here in loads.items()}
    tables["goals"] = compared.table("relay", loads, "gb_per_second", "cpu_per_gb", GOALS)
    return tables, {"cpu": compared.chart(
        "TCP relay", "seconds of CPU a gigabyte",
        {f"{heading} connections": here for heading, here in loads.items()}, "cpu_per_gb", OURS)}
