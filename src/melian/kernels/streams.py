"""Random numbers by identity: every event has a number, and the number gives all that is drawn for it.

A counter-based generator (SplitMix64; Steele, Lea and Flood 2014, Fast splittable pseudorandom number
generators, OOPSLA). An event that two worlds share draws the same numbers in both, wherever it stands.
"""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit

__all__ = ["STEP", "child_of", "mixed", "unit"]

STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
SALT = np.uint64(0xD1B54A32D192ED03)
BY_30, BY_27, BY_31, BY_11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
SCALE = 2.0**-53


@jit
def mixed(z):  # type: ignore[no-untyped-def]
    """Scramble 64 bits (the finaliser of SplitMix64)."""
    z = (z ^ (z >> BY_30)) * FIRST
    z = (z ^ (z >> BY_27)) * SECOND
    return z ^ (z >> BY_31)


@jit
def unit(state):  # type: ignore[no-untyped-def]
    """Give the uniform number of a state, strictly between 0 and 1."""
    return (float(mixed(state) >> BY_11) + 0.5) * SCALE


@jit
def child_of(state, number):  # type: ignore[no-untyped-def]
    """Give the state of the stream with this number below `state`."""
    return mixed(mixed(state ^ SALT) + STEP * np.uint64(number + 1))
