"""The measure `var` from a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from melian.study.run import Progress, hawkes_config

if TYPE_CHECKING:
    from melian.data.net_conduct import NetConduct
    from melian.history import EventHistory
    from melian.measures.answer import Answer
    from melian.study.model import Study
    from melian.study.source import Source

__all__ = ["measure_var"]


def measure_var(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Fit vector autoregressions to net series, and the model to the same events."""
    from melian.measures.parties import join_actors, parties_of
    from melian.measures.refits import fit_quickly
    from melian.measures.var import vector_autoregression
    from melian.measures.var_series import join_conduct, net_series
    from melian.measures.var_settings import VarSettings

    keys = study.var
    parties = parties_of(keys.var_parties)
    members = {"actors": [code for codes in parties.values() for code in codes]} if parties else {}
    history = source.history(study, reactive="with", **members)
    progress("net series")
    conduct = _conduct(study, source, history)
    if parties:
        history, conduct = join_actors(history, parties), join_conduct(conduct, parties)
    settings = VarSettings(
        step=keys.var_step, lags=keys.var_lags, most_lags=keys.var_most_lags, horizon=keys.var_horizon,
        joint=keys.var_joint, system=keys.var_system, parties=keys.var_parties, least=keys.var_least,
        draws=keys.var_draws, shifts=keys.var_shifts, seed=study.run.seed,
    )  # fmt: skip
    progress("fitting the model beside")
    fitted = fit_quickly(history, hawkes_config(study))
    progress("vector autoregressions, refits and shifted calendars")
    return vector_autoregression(
        fitted, net_series(conduct, keys.var_step), settings, unweighted=conduct.unweighted
    )


def _conduct(study: Study, source: Source, history: EventHistory) -> NetConduct:
    """Load the weighted events of the same actors, window and funnel."""
    from melian.data.funnel import FunnelOptions
    from melian.data.net_conduct import load_net_conduct

    data = study.data
    joined = study.model.blocs if data.level == "bloc" else ()
    rules: dict[str, Any] = {
        "without": data.without, "level": data.level, "joined": joined, "crosswalk": data.crosswalk,
        "span": data.span, "re_report_days": data.re_report_days,
    }  # fmt: skip
    options = FunnelOptions(**rules)
    return load_net_conduct(
        source.store, actors=history.actors, since=history.since, until=history.until, options=options
    )
