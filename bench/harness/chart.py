# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
"""Horizontal bar charts as SVG."""

import math
from html import escape

ROW, GAP, LEFT, WIDTH, RIGHT = 20, 12, 330, 420, 130
OURS, PEER = "#1f6f8b", "#b9bec5"


def bars(title, unit, groups):
    """groups: [(heading, [(label, median, low, high, is_ours)])]; the scale is logarithmic."""
    values = [v for _, rows in groups for row in rows for v in row[1:4] if v > 0]
    low = 10 ** math.floor(math.log10(min(values)))
    high = max(values)

    def x(value):
        return LEFT + WIDTH * math.log10(max(value, low) / low) / max(math.log10(high / low), 0.1)

    parts, y = [], 54
    for heading, rows in groups:
        parts.append(text(8, y, heading, "font-weight:bold"))
        y += ROW
        for label, median, least, most, ours in rows:
            middle = y - 4
            parts.append(text(24, y, label))
            parts.append(f'<rect x="{LEFT}" y="{y - 14}" width="{max(x(median) - LEFT, 1):.1f}" '
                         f'height="14" fill="{OURS if ours else PEER}"/>')
            parts.append(f'<path d="M{x(least):.1f} {middle}H{x(most):.1f}" stroke="#333"/>')
            parts.append(text(max(x(median), x(most)) + 6, y - 2, f"{median:,.4g}"))
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
