"""Ensembles and contrasts as sentences and plain aligned text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from melian.report.numerals import listing, percent, plain_name

__all__ = [
    "change_sentence", "contrast_sentences", "contrast_text", "reach_sentences", "rounded", "world_sentences",
    "world_text",
]  # fmt: skip

MOST = 30
FAR = 0.2
"""How many more of an actor's months must lie outside than in the factual world, to be named."""


def rounded(value: float) -> str:
    """Write a count or a difference: whole numbers from 10 on, one decimal below.

    Examples
    --------
    >>> rounded(1234.5), rounded(-3.14), rounded(0.0)
    ('1,234', '−3.1', '0')
    """
    text = f"{abs(value):,.0f}" if abs(value) >= 10 else f"{abs(value):.1f}".removesuffix(".0")
    return f"−{text}" if value < 0 and text != "0" else text


def range_text(part: Mapping[str, float], low: str = "low", high: str = "high") -> str:
    """Write a mean with its interval.

    Examples
    --------
    >>> range_text({"mean": 12.0, "low": 10.0, "high": 14.0})
    '12 (10 to 14)'
    """
    return f"{rounded(part['mean'])} ({rounded(part[low])} to {rounded(part[high])})"


def world_sentences(summary: Mapping[str, Any]) -> list[str]:
    """Say how many events to expect, from whom, and what stands behind the figures."""
    world, events, runs = summary["world"], summary["events"], summary["runs"]
    actors = sorted(summary["actors"].items(), key=lambda item: -item[1]["mean"])
    top = listing([f"{name} {rounded(part['mean'])}" for name, part in actors[:3]], 3)
    return [
        f"From {world['since']} to {world['until']} the model expects {rounded(events['mean'])} directed "
        f"events; 90% of single runs lie between {rounded(events['run_low'])} and "
        f"{rounded(events['run_high'])}.",
        f"Most of them come from {top}.",
        f"{runs['runs']:,} runs of {_draws(runs)}, seed {runs['seed']}; spectral radius "
        f"{world['spectral_radius']:.2f}.",
    ]


def _draws(runs: Mapping[str, int]) -> str:
    return "one set of rates" if runs["draws"] == 1 else f"{runs['draws']} draws of the rates"


def contrast_sentences(summary: Mapping[str, Any]) -> list[str]:
    """Say what differs in the scenario, where most, and how far it goes outside what was observed."""
    gap, scenario = summary["events"]["difference"], summary["scenario"]
    first = f"Scenario: {changes_text(scenario)}."
    if all(gap[key] == 0.0 for key in ("mean", "run_low", "run_high")) and _unmoved(summary):
        return [first, "It changes nothing: every run has the same events in both worlds.", _behind(summary)]
    factual = summary["events"]["factual"]["mean"]
    more = "more" if gap["mean"] >= 0 else "fewer"
    part = f" ({percent(abs(gap['mean']) / factual)})" if factual else ""
    bounds = sorted((abs(gap["low"]), abs(gap["high"]))) if gap["low"] * gap["high"] >= 0 else None
    interval = (
        f"90% interval {rounded(bounds[0])} to {rounded(bounds[1])}" if bounds
        else f"90% interval {rounded(gap['low'])} to {rounded(gap['high'])}"
    )  # fmt: skip
    moved = sorted(summary["actors"].items(), key=lambda item: -abs(item[1]["difference"]["mean"]))
    most = listing([f"{name} {range_text(row['difference'])}" for name, row in moved[:3]], 3)
    return [
        first,
        f"By the model, the scenario has {rounded(abs(gap['mean']))} directed events {more}{part} than the "
        f"factual world ({interval}).",
        f"The largest differences by actor: {most}.",
        *reach_sentences(summary),
        _behind(summary),
    ]


def _unmoved(summary: Mapping[str, Any]) -> bool:
    return all(row["difference"]["mean"] == 0.0 for row in summary["actors"].values())


def _behind(summary: Mapping[str, Any]) -> str:
    runs = summary["runs"]
    return (
        f"{runs['runs']:,} runs of either world on common random numbers, {_draws(runs)}, seed "
        f"{runs['seed']}; spectral radius {summary['world']['spectral_radius']:.2f} factual, "
        f"{summary['scenario']['spectral_radius']:.2f} scenario."
    )


def reach_sentences(summary: Mapping[str, Any]) -> list[str]:
    """Say how far the scenario goes outside the observed range, actor by actor where it goes far."""
    reach = summary["reach"]
    gone = {n: r["outside"] - r["factual_outside"] for n, r in reach.items()}
    far = sorted((n for n in reach if gone[n] >= FAR), key=lambda n: -gone[n])
    if not reach:
        return []
    of = next(iter(reach.values()))
    where = f"the range of {of['months']:,} {of['of']}"
    if not far:
        return [
            f"No actor has many more of its months outside {where} in the scenario than in the factual world."
        ]
    told = listing([f"{name} {_from_to(reach[name])}" for name in far[:5]], 5)
    return [
        f"The scenario goes outside what the model has seen: outside {where} are, of the months in the "
        f"scenario, {told}. There the answer rests on the model's form alone."
    ]


