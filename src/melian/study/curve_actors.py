"""What actors of the main specification, and estimates of them, are called at another level of actors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from melian.data.levels import BLOC_BODIES

if TYPE_CHECKING:
    import datetime as dt

    from melian.data.levels import Blocs

__all__ = ["actor_names", "rename_estimate"]


def actor_names(
    actors: Iterable[str],
    level: str,
    *,
    blocs: Blocs,
    joined: Iterable[str],
    days: tuple[dt.date, dt.date],
) -> dict[str, str | None]:
    """Give each actor's name at a level, None where it is no actor there.

    Parameters
    ----------
    actors : iterable of str
        At the level of the main specification.
    level : str
        One of `melian.data.levels.LEVELS`.
    blocs : Blocs
        Dated memberships of the store.
    joined : iterable of str
        The blocs that level `bloc` joins, in order of precedence.
    days : (date, date)
        First and last day of the window; a member on some day of it counts as one.

    Examples
    --------
    >>> import datetime as dt
    >>> from melian.data.levels import Blocs
    >>> blocs = Blocs({("NATO", "USA"): ((dt.date(1949, 4, 4), dt.date(9999, 12, 31)),)})
    >>> days = dt.date(2018, 1, 1), dt.date(2018, 12, 31)
    >>> actor_names(["RUS", "SYR.REB", "USA"], "bloc", blocs=blocs, joined=["NATO"], days=days)
    {'RUS': 'RUS', 'SYR.REB': 'SYR.REB', 'USA': 'NATO:'}
    """
    member: dict[str, str] = {}
    for name in joined if level == "bloc" else ():
        for one in (*blocs.members(name, *days), BLOC_BODIES.get(name, "")):
            member.setdefault(one, f"{name}:")
    out: dict[str, str | None] = {}
    for actor in actors:
        base, _, sector = actor.partition(".")
        if level == "country":
            out[actor] = base
        elif level == "state-only":
            out[actor] = None if sector else actor
        else:
            out[actor] = member.get(actor, actor)
    return out


def rename_estimate(name: str, names: Mapping[str, str | None], *, level: str) -> tuple[str, str]:
    """Give the name of an estimate with actors renamed, and why there is none ("" where there is).

    Examples
    --------
    >>> names = {"RUS": "CSTO:", "BLR": "CSTO:", "SYR.REB": None}
    >>> rename_estimate("reaction.RUS.to.USA", names, level="bloc")
    ('reaction.CSTO:.to.USA', '')
    >>> rename_estimate("initiative.RUS-BLR", names, level="bloc")[1]
    "RUS and BLR are one actor ('CSTO:') at level 'bloc'"
    """
    if not names:
        return name, ""
    codes = sorted(names, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w:])(" + "|".join(map(re.escape, codes)) + r")(?![\w:])")
    named = list(dict.fromkeys(pattern.findall(name)))
    for actor in named:
        if names[actor] is None:
            return name, f"{actor} is no actor at level {level!r}"
    for at, actor in enumerate(named):
        same = next((other for other in named[:at] if names[other] == names[actor]), None)
        if same is not None:
            return name, f"{same} and {actor} are one actor ({names[actor]!r}) at level {level!r}"
    return pattern.sub(lambda match: str(names[match.group(1)]), name), ""
