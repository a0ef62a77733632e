"""What every answer says of the data behind it."""

from __future__ import annotations

from typing import Any

from melian.history import EventHistory

__all__ = ["data_of"]


def data_of(history: EventHistory) -> dict[str, Any]:
    """Give actors, days, directed events and snapshot of a history, as answers carry them."""
    return {
        "actors": list(history.actors),
        "since": history.since.isoformat(),
        "until": history.until.isoformat(),
        "events": history.n_events,
        "snapshot": history.provenance.snapshot,
        "store": history.provenance.store,
    }
