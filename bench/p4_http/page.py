# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P4."""

from harness.chart import bars
from harness.figures import markdown_table, ratios, rounded
from p4_http.report import LOADS, OURS


def page(results):
    tables = {f"{connections} x {depth}": table(of(results, connections, depth))
              for connections, depth in LOADS}
    tables["goals"] = goals(results)
    return tables, {f"depth-{depth}": chart(results, depth) for depth in (1, 16)}


def of(results, connections, depth):
    return {r["server"]: r for r in results
            if (r["connections"], r["depth"]) == (connections, depth)}


def table(servers):
    rows = [[server, rounded(r["per_second"], 0), rounded(r["cpu_us"]),
             figure(r["system_calls"]), figure(r["allocations"]), r["errors"]]
            for server, r in servers.items()]
    return markdown_table(["server", "requests/s", "CPU us/request", "system calls/request",
                           "allocations/request", "errors"], rows)


def figure(value):
    return "-" if value is None else f"{value:.2f}"


def goals(results):
    rows = []
    for connections, depth in LOADS:
        here = of(results, connections, depth)
        ours = min((here[name] for name in OURS), key=lambda r: r["cpu_us"]["median"])
        for names, goal in ((("beast_coroutine", "beast_callbacks"), 10 if depth > 1 else 1.25),
                            (("nginx",), 1.0), (("hand_written",), 0.9)):
            peers = [here[peer] for peer in names if peer in here]
            if not peers:
                continue
            fastest = max(peers, key=lambda r: r["per_second"]["median"])
            leanest = min(peers, key=lambda r: r["cpu_us"]["median"])
            rows.append([f"{connections} x {depth}", names[0].split("_cor")[0], goal,
                         marked(ours["per_second"], fastest["per_second"], goal),
                         marked(leanest["cpu_us"], ours["cpu_us"], goal)])
    return markdown_table(["connections x depth", "against", "goal", "requests/s", "CPU"], rows)


def marked(above, below, goal):
    values = ratios(above["rounds"], below["rounds"])
    middle = sorted(values)[len(values) // 2]
    return rounded({"rounds": values}) + (" reached" if middle >= goal else " **missed**")


def chart(results, depth):
    groups = []
    for connections, d in LOADS:
        if d == depth:
            rows = sorted(of(results, connections, d).values(), key=lambda r: r["cpu_us"]["median"])
            groups.append((f"{connections} connections",
                           [(r["server"], *(r["cpu_us"][k] for k in ("median", "min", "max")),
                             r["server"] in OURS) for r in rows]))
    return bars(f"HTTP plaintext, {depth} requests at a time", "microseconds of CPU a request",
                groups)
