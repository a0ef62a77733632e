"""What columns a text file has: delimiter, header, names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

from melian.data.files import InputFile
from melian.data.sources.spec import SourceSpec
from melian.errors import InputError

__all__ = ["Layout", "column_key", "read_layout"]

_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """Form of a text file.

    Attributes
    ----------
    columns : tuple of str
        Names in file order, from the header or from the source's declared order.
    delimiter, quote : str
    header : bool
        True where the first line names the columns.
    """

    columns: tuple[str, ...]
    delimiter: str
    quote: str
    header: bool


def column_key(name: str) -> str:
    """Compare column names by letters and digits alone.

    Examples
    --------
    >>> column_key("Event ID") == column_key("event_id")
    True
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read_layout(file: InputFile, spec: SourceSpec, wanted: Iterable[str]) -> Layout:
    """Find out the layout of a text file from its first line.

    Parameters
    ----------
    file : InputFile
    spec : SourceSpec
        Delimiters, quote and declared column orders.
    wanted : iterable of str
        Columns that a header of this source has; the line is taken for a header where most are in it.

    Raises
    ------
    InputError
        If the first line is neither a known header nor of a declared width.
    """
    keys = {column_key(name) for name in wanted}
    line = _first_line(file)
    best: tuple[tuple[int, int], str, list[str]] = ((0, 0), spec.delimiters[0], [line])
    for delimiter in spec.delimiters:
        cells = _split(line, delimiter, spec.quote)
        hits = len(keys & {column_key(cell) for cell in cells})
        if (hits, len(cells)) > best[0]:
            best = ((hits, len(cells)), delimiter, cells)
        for layout in spec.layouts:
            if len(cells) == len(layout) and hits == 0:
                return Layout(layout, delimiter, spec.quote, header=False)
    (hits, _), delimiter, cells = best
    if hits == 0 and spec.layouts:
        raise InputError(_wrong_width(file, spec, line))
    _check_unique(file, cells)
    return Layout(tuple(cell.strip() for cell in cells), delimiter, spec.quote, header=True)


def _first_line(file: InputFile) -> str:
    with file.path.open("rb") as stream:
        text = stream.read(_HEAD_BYTES).decode("utf-8-sig", errors="replace")
    return next(line for line in text.splitlines() if line.strip())


def _split(line: str, delimiter: str, quote: str) -> list[str]:
    if not quote:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter, quotechar=quote))


def _check_unique(file: InputFile, cells: list[str]) -> None:
    seen: set[str] = set()
    for cell in cells:
        name = cell.strip()
        if name and name in seen:
            raise InputError(f"file {file.name!r} has two columns named {name!r}; rename one.")
        seen.add(name)


def _wrong_width(file: InputFile, spec: SourceSpec, line: str) -> str:
    found = max(len(_split(line, delimiter, spec.quote)) for delimiter in spec.delimiters)
    widths = " or ".join(str(len(layout)) for layout in spec.layouts)
    return (
        f"file {file.name!r} is not in the form of {spec.name}: its first line has {found} "
        f"columns, {spec.name} has {widths}, and it is no header."
    )
