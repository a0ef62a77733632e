"""A user's own effect: two Python methods, `init` and `update`.

Examples
--------
>>> class Squares:
...     '''Squared number of past events of the dyad.'''
...     name = "squares"
...     def init(self, actors):
...         return np.zeros((len(actors), len(actors)))
...     def update(self, value, *, sender, receiver, time, weight):
...         value[sender, receiver] = (np.sqrt(value[sender, receiver]) + weight) ** 2
>>> isinstance(Squares(), OwnEffect)
True
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["OwnEffect"]


@runtime_checkable
class OwnEffect(Protocol):
    """What a user's own effect has to offer; hand it to `fit_rem` with the covariates.

    Attributes
    ----------
    name : str
        The term that asks for it is `Term(name)`.

    Methods
    -------
    init(actors)
        The statistic before any event, (n_actors, n_actors) float64, sender first.
    update(value, *, sender, receiver, time, weight)
        Called once for each past event, in order, before the next step; changes `value` in place. Indices are
        those of `actors`. Events of one step are all handed over after it. A joint event comes once in each
        direction.
    """

    name: str

    def init(self, actors: tuple[str, ...]) -> NDArray[np.float64]:
        """Give the statistic before any event."""
        ...

    def update(
        self, value: NDArray[np.float64], *, sender: int, receiver: int, time: float, weight: float
    ) -> None:
        """Change the statistic after an event."""
        ...
