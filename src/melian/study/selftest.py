"""The run of the self-test: sizes, and the folder for its page."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from melian.models.hawkes import HawkesConfig
from melian.selftest.bias import Selftest, Size, run_bias
from melian.study.output import prepare_folder
from melian.study.run import Progress, silent

__all__ = ["FULL", "QUICK", "run_selftest_bias"]

QUICK: Final = Size(seeds=3, config=HawkesConfig(draws=150, burn_in=200, chains=1, thin=1))
FULL: Final = Size(seeds=6, n_steps=1000, events=2.0)


def run_selftest_bias(
    *,
    quick: bool = False,
    seeds: int | None = None,
    seed: int = 1,
    estimator: str | None = None,
    out: str | None = None,
    progress: Progress | None = None,
) -> Selftest:
    """Run the worlds of the self-test, and write its page where `out` names a folder.

    Parameters
    ----------
    quick : bool
        Smaller worlds, fewer seeds, one short chain.
    seeds, seed : int
        Worlds of each kind, and the seed that all of them come from.
    estimator : {'gibbs', 'newton'}, optional
        Else that of the size.
    out : str, optional
    progress : Progress, optional

    Raises
    ------
    InputError
        If there are no seeds, or the folder cannot be used.
    """
    tell = progress or silent
    folder = prepare_folder(out) if out else None
    size = QUICK if quick else FULL
    size = replace(
        size,
        seeds=size.seeds if seeds is None else seeds,
        config=replace(size.config, estimator=estimator or size.config.estimator),
    )
    tell("simulating worlds", 0.0)
    result = run_bias(size, seed=seed, progress=tell)
    if folder is not None:
        from melian.report.selftest import write_selftest

        tell("writing the page")
        write_selftest(result, folder)
    return result
