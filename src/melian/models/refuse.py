"""What no estimator of the Hawkes model can be given, said once."""

from __future__ import annotations

from melian.errors import InputError
from melian.history import EventHistory
from melian.models.design import Design

__all__ = ["refuse_empty", "refuse_history"]


def refuse_history(history: EventHistory, *, half_lives: tuple[float, ...], bloc: str | None) -> None:
    """Refuse a history or settings that have no design.

    Raises
    ------
    InputError
        If the history has fewer than two actors, the bloc is none of its own, or a half-life is not positive.

    Examples
    --------
    >>> import datetime as dt
    >>> import numpy as np
    >>> none, no = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=bool)
    >>> alone = EventHistory(("RUS",), ("force",), dt.date(2018, 1, 1), 90, (0, 90), none, none, none, none,
    ...                      none, no, none.astype(np.int64))
    >>> refuse_history(alone, half_lives=(1.0,), bloc=None)
    Traceback (most recent call last):
    ...
    melian.errors.InputError: The history has 1 actors; the model needs at least two.
    """
    if history.n_actors < 2:
        raise InputError(f"The history has {history.n_actors} actors; the model needs at least two.")
    if bloc is not None and bloc not in history.blocs:
        known = ", ".join(sorted(history.blocs)) or "none"
        raise InputError(f"bloc={bloc!r} is not among the blocs of the history ({known}).")
    if not half_lives or min(half_lives) <= 0:
        raise InputError(f"half_lives={half_lives!r} must be positive days.")


def refuse_empty(design: Design) -> None:
    """Refuse a design without directed events on the days that are shared out; the lead-in does not count.

    Raises
    ------
    InputError
        Naming the days and what to do.
    """
    if not ((design.cell_weight > 0.0) & (design.cell_step >= design.share_from)).any():
        history = design.history
        raise InputError(
            f"No directed events among the {history.n_actors} actors from "
            f"{history.date(design.share_from)} to {history.until}. Widen the window or name other actors."
        )
