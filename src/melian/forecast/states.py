"""Decayed states of the past, rolled forward day by day as events arrive; nothing is fitted here.

S[i, j, k, b](t) = sum_{u < t} (1 - rho_b) rho_b^(t - u - 1) n_ijk(u): the model's features are sums of these
(MODEL.md 2). A day costs O(N^2 K B).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory

__all__ = ["Days", "States", "count_days"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
JOINT_HALF_LIFE = 28.0
"""Days over which joint events are averaged to be expected ahead: the model has no intensity for them."""


@dataclass(frozen=True, slots=True)
class Days:
    """Events by day, sparse: `bound` (n_steps + 1,) cuts the cells (sorted by day) of a history.

    Joint cells stand in both directions.
    """

    bound: Ints
    source: Ints
    target: Ints
    instrument: Ints
    count: Floats
    joint: Mask
    shape: tuple[int, int, int]

    def of(self, step: int) -> tuple[Floats, Floats]:
        """Directed and joint events of one day, two (N, N, K) arrays."""
        at = slice(self.bound[step], self.bound[step + 1])
        out = np.zeros((2, *self.shape))
        where = (self.joint[at].astype(np.int64), self.source[at], self.target[at], self.instrument[at])
        np.add.at(out, where, self.count[at])
        return out[0], out[1]


def count_days(history: EventHistory) -> Days:
    """Cut a history into days."""
    met = np.flatnonzero(history.joint)
    at = np.concatenate([np.arange(len(history.step)), met])
    turned = np.arange(len(at)) >= len(history.step)
    at, turned = _by_step(history, at, turned)
    source = np.where(turned, history.target[at], history.source[at]).astype(np.int64)
    target = np.where(turned, history.source[at], history.target[at]).astype(np.int64)
    return Days(
        np.searchsorted(history.step[at], np.arange(history.n_steps + 1)),
        source, target, history.instrument[at].astype(np.int64), history.count[at].astype(np.float64),
        history.joint[at], (history.n_actors, history.n_actors, history.n_instruments),
    )  # fmt: skip


def _by_step(history: EventHistory, at: Ints, turned: Mask) -> tuple[Ints, Mask]:
    order = np.argsort(history.step[at], kind="stable")
    return at[order], turned[order]


class States:
    """Decayed states as they stand at the beginning of a day.

    Attributes
    ----------
    by_source, by_target : (S, N, N, K, B)
        Directed events by the bloc group (0 in, 1 rest) of their source or target on their day; one array
        where relations are not split.
    met : (N, N, K, B)
        Joint events, symmetric; `met_rate` (N, N, K) is their mean per day over `JOINT_HALF_LIFE`.
    """

    __slots__ = ("by_source", "by_target", "met", "met_rate", "rho", "slow")

    def __init__(
        self, n_actors: int, n_instruments: int, half_lives: tuple[float, ...], *, split: bool
    ) -> None:
        self.rho = np.exp2(-1.0 / np.asarray(half_lives))
        self.slow = float(np.exp2(-1.0 / JOINT_HALF_LIFE))
        shape = (2 if split else 1, n_actors, n_actors, n_instruments, len(half_lives))
        self.by_source = np.zeros(shape)
        self.by_target = np.zeros(shape) if split else self.by_source
        self.met = np.zeros(shape[1:])
        self.met_rate = np.zeros(shape[1:4])

    def copy(self) -> States:
        """Give states of their own, to go on from here."""
        new = States.__new__(States)
        new.rho, new.slow = self.rho, self.slow
        new.by_source = self.by_source.copy()
        new.by_target = self.by_target.copy() if self.by_target is not self.by_source else new.by_source
        new.met, new.met_rate = self.met.copy(), self.met_rate.copy()
        return new

    def push(self, events: Floats, joint: Floats, member: Mask | None = None) -> None:
        """End a day with its events (N, N, K), seen or expected; `member` (N,) is the bloc on that day."""
        gain = 1.0 - self.rho
        groups = _groups(member, len(self.by_source))
        for g, inside in enumerate(groups):
            self.by_source[g] *= self.rho
            self.by_source[g] += gain * (events * inside[:, None, None])[..., None]
            if self.by_target is not self.by_source:
                self.by_target[g] *= self.rho
                self.by_target[g] += gain * (events * inside[None, :, None])[..., None]
        self.met *= self.rho
        self.met += gain * joint[..., None]
        self.met_rate *= self.slow
        self.met_rate += (1.0 - self.slow) * joint


def _groups(member: Mask | None, n_groups: int) -> list[Mask]:
    """Masks (N,) of the bloc groups; all actors where relations are not split."""
    if n_groups == 1:
        return [np.ones(1, dtype=bool)]
    if member is None:
        raise InputError("push() needs the bloc's members of the day, since relations are split by a bloc.")
    return [member, ~member]
