"""Plain tables for stdout: aligned columns that survive a pipe, a mail and a narrow terminal."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["aligned"]


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Align columns under a header; the first `left` columns to the left, numbers to the right.

    Examples
    --------
    >>> print(aligned(("actor", "events"), [("ATH", "1,200"), ("SPA", "7")]))
    actor  events
    ATH     1,200
    SPA         7
    """
    table = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    lines = (
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    )
    return "\n".join(line.rstrip() for line in lines)
