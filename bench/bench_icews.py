"""ICEWS 2018 among 30 actors: seconds of design, fast fit, choice of hyper-parameters, ladder."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import TypeVar

from icews import icews_history
from melian.models.attention import make_wave
from melian.models.choose import choose_hyper
from melian.models.course import make_basis
from melian.models.design import make_design
from melian.models.dispersion import pearson_dispersion
from melian.models.ladder import score_ladder
from melian.models.newton import NewtonConfig, fit_newton
from melian.models.same_step import same_step_sensitivity

JOBS = 2
T = TypeVar("T")


def timed(what: str, call: Callable[[], T]) -> T:
    """Run, print the seconds, give the result."""
    begun = time.perf_counter()
    result = call()
    print(f"{what:46s} {time.perf_counter() - begun:7.2f} s", flush=True)
    return result


def main() -> None:
    """Print one line per part; the first fit of a fresh cache compiles and is shown apart."""
    history = timed("ingest, funnel, history", icews_history)
    print(
        f"{history.n_actors} actors, {history.n_instruments} instruments, {history.n_steps} days, "
        f"{history.n_events} directed events, {len(history.step)} cells"
    )
    config = NewtonConfig(jobs=JOBS)
    design = timed("design, first call (compiles or loads kernels)", lambda: make_design(history))
    design = timed("design", lambda: make_design(history))
    basis = make_basis(design.fit_from, history.n_steps, 30.0)
    timed("fast fit, first call", lambda: fit_newton(design, basis, config=config))
    waves = [make_wave(history, basis, design.daily, days) for days in (7.0, 14.0, 28.0)]
    waves = [wave for wave in waves if wave is not None]
    choice = timed("choice of hyper-parameters", lambda: choose_hyper(design, basis, waves, config=config))
    hyper = choice.hyper
    fit = timed("fast fit", lambda: fit_newton(design, basis, waves, hyper=hyper, config=config))
    print(f"  {design.columns.n_features} features, {len(design.x)} rows, converged {fit.converged}")
    print(f"  largest KKT residual {fit.residual.max():.1e}, Newton steps {fit.steps.mean():.1f} (mean)")
    ladder = timed("ladder", lambda: score_ladder(design, basis, waves, hyper=hyper, config=config))
    timed("same step", lambda: same_step_sensitivity(design, basis, waves, hyper=hyper, config=config))
    dispersion = timed("dispersion", lambda: pearson_dispersion(design, basis, waves, fit.predictive()))
    for trial in choice.trials:
        print(f"  {trial.what:56s} {trial.score:9.4f}")
    print("  ladder " + ", ".join(f"{m} {s:.4f}" for m, s in zip(ladder.models, ladder.scores, strict=True)))
    print(f"  dispersion: cells {dispersion.cell:.2f}, source-days {dispersion.source_day:.2f}")
    parts = fit.components(design.columns.relations)
    for i in fit.events.argsort()[::-1][:8]:
        shares = ", ".join(f"{v:.2f}" for v in parts[i])
        print(f"  {history.actors[i]:8s} {fit.events[i]:6.0f} events, shares by component {shares}")
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
