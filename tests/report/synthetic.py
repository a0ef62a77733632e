"""A made-up attribution shaped like a real one: nulls, undefined shares, long and hostile names, no rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from melian.options import COMPONENTS, INSTRUMENTS, RELATIONS

SINCE, UNTIL = dt.date(2018, 1, 1), dt.date(2018, 10, 31)
CODES = [
    "RUS",
    "USA",
    "UKR",
    "CHN",
    "DEU",
    "FRA",
    "GBR",
    "TUR",
    "SYR",
    "ISR",
    "IRN",
    "IND",
    "PAK",
    "JPN",
    "KOR",
    "PRK",
    "POL",
    "SAU",
    "EGY",
    "IRQ",
    "ITA",
    "ESP",
    "GEO",
    "ARM",
    "AZE",
    "BLR",
    "KAZ",
]
HOSTILE = ['<b>"A & B"</b>', "SYR.REB", "Organization for the Prohibition of Chemical Weapons"]


@dataclass(frozen=True)
class Made:
    summary: dict[str, Any]
    frames: dict[str, pl.DataFrame] = field(repr=False)


def names(n: int) -> list[str]:
    return (CODES[: n - 3] + HOSTILE) if n > 3 else CODES[:n]


def make(
    n: int = 12, seed: int = 7, since: dt.date = SINCE, until: dt.date = UNTIL
) -> tuple[Made, dict[str, Any]]:
    """Give an attribution among `n` actors and the truth it was made from."""
    rng = np.random.default_rng(seed)
    actors = names(n)
    events = np.maximum(0, (9000 / np.arange(1, n + 1) ** 1.1).astype(int))
    events[-1] = 0
    mixed = rng.dirichlet([9, 5, 4, 2], n)
    truth = {
        a: {
            "proximate": {c: {"share": float(mixed[i, k])} for k, c in enumerate(COMPONENTS)},
            "root": {"self": {"share": float(mixed[i, 0] + 0.6 * mixed[i, 1])}},
        }
        for i, a in enumerate(actors[:-1])
    }
    estimate = np.clip(mixed + rng.normal(0, 0.015, mixed.shape), 0.004, 0.99)
    estimate /= estimate.sum(axis=1, keepdims=True)
    frames = _shares(actors, events, estimate) | _pairs(rng, actors, estimate, events)
    frames |= _conduct(rng, actors, events, estimate, since, until) | _telling(rng, actors, since)
    frames |= _checks(rng, actors, estimate, events, since, until)
    return Made(_summary(actors, events, frames, since, until), frames), truth


def _estimate(share: float, events: int) -> dict[str, Any]:
    half = 1.64 * float(np.sqrt(max(share * (1 - share), 0.001) / max(events, 1)))
    return {"share": float(share), "low": max(0.0, share - half), "high": min(1.0, share + half)}


NONE = {"share": None, "low": None, "high": None}


def _shares(actors: list[str], events: Any, estimate: Any) -> dict[str, pl.DataFrame]:
    rows, relations, periods = [], [], []
    for i, actor in enumerate(actors):
        n = int(events[i])
        reason = None if n else "no events in the window"
        base = {"actor": actor, "events": n, "reason": reason}
        for k, component in enumerate(COMPONENTS):
            rows.append(
                {
                    **base,
                    "view": "proximate",
                    "component": component,
                    **(_estimate(estimate[i, k], n) if n else NONE),
                }
            )
        own = estimate[i, 0] + 0.6 * estimate[i, 1]
        for component, value in (("self", own), ("others", 0.8 * (1 - own)), ("joint", 0.2 * (1 - own))):
            rows.append(
                {**base, "view": "root", "component": component, **(_estimate(value, n) if n else NONE)}
            )
        parts = dict.fromkeys(RELATIONS, 0.0)
        parts |= {
            "persistence": 0.8 * estimate[i, 1],
            "spread": 0.2 * estimate[i, 1],
            "joint": estimate[i, 3],
        }
        for relation, weight in (("reply", 0.5), ("alarm", 0.2), ("joining", 0.2), ("alignment", 0.1)):
            parts[relation] = weight * estimate[i, 2]
        relations += [
            {"actor": actor, "relation": r, **(_estimate(v, n) if n else NONE)} for r, v in parts.items()
        ]
        periods += _periods(i, actor, n, estimate)
    return {
        "shares": pl.DataFrame(rows, infer_schema_length=None),
        "relations": pl.DataFrame(relations, infer_schema_length=None),
        "periods": pl.DataFrame(periods, infer_schema_length=None),
    }


def _periods(i: int, actor: str, n: int, estimate: Any) -> list[dict[str, Any]]:
    out = []
    for m in range(10):
        since = dt.date(2018, m + 1, 1)
        until = dt.date(2018, m + 2, 1) - dt.timedelta(days=1)
        part = estimate[i] * np.array([1 + 0.3 * np.sin(m / 2 + i), 1, 1 - 0.2 * np.sin(m / 2 + i), 1])
        part /= part.sum()
        few = n // 10 < 25 or (i == 3 and m == 4)
        for k, component in enumerate(COMPONENTS):
            value = NONE if few else _estimate(part[k], n // 10)
            out.append(
                {
                    "actor": actor,
                    "since": since,
                    "until": until,
                    "component": component,
                    **value,
                    "events": n // 10,
                }
            )
    return out


def _pairs(rng: Any, actors: list[str], estimate: Any, events: Any) -> dict[str, pl.DataFrame]:
    reactions, roots = [], []
    for i, actor in enumerate(actors):
        weight = rng.dirichlet(np.full(len(actors) - 1, 0.25))
        others = [a for a in actors if a != actor]
        for other, w in zip(others, weight, strict=True):
            ok = bool(events[i])
            reactions.append(
                {"actor": actor, "to": other, **(_estimate(w * estimate[i, 2], events[i]) if ok else NONE)}
            )
            roots.append(
                {
                    "actor": actor,
                    "by": other,
                    **(_estimate(w * (1 - estimate[i, 0]) * 0.6, events[i]) if ok else NONE),
                }
            )
        roots.append(
            {"actor": actor, "by": "joint", **(_estimate(estimate[i, 3], events[i]) if events[i] else NONE)}
        )
    return {
        "reactions": pl.DataFrame(reactions, infer_schema_length=None),
        "roots": pl.DataFrame(roots, infer_schema_length=None),
    }


def _conduct(
    rng: Any, actors: list[str], events: Any, estimate: Any, since: dt.date, until: dt.date
) -> dict[str, pl.DataFrame]:
    toolkit, timeline = [], []
    weeks = [since + dt.timedelta(days=7 * w) for w in range((until - since).days // 7 + 1)]
    for i, actor in enumerate(actors):
        mix = rng.dirichlet(np.array([6, 4, 2, 2, 1, 1, 0.5, 0.3, 0.2]))
        for k, instrument in enumerate(INSTRUMENTS):
            n = int(events[i] * mix[k])
            composition = _estimate(mix[k], events[i]) if events[i] else NONE
            row = {"actor": actor, "instrument": instrument, "events": n, "composition": composition["share"]}
            parts = np.roll(estimate[i], k % 2) if n else [None] * 4
            row |= {"low": composition["low"], "high": composition["high"]}
            toolkit.append(
                {
                    **row,
                    **{c: None if p is None else float(p) for c, p in zip(COMPONENTS, parts, strict=True)},
                }
            )
            if n:
                counts = rng.poisson(n / len(weeks), len(weeks))
                timeline += [
                    {"week": w, "actor": actor, "instrument": instrument, "events": int(c)}
                    for w, c in zip(weeks, counts, strict=True)
                    if c
                ]
    answers = [
        {"instrument": a, "answered": b, "share": float(s)}
        for a, row in zip(INSTRUMENTS[:6], rng.dirichlet(np.ones(36)).reshape(6, 6), strict=True)
        for b, s in zip(INSTRUMENTS[:6], row, strict=True)
    ]
    return {
        "toolkit": pl.DataFrame(toolkit, infer_schema_length=None),
        "timeline": pl.DataFrame(timeline),
        "answers": pl.DataFrame(answers),
    }


def _telling(rng: Any, actors: list[str], since: dt.date) -> dict[str, pl.DataFrame]:
    rows, events = [], []
    for rank in range(1, 61):
        a, b = (actors[int(k)] for k in rng.choice(len(actors), 2, replace=False))
        parts = rng.dirichlet([0.4, 0.4, 0.6, 0.2])
        date = since + dt.timedelta(days=int(rng.integers(30, 300)))
        parents = [
            {
                "date": date - dt.timedelta(days=int(rng.integers(1, 12))),
                "source": b,
                "target": a,
                "instrument": "contestation",
                "relation": "reply",
                "probability": float(p * parts[2]),
                "row": 5000 + 10 * rank + k,
            }
            for k, p in enumerate(rng.dirichlet(np.ones(3)))
            if rank % 7
        ]
        event = {"row": rank, "date": date, "source": a, "target": b, "instrument": INSTRUMENTS[rank % 9]}
        event |= {c: float(p) for c, p in zip(COMPONENTS, parts, strict=True)}
        rows.append({"rank": rank, **event, "why": "largest share of reply to one deed", "parents": parents})
        events.append({**event, "count": 1, "parent1": 5000 + rank, "parent1_probability": float(parts[2])})
    return {"telling": pl.DataFrame(rows, infer_schema_length=None), "events": pl.DataFrame(events)}


def _checks(
    rng: Any, actors: list[str], estimate: Any, events: Any, since: dt.date, until: dt.date
) -> dict[str, pl.DataFrame]:
    placebo = []
    for i, actor in enumerate(actors):
        floor = 0.02 + 1.2 / np.sqrt(max(events[i], 1))
        reaction = float(estimate[i, 2]) if events[i] else None
        placebo.append(
            {
                "actor": actor,
                "reaction": reaction,
                "placebo": float(0.7 * floor) if events[i] else None,
                "placebo_low": 0.0 if events[i] else None,
                "placebo_high": float(min(floor, 1)) if events[i] else None,
                "above": bool(reaction is not None and reaction > floor),
                "fits": 3,
            }
        )
    months = [
        d
        for d in (dt.date(y, m, 1) for y in range(since.year, until.year + 1) for m in range(1, 13))
        if d <= until
    ]
    coefficients = [
        {
            "source": a,
            "relation": r,
            "answered": k,
            "kernel": h,
            "instrument": k,
            "total": float(t),
            "low": 0.5 * float(t),
            "high": 1.5 * float(t),
        }
        for a in actors[:6]
        for r in RELATIONS
        for k in INSTRUMENTS[:3]
        for h, t in zip((1.0, 5.0, 20.0), rng.gamma(0.3, 0.1, 3), strict=True)
    ]
    return {
        "placebo": pl.DataFrame(placebo, infer_schema_length=None),
        "funnel": pl.DataFrame(
            {
                "step": [
                    "reports",
                    "resolve",
                    "domestic",
                    "statements",
                    "re-reports",
                    "co-reports",
                    "mirrors",
                    "actors",
                ],
                "rows": [468558, 441020, 228133, 199820, 199820, 171004, 120511, 51640],
            }
        ),
        "gaps": pl.DataFrame(
            {"month": months, "rows": [0 if k == 4 else 40000 + 900 * (k % 5) for k in range(len(months))]}
        ),
        "ladder": pl.DataFrame(
            {
                "model": ["Poisson", "baseline", "+ persistence", "+ reply", "full"],
                "log_score": [-5.31, -4.92, -4.71, -4.66, -4.63],
                "difference": [None, 0.39, 0.21, 0.05, 0.03],
            }
        ),
        "coefficients": pl.DataFrame(coefficients),
        "reactive": pl.DataFrame(
            {
                "instrument": ["contestation", "concession", "force"],
                "events": [8120, 1240, 900],
                "initiative": [0.41, 0.38, 0.5],
                "low": [0.39, 0.34, 0.45],
                "high": [0.43, 0.42, 0.55],
                "reactive_events": [1410, 310, 0],
                "reactive_initiative": [0.22, 0.25, None],
                "reactive_low": [0.19, 0.2, None],
                "reactive_high": [0.25, 0.31, None],
            }
        ),
    }


def _summary(
    actors: list[str], events: Any, frames: dict[str, pl.DataFrame], since: dt.date, until: dt.date
) -> dict[str, Any]:
    def share(row: dict[str, Any]) -> dict[str, Any]:
        if row["share"] is None:
            return {"share": None, "reason": row["reason"]}
        return {key: row[key] for key in ("share", "low", "high")}

    parts: dict[str, Any] = {
        a: {"events": int(n), "joint_events": int(n) // 4, "proximate": {}, "root": {}}
        for a, n in zip(actors, events, strict=True)
    }
    for row in frames["shares"].iter_rows(named=True):
        parts[row["actor"]][row["view"]][row["component"]] = share(row)
    for row in frames["placebo"].iter_rows(named=True):
        floor = {"share": row["placebo"], "low": row["placebo_low"], "high": row["placebo_high"]}
        parts[row["actor"]]["proximate"]["placebo_reaction"] = (
            floor if row["placebo"] is not None else {"share": None, "reason": "no events in the window"}
        )
    return {
        "data": {
            "events": int(events.sum()),
            "since": since.isoformat(),
            "until": until.isoformat(),
            "actors": actors,
            "snapshot": "sha256:3f2a91c07be6d1a4c5e8",
            "funnel": frames["funnel"].to_dicts(),
        },
        "model": {
            "half_lives": [1.0, 5.0, 20.0],
            "spectral_radius": 0.613,
            "exposure": {"kappa": {a: 0.1 * (i % 4) for i, a in enumerate(actors)}, "bandwidth": 7},
            "dispersion": {"source_day": 1.45},
            "spectral_radius_below_one": True,
            "notes": ["The first 60 days are burn-in and left out of the shares."],
            "log_score": {"poisson": -5.31, "full": -4.63},
            "seed": 1,
        },
        "checks": {
            "ran": "quick",
            "tests": {"run": 1, "level": 0.05, "adjustment": "Holm"},
            "results": [
                {
                    "name": name,
                    "question": "Is it so?",
                    "verdict": verdict,
                    "statistic": 0.012,
                    "p_value": p_value,
                    "p_holm": p_value,
                    "sentence": "This was found.",
                }
                for name, verdict, p_value in (("ladder", "passed", None), ("visits", "failed", 0.004))
            ],
        },
        "actors": parts,
    }


def source_rows(ids: list[int]) -> pl.DataFrame:
    """Give made-up source rows for every id but one in five."""
    kept = [i for i in ids if i % 5]
    return pl.DataFrame(
        {
            "row_id": kept,
            "file": ["events.2018.tab"] * len(kept),
            "file_row": [10 * i for i in kept],
            "date": [SINCE + dt.timedelta(days=i % 300) for i in kept],
            "source_name": ["Foreign Affairs (Russia)"] * len(kept),
            "target_name": ['Citizen <script>alert("x")</script> & Co.'] * len(kept),
            "code": ["112"] * len(kept),
            "label": ["Accuse"] * len(kept),
            "text": ["The ministry said that the other side had broken its word."] * len(kept),
            "place": [None if i % 2 else "Kharkiv" for i in kept],
        },
        schema_overrides={"row_id": pl.Int64, "place": pl.String},
    )
