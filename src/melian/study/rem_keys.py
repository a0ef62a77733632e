"""The keys of `[rem]`: what a relational event model is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from melian.options import ANSWERS, INSTRUMENTS
from melian.study.covariate_kind import CovariateFiles
from melian.study.keys import key
from melian.study.kinds import Choice, Either, Flag, Many, Number, Text, Whole

__all__ = ["RemKeys"]

WITH_ANSWERS = (*INSTRUMENTS, *(f"{name}{ANSWERS}" for name in INSTRUMENTS))


@dataclass(frozen=True, slots=True)
class RemKeys:
    """`[rem]`: who acts towards whom next (`melian rem`); [effects.md](effects.md) lists the effects."""

    formula: str | None = key(
        None,
        Text("a formula"),
        "The effects, joined by `+`; `a * b` adds both and their product, `a : b` the product alone. "
        "Arguments in brackets: `reciprocity(halflife=30)`.",
    )
    covariates: dict[str, Any] | None = key(  # noqa: RUF009 (it declares a field)
        None,
        CovariateFiles(),
        "Attributes of actors or of pairs of actors, by the name that the formula uses. A table has columns "
        "for who (`actor`, `iso3` or `ccode`; for pairs `source, target`, `iso3_1, iso3_2` or "
        "`ccode1, ccode2`), for when (`year`, `since` and `until`, `date`, or none) and the value. "
        "`column`: the column of the value; `columns`: other names of key columns; `absent`: what stands "
        "where the table has nothing (else that is an error); `extend`: its last day holds on after it; "
        "`undirected`: a row of a pair speaks of both directions.",
    )
    instruments: tuple[str, ...] = key(
        (),
        Many(Choice(WITH_ANSWERS)),
        "Only events of these instruments; the others are left out. Empty: all.",
    )
    joint: str = key(
        "history",
        Choice(("history", "only", "drop")),
        "Joint events (meetings): they enter the statistics of both directions and are not themselves "
        "explained; or they are the only events, explained as undirected ones; or they are left out.",
    )
    model: str = key(
        "tie",
        Choice(("tie", "rate", "choice")),
        "What is explained: which pair acts next; which actor acts next; whom an actor who acts chooses.",
    )
    likelihood: str = key(
        "ordinal",
        Choice(("ordinal", "interval", "daily")),
        "The order of events; exact waiting times (not for day stamps); counts a day with log link.",
    )
    conditional: str | None = key(
        None,
        Choice(("sender", "receiver")),
        "Explain only the receiver given the sender, or the sender given the receiver. Left out: both.",
    )
    typed: bool = key(
        False,
        Flag(),
        "A pair is at risk once for each instrument, so that the model also says with which one.",
    )
    risk_set: str = key(
        "full",
        Either(Choice(("full", "active")), Text("the path of a table of who could act when")),
        "Which pairs could act: all; those with at least one event; or a CSV or Parquet with `actor` or "
        "`source, target`, and `since, until`.",
    )
    memory_half_life: float | None = key(
        None,
        Number(0.01, 36500, "days"),
        "Past events count less with age, half after so many days; for effects that state no memory.",
    )
    memory_window: float | None = key(
        None,
        Number(0.01, 36500, "days"),
        "Past events count for so many days; for effects that state no memory. Left out: for ever.",
    )
    clock: str = key(
        "now",
        Choice(("now", "previous")),
        "Age of past events is counted to the event explained, or to the event before it.",
    )
    scaling: str = key(
        "raw",
        Choice(("raw", "log1p", "prop", "std")),
        "Of statistics that state none: counts, log(1 + count), parts of the whole, or standard deviations.",
    )
    ties: str = key(
        "breslow",
        Choice(("breslow", "efron")),
        "How events of one day, whose order is not known, share the likelihood.",
    )
    first_event: str = key(
        "condition",
        Choice(("condition", "include")),
        "Whether the first day, which has no history before it, is conditioned on or explained.",
    )
    controls: int = key(
        0,
        Whole(0, 1_000_000),
        "Pairs sampled per event from those at risk (case-control); 0: all of them.",
    )
    cases: float = key(1.0, Number(1e-6, 1.0), "Part of the events that is sampled for the likelihood.")
    penalty: str | None = key(
        None,
        Choice(("ridge", "lasso")),
        "Shrinks coefficients of statistics in standard deviations. Left out: none.",
    )
    penalty_strength: float = key(1.0, Number(0, 1e9), "How much the penalty weighs.")
    errors: str = key(
        "information",
        Choice(("information", "sender", "receiver", "dyad")),
        "Standard errors: those of the model, or clustered by sender, receiver or pair.",
    )
    frailty: str | None = key(
        None,
        Choice(("sender", "receiver", "both")),
        "Actors differ by a normal random effect as senders, receivers or both. Left out: none.",
    )
