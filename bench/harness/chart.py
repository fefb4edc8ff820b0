# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Horizontal bar charts as SVG."""

import math
from html import escape
from statistics import median

ROW, GAP, LEFT, WIDTH, RIGHT = 20, 12, 330, 420, 130
OURS, PEER = "#1f6f8b", "#b9bec5"


def bars(title, unit, groups, by_cost=True):
    """groups: [(heading, [(label, figures of all rounds, is_ours)])]; the scale is logarithmic.
    Within a group what is least comes first, or all stays in its order."""
    values = [v for _, rows in groups for row in rows for v in row[1] if v > 0] or [1]
    low = 10 ** math.floor(math.log10(min(values)))
    high = max(values)

    def x(value):
        return LEFT + WIDTH * math.log10(max(value, low) / low) / max(math.log10(high / low), 0.1)

    parts, y = [], 54
    for heading, rows in groups:
        parts.append(text(8, y, heading, "font-weight:bold"))
        y += ROW
        for label, figures, ours in sorted(rows, key=lambda row: median(row[1]) if by_cost else 0):
            middle, least, most, height = median(figures), min(figures), max(figures), y - 4
            parts.append(text(24, y, label))
            parts.append(f'<rect x="{LEFT}" y="{y - 14}" width="{max(x(middle) - LEFT, 1):.1f}" '
                         f'height="14" fill="{OURS if ours else PEER}"/>')
            parts.append(f'<path d="M{x(least):.1f} {height}H{x(most):.1f}" stroke="#333"/>')
            parts.append(text(max(x(middle), x(most)) + 6, y - 2, f"{middle:,.4g}"))
            y += ROW
        y += GAP
    width = LEFT + WIDTH + RIGHT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" '
        f'height="{y}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{y}" fill="white"/>',
        text(8, 20, title, "font-size:15px;font-weight:bold"),
        text(8, 36, f"{unit}; logarithmic scale; bar: median, line: least to most"),
        *parts, "</svg>", ""])


def text(x, y, what, style=""):
    styled = f' style="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y}"{styled}>{escape(what)}</text>'
