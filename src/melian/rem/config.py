"""What is fitted and how: the settings of a relational event model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from melian.errors import InputError, check_option

__all__ = ["RemConfig", "RiskTable"]

Model = Literal["tie", "rate", "choice"]
Likelihood = Literal["ordinal", "interval", "daily"]
Ties = Literal["breslow", "efron"]
FirstEvent = Literal["condition", "include"]
Errors = Literal["information", "sender", "receiver", "dyad"]
OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "model": ("tie", "rate", "choice"),
    "likelihood": ("ordinal", "interval", "daily"),
    "ties": ("breslow", "efron"),
    "first_event": ("condition", "include"),
    "errors": ("information", "sender", "receiver", "dyad"),
}


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Who could act when: a dyad is at risk at time t if a row with since <= t <= until names it.

    Attributes
    ----------
    sender, receiver : tuple of (str or None)
        Labels of actors; None stands for every actor.
    since, until : tuple of float
        In the unit of the events; -inf and inf for always. Both ends belong to the row.
    presence : bool
        True: rows are actors' presence (`receiver` is not read); a dyad is at risk while both are present.

    Examples
    --------
    >>> RiskTable(("a", "b"), (None, "c"), (0.0, 0.0), (9.0, 4.0)).presence
    False
    """

    sender: tuple[str | None, ...]
    receiver: tuple[str | None, ...]
    since: tuple[float, ...]
    until: tuple[float, ...]
    presence: bool = False

    def __post_init__(self) -> None:
        n = len(self.sender)
        for name in ("receiver", "since", "until"):
            if len(getattr(self, name)) != n:
                raise InputError(f"risk table: {name} has {len(getattr(self, name))} rows, sender has {n}.")
        if any(np.isnan(value) for value in (*self.since, *self.until)):
            raise InputError("risk table: a time is missing; use -inf and inf for no limit.")

    @classmethod
    def of_actors(
        cls, actors: tuple[str, ...], *, since: tuple[float, ...], until: tuple[float, ...]
    ) -> RiskTable:
        """Make a table of actors that enter and leave."""
        return cls(actors, (None,) * len(actors), since, until, presence=True)


@dataclass(frozen=True, slots=True)
class RemConfig:
    """Settings of a relational event model.

    Attributes
    ----------
    model : {'tie', 'rate', 'choice'}
        'tie': the dyad that acts next; 'rate': the sender that acts next; 'choice': the receiver, given
        the sender.
    likelihood : {'ordinal', 'interval', 'daily'}
        'ordinal': partial likelihood of the order; 'interval': exact waiting times, with a baseline rate;
        'daily': counts per day and dyad with log link, for day stamps, with a baseline rate.
    conditional : {None, 'sender', 'receiver'}
        Tie model: who was the receiver given the sender, or the reverse.
    risk_set : {'full', 'active'} or RiskTable
        'full': all dyads; 'active': dyads with at least one event in the sequence.
    ties : {'breslow', 'efron'}
        Of the ordinal likelihood, where several events share a step.
    first_event : {'condition', 'include'}
        'condition': the first step of a sequence without earlier history is history only.
    typed : bool
        True: dyads are at risk once for each type of event.
    controls : int or None
        Non-events sampled per event; None for the full risk set.
    cases : float or None
        Part of the events that is sampled, between 0 and 1.
    seed : int
    penalty : None, ('ridge', strength) or ('lasso', strength)
        On coefficients of statistics in standard deviations; the baseline is free.
    errors : {'information', 'sender', 'receiver', 'dyad'}
        Model-based standard errors, or clustered ones.
    frailty : {None, 'sender', 'receiver', 'both'}
        Normal random effects of actors.
    tolerance : float
        Newton stops where the expected gain in log-likelihood is below it, relative to the log-likelihood.
    max_iterations : int

    Examples
    --------
    >>> RemConfig(likelihood="interval").ties
    'breslow'
    """

    model: Model = "tie"
    likelihood: Likelihood = "ordinal"
    conditional: Literal["sender", "receiver"] | None = None
    risk_set: Literal["full", "active"] | RiskTable = "full"
    ties: Ties = "breslow"
    first_event: FirstEvent = "condition"
    typed: bool = False
    controls: int | None = None
    cases: float | None = None
    seed: int = 1
    penalty: tuple[Literal["ridge", "lasso"], float] | None = None
    errors: Errors = "information"
    frailty: Literal["sender", "receiver", "both"] | None = None
    tolerance: float = 1e-14
    max_iterations: int = 50

    def __post_init__(self) -> None:
        for name, allowed in OPTIONS.items():
            check_option(name, getattr(self, name), allowed)
        if self.conditional is not None:
            check_option("conditional", self.conditional, ("sender", "receiver"))
        if self.frailty is not None:
            check_option("frailty", self.frailty, ("sender", "receiver", "both"))
        if not isinstance(self.risk_set, RiskTable):
            check_option("risk_set", self.risk_set, ("full", "active"))
        self._check_numbers()
        self._check_joins()

    def _check_numbers(self) -> None:
        if self.controls is not None and self.controls < 1:
            raise InputError(f"controls={self.controls} must be at least 1, or None for the full risk set.")
        if self.cases is not None and not 0 < self.cases <= 1:
            raise InputError(f"cases={self.cases} must be above 0 and at most 1, or None for all events.")
        if not self.tolerance > 0:
            raise InputError(f"tolerance={self.tolerance} must be positive.")
        if self.penalty is not None:
            check_option("penalty", self.penalty[0], ("ridge", "lasso"))
            if not self.penalty[1] >= 0:
                raise InputError(f"penalty strength {self.penalty[1]} must not be negative.")

    def _check_joins(self) -> None:
        if self.likelihood != "ordinal" and (self.model == "choice" or self.conditional):
            raise InputError(
                f"likelihood={self.likelihood!r} says when events happen; a model of the receiver given the "
                "sender (or the reverse) says who: use likelihood='ordinal'."
            )
        if self.model != "tie" and self.conditional:
            raise InputError(f"conditional={self.conditional!r} belongs to model='tie', not {self.model!r}.")
