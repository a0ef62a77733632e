"""Families of instruments by which measures sum conduct up."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.options import ANSWERS

__all__ = ["FAMILIES", "PRESSURE", "family_matrix"]

PRESSURE: Final = ("coercion", "force")
"""Acts that press. Economic sanctions are of the instrument `economy`, which holds trade and aid too."""

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "cooperation": ("soft_power", "economy", "security_cooperation", "concession"),
    "defiance": ("contestation", "coercion", "force"),
}


def family_matrix(instruments: tuple[str, ...], families: tuple[tuple[str, ...], ...]) -> NDArray[np.float64]:
    """Give the (n_instruments, n_families) matrix that sums counts of instruments into families.

    An instrument of answers (`contestation (answers)`) goes with the one that it is part of.

    Examples
    --------
    >>> family_matrix(("coercion", "concession", "force"), (("coercion", "force"), ("concession",)))
    array([[1., 0.],
           [0., 1.],
           [1., 0.]])
    """
    base = [name.removesuffix(ANSWERS) for name in instruments]
    return np.array([[float(name in family) for family in families] for name in base]).reshape(
        len(instruments), len(families)
    )
