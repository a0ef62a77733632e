"""Tables of the measure `var`: answers side by side, reasons for difference, responses, series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.var_asked import Asked
from melian.measures.var_series import Series
from melian.measures.var_settings import Question, VarSettings

__all__ = ["LEVEL", "Results", "questions_frame", "reasons_frame", "responses_frame", "series_frame"]

Floats = NDArray[np.float64]
LEVEL = 0.05
CHARTED = 12


@dataclass(frozen=True, slots=True)
class Results:
    """All tables.

    Attributes
    ----------
    settings : VarSettings
    questions : pl.DataFrame
        A row per question: both answers, what they come to, and why they differ.
    reasons : pl.DataFrame
        A row per question: what can be seen in the data.
    responses : pl.DataFrame
        A row per question and step after the innovation.
    series : pl.DataFrame
        A row per directed dyad: events, points, stationarity.
    """

    settings: VarSettings
    questions: pl.DataFrame
    reasons: pl.DataFrame
    responses: pl.DataFrame
    series: pl.DataFrame


def questions_frame(asked: Sequence[Asked], settings: VarSettings) -> pl.DataFrame:
    """Set both answers side by side."""
    rows = []
    for one in asked:
        r, at, b = one.responses, (-1, one.answer, one.past), one.beside
        rows.append(
            {
                "question": one.question.text,
                "relation": one.question.relation,
                "events": 0 if b is None else int(b.events),
                "lags": one.system.order,
                "granger_p": one.variants.net,
                "response": _finite(r.first[at]),
                "response_low": _finite(r.first_low[at]),
                "response_high": _finite(r.first_high[at]),
                "later": _finite(r.last[at]),
                "later_low": _finite(r.last_low[at]),
                "later_high": _finite(r.last_high[at]),
                "share": None if b is None else b.share,
                "share_low": None if b is None else b.low,
                "share_high": None if b is None else b.high,
                "placebo": None if b is None or not len(b.placebo) else float(b.placebo.mean()),
                "share_p": None if b is None or not len(b.placebo) else b.p_value,
                "like": None if b is None else b.like,
                "unlike": None if b is None else b.unlike,
                "verdict": verdict_of(one),
                "signs": signs_of(one),
                "why": why_of(one),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def verdict_of(one: Asked) -> str:
    """Say who finds an answer: 'both', 'autoregression', 'model' or 'neither'."""
    var = one.variants.net is not None and one.variants.net <= LEVEL
    model = one.beside is not None and one.beside.p_value <= LEVEL
    return {(True, True): "both", (True, False): "autoregression", (False, True): "model"}.get(
        (var, model), "neither"
    )


def signs_of(one: Asked) -> str:
    """Say the sign of the later response where its band leaves 0 out, and that of the model's share."""
    r, at = one.responses, (-1, one.answer, one.past)
    low, high = r.last_low[at], r.last_high[at]
    var = "like" if low > 0.0 else "inverse" if high < 0.0 else "open"
    b = one.beside
    if b is None or not len(b.placebo):
        return f"{var} / open"
    above = [
        name
        for name, value, floor in (("like", b.like, b.placebo_like), ("inverse", b.unlike, b.placebo_unlike))
        if value > floor.max()
    ]
    return f"{var} / {' and '.join(above) or 'open'}"


def why_of(one: Asked) -> str:
    """Say what in the data goes with a difference between the two answers; empty where they agree."""
    verdict, v, b = verdict_of(one), one.variants, one.beside
    found: list[str] = []
    if verdict == "autoregression":
        if v.directed is not None and v.directed > LEVEL:
            found.append(f"without joint events p = {v.directed:.2f}")
        if v.attention is not None and v.attention > LEVEL:
            found.append(f"with attention as a control p = {v.attention:.2f}")
        if b is not None and b.share > 0.0 and len(b.placebo):
            as_large = int((b.placebo >= b.share).sum())
            found.append(f"{as_large} of {len(b.placebo)} shifted calendars give as large a share")
    if verdict == "model":
        if v.counts is not None and v.counts <= LEVEL:
            found.append(f"on numbers of events p = {v.counts:.2f}: netting cancels signs")
        if b is not None and b.within >= 0.5:
            found.append(f"{100 * b.within:.0f}% of the share comes within six days")
        same = residual_correlation(one)
        if abs(same) >= 2.0 / np.sqrt(len(one.system.residual)):
            found.append(f"the two innovations move together in one step (r = {same:.2f})")
    if not found and verdict in ("autoregression", "model"):
        found.append("nothing of what is looked at")
    return "; ".join(found)


