"""Draws from the posterior of the coefficients, by the No-U-Turn sampler of nutpie (extra `bayes`).

Hoffman, Gelman (2014), The No-U-Turn Sampler, J. Mach. Learn. Res. 15. The sampler moves in coordinates in
which the posterior is about standard normal: the mode and the curvature come from Newton.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.rem.engine import evaluate
from melian.rem.identify import spread_of
from melian.rem.newton import maximise
from melian.rem.problem import Problem, build_problem
from melian.rem.result import RemFit

__all__ = ["Posterior", "sample_posterior", "split_r_hat"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws of the coefficients.

    Attributes
    ----------
    labels : tuple of str
    draws : (n_chains, n_draws, p) float64
    r_hat : (p,) float64
        Split R-hat; above 1.01 the chains have not met.
    divergent : int
        Draws whose path left the posterior numerically; any is a sign of trouble.
    prior : float
        Standard deviation of the normal prior, on coefficients per standard deviation of their statistic.
    seed : int
    """

    labels: tuple[str, ...]
    draws: FloatArray
    r_hat: FloatArray
    divergent: int
    prior: float
    seed: int


@dataclass(frozen=True, slots=True)
class _Normal:
    """Coordinates z in which the posterior is about standard normal: beta = mode + root z."""

    mode: FloatArray
    root: FloatArray
    weight: FloatArray


def sample_posterior(
    fit: RemFit,
    *,
    prior: float = 2.5,
    draws: int = 1000,
    tune: int = 300,
    chains: int = 4,
    seed: int = 1,
) -> Posterior:
    """Draw from the posterior of a model that was fitted on its full risk set.

    Parameters
    ----------
    fit : RemFit
        Names the events, effects, settings and covariates; its penalty is not used.
    prior : float
        Standard deviation of the independent normal priors, each on a coefficient per standard deviation of
        its statistic among the dyads at risk. A baseline has a flat prior.
    draws, tune, chains : int
        Draws kept per chain, steps of adaptation before them, chains.
    seed : int

    Raises
    ------
    InputError
        If nutpie is not installed, the fit was on sampled non-events or has frailties, or prior is not
        positive.
    """
    if not prior > 0:
        raise InputError(f"prior={prior} must be positive.")
    _refuse_others(fit)
    nutpie, from_pyfunc = _nutpie()
    problem = build_problem(fit.events, fit.terms, config=fit.config, covariates=fit.covariates)
    normal = _coordinates(problem, fit, prior)
    p = len(fit.labels)
    model = from_pyfunc(
        p,
        lambda: _log_posterior(problem, normal),
        lambda *_: _expand(normal),
        [np.dtype("float64")],
        [(p,)],
        ["coefficient"],
        make_initial_point_fn=lambda number: np.random.default_rng(number).normal(size=p),
    )
    trace = nutpie.sample(
        model,
        draws=draws,
        tune=tune,
        chains=chains,
        cores=1,
        seed=seed,
        progress_bar=False,
        save_warmup=False,
    )
    values = np.asarray(trace.posterior["coefficient"].values, np.float64)
    divergent = int(np.asarray(trace.sample_stats["diverging"].values).sum())
    return Posterior(fit.labels, values, split_r_hat(values), divergent, prior, seed)


def split_r_hat(draws: FloatArray) -> FloatArray:
    """Compare the variance within half chains with that between them; 1 where they have met.

    Parameters
    ----------
    draws : (n_chains, n_draws, p) float64

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd edition, section 11.4.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(4, 500, 1))
    >>> bool(split_r_hat(draws)[0] < 1.01), bool(split_r_hat(draws + np.arange(4)[:, None, None])[0] > 1.2)
    (True, True)
    """
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    within = parts.var(1, ddof=1).mean(0)
    between = half * parts.mean(1).var(0, ddof=1)
    ratio: FloatArray = np.sqrt(((half - 1) / half * within + between / half) / within)
    return ratio


def _refuse_others(fit: RemFit) -> None:
    """Refuse fits whose likelihood is another."""
    if fit.config.controls is not None or fit.config.cases is not None or fit.frailties:
        raise InputError(
            "The posterior is drawn for models on the full risk set without frailty; fit without controls, "
            "cases and frailty first."
        )


def _nutpie() -> tuple[ModuleType, Callable[..., Any]]:
    """Import the sampler when it is asked for."""
    try:
        with warnings.catch_warnings():
            # arviz, which nutpie brings, announces its next version with a warning at import.
            warnings.simplefilter("ignore", FutureWarning)
            import nutpie
            from nutpie.compiled_pyfunc import from_pyfunc
    except ImportError as error:
        raise InputError("The posterior needs nutpie: pip install 'melian[bayes]'.") from error
    return nutpie, from_pyfunc


def _coordinates(problem: Problem, fit: RemFit, prior: float) -> _Normal:
    """Find mode and curvature of the posterior."""
    baseline = problem.config.likelihood != "ordinal"
    start = np.zeros(len(fit.labels))
    start[: int(baseline)] = fit.estimate[: int(baseline)]
    first = evaluate(problem, start)
    weight = (spread_of(first, n_events=problem.n_events, baseline=baseline) / prior) ** 2
    found = maximise(
        lambda beta: evaluate(problem, beta),
        start,
        n_events=problem.n_events,
        tolerance=problem.config.tolerance,
        max_iterations=problem.config.max_iterations,
        ridge=weight,
        first=first,
    )
    covariance = np.linalg.inv(found.evaluation.information + np.diag(weight))
    return _Normal(found.estimate, np.asarray(np.linalg.cholesky(covariance), np.float64), weight)


def _log_posterior(problem: Problem, normal: _Normal) -> Callable[..., tuple[float, FloatArray]]:
    """Make the log posterior and its gradient in the coordinates of the sampler."""

    def value(z: FloatArray, **_: Any) -> tuple[float, FloatArray]:
        beta = normal.mode + normal.root @ z
        here = evaluate(problem, beta)
        log_density = here.log_likelihood - 0.5 * float(normal.weight @ beta**2)
        return log_density, normal.root.T @ (here.score - normal.weight * beta)

    return value


def _expand(normal: _Normal) -> Callable[..., dict[str, FloatArray]]:
    """Make the way back to the coefficients."""
    return lambda z, **_: {"coefficient": normal.mode + normal.root @ z}
