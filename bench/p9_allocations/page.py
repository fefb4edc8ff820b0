# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""What doc/performance.md shows of row P9."""

from harness.figures import markdown_table, verdict

NOTHING = 0.01  # for one piece of work: less is what a clock or a pool does now and then


def page(results):
    memory = [r for r in results if r["row"] in ("P1", "P2", "P3")]
    return {"in memory": in_memory(memory),
            "servers": servers([r for r in results if r not in memory])}, {}


def in_memory(results):
    """All forms of a row together: one that allocates is named."""
    rows = []
    for row in ("P1", "P2", "P3"):
        here = [r for r in results if r["row"] == row]
        some = [r for r in here if r["allocations"] >= NOTHING]
        if here:
            most = max(r["allocations"] for r in here)
            rows.append([row, len(here), f"{most:.4f} a {here[0]['piece']}", verdict(not some),
                         "; ".join(r["what"] for r in some) or "-"])
    return markdown_table(["row", "forms of Sluice", "most allocations", "goal: 0",
                           "forms that allocate"], rows)


def servers(results):
    rows = []
    for r in results:
        whose = ", ".join(f"{owner} {each:.2f}" for owner, each in sorted(r["whose"].items()))
        ours = r["whose"].get("Sluice", 0)
        rows.append([f"{r['row']}: {r['what']}", r["piece"], f"{r['allocations']:.2f}",
                     verdict(r["allocations"] < NOTHING), whose or "-", f"{ours:.2f}"])
    return markdown_table(["program", "for each", "allocations", "goal: 0", "whose",
                           "of them Sluice's"], rows)
