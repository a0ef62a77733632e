"""Weights of event codes on the scale from conflict to cooperation, as Goldstein (1992) gave them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from melian.codebook.specs import TABLES
from melian.codebook.tables import packaged_rows

__all__ = ["goldstein_weights"]

COLUMNS = {
    "cameo": ("instruments", "cameo_code", "", "goldstein"),
    "weis": ("weis", "code", "", "goldstein"),
    "plover": ("plover", "plover_event", "plover_mode", "plover_score"),
}


@cache
def goldstein_weights() -> dict[tuple[str, str, str], float]:
    """Give the weight of every code by (scheme, code, mode); codes without a weight are left out.

    WEIS has the scale of Goldstein (1992), CAMEO the one that its users derived from it, PLOVER its own
    scores; see `tables/SOURCES.md`.

    Examples
    --------
    >>> weights = goldstein_weights()
    >>> weights["weis", "223", ""], weights["cameo", "190", ""]
    (-10.0, -10.0)
    """
    return dict(_read())


def _read() -> Iterator[tuple[tuple[str, str, str], float]]:
    for scheme, (table, code, mode, weight) in COLUMNS.items():
        spec = next(spec for spec in TABLES if spec.name == table)
        for row in packaged_rows(spec):
            if row[weight]:
                yield (scheme, row[code], row[mode] if mode else ""), float(row[weight])
