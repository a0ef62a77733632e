"""Measures, specification curves and claims from Python: what the commands give, as objects and frames.

Settings are named as in the study file, and hold what they hold there. A report is written only where `out`
names a folder; a curve keeps finished specifications in its cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melian.errors import InputError
from melian.study import Study

if TYPE_CHECKING:
    from melian.analysis.attribution import Attribution
    from melian.checks.suite import CheckReport
    from melian.claims.suite import ClaimReport
    from melian.curve.result import CurveResult
    from melian.data.connect import Store
    from melian.measures.answer import Answer
    from melian.study.run import Progress

__all__ = ["claim", "measure", "specification_curve", "text"]


def measure(
    store: Store | str | Path,
    name: str,
    *,
    study: Study | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Answer:
    """Run a measure on the events of a store, as the command of its name does.

    Parameters
    ----------
    store : Store or path
        As `melian.open_store` or `melian.store_from_frame` give it; a store named by its path is opened and
        closed.
    name : {'shares', 'responses', 'change', 'toolkits', 'diffusion', 'var', 'cooperation'}
    study : Study, optional
        As `melian.read_study` gives it; else all keys have their defaults.
    progress : callable, optional
        Is told what is being done: a text and, where it is known, the part done.
    **settings
        Keys of the study file by name: `actors`, `since`, `until` and the other keys of `[data]`, those of
        the measure's own section (`docs/study.md`), `seed`, `jobs`; `out` names a folder for the report.

    Returns
    -------
    Answer
        `sentences`; `frame()`, a row per estimate; `exhibits`, each with its frame; `tests`, plain p-values
        by name (`melian.text` says how many there are, and how many are left after Holm's adjustment).

    Raises
    ------
    StudyError
        If a setting is not known or holds what is not allowed.
    InputError, StoreError
        If the measure is not known, or store, window or folder cannot be used.

    Examples
    --------
    >>> import datetime as dt
    >>> import melian, polars as pl
    >>> day, do = dt.timedelta(days=1), ["force", "economy", "economy"]
    >>> rows = [(dt.date(2018, 1, 1) + n * day, "USA", "RUS", do[n % 3]) for n in range(300)]
    >>> rows += [(date, "RUS", "USA", "force") for date, *_ in rows]
    >>> frame = pl.DataFrame(rows, schema=["date", "source", "target", "instrument"], orient="row")
    >>> with melian.store_from_frame(frame) as store:
    ...     answer = melian.measure(store, "toolkits", actors=["USA", "RUS"], toolkit_draws=99)
    >>> round(answer.estimates["share.USA.force"].value, 2)
    0.33
    >>> answer.frame().filter(pl.col("estimate") == "share.RUS.force").select("value", "events").row(0)
    (1.0, 300)
    >>> melian.measure("events.duckdb", "toolkits", toolkit_draw=99)
    Traceback (most recent call last):
    ...
    melian.errors.StudyError: toolkit_draw is not a key of a study; did you mean toolkit_draws?
    """
    from melian.study.measures import measure_store

    asked = (study or Study()).replace(**settings)
    with _opened(store) as opened:
        return measure_store(_named(asked, opened), opened, name, progress=progress)


def specification_curve(
    store: Store | str | Path,
    estimate: str,
    *,
    study: Study | None = None,
    cache: str | Path | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> CurveResult:
    """Run one estimate under many defensible choices, as `melian curve` does.

    Parameters
    ----------
    store : Store or path
        As for `melian.measure`; one in memory is run in this process alone.
    estimate : str
        Its name, such as `"initiative.RUS"` or `"initiative.RUS-USA"`.
    study, progress
        As for `melian.measure`.
    cache : path, optional
        Folder of finished specifications, which are not run again; else the user's cache folder.
    **settings
        Keys of the study file by name; those of `[curve]` say of which `measure`, which choices (`vary`,
        `axes`), how many specifications (`curve_specs`) and against which `reference`.

    Returns
    -------
    CurveResult
        `frame`, a row per specification; `verdict`; `influence_frame()`, a row per choice.

    Raises
    ------
    StudyError
        If a setting or an axis is not known or holds what is not allowed.
    InputError, StoreError
        If there is no such estimate, or store, window or folders cannot be used.

    Examples
    --------
    >>> import datetime as dt
    >>> import melian, polars as pl
    >>> day = dt.timedelta(days=1)
    >>> rows = [(dt.date(2018, 1, 1) + n * day, "USA", "RUS", "force") for n in range(0, 300, 2)]
    >>> rows += [(date + day, "RUS", "USA", "force") for date, *_ in rows]
    >>> frame = pl.DataFrame(rows, schema=["date", "source", "target", "instrument"], orient="row")
    >>> with melian.store_from_frame(frame) as store:
    ...     found = melian.specification_curve(
    ...         store, "reaction.RUS", actors=["USA", "RUS"], axes={"knots": [30, 60]}, vary=["knots"],
    ...         half_lives=(1, 5), sweeps=40, cache="kept")
    >>> found
    <CurveResult reaction.RUS: 3 specifications, 3 with a value>
    >>> found.frame["knots"].to_list()
    ['auto', '30', '60']
    """
    from melian.study.curve import curve_store

    asked = (study or Study()).replace(estimate=estimate, **settings)
    with _opened(store) as opened:
        return curve_store(_named(asked, opened), opened, cache=cache, progress=progress)


def claim(
    *files: str | Path,
    data: Mapping[str, str | Path] | str | Path,
    curve_specs: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> ClaimReport:
    """Run claims to a verdict, as `melian claim` does.

    Parameters
    ----------
    *files : path or str
        Claim files, or ids of bundled claims; all ten of these where none is named.
    data : mapping of str to path, or path
        Logical name to file, or a folder with `NAME.duckdb`, `NAME.parquet` or `NAME.csv`.
    curve_specs : int, optional
        Specifications of each curve, instead of what the claims say; 0: no curves.
    out : path, optional
        Folder for the pages.
    progress : callable, optional
        As for `melian.measure`.

    Returns
    -------
    ClaimReport
        `verdicts`, one for each claim, with its reason and tests; `frame()`, a row per test.

    Raises
    ------
    InputError, StoreError
        If a claim does not validate, data are named that no claim asks for, or a file cannot be used.

    Examples
    --------
    >>> import melian
    >>> found = melian.claim("05-brute-force", data={})
    >>> found.verdicts[0].verdict
    'undecided'
    >>> found.frame()["reason"][0]
    "no data were given for 'icews18'"
    """
    from melian.claims.suite import ClaimReport
    from melian.study.claim_data import data_names, data_paths
    from melian.study.claim_file import find_claims
    from melian.study.claim_run import run_claims, write_claims
    from melian.study.output import prepare_folder

    claims = find_claims([str(file) for file in files])
    given = [f"{name}={path}" for name, path in data.items()] if isinstance(data, Mapping) else [str(data)]
    paths = data_paths(given, data_names([*claims, *find_claims(())]))
    folder = None if out is None else prepare_folder(out)
    verdicts = run_claims(claims, paths, specs=curve_specs, progress=progress)
    if folder is not None:
        write_claims(verdicts, folder)
    return ClaimReport(verdicts)


def text(result: Answer | Attribution | CheckReport | ClaimReport | CurveResult) -> str:
    """Give a result as the text that its command prints: sentences, figures, tests with Holm's adjustment.

    Examples
    --------
    >>> import melian
    >>> print(melian.text(melian.claim("05-brute-force", data={})).splitlines()[0])
    UNDECIDED     05-brute-force  “relies on brute force rather than on soft power and economy”
    >>> melian.text(3)
    Traceback (most recent call last):
    ...
    melian.errors.InputError: 3 is no result of an attribution, a measure, checks, a curve or claims.
    """
    from melian.analysis.attribution import Attribution
    from melian.checks.suite import CheckReport
    from melian.claims.suite import ClaimReport
    from melian.curve.result import CurveResult
    from melian.measures.answer import Answer
    from melian.report import attribution_text
    from melian.report.answer_text import answer_text
    from melian.report.checks_text import checks_text
    from melian.report.claims_text import claims_text
    from melian.report.curve_text import curve_text

    ways: dict[type, Callable[[Any], str]] = {
        Answer: answer_text,
        Attribution: attribution_text,
        CheckReport: lambda one: checks_text(one.summary()),
        ClaimReport: lambda one: claims_text(one.verdicts),
        CurveResult: curve_text,
    }
    way = ways.get(type(result))
    if way is None:
        raise InputError(f"{result!r} is no result of an attribution, a measure, checks, a curve or claims.")
    return way(result)


@contextmanager
def _opened(store: Store | str | Path) -> Iterator[Store]:
    """Open a store that is named by its path; one that is open stays open."""
    from melian.data import open_store
    from melian.data.connect import Store

    if isinstance(store, Store):
        yield store
    elif isinstance(store, str | Path):
        with open_store(store) as opened:
            yield opened
    else:
        raise InputError(
            f"store is of the type {type(store).__name__}; give what melian.open_store or "
            "melian.store_from_frame gives, or the path of a store."
        )


def _named(study: Study, store: Store) -> Study:
    """Name the store in the study, so that the study that is written replays the run."""
    return study if store.path == ":memory:" else study.replace(store=store.path)
