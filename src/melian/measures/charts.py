"""Charts of frames whose estimates stand as `cells` writes them: a key, its ends `key_low` and `key_high`."""

from __future__ import annotations

from typing import Any

from melian.measures.answer import Chart

__all__ = ["dots_of", "lines_of"]


def dots_of(key: str, labels: str, **more: Any) -> Chart:
    """Draw an estimate with its interval on a list of labels; `more` as in `Chart`.

    Examples
    --------
    >>> dots_of("share", "actor", percent=True).low
    'share_low'
    """
    return Chart("dots", key, labels, f"{key}_low", f"{key}_high", **more)


def lines_of(key: str, over: str, **more: Any) -> Chart:
    """Draw an estimate with its band over days or steps; `more` as in `Chart`.

    Examples
    --------
    >>> lines_of("share", "period").y
    'share'
    """
    return Chart("lines", over, key, f"{key}_low", f"{key}_high", **more)
