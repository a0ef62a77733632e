"""Responses: what follows one act, by instrument, from the model and without it; compliance and defiance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.answer import Answer, Estimate
from melian.measures.bands import band, calibrated, calibrated_gap, p_value
from melian.measures.data import data_of
from melian.measures.instruments import FAMILIES
from melian.measures.refits import Fitted
from melian.measures.responses_conduct import conduct_after, conduct_band
from melian.measures.responses_found import (
    ALL,
    POOLED,
    Direction,
    Modelled,
    model_responses,
    pooled_responses,
    study_responses,
)
from melian.measures.responses_matched import Matched, matched_responses
from melian.measures.responses_settings import (
    Kinds,
    ResponseSettings,
    act_families,
    directions_of,
    kinds_of,
)
from melian.measures.responses_study import Followed, Frame, make_frame, study_days
from melian.measures.responses_windows import Windowed, windowed_responses
from melian.measures.spans import Spans, make_spans

__all__ = ["LEAST_ACTS", "Responses", "find_responses", "measure_responses"]

Floats = NDArray[np.float64]
LEAST_ACTS = 10
"""Acts that a response must have behind it."""
NOTHING = 1e-12
NEVER = "the responder is not recorded to act so at all, and how seldom it would cannot be told from that"
KINDS_OF_ANSWER = {"compliance": "cooperation", "defiance": "defiance", "concession": "concession"}


@dataclass(slots=True, eq=False)
class Responses:
    """All that was found, and the estimates and tests made of it.

    Attributes
    ----------
    history : EventHistory
    settings : ResponseSettings
    spans : Spans
    frame : Frame or None
        None where the record is too short for the study.
    acts, kinds : Kinds
        Kinds of acts that are answered, and of responses.
    directions : tuple of (responder, actor)
    modelled : mapping
    studied : mapping
        By direction, with `ALL` for all other actors; one `Followed` per kind of act.
    matched : mapping of direction to sequence of Matched
        Beside days like those with acts; one per kind of act in `POOLED`.
    windowed : mapping of actor to tuple of Windowed
        Responses to all others in moving windows.
    estimates : dict of str to Estimate
    tests : dict of str to float
    """

    history: EventHistory
    settings: ResponseSettings
    spans: Spans
    frame: Frame | None
    acts: Kinds
    kinds: Kinds
    directions: tuple[Direction, ...]
    modelled: Mapping[Direction, Modelled]
    studied: Mapping[Direction, tuple[Followed, ...]]
    matched: Mapping[Direction, Sequence[Matched]] = field(default_factory=dict)
    windowed: Mapping[int, tuple[Windowed, ...]] = field(default_factory=dict)
    estimates: dict[str, Estimate] = field(default_factory=dict)
    tests: dict[str, float] = field(default_factory=dict)

    def named(self, ends: Direction) -> str:
        """Give a direction as it stands in names: `RUS.to.USA`."""
        return ".to.".join("all" if end == ALL else self.history.actors[end] for end in ends)

    def studied_acts(self, ends: Direction) -> tuple[str, ...]:
        """Kinds of acts of the study in a direction."""
        return POOLED if ALL in ends else self.acts.names


def measure_responses(
    history: EventHistory,
    settings: ResponseSettings,
    fit: Callable[[], Fitted],
    *,
    tell: Callable[..., None] = lambda label, done=None: None,
) -> Answer:
    """Measure what follows one act.

    Parameters
    ----------
    history : EventHistory
    settings : ResponseSettings
    fit : callable
        Gives the fast fit; asked only where the model is among the methods.
    tell : callable
        Is told what is being done.

    Returns
    -------
    Answer
        Names of estimates as in `docs/responses.md`.

    Raises
    ------
    InputError
        If a pair or a period does not fit the history.
    """
    from melian.measures.responses_page import exhibits_of, notes_of, sentences_of

    found = find_responses(history, settings, fit, tell=tell)
    return Answer(
        measure="responses",
        title="What follows an act",
        sentences=sentences_of(found),
        estimates=found.estimates,
        exhibits=exhibits_of(found),
        data=data_of(history),
        settings=asdict(settings) | {"study_days": 0 if found.frame is None else found.frame.days},
        tests=found.tests,
        notes=notes_of(found),
    )


def find_responses(
    history: EventHistory,
    settings: ResponseSettings,
    fit: Callable[[], Fitted],
    *,
    tell: Callable[..., None] = lambda label, done=None: None,
) -> Responses:
    """Find responses by the methods asked for, with their estimates and tests."""
    directions = directions_of(history, settings)
    spans = make_spans(history, settings.cut)
    acts, kinds = (
        kinds_of(history.instruments, act_families(settings)),
        kinds_of(history.instruments, FAMILIES),
    )
    days, frame = study_days(history, settings.days), None
    studied: dict[Direction, tuple[Followed, ...]] = {}
    modelled: dict[Direction, Modelled] = {}
    matched: Mapping[Direction, Sequence[Matched]] = {}
    windowed: Mapping[int, tuple[Windowed, ...]] = {}
    if "study" in settings.methods and days > 0:
        frame = make_frame(history, days=days, period=spans.of_step, draws=settings.draws, seed=settings.seed)
        tell("days around acts")
        studied |= study_responses(frame, directions, acts=acts, kinds=kinds)
        pooled = acts.matrix[:, [acts.place(name) for name in POOLED]]
        matched = {
            (responder, actor): matched_responses(frame, actor, responder, acts=pooled, kinds=kinds.matrix)
            for responder, actor in directions
        }
        actors = sorted({end for ends in directions for end in ends})
        studied |= pooled_responses(frame, actors, acts=acts, kinds=kinds, tell=tell)
        windowed = windowed_responses(frame, actors, acts=acts, kinds=kinds, tell=tell)
    if "model" in settings.methods:
        tell("fitting (EM, then Newton)")
        modelled = model_responses(
            fit(), directions, acts=acts, kinds=kinds, days=settings.days, n_refits=settings.refits, tell=tell
        )
    found = Responses(
        history, settings, spans, frame, acts, kinds, directions, modelled, studied, matched, windowed
    )
    _estimate(found)
    return found


def _estimate(found: Responses) -> None:
    for ends in found.directions:
        if ends in found.modelled:
            _model_estimates(found, ends)
    for ends in found.matched:
        _matched_estimates(found, ends)
    for ends in found.studied:
        _study_estimates(found, ends)
        _answers(found, ends)
    for ends in found.directions[::2]:
        _asymmetry(found, ends)


def _acts_seen(found: Responses, ends: Direction) -> NDArray[np.int64]:
    """Acts of the window by kind, (n_acts,)."""
    responder, actor = ends
    h = found.history
    at = (h.source == actor) & (h.target == responder) & ~h.joint & (h.step >= h.window[0])
    by = np.bincount(h.instrument[at], h.count[at], h.n_instruments)
    return np.rint(by @ found.acts.matrix).astype(np.int64)


def _few(n: int) -> str:
    return f"{n} acts of this kind; at least {LEAST_ACTS} are needed"


def _model_estimates(found: Responses, ends: Direction) -> None:
    got, seen, where = found.modelled[ends], _acts_seen(found, ends), found.named(ends)
    for a, act in enumerate(found.acts.names):
        n = int(seen[a])
        for k, kind in enumerate(found.kinds.names):
            values = got.total[:, a, -1, k]
            enough = n >= LEAST_ACTS
            if not enough and act not in POOLED:
                continue
            found.estimates[f"response.{where}.{act}.{kind}.model"] = (
                calibrated(values, events=n) if enough else Estimate.undefined(_few(n), events=n)
            )
            if enough and act in POOLED:
                found.estimates[f"direct.{where}.{act}.{kind}.model"] = calibrated(
                    got.direct[:, a, -1, k], events=n
                )
                found.estimates[f"outward.{where}.{act}.{kind}.model"] = calibrated(
                    got.outward[:, a, k], events=n
                )
    pressed, n = found.acts.place("pressure"), int(seen[found.acts.place("pressure")])
    for name, kind in KINDS_OF_ANSWER.items():
        if kind in found.kinds.names:
            values = got.total[:, pressed, -1, found.kinds.place(kind)]
            found.estimates[f"{name}.{where}.model"] = (
                calibrated(values, events=n) if n >= LEAST_ACTS else Estimate.undefined(_few(n), events=n)
            )


def _study_estimates(found: Responses, ends: Direction) -> None:
    where = found.named(ends)
    for act, followed in zip(found.studied_acts(ends), found.studied[ends], strict=True):
        n = int(followed.acts.sum())
        if n < LEAST_ACTS and act not in POOLED:
            continue
        for k, kind in enumerate(found.kinds.names):
            after = followed.after[:, -1, k] if n >= LEAST_ACTS else np.full(2, np.nan)
            found.estimates[f"response.{where}.{act}.{kind}.study"] = _excess(after, events=n, reason=_few(n))
            if act in POOLED and kind == "all" and len(found.spans.names) > 1:
                for p, period in enumerate(found.spans.names):
                    found.estimates[f"response.{where}.{act}.all.study.{period}"] = _when(
                        followed.by_period[:, p, k], int(followed.acts[p])
                    )
            if act in POOLED and n >= LEAST_ACTS:
                found.estimates[f"before.{where}.{act}.{kind}.study"] = _excess(
                    followed.before[:, -1, k], events=n, reason=_few(n)
                )


def _matched_estimates(found: Responses, ends: Direction) -> None:
    where = found.named(ends)
    for act, one in zip(POOLED, found.matched[ends], strict=True):
        reason = f"{one.acts} acts on days that have others like them; at least {LEAST_ACTS} are needed"
        values = one.values if one.acts >= LEAST_ACTS else np.full((2, len(found.kinds.names)), np.nan)
        got = [_excess(values[:, k], events=one.acts, reason=reason) for k in range(values.shape[1])]
        for kind, estimate in zip(found.kinds.names, got, strict=True):
            found.estimates[f"response.{where}.{act}.{kind}.matched"] = estimate
        if act == "pressure":
            for name, kind in KINDS_OF_ANSWER.items():
                if kind in found.kinds.names:
                    found.estimates[f"{name}.{where}.matched"] = got[found.kinds.place(kind)]


def _answers(found: Responses, ends: Direction) -> None:
    """Compliance, defiance and concession after pressure: excess acts, shares, and both by period."""
    frame = found.frame
    assert frame is not None
    followed = found.studied[ends][found.studied_acts(ends).index("pressure")]
    names = {name: kind for name, kind in KINDS_OF_ANSWER.items() if kind in found.kinds.names}
    places = [found.kinds.place(kind) for kind in names.values()]
    share, events, worth = conduct_after(
        frame, _dyads(found, ends),
        pressure=found.acts.matrix[:, found.acts.place("pressure")], kinds=found.kinds.matrix[:, places],
    )  # fmt: skip
    where, n = found.named(ends), int(followed.acts.sum())
    for at, (name, place) in enumerate(zip(names, places, strict=True)):
        found.estimates[f"{name}.{where}.study"] = _when(followed.after[:, -1, place], n)
        for w, (part, days) in enumerate((("share", "in the days after pressure"),
                                          ("share-else", "on other days"))):  # fmt: skip
            found.estimates[f"{name}.{where}.{part}"] = conduct_band(
                share[:, 0, w, at], worth=int(worth[0, w]), events=int(events[0, w]),
                reason=f"too few acts {days}",
            )  # fmt: skip
        for p, period in enumerate(found.spans.names):
            acts = int(followed.acts[p])
            found.estimates[f"{name}.{where}.study.{period}"] = _when(followed.by_period[:, p, place], acts)
            found.estimates[f"{name}.{where}.share.{period}"] = conduct_band(
                share[:, 1 + p, 0, at], worth=int(worth[1 + p, 0]), events=int(events[1 + p, 0]),
                reason="too few acts in the days after pressure",
            )  # fmt: skip
        if len(found.spans.names) > 1:
            _change(found, f"{name}-change.{where}.study", followed.by_period[..., place], followed.acts)
            _change(
                found, f"{name}-change.{where}.share", share[:, 1:, 0, at], events[1:, 0],
                worth=int(min(worth[1, 0], worth[-1, 0])),
            )  # fmt: skip
            _test(found, f"{name}-change.{where}.share", share[:, -1, 0, at] - share[:, 1, 0, at])


def _excess(values: Floats, *, events: int, reason: str) -> Estimate:
    """Give acts in excess; undefined where all draws agree: no act of the kind is on record."""
    if np.isfinite(values).all() and np.ptp(values) < NOTHING:
        return Estimate.undefined(NEVER, events=events)
    return band(values, events=events, reason=reason)


def _when(values: Floats, acts: int) -> Estimate:
    enough = values if acts >= LEAST_ACTS else np.full(2, np.nan)
    return _excess(enough, events=acts, reason=_few(acts))


def _change(
    found: Responses, name: str, values: Floats, events: NDArray[np.int64], *, worth: int = 0
) -> None:
    """Last period less the first, (1 + D, P) values; `worth`: blocks behind shares."""
    n = int(events[0] + events[-1])
    if min(events[0], events[-1]) < LEAST_ACTS:
        found.estimates[name] = Estimate.undefined(
            f"{events[0]} acts in the first period, {events[-1]} in the last; at least {LEAST_ACTS} needed",
            events=n,
        )
        return
    gap = values[:, -1] - values[:, 0]
    found.estimates[name] = (
        conduct_band(gap, worth=worth, events=n, floor=-1.0) if worth else band(gap, events=n)
    )


def _test(found: Responses, name: str, values: Floats) -> None:
    """Keep the p-value of a difference that is defined."""
    p = p_value(values)
    if p is not None and found.estimates[name].value is not None:
        found.tests[name] = p


def _dyads(found: Responses, ends: Direction) -> list[tuple[int, int]]:
    responder, actor = ends
    if responder == ALL:
        return [(other, actor) for other in range(found.history.n_actors) if other != actor]
    if actor == ALL:
        return [(responder, other) for other in range(found.history.n_actors) if other != responder]
    return [(responder, actor)]


def _asymmetry(found: Responses, ends: Direction) -> None:
    """B's response to A less A's to B: all acts, with the draws of both under the same weights."""
    back = ends[::-1]
    name = ".".join(found.history.actors[end] for end in ends)
    seen = [int(_acts_seen(found, way)[0]) for way in (ends, back)]
    few = min(seen) < LEAST_ACTS
    parts: dict[str, tuple[Floats, Floats]] = {}
    if ends in found.modelled:
        one, two = (found.modelled[way].total[:, 0, -1, 0] for way in (ends, back))
        parts["model"] = (one, two)
    if ends in found.studied:
        one, two = (found.studied[way][0].after[:, -1, 0] for way in (ends, back))
        parts["study"] = (one, two)
    for method, (one, two) in parts.items():
        where = f"asymmetry.{name}.{method}"
        if few:
            found.estimates[where] = Estimate.undefined(_few(min(seen)), events=sum(seen))
        elif method == "model":
            found.estimates[where], found.tests[where] = calibrated_gap(one, two, events=sum(seen))
        else:
            found.estimates[where] = band(one - two, events=sum(seen))
            _test(found, where, one - two)
