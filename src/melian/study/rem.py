"""The run of a relational event model: from a study to a fit, what it says of its events, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from melian.errors import InputError, StudyError
from melian.study.files import write_study
from melian.study.model import Study
from melian.study.output import prepare_folder
from melian.study.run import Progress, silent, store_of, study_history

if TYPE_CHECKING:
    from pathlib import Path

    from melian.data.connect import Store
    from melian.data.covariates import CovariateTable
    from melian.effects.covariates import Covariate
    from melian.effects.own import OwnEffect
    from melian.effects.term import Memory, Product, Term
    from melian.history import EventHistory
    from melian.rem.answer import RemAnswer
    from melian.rem.config import RemConfig, RiskTable
    from melian.sequence import RelationalEvents

__all__ = [
    "Prepared",
    "answer_prepared",
    "covariate_tables",
    "prepared",
    "rem_config",
    "rem_history",
    "rem_terms",
    "run_rem",
]


MANY_PAIRS: Final = 250_000


def run_rem(study: Study, *, progress: Progress | None = None) -> RemAnswer:
    """Read the store, fit the formula, evaluate it, and write the report where `[report] out` names a folder.

    Raises
    ------
    StudyError
        If the study names no store or no formula.
    InputError, StoreError
        If the formula, the store, a covariate, the window or the output folder cannot be used.
    """
    from melian.data import open_store

    tell = progress or silent
    path = store_of(study)
    tables = covariate_tables(study)
    rem_terms(study, tables)
    out = prepare_folder(study.report.out) if study.report.out else None
    with open_store(path) as store:
        tell("reading the store")
        history = rem_history(study, store)
        answer = answer_prepared(study, prepared(study, history, tables=tables), progress=tell)
        if out is not None:
            tell("writing the report")
            _write(study, answer, out, store=store)
    return answer


def rem_history(study: Study, store: Store) -> EventHistory:
    """Load the history that a study names: all actors where it names none; named ones also without events."""
    blocs = study.model.blocs if study.data.level == "bloc" else ()
    return study_history(study, store, n_actors=None, keep_idle=True, blocs=blocs)


def covariate_tables(study: Study) -> tuple[CovariateTable, ...]:
    """Read the covariates that a study names."""
    from melian.data.covariates import covariate

    named = study.rem.covariates or {}
    return tuple(
        covariate(given["file"], name, **{k: v for k, v in given.items() if k != "file"})
        for name, given in named.items()
    )


def rem_terms(
    study: Study, tables: tuple[CovariateTable, ...], *, own: Sequence[OwnEffect] = ()
) -> tuple[Term | Product, ...]:
    """Read the formula of a study; it may name attributes and the user's own effects."""
    from melian.effects.formula import parse_formula

    if study.rem.formula is None:
        raise StudyError("[rem] formula is not given; write one such as 'inertia + reciprocity'.")
    names = {table.name: "category" if table.categories else table.kind for table in tables}
    names |= {effect.name: "own" for effect in own}
    return parse_formula(study.rem.formula, names=names, memory=_memory(study), scaling=study.rem.scaling)


def rem_config(study: Study, *, risk_table: RiskTable | None = None) -> RemConfig:
    """Give the settings of the fit as the study has them."""
    from melian.rem.config import RemConfig

    rem = study.rem
    settings: dict[str, Any] = {
        name: getattr(rem, name)
        for name in (
            *("model", "likelihood", "conditional", "typed", "ties", "first_event", "errors", "frailty"),
        )
    }
    return RemConfig(
        **settings,
        risk_set=risk_table or rem.risk_set,  # type: ignore[arg-type]
        controls=rem.controls or None,
        cases=None if rem.cases == 1.0 else rem.cases,
        seed=study.run.seed,
        penalty=None if rem.penalty is None else (rem.penalty, rem.penalty_strength),  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a fit needs: the sequence, the terms, the settings, the attributes bound to it."""

    events: RelationalEvents
    terms: tuple[Term | Product, ...]
    config: RemConfig
    covariates: tuple[Covariate | OwnEffect, ...]
    data: dict[str, Any] | None


def prepared(
    study: Study,
    events: EventHistory | RelationalEvents,
    *,
    tables: tuple[CovariateTable, ...] = (),
    own: Sequence[OwnEffect] = (),
) -> Prepared:
    """Read the formula, turn a history into a sequence, bind the attributes to it.

    Raises
    ------
    InputError
        If the formula, an instrument, an attribute or the risk table cannot be used.
    """
    from melian.data.covariates import bind_covariates
    from melian.effects.formula import covariate_names
    from melian.history import EventHistory
    from melian.rem.answer import describe_data
    from melian.rem.from_store import from_history

    terms = rem_terms(study, tables, own=own)
    data = None
    if isinstance(events, EventHistory):
        provenance = events.provenance
        events = from_history(events, instruments=study.rem.instruments, joint=study.rem.joint)  # type: ignore[arg-type]
        data = describe_data(events, provenance)
    elif study.rem.instruments or study.rem.joint != "history":
        raise InputError(
            "instruments and joint choose among the events of a history from a store; choose the rows of a "
            "sequence before it is made."
        )
    wanted = covariate_names(terms)
    covariates = bind_covariates([table for table in tables if table.name in wanted], events)
    config = rem_config(study, risk_table=_risk_table(study, events))
    return Prepared(events, terms, config, (*covariates, *own), data)


def answer_prepared(study: Study, ready: Prepared, *, progress: Progress | None = None) -> RemAnswer:
    """Fit, and evaluate the fit on its own events."""
    from melian.rem.answer import answer_of
    from melian.rem.fit import fit_rem

    tell = progress or silent
    tell(f"fitting the model{_effort(ready)}")
    fit = fit_rem(ready.events, ready.terms, config=ready.config, covariates=ready.covariates)
    tell("ranking what happened")
    return answer_of(fit, formula=str(study.rem.formula), data=ready.data, telling=study.report.telling)


def _effort(ready: Prepared) -> str:
    """Say how to make a fit of very many pairs shorter."""
    pairs = ready.events.n_actors * (ready.events.n_actors - 1)
    if pairs < MANY_PAIRS or ready.config.controls is not None:
        return ""
    return f" to {pairs:,} pairs at risk; controls = 20 under [rem] samples them, and takes seconds"


def _memory(study: Study) -> Memory:
    """Give the memory of effects that state none."""
    from melian.effects.term import Memory

    rem = study.rem
    if rem.memory_half_life is not None:
        return Memory.halflife(rem.memory_half_life, clock=rem.clock)  # type: ignore[arg-type]
    if rem.memory_window is not None:
        return Memory.window(rem.memory_window, clock=rem.clock)  # type: ignore[arg-type]
    return Memory(clock=rem.clock)  # type: ignore[arg-type]


def _risk_table(study: Study, events: RelationalEvents) -> RiskTable | None:
    """Read the table of who could act when, where the study names one."""
    if study.rem.risk_set in ("full", "active"):
        return None
    from melian.study.risk import risk_table

    return risk_table(study.rem.risk_set, origin=events.origin, unit=events.unit)


def _write(study: Study, answer: RemAnswer, out: Path, *, store: Store) -> None:
    """Write the report, its files, and the study that replays it."""
    from melian.data import source_rows
    from melian.report import write_rem_report

    write_rem_report(answer, out, source_rows=lambda rows: source_rows(store, rows))
    write_study(study, out / "study.toml")
