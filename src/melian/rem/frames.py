"""A fit as frames: a row per coefficient, a row about the model, a row per model compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from melian.effects.term import Product, Term
from melian.errors import InputError
from melian.rem.result import RemFit

if TYPE_CHECKING:
    import polars as pl

    from melian.rem.moving import WindowFit
    from melian.rem.posterior import Posterior

__all__ = ["compare", "glance", "information_criteria", "tidy", "tidy_posterior", "tidy_windows"]

TIDY: Final = (
    *("term", "estimate", "std_error", "statistic", "p_value", "low", "high"),
    *("ratio", "ratio_low", "ratio_high", "reason"),
)
UNDEFINED: Final = "the data do not determine it: no standard error"
SELECTED: Final = "no standard error after selection by the lasso"
LARGEST_EXPONENT: Final = 700.0


def tidy(fit: RemFit, level: float = 0.95) -> pl.DataFrame:
    """Give a row per coefficient.

    Parameters
    ----------
    fit : RemFit
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    polars.DataFrame
        term, estimate, std_error, statistic (estimate / std_error), p_value (two-sided, normal), low, high,
        ratio (exp(estimate): the factor on the rate per unit of the statistic) with its interval, and the
        reason where there is no standard error.

    Raises
    ------
    InputError
        If the level is not between 0 and 1.
    """
    import polars as pl
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise InputError(f"level={level} must be between 0 and 1, such as 0.95.")
    wide = float(ndtri(0.5 + level / 2))
    reason = SELECTED if fit.config.penalty and fit.config.penalty[0] == "lasso" else UNDEFINED
    rows = [
        _row(label, *values, wide=wide, reason=reason)
        for label, values in zip(fit.labels, _values(fit), strict=True)
    ]
    schema = {name: pl.String if name in ("term", "reason") else pl.Float64 for name in TIDY}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tidy_windows(windows: Sequence[WindowFit]) -> pl.DataFrame:
    """Give the coefficients of each window of time: start, stop, events, then the columns of `tidy`.

    A window that could not be fitted has one row with its reason.
    """
    import polars as pl

    frames = []
    for window in windows:
        frame = pl.DataFrame({"reason": [window.reason]}) if window.fit is None else tidy(window.fit)
        events = 0 if window.fit is None else window.fit.n_events
        frames.append(
            frame.select(
                pl.lit(window.start).alias("start"),
                pl.lit(window.stop).alias("stop"),
                pl.lit(events, pl.Int64).alias("events"),
                pl.all(),
            )
        )
    return pl.concat(frames, how="diagonal_relaxed")


def tidy_posterior(posterior: Posterior) -> pl.DataFrame:
    """Give a row per coefficient: mean, deviation and central 95% of the draws, and R-hat."""
    import polars as pl

    flat = posterior.draws.reshape(-1, len(posterior.labels))
    low, high = np.quantile(flat, (0.025, 0.975), axis=0)
    return pl.DataFrame(
        {
            "term": posterior.labels,
            "mean": flat.mean(0),
            "deviation": flat.std(0),
            "low": low,
            "high": high,
            "r_hat": posterior.r_hat,
        }
    )


def _values(fit: RemFit) -> list[tuple[float, float]]:
    variance = np.diag(fit.covariance)
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(variance)
    return [(float(b), float(s)) for b, s in zip(fit.estimate, errors, strict=True)]


def _row(label: str, estimate: float, error: float, *, wide: float, reason: str) -> dict[str, Any]:
    from scipy.special import ndtr

    row: dict[str, Any] = {"term": label, "estimate": estimate, "ratio": _exp(estimate)}
    if not math.isfinite(error) or error <= 0:
        return row | {"reason": reason}
    z = estimate / error
    low, high = estimate - wide * error, estimate + wide * error
    return row | {
        "std_error": error,
        "statistic": z,
        "p_value": float(2 * ndtr(-abs(z))),
        "low": low,
        "high": high,
        "ratio_low": _exp(low),
        "ratio_high": _exp(high),
    }


def _exp(value: float) -> float | None:
    """Give exp(value), or nothing where it is beyond any number."""
    return math.exp(value) if value < LARGEST_EXPONENT else None


def information_criteria(fit: RemFit) -> tuple[float, float]:
    """Give AIC and BIC; BIC counts the events in the likelihood."""
    free = len(fit.estimate)
    return (
        2.0 * free - 2.0 * fit.log_likelihood,
        free * math.log(max(fit.n_events, 1)) - 2.0 * fit.log_likelihood,
    )


def glance(fit: RemFit) -> pl.DataFrame:
    """Give one row about the model: what it is, how many events, how well it fits.

    Returns
    -------
    polars.DataFrame
        model, likelihood, events, dyads_at_risk, coefficients, log_likelihood, log_likelihood_null, aic, bic,
        converged, iterations.
    """
    import polars as pl

    aic, bic = information_criteria(fit)
    return pl.DataFrame(
        {
            "model": [fit.config.model],
            "likelihood": [fit.config.likelihood],
            "events": [fit.n_events],
            "dyads_at_risk": [fit.dyads_at_risk],
            "coefficients": [len(fit.estimate)],
            "log_likelihood": [fit.log_likelihood],
            "log_likelihood_null": [fit.log_likelihood_null],
            "aic": [aic],
            "bic": [bic],
            "converged": [fit.converged],
            "iterations": [fit.iterations],
        }
    )


def compare(fits: Mapping[str, RemFit]) -> pl.DataFrame:
    """Set models of the same events beside each other, best AIC first.

    Where one model's terms are all in the next larger one's, the likelihood-ratio test between the two stands
    in the larger one's row.

    Parameters
    ----------
    fits : mapping of name to RemFit
        Of the same events and the same risk set.

    Returns
    -------
    polars.DataFrame
        name, coefficients, log_likelihood, aic, bic, delta_aic, weight (Akaike's), against, lr_statistic,
        lr_df, lr_p_value.

    Raises
    ------
    InputError
        If the fits are not of the same events, or their likelihoods cannot be compared.
    """
    import polars as pl

    _check_same(fits)
    best = min(information_criteria(fit)[0] for fit in fits.values())
    weights = {name: math.exp(-0.5 * (information_criteria(fit)[0] - best)) for name, fit in fits.items()}
    rows = []
    for name, fit in fits.items():
        aic, bic = information_criteria(fit)
        row = {
            "name": name,
            "coefficients": len(fit.estimate),
            "log_likelihood": fit.log_likelihood,
            "aic": aic,
            "bic": bic,
            "delta_aic": aic - best,
            "weight": weights[name] / sum(weights.values()),
        }
        rows.append(row | _ratio_test(name, fits))
    schema = {"against": pl.String, "lr_statistic": pl.Float64, "lr_df": pl.Int64, "lr_p_value": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None).sort("aic", "name")


def _check_same(fits: Mapping[str, RemFit]) -> None:
    if len(fits) < 2:
        raise InputError(f"compare takes two or more fits by name; {len(fits)} was given.")
    first, *others = fits
    for other in others:
        a, b = fits[first], fits[other]
        for what, left, right in (
            ("events in the likelihood", a.n_events, b.n_events),
            ("pairs at risk", a.dyads_at_risk, b.dyads_at_risk),
            ("model", a.config.model, b.config.model),
            ("likelihood", a.config.likelihood, b.config.likelihood),
            ("way of ties", a.config.ties, b.config.ties),
            ("number of sampled controls", a.config.controls, b.config.controls),
        ):
            if left != right:
                raise InputError(
                    f"{first!r} and {other!r} cannot be compared: the {what} differ ({left} and {right}); "
                    "fit both on the same events with the same settings."
                )


def _ratio_test(name: str, fits: Mapping[str, RemFit]) -> dict[str, Any]:
    """Test a model against the largest of those whose terms it has all."""
    from scipy.special import gammaincc

    own: set[Term | Product] = set(fits[name].terms)
    inside = [other for other, fit in fits.items() if other != name and set(fit.terms) < own]
    if not inside or fits[name].config.penalty is not None:
        return {}
    against = max(inside, key=lambda other: len(fits[other].terms))
    statistic = 2.0 * (fits[name].log_likelihood - fits[against].log_likelihood)
    freedom = len(fits[name].estimate) - len(fits[against].estimate)
    p_value = float(gammaincc(freedom / 2, max(statistic, 0.0) / 2))
    return {"against": against, "lr_statistic": statistic, "lr_df": freedom, "lr_p_value": p_value}
