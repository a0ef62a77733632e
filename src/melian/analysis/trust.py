"""The fits beside the main one: placebo, same-step sensitivity, held-out ladder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from melian.analysis.evidence import Evidence
from melian.models.hawkes import HawkesFit, placebo_reaction, run_parallel
from melian.models.ladder import score_ladder
from melian.models.same_step import same_step_sensitivity

__all__ = ["gather_evidence"]


def gather_evidence(
    fit: HawkesFit, *, placebo: int = 3, same_step: bool = True, progress: Callable[..., None] | None = None
) -> Evidence:
    """Run what every answer must carry (MODEL.md 5).

    Parameters
    ----------
    fit : HawkesFit
    placebo : int
        Fits with the others' series shifted; fewer, or none, where the record is too short.
    same_step : bool
        Whether the lag-0 fit is run.
    """
    tell = progress or (lambda label, done=None: None)
    tell(f"placebo: {placebo} fits with the others' series shifted")
    shifted = placebo_reaction(fit, placebo)
    tell("held-out scores and same-step sensitivity")
    tasks: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [(_ladder, (fit,))]
    if same_step:
        tasks.append((_same_step, (fit,)))
    ladder, *rest = run_parallel(fit.config.jobs, tasks)
    same = rest[0] if rest else None
    return Evidence(
        placebo=shifted if len(shifted) else None,
        same_step=None if same is None else same.share,
        initiative_same_step=None if same is None else same.initiative,
        ladder=ladder,
        extra={"estimator": fit.config.estimator, "knots": fit.basis.knots},
    )


def _ladder(fit: HawkesFit) -> tuple[tuple[str, float], ...]:
    scored = score_ladder(fit.design, fit.basis, fit.waves, hyper=fit.hyper(), seed=fit.config.seed)
    return tuple(zip(scored.models, (float(s) for s in scored.scores), strict=True))


def _same_step(fit: HawkesFit) -> Any:
    return same_step_sensitivity(fit.design, fit.basis, fit.waves, hyper=fit.hyper())
