"""Several actors counted as one party: `SERB=SRB+BIH.SER`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import Attention, EventHistory

__all__ = ["join_actors", "parties_of", "party_index"]

Ints = NDArray[np.int64]


def parties_of(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read parties, written as a name, an equals sign, and actors joined by plus signs.

    Raises
    ------
    InputError
        If a text is not of that form, or an actor or name stands twice.

    Examples
    --------
    >>> parties_of(["SERB=SRB+BIH.SER", "BOS=BIH"])
    {'SERB': ('SRB', 'BIH.SER'), 'BOS': ('BIH',)}
    """
    parties: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for text in texts:
        name, sign, members = (part.strip() for part in text.partition("="))
        codes = tuple(code.strip() for code in members.split("+"))
        if not sign or not name or not all(codes):
            raise InputError(f"party {text!r} is not of the form NAME=A+B, as SERB=SRB+BIH.SER.")
        if name in parties:
            raise InputError(f"party {name!r} is named twice; give every party one name.")
        for code in codes:
            if code in seen:
                raise InputError(
                    f"actor {code!r} is in the parties {seen[code]!r} and {name!r}; leave one out."
                )
            seen[code] = name
        parties[name] = codes
    if len(parties) == 1:
        raise InputError(f"one party is given ({texts[0]!r}); name two or more.")
    return parties


def party_index(actors: Sequence[str], parties: Mapping[str, Sequence[str]]) -> Ints:
    """Give the place among the sorted party names of every actor, -1 for none.

    Examples
    --------
    >>> party_index(["BIH", "SRB", "USA"], {"SERB": ["SRB"], "BOS": ["BIH"]}).tolist()
    [0, 1, -1]
    """
    names = sorted(parties)
    home = {code: names.index(name) for name, codes in parties.items() for code in codes}
    return np.array([home.get(actor, -1) for actor in actors], np.int64)


def join_actors(history: EventHistory, parties: Mapping[str, Sequence[str]]) -> EventHistory:
    """Give a history among parties; events inside a party, and of actors in none, are left out.

    Parameters
    ----------
    history : EventHistory
        Among the members of all parties.
    parties : mapping of str to actors
    """
    at = party_index(history.actors, parties)
    source, target = at[history.source], at[history.target]
    kept = np.flatnonzero((source >= 0) & (target >= 0) & (source != target))
    source, target, joint = source[kept], target[kept], history.joint[kept]
    turned = joint & (source > target)
    source, target = np.where(turned, target, source), np.where(turned, source, target)
    columns = (history.step[kept], joint, source, target, history.instrument[kept])
    key = np.stack([column.astype(np.int64) for column in columns], axis=1)
    cells, first, of = np.unique(key, axis=0, return_index=True, return_inverse=True)
    of = of.ravel()
    reactive = None
    if history.reactive is not None:
        reactive = np.ones(len(cells), np.bool_)
        np.logical_and.at(reactive, of, history.reactive[kept])
    return replace(
        history,
        actors=tuple(sorted(parties)),
        step=cells[:, 0].astype(np.int32),
        joint=cells[:, 1].astype(np.bool_),
        source=cells[:, 2].astype(np.int32),
        target=cells[:, 3].astype(np.int32),
        instrument=cells[:, 4].astype(np.int32),
        count=np.bincount(of, history.count[kept], len(cells)).astype(np.int32),
        row=history.row[kept][first],
        reactive=reactive,
        blocs={},
        attention=None if history.attention is None else _join_attention(history.attention, at, len(parties)),
    )


def _join_attention(attention: Attention, at: Ints, n: int) -> Attention:
    """Join the reports of members; a row between two members of a party counts once."""
    by_party = np.zeros((n, attention.by_actor.shape[1]))
    inside = at >= 0
    np.add.at(by_party, at[inside], attention.by_actor[inside])
    low, high = at[attention.pair_low], at[attention.pair_high]
    within = (low == high) & (low >= 0)
    np.subtract.at(by_party, (low[within], attention.pair_step[within]), attention.pair_count[within])
    across = (low >= 0) & (high >= 0) & (low != high)
    ends = np.sort(np.stack([low[across], high[across]]), axis=0)
    key = np.stack([ends[0], ends[1], attention.pair_step[across]], axis=1)
    pairs, of = np.unique(key, axis=0, return_inverse=True)
    return Attention(
        total=attention.total,
        by_actor=by_party,
        pair_low=pairs[:, 0].astype(np.int32),
        pair_high=pairs[:, 1].astype(np.int32),
        pair_step=pairs[:, 2].astype(np.int32),
        pair_count=np.bincount(of.ravel(), attention.pair_count[across], len(pairs)).astype(np.float64),
    )
