"""Diffusion: what protest and repression follow, at home, elsewhere and from outside; and what follows them.

Channels of a network Hawkes process with domestic events among them. Protest that spreads: Strang and Soule
(1998), Annual Review of Sociology 24; outside conduct and protest at home: Gleditsch and Rivera (2017),
Journal of Conflict Resolution 61.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.answer import Answer, Estimate
from melian.measures.data import data_of
from melian.measures.diffusion_fit import Fit, Parts, drawn_parts, fit_part, main_parts, placebo_parts
from melian.measures.diffusion_history import CLASSES, KINDS, abroad_history, home_history
from melian.measures.diffusion_pages import exhibits, sentences
from melian.measures.diffusion_settings import DiffusionSettings
from melian.measures.diffusion_shares import OWN_WIDENING, WIDENING, Share, back_shares, home_shares
from melian.models.hawkes import HawkesConfig

if TYPE_CHECKING:
    from melian.data.domestic import Domestic

__all__ = ["diffusion"]

Progress = Callable[..., None]
Ints = NDArray[np.int64]
NOTES = (
    "Shares say which recorded events are statistically attributed to which earlier ones. An anniversary, a "
    "price or an "
    "election that moves several countries within days looks like spread; so does a wave of reporting that "
    "the reports on "
    "others do not show. Shifted calendars break such common shocks too, and are no test against them.",
    "A slow common rise is taken for each country's own course, real spread over weeks with it: large shares "
    "come out too small. Free weights find something in noise: shares of nothing come out above 0, as with "
    "shifted calendars. Intervals are widened until they held the truth in nine of ten simulated worlds.",
    "Events inside a country are counted for the whole country, its civil society and rebels with it. "
    "Conduct from outside is "
    "that of the actors of the study.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """One fit with its events shared out: as it is, refitted, and with shifted calendars."""

    fit: Fit
    main: Parts
    drawn: list[Parts]
    placebo: list[Parts]


def diffusion(
    foreign: EventHistory,
    domestic: Domestic,
    settings: DiffusionSettings | None = None,
    *,
    config: HawkesConfig | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Measure what protest and repression follow, and what conduct from outside follows them.

    Parameters
    ----------
    foreign : EventHistory
        Conduct among all actors.
    domestic : Domestic
        Protest and repression inside those of them that are countries, from the same first day.
    settings : DiffusionSettings, optional
    config : HawkesConfig, optional
        Half-lives, knots and exposure of the model.
    progress : callable, optional

    Returns
    -------
    Answer
        Shares of events of a kind K (protest, repression), in country C or, without C, in all:
        `spread.K.C` after K elsewhere, `spread.J.K.C` after the other kind elsewhere, `own.K.C` and
        `home.J.K.C` after events at home, `outside.G.K.C` after conduct G (cooperation, pressure, force)
        towards C. `back.K.G.C`: share of conduct G towards C after K in C. `placebo.*`: the same with the
        others' calendars shifted; tests by the same names.

    Raises
    ------
    InputError
        If no country has enough events of a kind.
    """
    settings, config = settings or DiffusionSettings(), config or HawkesConfig()
    tell = progress or (lambda label, done=None: None)
    countries = _countries(foreign, domestic, settings)
    tell("protest and repression: fit, refits, shifted calendars")
    history = home_history(foreign, domestic, countries)
    home = _share_out(history, len(countries), config, settings, home_acted_on=True)
    shares = home_shares(home.fit, home.main, home.drawn, home.placebo, least=settings.least)
    if settings.back and foreign.n_events >= settings.least:
        tell("conduct from outside: fit, refits, shifted calendars")
        history = abroad_history(foreign, domestic)
        abroad = _share_out(history, foreign.n_actors, config, settings, home_acted_on=False)
        shares += back_shares(
            abroad.fit, abroad.main, abroad.drawn, abroad.placebo, least=settings.least, countries=countries
        )
    return _answer(foreign, domestic, countries, shares, settings)


def _share_out(
    history: EventHistory, n_sources: int, config: HawkesConfig, settings: DiffusionSettings, *,
    home_acted_on: bool,
) -> Shared:  # fmt: skip
    fit = fit_part(history, range(n_sources), config, home_acted_on=home_acted_on)
    drawn = drawn_parts(fit, settings.refits, seed=settings.seed)
    return Shared(fit, main_parts(fit), drawn, placebo_parts(fit, settings.shifts))


def _countries(foreign: EventHistory, domestic: Domestic, settings: DiffusionSettings) -> tuple[str, ...]:
    """Name the countries with enough events of one kind in the window."""
    inside = (domestic.step >= foreign.window[0]) & (domestic.step < foreign.window[1])
    counts = np.zeros((len(domestic.countries), len(KINDS)), np.int64)
    at = (domestic.country[inside], domestic.instrument[inside])
    np.add.at(counts, at, domestic.count[inside])
    kept = [
        name
        for name, row in zip(domestic.countries, counts, strict=True)
        if row.max() >= settings.least and name in foreign.actors
    ]
    if not kept:
        most = domestic.countries[int(counts.max(axis=1).argmax())] if len(counts) else "none"
        raise InputError(
            f"none of the {len(domestic.countries)} countries has {settings.least} events of protest or of "
            "repression from "
            f"{foreign.since} to {foreign.until} (most: {most}, {int(counts.max(initial=0))}); widen the "
            "window, name others "
            "(--actors) or lower diffusion_least."
        )
    return tuple(kept)


def _answer(
    foreign: EventHistory,
    domestic: Domestic,
    countries: tuple[str, ...],
    shares: list[Share],
    settings: DiffusionSettings,
) -> Answer:
    """Put shares into estimates, tests, sentences and exhibits."""
    estimates: dict[str, Estimate] = {}
    tests: dict[str, float] = {}
    for share in shares:
        estimates[share.name] = share.estimate
        if share.placebo is not None:
            estimates[f"placebo.{share.name}"] = share.placebo
        if share.p_value is not None:
            tests[share.name] = share.p_value
    inside = (domestic.step >= foreign.window[0]) & (domestic.step < foreign.window[1])
    kinds = [int(domestic.count[inside & (domestic.instrument == k)].sum()) for k in range(len(KINDS))]
    left = [name for name in domestic.countries if name not in countries]
    notes = NOTES if not left else (
        *NOTES, f"Fewer than {settings.least} events of either kind, so not asked about: {', '.join(left)}.",
    )  # fmt: skip
    return Answer(
        measure="diffusion",
        title="Diffusion of protest and repression",
        sentences=sentences(shares, countries),
        estimates=estimates,
        exhibits=exhibits(shares, domestic, foreign, countries),
        data={**data_of(foreign), "countries": list(countries), **dict(zip(KINDS, kinds, strict=True))},
        settings={
            **asdict(settings),
            "classes": list(CLASSES),
            "widening": WIDENING,
            "own_widening": OWN_WIDENING,
        },
        tests=tests,
        notes=notes,
    )
