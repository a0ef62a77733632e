"""The answer of responses in words and exhibits; every figure comes from its estimates."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from melian.measures.answer import Chart, Exhibit
from melian.measures.bands import band, calibrated
from melian.measures.figures import number_text, p_text, points_text, span_text
from melian.measures.frames import cells, frame_of
from melian.measures.responses import KINDS_OF_ANSWER, LEAST_ACTS, Responses
from melian.measures.responses_found import ALL, POOLED, Direction
from melian.measures.responses_windows import window_days
from melian.measures.responses_windows_page import windows_exhibit

__all__ = ["exhibits_of", "notes_of", "sentences_of"]

METHODS: Final = {"model": "in the model", "study": "without a model", "matched": "beside matched days"}
PANELS: Final = 6
SPELT: Final = 2
LEVEL: Final = 0.1
INSTRUMENTS_FROM: Final = 3
"""Kinds before it are sums: all, and two families."""
SPAN: Final = ("value", "Acts", "quantity")


def sentences_of(found: Responses) -> tuple[str, ...]:
    """Say what follows an act, where both methods agree, and what is lopsided."""
    few = len(found.directions) <= 2 * SPELT
    out = [_said(found, ends) for ends in found.directions] if few else _ranged(found)
    agreed = agreement(found)
    if agreed.height:
        same = int(agreed["agree"].sum())
        out.append(
            f"The bands in the model and without one overlap in {same} of {agreed.height} responses that "
            f"both give within {_study_days(found)} days."
        )
    lopsided = [name for name in found.estimates if _uneven(found, name)]
    tried = sum(name.startswith("asymmetry.") for name in found.estimates)
    if tried:
        listed = f": {'; '.join(_lopsided(found, name) for name in lopsided)}." if lopsided else "."
        out.append(
            f"Of {tried} comparisons of both directions of a pair, {len(lopsided)} have an interval without "
            f"0 and p at most {LEVEL:g}{listed}"
        )
    return (*out, *_changes(found))


def _ranged(found: Responses) -> list[str]:
    """Say where the responses of all directions lie, by method."""
    out = []
    for method, label in METHODS.items():
        got = [(ends, found.estimates.get(f"response.{found.named(ends)}.all.all.{method}")) for ends in
               found.directions]  # fmt: skip
        known = sorted(
            ((e.value, ends, e) for ends, e in got if e and e.value is not None), key=lambda x: x[0]
        )
        if not known:
            continue
        low, high = known[0], known[-1]
        days = found.settings.days if method == "model" else _study_days(found)
        above = sum(e.low is not None and e.low > 0.0 for _, _, e in known)
        responder, actor = (found.history.actors[end] for end in high[1])
        out.append(
            f"One act of an actor towards another is followed, {label} and within {days} days, by "
            f"{number_text(low[0])} to {number_text(high[0])} acts of the other towards it, most by "
            f"{responder} towards {actor} ({span_text(high[2])}); {above} of {len(known)} directions have a "
            "band above 0."
        )
    return out


def _said(found: Responses, ends: Direction) -> str:
    responder, actor = (found.history.actors[end] for end in ends)
    where = found.named(ends)
    days = dict.fromkeys(METHODS, _study_days(found)) | {"model": found.settings.days}
    parts = [
        f"{span_text(found.estimates[name])} {METHODS[method]} within {days[method]} days"
        for method in METHODS
        if (name := f"response.{where}.all.all.{method}") in found.estimates
    ]
    return (
        f"Acts of {responder} towards {actor} that follow one act of {actor} towards it: {', '.join(parts)}."
    )


def _study_days(found: Responses) -> int:
    return 0 if found.frame is None else found.frame.days


def _away(found: Responses, name: str) -> bool:
    """Whether an interval leaves 0 out."""
    got = found.estimates[name]
    return got.low is not None and got.high is not None and (got.low > 0.0 or got.high < 0.0)


def _uneven(found: Responses, name: str) -> bool:
    """Whether a comparison of both directions leaves 0 out, by its interval and by its p-value."""
    return name.startswith("asymmetry.") and _away(found, name) and found.tests.get(name, 1.0) <= LEVEL


def _lopsided(found: Responses, name: str) -> str:
    _, one, other, method = _parts(found, name)
    value = found.estimates[name]
    assert value.value is not None
    more, less = (one, other) if value.value > 0.0 else (other, one)
    return (
        f"{more} answers {less} with more acts than {less} answers {more}, by "
        f"{number_text(abs(value.value))} {METHODS[method]} ({p_text(found.tests[name])})"
    )


def _parts(found: Responses, name: str) -> tuple[str, str, str, str]:
    """Take `asymmetry.ONE.OTHER.method` apart; codes of actors hold dots themselves."""
    measure, rest = name.split(".", 1)
    middle, method = rest.rsplit(".", 1)
    one = next(a for a in found.history.actors if middle.startswith(f"{a}.") and
               middle[len(a) + 1 :] in found.history.actors)  # fmt: skip
    return measure, one, middle[len(one) + 1 :], method


def _changes(found: Responses) -> list[str]:
    """Say which shares after pressure differ between the last and the first period."""
    names = [n for n in found.estimates if n.endswith(".share") and "-change." in n]
    away = [name for name in names if _away(found, name)]
    if not names:
        return []
    first, last = found.spans.names[0], found.spans.names[-1]
    said = [
        f"{name.split('-change.')[0]} of "
        f"{name.split('-change.')[1].removesuffix('.share').replace('.to.', ' to ')} "
        f"by {points_text(found.estimates[name])}"
        for name in away[:PANELS]
    ]
    more = (
        f", among them {'; '.join(said)}" if len(away) > len(said) else f": {'; '.join(said)}" if said else ""
    )
    return [
        f"From the period {first} ({found.spans.said(0)}) to {last} ({found.spans.said(-1)}), {len(away)} of "
        f"{len(names)} shares of conduct after pressure moved by an interval without 0{more}."
    ]


def agreement(found: Responses) -> pl.DataFrame:
    """Set both methods side by side within the days that the study reaches."""
    rows = []
    days = _study_days(found)
    for ends in found.directions:
        if ends not in found.modelled or ends not in found.studied:
            continue
        for a, act in enumerate(found.acts.names):
            followed = found.studied[ends][a]
            n = int(followed.acts.sum())
            for k, kind in enumerate(found.kinds.names):
                if n < LEAST_ACTS or not np.isfinite(followed.after[0, -1, k]):
                    continue
                model = calibrated(found.modelled[ends].total[:, a, days - 1, k], events=n)
                rows.append(
                    _ends(found, ends)
                    | {"act": act, "response": kind, "acts": n}
                    | cells(model, "model")
                    | cells(band(followed.after[:, -1, k], events=n), "study")
                )
    if not rows:
        return pl.DataFrame()
    return pl.DataFrame(rows).with_columns(
        agree=(pl.col("model_low") <= pl.col("study_high")) & (pl.col("study_low") <= pl.col("model_high"))
    )


def _ends(found: Responses, ends: Direction) -> dict[str, Any]:
    names = ["all others" if end == ALL else found.history.actors[end] for end in ends]
    return {"responder": names[0], "actor": names[1], "direction": f"{names[0]} to {names[1]}"}


def exhibits_of(found: Responses) -> tuple[Exhibit, ...]:
    """Give curves, responses, conduct after pressure, instruments and asymmetry."""
    made = [
        _curves(found),
        _responses(found),
        _after_pressure(found, pooled=False),
        _after_pressure(found, pooled=True),
        _by_instrument(found),
        _before(found),
        windows_exhibit(found.history, found.windowed, days=_study_days(found), least=LEAST_ACTS),
    ]
    return tuple(exhibit for exhibit in made if exhibit is not None)


def _curves(found: Responses) -> Exhibit | None:
    rows = []
    for ends in found.directions[:PANELS]:
        for method, label in METHODS.items():
            if method == "model" and ends in found.modelled:
                values = found.modelled[ends].total[:, 0, :, 0]
            elif method == "study" and ends in found.studied:
                values = found.studied[ends][0].after[:, :, 0]
            else:
                continue
            for day in range(values.shape[1]):
                got = calibrated(values[:, day]) if method == "model" else band(values[:, day])
                rows.append(_ends(found, ends) | {"day": day + 1, "method": label} | cells(got))
    if not rows:
        return None
    frame = frame_of(rows, "value")
    last = (
        frame.filter(pl.col("method") == frame["method"][0]).group_by("direction", maintain_order=True).last()
    )
    top = last.sort("value", descending=True, nulls_last=True).row(0, named=True)
    return Exhibit(
        "curves", "Acts that follow one act, by day",
        f"{top['responder']} has the largest response {top['method']} among the directions drawn: "
        f"{number_text(top['value'])} acts towards {top['actor']} within {top['day']} days of one act."
        if top["value"] is not None else "No direction has enough acts.",
        frame,
        (("direction", "Response of, to", "text"), ("method", "How", "text"), ("day", "Days after", "count"),
         SPAN),
        Chart("lines", "day", "value", "value_low", "value_high", series="method", panel="direction",
              zero=0.0,
              x_title="Days after the act", y_title="Acts that follow, cumulated"),
        "Cumulated acts of the first actor towards the second that follow one act of the second towards the "
        "first, all descendants counted.",
    )  # fmt: skip


def _responses(found: Responses) -> Exhibit | None:
    rows = [
        _ends(found, ends)
        | {"act": act, "method": label, "acts": got.events}
        | cells(got)
        | {"left": found.matched[ends][POOLED.index(act)].left if method == "matched" else None}
        for ends in found.directions
        for act in POOLED
        for method, label in METHODS.items()
        if (got := found.estimates.get(f"response.{found.named(ends)}.{act}.all.{method}")) is not None
    ]
    if not rows:
        return None
    frame = frame_of(rows, "value").cast({"left": pl.Int64}).filter(pl.col("act") == "all")
    above = frame.filter(pl.col("value_low") > 0.0)
    return Exhibit(
        "responses", "Responses side by side",
        f"{above.height} of {frame.height} responses have a band above 0.",
        frame,
        (("direction", "Response of, to", "text"), ("method", "How", "text"), ("acts", "Acts", "count"),
         SPAN, ("left", "Days with acts left out", "count")),
        Chart("dots", "value", "direction", "value_low", "value_high", series="method", zero=0.0,
              x_title="Acts that follow one act"),
        "The model gives an actor one strength of reply, whoever acted; without a model each direction is "
        "seen for itself. Beside matched days only those days with acts count that have days like them; "
        "those without are in the last column of the table.",
    )  # fmt: skip


def _after_pressure(found: Responses, *, pooled: bool) -> Exhibit | None:
    rows = []
    for ends in found.studied:
        if (ALL in ends) != pooled:
            continue
        for name in KINDS_OF_ANSWER:
            where = f"{name}.{found.named(ends)}"
            for period in ("", *(f".{p}" for p in found.spans.names)):
                got = found.estimates.get(f"{where}.share{period}")
                excess = found.estimates.get(f"{where}.study{period}")
                if got is None or excess is None:
                    continue
                rows.append(
                    _ends(found, ends)
                    | {"answer": name, "period": period[1:] or "all", "acts": excess.events}
                    | cells(got)
                    | cells(excess, "excess")
                )
    if not rows:
        return None
    frame = frame_of(rows, "value", "excess")
    name = "after-pressure-pooled" if pooled else "after-pressure"
    title = f"Conduct in the days after pressure{', all others together' if pooled else ''}"
    defined = frame.filter((pl.col("period") == "all") & pl.col("excess").is_not_null())
    away = defined.filter((pl.col("excess_low") > 0.0) | (pl.col("excess_high") < 0.0))
    return Exhibit(
        name, title,
        f"{away.height} of {defined.height} answers to pressure over the whole window differ from "
        "comparable days by an interval without 0.",
        frame,
        (("direction", "Conduct of, to", "text"), ("answer", "Answer", "text"), ("period", "Period", "text"),
         ("acts", "Acts of pressure", "count"), ("value", "Share of acts after pressure", "estimate"),
         ("excess", "Acts in excess", "quantity")),
        Chart("dots", "value", "direction", "value_low", "value_high", series="answer", panel="period",
              x_title="Share of acts in the days after pressure", percent=True),
        f"Pressure is {' and '.join(found.settings.pressure)}; the days are {_study_days(found)}. "
        f"Compliance is "
        "cooperation and concession, defiance is contestation, coercion and force. The share counts "
        "an act once; "
        "the excess is acts for one act of pressure beyond those of comparable days.",
    )  # fmt: skip


def _by_instrument(found: Responses) -> Exhibit | None:
    """Draw the direction with most acts answered: a matrix holds one direction only."""
    method = "model" if found.modelled else "study"
    ends = max(
        found.directions, key=lambda e: found.estimates[f"response.{found.named(e)}.all.all.{method}"].events
    )
    rows = [
        {"act": act, "response": kind, "acts": got.events} | cells(got)
        for act in found.acts.names[INSTRUMENTS_FROM:]
        for kind in found.kinds.names[INSTRUMENTS_FROM:]
        if (got := found.estimates.get(f"response.{found.named(ends)}.{act}.{kind}.{method}")) is not None
        and got.value is not None
    ]
    if not rows:
        return None
    frame = frame_of(rows, "value")
    responder, actor = (found.history.actors[end] for end in ends)
    top = frame.sort("value", descending=True).row(0, named=True)
    return Exhibit(
        "instruments", f"Which instrument answers which: {responder} to {actor}",
        f"The largest of {frame.height} responses {METHODS[method]}: {number_text(top['value'])} acts of "
        f"{top['response']} by {responder} for one act of {top['act']} by {actor}.",
        frame,
        (("act", "Act", "text"), ("response", "Response", "text"), ("acts", "Acts answered", "count"), SPAN),
        Chart("heat", "response", "act", value="value", x_title="Response", y_title="Act"),
        "The direction with most acts answered; the others are among the estimates by name.",
    )  # fmt: skip


def _before(found: Responses) -> Exhibit | None:
    rows = [
        _ends(found, ends) | {"act": act, "acts": got.events} | cells(got)
        for ends in found.directions
        for act in POOLED
        if (got := found.estimates.get(f"before.{found.named(ends)}.{act}.all.study")) is not None
    ]
    if not rows:
        return None
    frame = frame_of(rows, "value")
    away = frame.filter((pl.col("value_low") > 0.0) | (pl.col("value_high") < 0.0))
    return Exhibit(
        "before", "The days before an act",
        f"In {away.height} of {frame.height} cases the responder already acted more, or less, in the "
        f"{_study_days(found)} days before the act, by an interval without 0.",
        frame,
        (("direction", "Acts of, before acts of", "text"), ("act", "Act", "text"), ("acts", "Acts", "count"),
         SPAN),
        Chart("dots", "value", "direction", "value_low", "value_high", series="act", zero=0.0,
              x_title="Acts in the days before, beyond those to be expected"),
        "A placebo only where the actor does not answer the responder: where it does, the "
        "responder's acts come "
        "before its own.",
    )  # fmt: skip


def notes_of(found: Responses) -> tuple[str, ...]:
    """Say what to know before reading."""
    notes = []
    if found.modelled:
        notes.append(
            "In the model an actor has one weight of reply for all who act on it, so that its responses to "
            "different actors differ by what else they set off; bands are read off fits to simulated worlds "
            "(docs/responses.md)."
        )
    days = _study_days(found)
    if "study" in found.settings.methods and days < found.settings.days:
        notes.append(
            f"Without a model acts are followed for {days} days instead of {found.settings.days}: the record "
            "must be 20 times as long as an act is followed."
        )
    if found.studied and not found.windowed:
        notes.append(
            f"No responses in moving windows: the record is shorter than two windows of "
            f"{window_days(days)} days."
        )
    if found.studied:
        notes.append(
            "Economic sanctions are recorded with the instrument economy, beside trade and aid, and "
            "are no part of "
            "pressure unless response_pressure names economy."
        )
    return tuple(notes)
