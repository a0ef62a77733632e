"""What a reader must know of a fit before reading its shares, roots and intervals."""

from __future__ import annotations

import datetime as dt

import numpy as np

from melian.history import EventHistory
from melian.models.draws import FitSummary

__all__ = ["fit_notes"]

LARGEST_R_HAT = 1.1
"""Above it chains have not mixed (Gelman et al., Bayesian Data Analysis, 3rd ed., section 11.5)."""
OFTEN = 0.05
"""Share of draws with a spectral radius of 1 or more from which it is said."""


def fit_notes(history: EventHistory, fit: FitSummary, *, burn_in: int) -> list[str]:
    """Say what was left out of the shares, whether chains of deeds die out, whether the sampler agrees."""
    notes = []
    if burn_in > 0:
        last = history.since + dt.timedelta(days=burn_in - 1)
        days = "1 day" if burn_in == 1 else f"{burn_in} days"
        notes.append(
            f"The window from {history.since} to {last} ({days}) has too little earlier history; it is "
            "burn-in and left out of the shares."
        )
    reached = float((np.asarray(fit.spectral_radius) >= 1.0).mean())
    if reached >= OFTEN:
        notes.append(
            f"The spectral radius is 1 or more in {100.0 * reached:.0f}% of the draws: chains of deeds then "
            "do not die out, and roots should not be read from this fit."
        )
    if fit.r_hat > LARGEST_R_HAT:
        notes.append(
            f"The chains do not agree (R-hat {fit.r_hat:.2f}, wanted at most {LARGEST_R_HAT}): the intervals "
            "may be too narrow; run more draws."
        )
    return notes
