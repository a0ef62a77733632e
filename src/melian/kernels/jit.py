"""The one place that decides how kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["jit"]


def jit(function: Callable[..., Any]) -> Any:
    """Compile a kernel: cached on disk, releases the GIL, IEEE division, no fast-math reordering of sums."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
