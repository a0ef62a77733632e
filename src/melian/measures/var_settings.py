"""What the measure `var` is told, and the questions that a system of dyads is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from melian.errors import InputError

__all__ = ["Question", "VarSettings", "questions_of"]

MOST_JOINED = 3
"""Actors whose directed dyads may stand in one system; each cross-relation of three is one of the model's."""


@dataclass(frozen=True, slots=True)
class VarSettings:
    """Settings of `melian.measures.var.vector_autoregression`.

    Attributes
    ----------
    step : {'week', 'month'}
    lags : 'aic', 'bic' or int
    most_lags : int
        Most steps that the criterion may choose.
    horizon : int
        Steps after an innovation over which responses are summed.
    joint : {'both', 'out'}
        Whether a joint event counts in both directions, as its two mirrored rows would, or in none.
    system : {'auto', 'pairs', 'all'}
        One system for each pair of actors, or one of all directed dyads; `auto`: all where there are three.
    parties : tuple of str
        Actors that count as one, as 'SERB=SRB+BIH.SER'.
    least : int
        Directed events below which a dyad is not asked about.
    draws : int
        Bootstrap draws of the bands.
    shifts : int
        Shifted calendars behind the placebo of the model beside.
    refits : int
        Weighted refits behind the intervals of its shares.
    seed : int
    """

    step: str = "week"
    lags: str | int = "aic"
    most_lags: int = 8
    horizon: int = 8
    joint: str = "both"
    system: str = "auto"
    parties: tuple[str, ...] = ()
    least: int = 30
    draws: int = 299
    shifts: int = 19
    refits: int = 20
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """Whether conduct in one directed dyad answers earlier conduct in another.

    Attributes
    ----------
    answer, past : (str, str)
        Source and target.
    relation : str
        The relation of the model that the past has to the answer.
    """

    answer: tuple[str, str]
    past: tuple[str, str]
    relation: str

    @property
    def name(self) -> str:
        """Name in estimates: `A.to.B`, and where the past is not B to A, `A.to.B.after.C.to.D`."""
        short = f"{self.answer[0]}.to.{self.answer[1]}"
        return short if self.relation == "reply" else f"{short}.after.{self.past[0]}.to.{self.past[1]}"

    @property
    def text(self) -> str:
        """Name in tables."""
        return f"{self.answer[0]} → {self.answer[1]} after {self.past[0]} → {self.past[1]}"


def relation_of(answer: tuple[str, str], past: tuple[str, str]) -> str:
    """Name the relation of another's past dyad to the answering one.

    Examples
    --------
    >>> relation_of(("SERB", "BOS"), ("NATO", "SERB")), relation_of(("SERB", "BOS"), ("BOS", "SERB"))
    ('alarm', 'reply')
    """
    i, j = answer
    if past == (j, i):
        return "reply"
    if past[1] == i:
        return "alarm"
    return "joining" if past[1] == j else "alignment"


def questions_of(actors: Sequence[str], system: str) -> tuple[tuple[tuple[Question, ...], ...], bool]:
    """Give the questions of every system, and whether all dyads stand in one.

    Parameters
    ----------
    actors : sequence of str
    system : {'auto', 'pairs', 'all'}

    Raises
    ------
    InputError
        If more than three actors are to stand in one system.

    Examples
    --------
    >>> systems, joined = questions_of(["A", "B", "C"], "all")
    >>> len(systems), len(systems[0]), joined
    (1, 24, True)
    >>> [len(questions) for questions in questions_of(["A", "B", "C"], "pairs")[0]]
    [2, 2, 2]
    """
    if system == "all" and len(actors) > MOST_JOINED:
        raise InputError(
            f"var_system='all' puts all directed dyads of {len(actors)} actors into one system; "
            f"{MOST_JOINED} at most "
            "can be told apart by the model beside it. Join actors to parties (var_parties) or take 'pairs'."
        )
    joined = system == "all" or (system == "auto" and len(actors) == MOST_JOINED)
    groups = [tuple(actors)] if joined else [(a, b) for i, a in enumerate(actors) for b in actors[i + 1 :]]
    return tuple(_of_group(group) for group in groups), joined


def _of_group(group: Sequence[str]) -> tuple[Question, ...]:
    dyads = list(permutations(group, 2))
    return tuple(
        Question(answer, past, relation_of(answer, past))
        for answer in dyads
        for past in dyads
        if past[0] != answer[0]
    )
