"""The data of claims by logical name: each store opened once, each answer computed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, chdir
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from melian.claims.claim import Claim, Evidence
from melian.errors import InputError, MelianError
from melian.study.claim_measures import TABLES_OF
from melian.study.model import Study
from melian.study.run import Progress, silent, store_of

if TYPE_CHECKING:
    from melian.data.connect import Store
    from melian.history import FunnelCount
    from melian.measures.answer import Answer
    from melian.study.source import Source

__all__ = ["Asked", "ClaimData", "answered", "data_names", "data_paths"]

ENDINGS: Final = (".duckdb", ".parquet", ".csv")
FEW: Final = 4
"""Answers below which it is not worth starting other processes."""
SLACK: Final = dt.timedelta(days=31)
"""How far data may begin after, or end before, the window that a test names."""


def data_names(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Give the logical names that claims use, sorted.

    Examples
    --------
    >>> from melian.study.claim_file import find_claims
    >>> "icews18" in data_names(find_claims([]))
    True
    """
    found = set()
    for claim in claims:
        for one in claim.evidence:
            found |= {one.data, *TABLES_OF.get(one.measure, ())[1:]}
    return tuple(sorted(found))


def data_paths(given: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Read `NAME=PATH` and folders in which `NAME.duckdb`, `NAME.parquet` or `NAME.csv` lie.

    Raises
    ------
    InputError
        If a name is not one that the claims use, a file does not exist, or a folder holds none of them.
    """
    found: dict[str, str] = {}
    for text in given:
        name, sign, path = text.partition("=")
        if not sign or Path(text).exists():
            found |= _in_folder(Path(text), known)
            continue
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InputError(f"data {name!r} is not what the claims ask for: {', '.join(known)}.{hint}")
        if not Path(path).is_file():
            raise InputError(f"data {name}={path}: there is no such file.")
        found[name] = path
    return found


def _in_folder(folder: Path, known: Sequence[str]) -> dict[str, str]:
    if not folder.is_dir():
        raise InputError(f"--data {folder} is neither NAME=PATH nor a folder.")
    files = {name: [folder / f"{name}{ending}" for ending in ENDINGS] for name in known}
    found = {n: next((str(p) for p in paths if p.is_file()), "") for n, paths in files.items()}
    if not any(found.values()):
        raise InputError(
            f"folder {folder} holds none of the data that the claims ask for: {', '.join(known)}."
        )
    return {name: path for name, path in found.items() if path}


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure with the study and, where it reads tables, the tables that it is run on."""

    measure: str
    study: Study
    tables: Mapping[str, str]

    @property
    def key(self) -> str:
        """The same for the same question."""
        return f"{self.measure} {self.study.as_mapping()!r} {sorted(self.tables.items())!r}"


def answered(asked: Asked) -> tuple[str, Answer | MelianError]:
    """Run a measure on data that are opened for it; what the data refuse is given as the error."""
    from threadpoolctl import threadpool_limits

    from melian.data import open_store
    from melian.study.measure_tables import answer_of_tables
    from melian.study.measures import answer_of
    from melian.study.source import Source

    try:
        # One thread: sums come out the same whatever the number of processes.
        with threadpool_limits(1):
            if asked.tables:
                return asked.key, answer_of_tables(asked.study, asked.measure, asked.tables)
            with open_store(store_of(asked.study)) as store:
                return asked.key, answer_of(asked.study, Source(store), asked.measure)
    except MelianError as error:
        return asked.key, error


def _answered_in(folder: Path, asked: Asked) -> tuple[str, Answer | MelianError]:
    """Run it in a process that may be left over from an earlier call, made in another folder."""
    with chdir(folder):
        return answered(asked)


class ClaimData:
    """Data of claims by logical name; use it as a context.

    Parameters
    ----------
    paths : mapping of str to str
    progress : Progress, optional
    """

    def __init__(self, paths: Mapping[str, str], progress: Progress | None = None) -> None:
        self.paths = paths
        self._tell = progress or silent
        self._sources: dict[str, Source] = {}
        self._answers: dict[str, Answer | MelianError] = {}
        self._funnels: dict[str, tuple[FunnelCount, ...]] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def missing(self, evidence: Evidence) -> str:
        """Name data that a test needs and that were not given; "" where all are there."""
        needed = (evidence.data, *TABLES_OF.get(evidence.measure, ())[1:])
        return next((name for name in needed if name not in self.paths), "")

    def store(self, evidence: Evidence) -> Store | None:
        """Give the open store of a test; None where its measure reads tables."""
        return None if evidence.measure in TABLES_OF else self.source(evidence).store

    def source(self, evidence: Evidence) -> Source:
        """Give the source of a test, opened once."""
        from melian.data import open_store
        from melian.study.source import Source

        if evidence.data not in self._sources:
            store = self._open.enter_context(open_store(self.paths[evidence.data]))
            self._sources[evidence.data] = Source(store)
        return self._sources[evidence.data]

    def study(self, evidence: Evidence, since: dt.date | None, until: dt.date | None) -> Study:
        """Give the study that a test stands for, in a window."""
        return Study().replace(
            **{**evidence.study, "store": self.paths[evidence.data], "actors": evidence.actors},
            since=since,
            until=until,
        )

    def answer(self, evidence: Evidence, since: dt.date | None, until: dt.date | None) -> Answer:
        """Run the measure of a test in a window, or give what it answered before.

        Raises
        ------
        InputError, StoreError
            If the data cannot answer.
        """
        asked = self._asked(evidence, since, until)
        if asked.key not in self._answers:
            self._tell(f"{evidence.measure} on {evidence.data}")
            self._answers[asked.key] = answered(asked)[1]
        found = self._answers[asked.key]
        if isinstance(found, MelianError):
            raise found
        return found

    def answer_all(self, tests: Iterable[Evidence]) -> None:
        """Run the measures that tests ask for, several at a time where there are many."""
        from joblib import Parallel, delayed

        asked: dict[str, Asked] = {}
        for one in tests:
            windows = [(one.since, one.until)]
            windows += [(one.than.since, one.than.until)] if one.than.other_window else []
            found = (self._asked(one, *window) for window in windows)
            asked |= {question.key: question for question in found}
        if len(asked) < FEW:
            return
        self._tell("the measures", 0.0)
        workers = Parallel(n_jobs=-1, return_as="generator_unordered")
        tasks = (delayed(_answered_in)(Path.cwd(), one) for one in asked.values())
        for done, (key, found) in enumerate(workers(tasks), 1):
            self._answers[key] = found
            self._tell("the measures", done / len(asked))

    def _asked(self, evidence: Evidence, since: dt.date | None, until: dt.date | None) -> Asked:
        study = self.study(evidence, since, until)
        tables = TABLES_OF.get(evidence.measure, ())
        paths = {n: self.paths[n] for n in tables[1:]} | dict.fromkeys(tables[:1], self.paths[evidence.data])
        return Asked(evidence.measure, study, paths)

    def funnel(self, evidence: Evidence) -> tuple[FunnelCount, ...]:
        """Count what each step of the test's own study left of a store; empty for tables."""
        from melian.data.funnel import FunnelOptions, funnel_counts

        store = self.store(evidence)
        if store is None:
            return ()
        study = Study().replace(**evidence.study)
        data = study.data
        rules: dict[str, Any] = {
            "without": data.without, "level": data.level, "crosswalk": data.crosswalk, "span": data.span,
            "joined": study.model.blocs if data.level == "bloc" else (),
            "re_report_days": data.re_report_days,
        }  # fmt: skip
        options = FunnelOptions(**rules)
        asked = f"{evidence.data} {options!r}"
        if asked not in self._funnels:
            self._funnels[asked] = funnel_counts(store, options)
        return self._funnels[asked]
