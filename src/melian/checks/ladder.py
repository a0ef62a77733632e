"""The held-out score ladder: does each part of the model say more of days that no fit has seen."""

from __future__ import annotations

import numpy as np
import polars as pl

from melian.checks.result import CheckResult, not_run
from melian.checks.subject import Subject
from melian.errors import InputError
from melian.models.ladder import score_ladder

__all__ = ["ladder"]

OWN, FULL = "+ persistence", "full"
HELD_OUT_STREAM = 101
"""Other held-out blocks than those on which the hyper-parameters were chosen."""


def ladder(subject: Subject, name: str, question: str) -> CheckResult:
    """Held-out gain of the full model over the one without reaction, in nats per event."""
    try:
        scored = score_ladder(
            subject.design, subject.basis, subject.waves, hyper=subject.hyper,
            seed=subject.seed + HELD_OUT_STREAM,
        )  # fmt: skip
    except InputError as error:
        return not_run(name, question, str(error))
    scores = dict(zip(scored.models, scored.scores, strict=True))
    gain = float(scores[FULL] - scores[OWN])
    table = pl.DataFrame(
        {"model": scored.models, "score": scored.scores, "gain": np.diff(scored.scores, prepend=np.nan)}
    ).with_columns(pl.col("gain").fill_nan(None))
    verb = "raises" if gain > 0.0 else "does not raise"
    return CheckResult(
        name, question, gain, None, gain > 0.0, table,
        f"Reaction {verb} the log score of {scored.events.sum():,.0f} held-out events: {gain:+.4f} nats per "
        f"event over the model without it, which stands at {scores[OWN]:.4f}.",
        table.select("model", "score"),
    )  # fmt: skip
