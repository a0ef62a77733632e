"""The measure `shares`: initiative, momentum, reaction and roots, quickly enough for hundreds of runs.

One short chain of the reference estimator takes the place of the long ones of `melian attribute`. Its means
err as theirs do; its intervals are too narrow, so they are widened by what coverage on simulated worlds asks
for (docs/specification-curve.md). The fast estimator costs as much, and its intervals hold half of the
truths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.answer import Answer, Chart, Estimate, Exhibit
from melian.measures.charts import dots_of
from melian.measures.data import data_of
from melian.measures.figures import share_text
from melian.measures.shares_draws import ShareDraws, draw_shares
from melian.models.hawkes import HawkesConfig
from melian.options import COMPONENTS, OWN_RELATIONS

__all__ = ["SWEEPS", "shares"]

Floats = NDArray[np.float64]
Progress = Callable[..., None]
SWEEPS = 120
"""Sweeps of the chain where none are named."""
QUANTILES = (0.05, 0.95)
WIDENING = 1.5
"""Factor by which intervals reach further from the mean than the draws' quantiles; measured, not derived."""
OWN_WIDENING = 2.0
"""The same for shares of own conduct: initiative and momentum trade against each other in all actors at once,
and a short chain sees little of that. A difference of two actors sees none of it."""
OWN = ("initiative", "momentum", *OWN_RELATIONS)
NO_EVENTS = "no directed events in the window"


def shares(
    history: EventHistory,
    config: HawkesConfig | None = None,
    *,
    sweeps: int = SWEEPS,
    differences: Sequence[str] = (),
    progress: Progress | None = None,
) -> Answer:
    """Share out every actor's directed events, with 90% intervals.

    Parameters
    ----------
    history : EventHistory
        In steps of a day, or coarser (`melian.measures.steps.coarsen`).
    config : HawkesConfig, optional
    sweeps : int
        Length of the chain.
    differences : sequence of str
        Differences between two actors' shares, as `initiative.RUS-USA`: the first's less the second's.
    progress : callable, optional

    Returns
    -------
    Answer
        With `initiative.A`, `momentum.A`, `reaction.A`, `joint.A`; `persistence.A` ... `alignment.A` by
        relation; `reaction.A.to.B`; `root.self.A`, `root.joint.A`, `root.A.by.B`; the differences asked for.

    Raises
    ------
    InputError
        If there is nothing to share out, or a difference is not of two shares that there are.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate, to_history
    >>> world = World(actors=("A", "B"), instruments=("force",), n_steps=200, baseline=Baseline(events=300))
    >>> answer = shares(to_history(simulate(world)), sweeps=40, differences=["initiative.A-B"])
    >>> names = ("initiative.A", "momentum.A", "reaction.A", "joint.A")
    >>> round(sum(answer.estimates[name].value for name in names), 9)
    1.0
    >>> answer.estimates["initiative.A-B"].events == answer.data["events_shared"]
    True
    """
    config = config or HawkesConfig()
    drawn = draw_shares(history, config, sweeps=sweeps, progress=progress)
    estimates = {name: _estimate(name, drawn) for name in drawn.values}
    for name in differences:
        estimates[name] = _difference(name, drawn)
    return Answer(
        measure="shares",
        title="Own initiative, momentum and reaction",
        sentences=tuple(_sentences(drawn, estimates)),
        estimates=estimates,
        exhibits=(_components(drawn, estimates), _reactions(drawn, estimates)),
        data={**data_of(history), "events_shared": int(drawn.events.sum())},
        settings={
            "half_lives": list(config.half_lives),
            "step_days": history.step_days,
            "estimator": config.estimator,
            "sweeps": sweeps,
            "seed": config.seed,
            "widening": WIDENING,
            "own_widening": OWN_WIDENING,
        },
        notes=(
            "Initiative is what earlier recorded deeds of the listed actors do not predict; shares are "
            "attributed statistically.",
        ),
    )


def _estimate(name: str, drawn: ShareDraws) -> Estimate:
    """Give mean and widened quantiles of a share, kept inside 0 to 1."""
    values, events = drawn.values[name], int(drawn.events[drawn.of[name]])
    if np.isnan(values).any():
        return Estimate.undefined(NO_EVENTS, events=events)
    own = name.partition(".")[0].partition("[")[0] in OWN
    value, low, high = _interval(values, OWN_WIDENING if own else WIDENING)
    return Estimate(value, max(low, 0.0), min(high, 1.0), events)


def _interval(values: Floats, widening: float) -> tuple[float, float, float]:
    value = float(values.mean())
    low, high = (float(end) for end in np.quantile(values, QUANTILES))
    low, high = min(low, value), max(high, value)
    return value, value - widening * (value - low), value + widening * (high - value)


