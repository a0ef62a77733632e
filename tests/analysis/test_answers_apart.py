"""Codes that answer by meaning beside their instrument, whether the history sets them apart or not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from melian.analysis.toolkit import reactive_frame

# Two draws; contestation has 4 events and 3 answers, economy 2 events. Immigrants by draw, plain and answers.
PLAIN, ANSWERS, ECONOMY = (2, 4), (1, 0), (1, 1)


def frame(instruments, initiative, instrument, reactive):
    live = SimpleNamespace(
        instrument=np.array(instrument), reactive=np.array(reactive), size=np.array([4, 3, 2])
    )
    return reactive_frame(
        SimpleNamespace(instruments=instruments, n_instruments=len(instruments)),
        SimpleNamespace(initiative=np.array(initiative)),
        live,
    )


def with_their_instrument():
    initiative = [[[p, a], [e, 0]] for p, a, e in zip(PLAIN, ANSWERS, ECONOMY, strict=True)]
    return frame(("contestation", "economy"), initiative, (0, 0, 1), (False, True, False))


def apart():
    initiative = [[[p, 0], [0, a], [e, 0]] for p, a, e in zip(PLAIN, ANSWERS, ECONOMY, strict=True)]
    names = ("contestation", "contestation (answers)", "economy")
    return frame(names, initiative, (0, 1, 2), (False, True, False))


def test_the_whole_instrument_is_both_parts():
    first, second = apart().rows(named=True)
    assert (first["instrument"], second["instrument"]) == ("contestation", "economy")
    assert (first["events"], first["reactive_events"], first["rest_events"]) == (7, 3, 4)
    assert first["initiative"] == pytest.approx(3.5 / 7)
    assert first["reactive_initiative"] == pytest.approx(0.5 / 3)
    assert first["rest_initiative"] == pytest.approx(3 / 4)
    assert second["reactive_initiative"] is None


def test_apart_or_not_the_figures_are_the_same():
    assert apart().equals(with_their_instrument())
