"""Toolkits: by which instruments actors act, how far two toolkits are apart, and who follows whom.

Shares of directed events with intervals from resampled blocks of days; joint events are counted beside.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.answer import Answer, Estimate
from melian.measures.data import data_of
from melian.measures.toolkits_blocks import block_counts, block_sums
from melian.measures.toolkits_course import course_of
from melian.measures.toolkits_exhibits import exhibits
from melian.measures.toolkits_pages import notes, sentences
from melian.measures.toolkits_pairs import compare_pairs
from melian.measures.toolkits_parts import parts_of
from melian.measures.toolkits_settings import ToolkitSettings

__all__ = ["toolkits"]


def toolkits(history: EventHistory, settings: ToolkitSettings | None = None) -> Answer:
    """Measure the composition of each actor's directed conduct, distances between toolkits, and following.

    Parameters
    ----------
    history : EventHistory
        Codes that answer by their own meaning should stand with their instrument (`reactive="with"`).
    settings : ToolkitSettings, optional

    Returns
    -------
    Answer
        `share.A.k` (instrument k), `hard.A`, `soft.A` ... (groups), `balance.A` (hard less soft and economy),
        `lean.A.k` (A's share less that of the other actors together), `distance.A.B` and `nearing.A.B` (A
        before B in the alphabet), `follows.A.B` (positive: A follows B).

    Raises
    ------
    InputError
        If the window holds no directed events of the instruments, or none of the named ones.

    Notes
    -----
    O(draws x blocks x actors x instruments) for the shares, O(draws x actors^2 x instruments) for distances.
    """
    settings = settings or ToolkitSettings()
    _check(history, settings)
    blocks = block_counts(history, days=settings.block, instruments=settings.instruments)
    drawn = block_sums(blocks.counts, settings.draws, np.random.default_rng((settings.seed, 1)))
    parts = parts_of(blocks, drawn)
    course = course_of(history, blocks, settings)
    pairs = compare_pairs(history, blocks, drawn, settings)
    estimates: dict[str, Estimate] = {**parts.estimates, **pairs.estimates}
    return Answer(
        measure="toolkits",
        title="Toolkits",
        sentences=sentences(parts, pairs, settings),
        estimates=estimates,
        exhibits=exhibits(parts, course, pairs),
        data={**data_of(history), "joint_events": int(blocks.joint.sum()) // 2},
        settings=asdict(settings),
        tests=pairs.tests,
        notes=notes(pairs, settings),
    )


def _check(history: EventHistory, settings: ToolkitSettings) -> None:
    unknown = [name for name in settings.instruments if name not in history.instruments]
    if unknown:
        raise InputError(
            f"toolkit_instruments names {unknown[0]!r}, which has no events in the window; it holds "
            f"{', '.join(history.instruments)}."
        )
    kept = [not settings.instruments or name in settings.instruments for name in history.instruments]
    inside = (history.step >= history.window[0]) & ~history.joint
    if not history.count[inside & np.array(kept)[history.instrument]].sum():
        raise InputError(
            f"no directed events from {history.since} to {history.until} among the {history.n_actors} "
            "actors; "
            "widen the window or name other actors."
        )
