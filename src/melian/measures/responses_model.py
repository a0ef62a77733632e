"""What follows one act in the fitted model: expected acts by day, direct and with all descendants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.models.design import Columns, Design
from melian.models.parameters import Parameters

__all__ = ["Impulse", "Propagator", "make_propagator"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Impulse:
    """Expected acts of one responder after one act, by day; M acts, H days, N targets, K instruments.

    Attributes
    ----------
    direct : (M, H, N, K) float64
        Offspring of the act itself, by day 1 .. H after it, target and instrument.
    total : (M, H, N, K) float64
        With all descendants, through whichever channels they run.
    """

    direct: Floats
    total: Floats


@dataclass(frozen=True, slots=True)
class Propagator:
    """The branching operator with its kernels, ready to be applied day by day.

    Attributes
    ----------
    relations : tuple of str
        Of each column but `joint`: meetings are taken as given, they are never offspring.
    weight : (n_columns, N, K * B, K) float64
        Expected offspring per parent event and channel: source, (instrument answered, kernel), instrument.
    factor : (n_columns, N, N) float64
        Spread over targets; 0 on the diagonal.
    member : (n_columns, N) float64
        Part of the days on which a third party counts for the column (1 where no bloc splits it).
    rho : (B,) float64
    n_instruments : int
    """

    relations: tuple[str, ...]
    weight: Floats
    factor: Floats
    member: Floats
    rho: Floats
    n_instruments: int

    def impulse(self, act: Floats, responder: int, *, days: int) -> Impulse:
        """Follow acts of day 0 through `days` days.

        Parameters
        ----------
        act : (M, N, N, K) float64
            Each of the M starts by channel; one act is a single 1, a mixture of acts sums to 1.
        responder : int
            Whose acts are kept.

        Returns
        -------
        Impulse
            Cost O(M x days x columns x N^2 x K^2 x kernels), memory O(M N^2 K kernels).
        """
        first = act[..., None] * (1.0 - self.rho)
        state = first
        direct, total = [], []
        for day in range(days):
            born = self.offspring(state)
            alone = self.offspring(first * self.rho**day, responder)
            direct.append(alone[:, 0])
            total.append(born[:, responder])
            state = state * self.rho + born[..., None] * (1.0 - self.rho)
        return Impulse(np.stack(direct, axis=1), np.stack(total, axis=1))

    def offspring(self, state: Floats, only: int | None = None) -> Floats:
        """Give the acts of one day by channel (M, N or 1, N, K), from decayed counts (M, N, N, K, B)."""
        m, n = state.shape[:2]
        flat = state.reshape(m, n, n, -1)
        rows = slice(None) if only is None else slice(only, only + 1)
        out = np.zeros((m, len(range(n)[rows]), n, self.n_instruments))
        for c, relation in enumerate(self.relations):
            seen = _seen(flat, relation, self.member[c])[:, rows].swapaxes(0, 1)
            wide = seen.reshape(seen.shape[0], m * n, -1) @ self.weight[c, rows]
            out += wide.reshape(-1, m, n, self.n_instruments).swapaxes(0, 1) * self.factor[c, rows][..., None]
        return out


def make_propagator(design: Design, parameters: Parameters) -> Propagator:
    """Lay the weights of a fit out for propagation.

    The weekday factor is at its mean of one and blocs at their part of the window's days.
    """
    columns: Columns = design.columns
    used = [c for c, relation in enumerate(columns.relations) if relation != "joint"]
    n, k, _ = parameters.weight.shape
    weight = parameters.weight.reshape(n, k, len(columns.names), columns.width)
    off = ~np.eye(n, dtype=bool)
    return Propagator(
        relations=tuple(columns.relations[c] for c in used),
        weight=np.ascontiguousarray(weight[:, :, used].transpose(2, 0, 3, 1)),
        factor=np.ascontiguousarray((parameters.factor * off[:, :, None])[:, :, used].transpose(2, 0, 1)),
        member=np.stack([_membership(design, columns.names[c]) for c in used]),
        rho=np.exp2(-1.0 / np.asarray(design.half_lives)),
        n_instruments=k,
    )


def _membership(design: Design, name: str) -> Floats:
    """Part of the window's days on which each actor is on the column's side of the bloc, (N,)."""
    history = design.history
    if design.bloc is None or "[" not in name:
        return np.ones(history.n_actors)
    inside = history.blocs[design.bloc][:, slice(*history.window)].mean(axis=1)
    return np.asarray(1.0 - inside if name.endswith("[rest]") else inside)


def _seen(events: Floats, relation: str, member: Floats) -> Floats:
    """Decayed counts that a relation sees from each channel (i, j), (M, N, N, W); MODEL.md 2's relations."""
    if relation == "persistence":
        return events
    if relation == "reply":
        return events.swapaxes(1, 2)
    if relation in ("spread", "alignment"):
        events = events * member[None, None, :, None]
        sent = events.sum(axis=2)
        if relation == "spread":
            return np.asarray(sent[:, :, None] - events)
        return np.asarray(sent[:, None] - events.swapaxes(1, 2))
    events = events * member[None, :, None, None]
    received = events.sum(axis=1)
    if relation == "alarm":
        return np.asarray(received[:, :, None] - events.swapaxes(1, 2))
    return np.asarray(received[:, None] - events)
