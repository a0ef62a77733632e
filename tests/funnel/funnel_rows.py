"""One report, short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]


def row(source: str, target: str, code: str, day: int = 1, **more: Any) -> Row:
    """One report of March 2018."""
    return {"source_name": source, "target_name": target, "code": code, "date": dt.date(2018, 3, day), **more}
