"""Small stores made row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from funnel_rows import Row

from melian.codebook import Codebook, load_codebook
from melian.data.connect import Store, memory_store
from melian.data.resolve import resolve_rows

_DEFAULTS: dict[str, Any] = {
    "source_kind": "table",
    "date": dt.date(2018, 3, 1),
    "date_end": None,
    "precision": "day",
    "scheme": "cameo",
    "mode": None,
    "event_id": None,
    "reports": 1,
    "weight": 1,
    "as_is": True,
    "text": None,
    "place": None,
    "source_code": None,
    "source_country": None,
    "source_sectors": None,
    "target_code": None,
    "target_country": None,
    "target_sectors": None,
}


_COLUMNS = ("row_id", "file_id", "file_row", "source_name", "target_name", "code", *_DEFAULTS)


@dataclass
class Stores:
    """Makes stores and closes them."""

    opened: list[Store] = field(default_factory=list)

    def __call__(self, rows: Sequence[Row], codebook: Codebook | None = None) -> Store:
        store = memory_store()
        self.opened.append(store)
        if len(self.opened) > 3:
            # Property tests make hundreds.
            self.opened.pop(0).close()
        marks = ", ".join(f"${name}" for name in _COLUMNS)
        full = [
            {**_DEFAULTS, "row_id": 10**10 + number, "file_id": 1, "file_row": number, **given}
            for number, given in enumerate(rows, start=1)
        ]
        if full:
            store.connection.executemany(
                f"INSERT INTO reports ({', '.join(_COLUMNS)}) VALUES ({marks})", full
            )
        resolve_rows(store.connection, 1, codebook or load_codebook())
        return store


@pytest.fixture
def store_of() -> Iterator[Callable[..., Store]]:
    stores = Stores()
    yield stores
    for store in stores.opened:
        store.close()
