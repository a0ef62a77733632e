"""The answer of change over time in words and exhibits; every figure comes from its estimates."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from melian.measures.answer import Chart, Estimate, Exhibit
from melian.measures.bands import band
from melian.measures.change import LEAST, LEAST_EVENTS, SEARCHED, SHARES, Changes
from melian.measures.change_shares import GAP_WIDENING, WIDENING
from melian.measures.figures import number_text, p_text, points_text, share_text, span_text
from melian.measures.frames import cells, frame_of
from melian.measures.thresholds import LEVEL, SHORT
from melian.options import COMPONENTS

__all__ = ["exhibits_of", "notes_of", "sentences_of"]

MOST: Final = 8


def sentences_of(found: Changes) -> tuple[str, ...]:
    """Say whose shares moved, where series break, and where lines lie."""
    names = [f"initiative-change.{code}" for code in found.history.actors]
    given = [(name, found.estimates[name]) for name in names if name in found.estimates]
    defined = [(name, got) for name, got in given if got.value is not None]
    moved = [(name.split(".", 1)[1], got) for name, got in defined if _away(got)]
    out = []
    if defined:
        first, last = found.spans.names[0], found.spans.names[-1]
        listed = "; ".join(f"{code} by {points_text(got)}" for code, got in moved)
        out.append(
            f"From {first} ({found.spans.said(0)}) to {last} ({found.spans.said(-1)}) the share of "
            f"initiative "
            f"moved by an interval without 0 for {len(moved)} of {len(defined)} actors"
            + (f": {listed}." if listed else ".")
        )
    return (*out, *_refit_sentence(found), *_break_sentences(found), *_line_sentences(found))


def _away(got: Estimate) -> bool:
    return got.low is not None and got.high is not None and (got.low > 0.0 or got.high < 0.0)


def _refit_sentence(found: Changes) -> list[str]:
    names = [f"reply-change.{code}.refit" for code in found.history.actors]
    given = [
        (n, found.estimates[n])
        for n in names
        if n in found.estimates and found.estimates[n].value is not None
    ]
    if not given:
        return []
    moved = [
        f"{n.split('.', 1)[1].removesuffix('.refit')} by {span_text(got)}" for n, got in given if _away(got)
    ]
    return [
        f"With every period fitted anew, replies to one act received moved by an interval without 0 for "
        f"{len(moved)} of {len(given)} actors" + (f": {'; '.join(moved)}." if moved else ".")
    ]


def _break_sentences(found: Changes) -> list[str]:
    if not found.weekly:
        return [
            f"No actor has enough weeks with {LEAST_EVENTS} events or more to be searched for change points."
        ]
    broken = [(key, series) for key, series in found.weekly.items() if series.breaks.at]
    listed = [
        f"{component} of {found.history.actors[actor]} "
        f"{' and '.join(_when(found, series.first, at) for at in series.breaks.at)} "
        f"(any change: {p_text(series.breaks.p)}, {_foreseen(series.breaks.gain, 'weeks')})"
        for (actor, component), series in broken[:MOST]
    ]
    return [
        f"{len(broken)} of {len(found.weekly)} weekly series of shares reject one mean at {LEVEL:.0%} before "
        f"adjustment and have change points" + (f": {'; '.join(listed)}." if listed else ".")
    ]


def _foreseen(gain: float, left_out: str) -> str:
    """Say how much better, or worse, left-out days or weeks are foreseen."""
    return (
        f"left-out {left_out} foreseen with {share_text(abs(gain))} {'less' if gain > 0.0 else 'more'} error"
    )


def _when(found: Changes, first: Any, at: int) -> str:
    return f"at {found.history.date(int(first[at]))}"


def _line_sentences(found: Changes) -> list[str]:
    tested = {ends: line for ends, line in found.lines.items() if line.threshold is not None}
    if not tested:
        return ["No direction has enough acts to be searched for a threshold."] if found.lines else []
    passed = []
    for (responder, actor), line in tested.items():
        got = line.threshold
        if got is None or got.p > LEVEL:
            continue
        passed.append(
            f"{found.history.actors[responder]} towards {found.history.actors[actor]} at "
            f"{number_text(got.at)} acts "
            f"still felt ({number_text(got.low)} to {number_text(got.high)}; {p_text(got.p)} before "
            f"adjustment; "
            f"{_foreseen(got.gain, 'days')})"
        )
    return [
        f"Of {len(tested)} directions searched for a line that cumulated pressure may pass, "
        f"{len(passed)} reject a "
        f"straight response at {LEVEL:.0%}" + (f": {'; '.join(passed)}." if passed else ".")
    ]


def exhibits_of(found: Changes) -> tuple[Exhibit, ...]:
    """Give windows, periods, refits, change points and thresholds."""
    made = [_windows(found), _periods(found), _replies(found), _breaks(found), _lines(found)]
    return tuple(exhibit for exhibit in made if exhibit is not None)


def _busiest(found: Changes) -> list[int]:
    order = np.argsort(-found.shares.events.sum(axis=1), kind="stable")
    return [int(actor) for actor in order[:MOST]]


def _windows(found: Changes) -> Exhibit:
    rows = []
    for actor in _busiest(found):
        for first, last in found.windows:
            days = np.zeros(found.history.n_steps, dtype=bool)
            days[first:last] = True
            values, n = found.shares.over(actor, days)
            if n < LEAST:
                continue
            for component in SHARES:
                got = band(values[:, COMPONENTS.index(component)], events=n)
                middle = found.history.date((first + last) // 2)
                rows.append(
                    {
                        "actor": found.history.actors[actor],
                        "date": middle,
                        "component": component,
                        "events": n,
                    }
                    | cells(got)
                )
    schema = {"actor": pl.String, "date": pl.Date, "component": pl.String, "events": pl.Int64}
    values_of = {
        "value": pl.Float64,
        "value_low": pl.Float64,
        "value_high": pl.Float64,
        "value_reason": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema | values_of)
    return Exhibit(
        "windows", "Shares in moving windows", _widest(frame), frame,
        (("actor", "Actor", "name"), ("date", "Middle of the window", "date"), ("component", "Share", "text"),
         ("events", "Events", "count"), ("value", "Share", "share")),
        Chart("lines", "date", "value", "value_low", "value_high", series="component", panel="actor",
              x_title="Middle of the window", y_title="Share of events", percent=True),
        f"Windows of {found.settings.window} days, {found.settings.step} apart; weights are those of "
        f"one fit, so "
        "that what moves is the composition of conduct.",
    )  # fmt: skip


def _widest(frame: pl.DataFrame) -> str:
    own = frame.filter(pl.col("component") == "initiative")
    if own.is_empty():
        return f"No window has {LEAST} events of an actor."
    range_of = own.group_by("actor", maintain_order=True).agg(
        pl.col("value").min().alias("low"), pl.col("value").max().alias("high")
    )
    top = range_of.sort(pl.col("high") - pl.col("low"), descending=True).row(0, named=True)
    return (
        f"The share of initiative moves most for {top['actor']}: between {share_text(top['low'])} and "
        f"{share_text(top['high'])} from window to window."
    )


def _periods(found: Changes) -> Exhibit | None:
    rows = []
    for code in found.history.actors:
        for component in SHARES:
            for name in found.spans.names:
                got = found.estimates[f"{component}.{code}.{name}"]
                again = found.estimates.get(
                    f"{component}.{code}.{name}.refit", Estimate.undefined("not asked for")
                )
                rows.append(
                    {"actor": code, "component": component, "period": name, "events": got.events} | cells(got)
                    | {"refit": again.value, "refit_low": again.low, "refit_high": again.high,
                       "refit_reason": again.reason or None}
                )  # fmt: skip
    if len(found.spans.names) < 2:
        return None
    frame = frame_of(rows, "value", "refit")
    moved = [
        name for name, got in found.estimates.items() if "-change." in name and name.count("refit") == 0
        and _away(got)
    ]  # fmt: skip
    tried = sum("-change." in name and "refit" not in name for name in found.estimates)
    periods = "; ".join(f"{name}: {found.spans.said(p)}" for p, name in enumerate(found.spans.names))
    return Exhibit(
        "periods", "Shares by period",
        f"{len(moved)} of {tried} differences between the last and the first period have an interval "
        f"without 0.",
        frame,
        (("actor", "Actor", "name"), ("component", "Share", "text"), ("period", "Period", "text"),
         ("events", "Events", "count"), ("value", "One fit", "share"), ("refit", "Fitted anew", "share")),
        Chart("dots", "value", "actor", "value_low", "value_high", series="period", panel="component",
              x_title="Share of events", percent=True),
        f"{periods}. One fit has one set of weights; fitted anew, each period has its own.",
    )  # fmt: skip


def _replies(found: Changes) -> Exhibit | None:
    rows = [
        {"actor": code, "period": name, "events": got.events} | cells(got)
        for code in found.history.actors
        for name in found.spans.names
        if (got := found.estimates.get(f"reply.{code}.{name}.refit")) is not None
    ]
    if not rows:
        return None
    frame = frame_of(rows, "value")
    top = frame.sort("value", descending=True, nulls_last=True).row(0, named=True)
    said = f"No period has {LEAST} acts towards an actor." if top["value"] is None else (
        f"The largest is {top['actor']}'s in the period {top['period']}: {number_text(top['value'])} "
        f"direct replies to "
        "one act towards it."
    )  # fmt: skip
    return Exhibit(
        "replies", "Replies to one act received, every period fitted anew", said, frame,
        (("actor", "Actor", "name"), ("period", "Period", "text"), ("events", "Events", "count"),
         ("value", "Replies to one act", "quantity")),
        Chart("dots", "value", "actor", "value_low", "value_high", series="period", zero=0.0,
              x_title="Replies to one act"),
    )  # fmt: skip


def _breaks(found: Changes) -> Exhibit | None:
    rows: list[dict[str, Any]] = []
    for (actor, component), series in found.weekly.items():
        got = series.breaks
        head = {"actor": found.history.actors[actor], "component": component, "weeks": len(series.share)}
        tail = {"p": got.p, "gain": got.gain}
        if not got.at:
            rows.append(head | {"change": "none", "means": share_text(got.means[0]), "p_here": ""} | tail)
        for number, at in enumerate(got.at):
            means = [share_text(mean) for mean in got.means[number : number + 2]]
            rows.append(
                head
                | {
                    "change": found.history.date(int(series.first[at])).isoformat(),
                    "means": " → ".join(means),
                }
                | {"p_here": f"{got.p_each[number]:.3f}"}
                | tail
            )
    if not rows:
        return None
    frame = frame_of(rows, numbers=("p", "gain"))
    points = frame.filter(pl.col("change") != "none")
    better = frame.filter(pl.col("gain") > 0.0).select("actor", "component").unique().height
    return Exhibit(
        "change-points", "Change points of weekly shares",
        f"{points.height} change points in {len(found.weekly)} series; in {better} of the series the "
        f"segments foresee "
        "left-out weeks better than one mean.",
        frame,
        (("actor", "Actor", "name"), ("component", "Share", "text"), ("weeks", "Weeks", "count"),
         ("change", "Change", "text"), ("means", "Mean share", "text"), ("p_here", "p here", "text"),
         ("p", "p, any change", "number"), ("gain", "Error saved", "share")),
        None,
        f"Weeks with {LEAST_EVENTS} events or more. The p-value of any change is against blocks of four "
        "weeks in any order, the median over series with the scatter of the genealogy drawn; that of a "
        "point is against no change between its neighbours, given that the point was picked. Where that "
        f"of any change is above {LEVEL:g} there is no point to place.",
    )  # fmt: skip


def _lines(found: Changes) -> Exhibit | None:
    rows = []
    for (responder, actor), line in found.lines.items():
        got = line.threshold
        names = found.history.actors
        head = {"direction": f"{names[responder]} to {names[actor]}", "events": line.events}
        seen = {"p": None, "gain": None, "above": None} if got is None else {
            "p": got.p, "gain": got.gain, "above": got.days_above
        }  # fmt: skip
        rows.append(head | cells(line.placed) | cells(line.jump, "jump") | seen)
    if not rows:
        return None
    frame = frame_of(rows, "value", "jump", numbers=("p", "gain"))
    tested = frame.filter(pl.col("p").is_not_null())
    low = tested.filter(pl.col("p") <= LEVEL).height
    return Exhibit(
        "thresholds", "Lines that cumulated pressure may pass",
        f"{low} of {tested.height} tests of a threshold have p at most {LEVEL:g} before adjustment; "
        f"{tested.filter(pl.col('gain') > 0.0).height} thresholds foresee left-out days better than a "
        f"straight line.",
        frame,
        (("direction", "Conduct of, to", "text"), ("events", "Acts of response", "count"),
         ("value", "Line (acts still felt)", "quantity"), ("jump", "Jump (acts a day)", "quantity"),
         ("above", "Days above", "count"), ("p", "p", "number"), ("gain", "Error saved", "share")),
        Chart("dots", "jump", "direction", "jump_low", "jump_high", zero=0.0,
              x_title="Jump at the line, acts a day"),
        f"Pressure is {', '.join(found.settings.pressure)}; an act counts 1 and fades with a half-life of "
        f"{found.settings.half_life:g} days. Where p is above {LEVEL:g} there is no line to place.",
    )  # fmt: skip


def notes_of(found: Changes) -> tuple[str, ...]:
    """Say what to know before reading."""
    notes = [
        "Shares by window, by period and by week come from one fit, whose weights are the same throughout: "
        "what changes there is how conduct is composed. Estimates that end in `.refit` come from fits to one "
        "period each.",
        f"Intervals of shares reach {WIDENING:g} times as far from the fit as its refits do, those of "
        f"differences and of replies {GAP_WIDENING:g} times: refits alone held the truth too seldom in "
        "simulated worlds, and shares of initiative and reaction that end in `.refit` still do "
        "(`docs/change.md`).",
        "Weekly shares are expected shares under the fit, whose baseline moves slowly: an abrupt change "
        "appears smoother than it was.",
    ]
    if found.lines and found.history.n_steps < SHORT:
        notes.append(
            f"Of simulated records of fewer than {SHORT} days, such as this one, tests of a threshold "
            "rejected a straight response too often, and intervals of a line held it too seldom: see "
            "`docs/change.md`."
        )
    if any(line.threshold is None for line in found.lines.values()):
        left = sum(line.threshold is None for line in found.lines.values())
        notes.append(
            f"{left} of {len(found.lines)} directions have too few acts to be searched for a threshold."
        )
    short = len(found.history.actors) * len(SEARCHED) - len(found.weekly)
    if short:
        notes.append(
            f"{short} weekly series were not searched for change points: too few weeks with "
            f"{LEAST_EVENTS} events."
        )
    return tuple(notes)