def residual_correlation(one: Asked) -> float:
    """Correlation of the two innovations of one step."""
    s = one.system.covariance
    return float(s[one.answer, one.past] / np.sqrt(s[one.answer, one.answer] * s[one.past, one.past]))


def reasons_frame(
    asked: Sequence[Asked], series: Series, attention: Floats | None, history: EventHistory
) -> pl.DataFrame:
    """Show what may make the answers differ."""
    rows = []
    for one in asked:
        (source, target), v = one.question.answer, one.variants
        i, j = series.actors.index(source), series.actors.index(target)
        directed, joint = series.events[:, i, j], series.joint[:, i, j]
        gross = series.gross[:, i, j].sum()
        both = directed + joint
        rows.append(
            {
                "question": one.question.text,
                "joint": float(joint.sum() / max(both.sum(), 1.0)),
                "same_day": same_day(history, one.question),
                "cancelled": float(1.0 - np.abs(series.net[:, i, j]).sum() / gross) if gross else None,
                "empty": float((both == 0).mean()),
                "together": residual_correlation(one),
                "with_attention": _correlation(both, attention),
                "within_days": None if one.beside is None else one.beside.within,
                "p_net": v.net,
                "p_without_joint": v.directed,
                "p_counts": v.counts,
                "p_attention": v.attention,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def same_day(history: EventHistory, question: Question) -> float | None:
    """Share of the answering dyad's directed events on days with directed events of the past dyad."""
    inside = (history.step >= history.window[0]) & ~history.joint
    ends = []
    for source, target in (question.answer, question.past):
        at = inside & (history.source == history.actors.index(source))
        ends.append(at & (history.target == history.actors.index(target)))
    total = history.count[ends[0]].sum()
    if not total:
        return None
    shared = np.isin(history.step[ends[0]], history.step[ends[1]])
    return float(history.count[ends[0]][shared].sum() / total)


def _correlation(a: Floats, b: Floats | None) -> float | None:
    if b is None or np.ptp(a) == 0.0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def responses_frame(asked: Sequence[Asked], settings: VarSettings) -> pl.DataFrame:
    """Give cumulated responses by step after the innovation, in both orders."""
    rows = []
    plain = [one for one in asked if one.question.relation == "reply"]
    for one in (*plain, *(one for one in asked if one not in plain))[:CHARTED]:
        r = one.responses
        for order, value, low, high in (
            ("same step counts", r.first, r.first_low, r.first_high),
            ("later steps only", r.last, r.last_low, r.last_high),
        ):
            for h in range(settings.horizon + 1):
                at = (h, one.answer, one.past)
                rows.append(
                    {
                        "question": one.question.text,
                        "order": order,
                        "step": h,
                        "response": _finite(value[at]),
                        "response_low": _finite(low[at]),
                        "response_high": _finite(high[at]),
                    }
                )
    return pl.DataFrame(rows, infer_schema_length=None)


def series_frame(
    asked: Sequence[Asked], series: Series, unit_root: Callable[[Floats], float | None]
) -> pl.DataFrame:
    """Describe the series that stand in systems."""
    dyads = sorted({dyad for one in asked for dyad in (one.question.answer, one.question.past)})
    modulus = {dyad: one.system.modulus for one in asked for dyad in (one.question.answer, one.question.past)}
    rows: list[dict[str, Any]] = []
    for source, target in dyads:
        i, j = series.actors.index(source), series.actors.index(target)
        net = series.net[:, i, j]
        rows.append(
            {
                "dyad": f"{source} → {target}",
                "events": int(series.events[:, i, j].sum()),
                "joint": int(series.joint[:, i, j].sum()),
                "mean": float(net.mean()),
                "deviation": float(net.std()),
                "unit_root_p": unit_root(net),
                "modulus": modulus[source, target],
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