def _from_to(row: Mapping[str, Any]) -> str:
    return f"{percent(row['outside'])} (factual {percent(row['factual_outside'])})"


def changes_text(scenario: Mapping[str, Any]) -> str:
    """Write a scenario's changes in words."""
    return "; ".join(change_sentence(change) for change in scenario["changes"]) or "no change"


def change_sentence(change: Mapping[str, Any]) -> str:
    """Write one change in words.

    Examples
    --------
    >>> change_sentence({"what": "baseline", "actors": ["Athens"], "factor": 0.0})
    'what Athens does of its own accord is silenced'
    >>> change_sentence({"what": "cap", "actors": ["Athens"], "most": 3, "days": 7})
    'at most 3 acts of Athens in every 7 days'
    """
    return _SUBJECTS[change["what"]](change) + _when(change)


def _who(change: Mapping[str, Any]) -> str:
    who = listing(change.get("actors") or ["all actors"], 6)
    towards = f" towards {listing(change['targets'], 6)}" if change.get("targets") else ""
    by = (
        f" by {listing([plain_name(n) for n in change['instruments']], 6)}"
        if change.get("instruments")
        else ""
    )
    return f"{who}{towards}{by}"


def _scaled(change: Mapping[str, Any]) -> str:
    factor = change.get("factor", 0.0)
    return "is silenced" if factor == 0.0 else f"is multiplied by {factor:g}"


def _relation(change: Mapping[str, Any]) -> str:
    names = listing(list(change.get("relations") or ["all"]), 6)
    side = f"[{change['bloc']}]" if change.get("bloc") else ""
    to = f" to acts of {listing(change['parties'], 6)}" if change.get("parties") else ""
    answered = change.get("answered")
    of = f" after {listing([plain_name(n) for n in answered], 6)}" if answered else ""
    return f"what {_who(change)} does by {names}{side}{to}{of} {_scaled(change)}"


def _when(change: Mapping[str, Any]) -> str:
    since = f" from {change['since']}" if change.get("since") else ""
    return since + (f" until {change['until']}" if change.get("until") else "")


_SUBJECTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "baseline": lambda c: f"what {_who(c)} does of its own accord {_scaled(c)}",
    "channels": lambda c: f"all that {_who(c)} does {_scaled(c)}",
    "relation": _relation,
    "replace": lambda c: f"{_who(c)}: replaced by what was observed {' to '.join(c['period'])}",
    "period": lambda c: f"{_who(c)}: slow course and exposure of {' to '.join(c['period'])}",
    "cap": lambda c: f"at most {c.get('most', 0)} acts of {_who(c)} in every {c.get('days', 1)} days",
    "borrow": lambda c: f"{_who(c)}: rates of {c['world']}",
}


def world_text(summary: Mapping[str, Any]) -> str:
    """Give the expected events of every actor, for the terminal."""
    actors = sorted(summary["actors"].items(), key=lambda item: -item[1]["mean"])[:MOST]
    rows = [
        (name, rounded(p["mean"]), f"{rounded(p['low'])} to {rounded(p['high'])}",
         f"{rounded(p['run_low'])} to {rounded(p['run_high'])}")
        for name, p in actors
    ]  # fmt: skip
    head = ("actor", "expected", "90% interval", "90% of runs")
    return "\n".join([*world_sentences(summary), "", *_aligned(head, rows), *_notes(summary)])


def contrast_text(summary: Mapping[str, Any]) -> str:
    """Give a contrast by actor, for the terminal."""
    actors = sorted(summary["actors"].items(), key=lambda item: -abs(item[1]["difference"]["mean"]))[:MOST]
    rows = [
        (name, *(rounded(p[of]["mean"]) for of in ("factual", "scenario", "difference")),
         f"{rounded(p['difference']['low'])} to {rounded(p['difference']['high'])}")
        for name, p in actors
    ]  # fmt: skip
    head = ("actor", "factual", "scenario", "difference", "90% interval")
    return "\n".join([*contrast_sentences(summary), "", *_aligned(head, rows), *_notes(summary)])


def _notes(summary: Mapping[str, Any]) -> list[str]:
    notes = summary["world"]["notes"]
    return ["", *notes] if notes else []


def _aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    table = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(header))]
    return ["  ".join([r[0].ljust(widths[0]), *map(str.rjust, r[1:], widths[1:])]).rstrip() for r in table]