def _difference(name: str, drawn: ShareDraws) -> Estimate:
    """Give the difference of two shares, draw by draw."""
    left, right = split_difference(name, drawn)
    actors = (drawn.of[left], drawn.of[right])
    values = drawn.values[left] - drawn.values[right]
    events = int(drawn.events[list(dict.fromkeys(actors))].sum())
    if np.isnan(values).any():
        return Estimate.undefined(NO_EVENTS, events=events)
    return Estimate(*_interval(values, WIDENING), events)


def split_difference(name: str, drawn: ShareDraws) -> tuple[str, str]:
    """Read `initiative.RUS-USA` as the names of two shares.

    Raises
    ------
    InputError
        If it is not a difference of two shares that there are.
    """
    for at in (place for place, letter in enumerate(name) if letter == "-"):
        left, other = name[:at], name[at + 1 :]
        for actor in drawn.actors:
            right = left.removesuffix(f".{actor}") + f".{other}"
            if left.endswith(f".{actor}") and left in drawn.values and right in drawn.values:
                return left, right
    near = get_close_matches(name.partition("-")[0], drawn.values, n=1)
    hint = f" The nearest share is {near[0]!r}." if near else ""
    raise InputError(
        f"differences has {name!r}, which is not a difference of two shares such as "
        f"'initiative.{drawn.actors[0]}-{drawn.actors[1]}'; actors: {', '.join(drawn.actors)}.{hint}"
    )


def _sentences(drawn: ShareDraws, estimates: dict[str, Estimate]) -> list[str]:
    """Say who has most and least initiative, and who reacts most."""
    known = [a for a, n in zip(drawn.actors, drawn.events, strict=True) if n > 0]
    out = []
    for part, words in (
        ("initiative", "not predicted by earlier recorded deeds of these actors"),
        ("reaction", "attributed to earlier deeds of others"),
    ):
        ranked = sorted(known, key=lambda a: (-(estimates[f"{part}.{a}"].value or 0.0), a))
        most, least = estimates[f"{part}.{ranked[0]}"], estimates[f"{part}.{ranked[-1]}"]
        out.append(
            f"{_text(most)} of {ranked[0]}'s {most.events:,} deeds are {words}, more than of any other "
            f"actor; {_text(least)} of {ranked[-1]}'s {least.events:,}, less than of any other."
        )
    return out


def _text(estimate: Estimate) -> str:
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None:
        return estimate.reason
    return f"{share_text(value)} ({share_text(low)} to {share_text(high)})"


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    numbers = dict.fromkeys(("share", "share_low", "share_high"), pl.Float64)
    return pl.DataFrame(
        rows, schema_overrides={**numbers, "share_reason": pl.String}, infer_schema_length=None
    )


def _row(estimate: Estimate, **labels: str) -> dict[str, object]:
    return {
        **labels,
        "share": estimate.value,
        "share_low": estimate.low,
        "share_high": estimate.high,
        "events": estimate.events,
        "share_reason": estimate.reason or None,
    }


def _components(drawn: ShareDraws, estimates: dict[str, Estimate]) -> Exhibit:
    rows = [
        _row(estimates[f"{part}.{actor}"], actor=actor, part=part)
        for actor in drawn.actors
        for part in (*COMPONENTS, "root.self")
    ]
    frame = _frame(rows)
    return Exhibit(
        name="components",
        title="Shares of each actor's deeds",
        finding=f"{int(drawn.events.sum()):,} directed events of {len(drawn.actors)} actors are shared out.",
        frame=frame,
        columns=(
            ("actor", "Actor", "name"),
            ("part", "Share", "text"),
            ("share", "Estimate", "estimate"),
            ("events", "Events", "count"),
        ),
        chart=dots_of("share", "actor", panel="part", percent=True, x_title="Share of the actor's deeds"),
        note="root.self: the chain of deeds before the event goes back to the actor's own initiative.",
    )  # fmt: skip


def _reactions(drawn: ShareDraws, estimates: dict[str, Estimate]) -> Exhibit:
    rows = [
        _row(estimates[f"reaction.{actor}.to.{other}"], actor=actor, other=other)
        for actor in drawn.actors
        for other in drawn.actors
        if actor != other
    ]
    frame = _frame(rows)
    ranked = frame.sort("share", "actor", "other", descending=[True, False, False], nulls_last=True)
    top = ranked.row(0, named=True)
    return Exhibit(
        name="reactions",
        title="Whose deeds are answered",
        finding=f"The largest share: {share_text(top['share'])} of {top['actor']}'s deeds are attributed to "
        f"earlier deeds of {top['other']}.",
        frame=frame,
        columns=(
            ("actor", "Actor", "name"),
            ("other", "Reacts to", "name"),
            ("share", "Share", "estimate"),
            ("events", "Events", "count"),
        ),
        chart=Chart("heat", x="other", y="actor", value="share", percent=True, x_title="deeds of"),
        note="A row: the actor whose deeds are shared out; a column: whose earlier deeds they answer.",
    )  # fmt: skip
