"""Part the lines of a text file that are rows from those that are not.

DuckDB says that it could not read some rows, but where a quote goes astray neither which nor how many lines
it took. So a file with such rows is read once more, line by line.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from melian.data.layout import Layout

__all__ = ["MAX_LINE", "Salvage", "salvage"]

MAX_LINE: Final = 4_000_000
"""Longest row, in bytes."""

_MOST_LINES = 1000
"""A quoted text of more lines than this is taken for a quote that was never closed."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was found in a file.

    Attributes
    ----------
    good : Path
        The file without its broken lines.
    broken : list of (number, raw, reason)
        Every broken line is a row; numbers count from 1, a row of several lines once, the header not.
    """

    good: Path
    broken: list[tuple[int, str, str]]


def salvage(path: Path, layout: Layout, workdir: Path) -> Salvage:
    """Copy the rows that have the layout's columns, and list the lines that have not.

    Where a quote is opened and not closed, its line alone is broken and the next is looked at for itself.

    Parameters
    ----------
    path : Path
        Text with regular line ends.
    layout : Layout
    workdir : Path
        Where the copy is made.
    """
    broken: list[tuple[int, str, str]] = []
    good = workdir / "salvaged"
    form = _Form(layout)
    with path.open("rb") as old, good.open("wb") as new:
        if layout.header:
            new.write(old.readline())
        for number, (row, reason) in enumerate(_rows(old, form), start=1):
            if reason is None:
                new.write(row)
            else:
                broken.append((number, row.rstrip(b"\r\n").decode(errors="replace"), reason))
    return Salvage(good, broken)


class _Form:
    """The form of a row: patterns of a whole one, and of one that ends inside quotes."""

    __slots__ = ("columns", "delimiter", "field", "open", "quote", "whole")

    def __init__(self, layout: Layout) -> None:
        self.columns = len(layout.columns)
        self.delimiter = layout.delimiter.encode()
        self.quote = layout.quote.encode()
        # Without quoting, a byte that no text has stands for the quote.
        d, q = re.escape(self.delimiter), re.escape(self.quote or b"\x00")
        # As DuckDB reads: blanks around quotes do not count, and a quote inside a word is a letter.
        inside = rb" *%b[^%b]*(?:%b%b[^%b]*)*" % (q, q, q, q, q)
        field = rb"(?:%b%b *|(?! *%b)[^%b\r\n]*)" % (inside, q, q, d)
        self.field = re.compile(rb"%b(?:%b|\Z)" % (field, d))
        self.whole = re.compile(rb"%b(?:%b%b)*\r?\n?\Z" % (field, d, field))
        self.open = re.compile(rb"(?:%b%b)*%b\Z" % (field, d, inside))

    def count(self, row: bytes) -> int:
        """Count the columns of a whole row without its line end."""
        if not self.quote or self.quote not in row:
            return row.count(self.delimiter) + 1
        at, columns = 0, 0
        while found := self.field.match(row, at):
            at, columns = found.end(), columns + 1
            if not found[0].endswith(self.delimiter):
                break
        return columns

    def is_whole(self, row: bytes) -> bool:
        """Say whether a row is well formed, whatever its number of columns."""
        return not self.quote or self.quote not in row or self.whole.match(row) is not None

    def is_open(self, row: bytes) -> bool:
        """Say whether a row ends inside quotes."""
        return bool(self.quote) and self.open.match(row) is not None


def _rows(stream: Iterator[bytes], form: _Form) -> Iterator[tuple[bytes, str | None]]:
    """Give every row with what is wrong with it."""
    ahead: deque[bytes] = deque()
    while ahead or (line := next(stream, b"")):
        if not ahead:
            ahead.append(line)
        row, taken = _joined(ahead, stream, form)
        reason = _fault(row, form)
        if reason is not None and taken > 1:
            row, taken, reason = ahead[0], 1, _fault(ahead[0], form)
        yield row, reason
        for _ in range(taken):
            ahead.popleft()


def _joined(ahead: deque[bytes], stream: Iterator[bytes], form: _Form) -> tuple[bytes, int]:
    """Join the first line ahead with those after it as long as the row ends inside quotes."""
    row, taken = ahead[0], 1
    while form.quote in row and not form.is_whole(row) and form.is_open(row):
        if taken == len(ahead) and (line := next(stream, b"")):
            ahead.append(line)
        if taken == len(ahead) or taken == _MOST_LINES:
            return ahead[0], 1
        row, taken = row + ahead[taken], taken + 1
    return row, taken


def _fault(row: bytes, form: _Form) -> str | None:
    if len(row) > MAX_LINE:
        return f"longer than {MAX_LINE} bytes"
    try:
        row.decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    if not form.is_whole(row):
        return "a quote does not close where its column ends"
    text = row.rstrip(b"\r\n")
    more = form.count(text) - form.columns
    # DuckDB passes over empty columns at the end.
    if more == 0 or (more > 0 and text.endswith(form.delimiter * more)):
        return None
    return "too few columns" if more < 0 else "too many columns"
