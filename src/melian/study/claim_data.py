"""The data of claims by logical name: each store opened once, each answer computed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from melian.claims.claim import Claim, Evidence
from melian.errors import InputError
from melian.study.claim_measures import TABLES_OF
from melian.study.model import Study
from melian.study.run import Progress, silent

if TYPE_CHECKING:
    from melian.data.connect import Store
    from melian.history import FunnelCount
    from melian.measures.answer import Answer
    from melian.study.source import Source

__all__ = ["ClaimData", "data_names", "data_paths"]

ENDINGS: Final = (".duckdb", ".parquet", ".csv")
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
        self._answers: dict[str, Answer] = {}
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
        from melian.study.measure_tables import answer_of_tables
        from melian.study.measures import answer_of

        study = self.study(evidence, since, until)
        asked = f"{evidence.measure} {study.as_mapping()!r}"
        if asked not in self._answers:
            self._tell(f"{evidence.measure} on {evidence.data}")
            if evidence.measure in TABLES_OF:
                tables = TABLES_OF[evidence.measure]
                paths = {tables[0]: self.paths[evidence.data], **{n: self.paths[n] for n in tables[1:]}}
                self._answers[asked] = answer_of_tables(study, evidence.measure, paths)
            else:
                self._answers[asked] = answer_of(study, self.source(evidence), evidence.measure)
        return self._answers[asked]

    def funnel(self, evidence: Evidence) -> tuple[FunnelCount, ...]:
        """Count what each step from reports to events left of a store; empty for tables."""
        from melian.data.funnel import FunnelOptions, funnel_counts

        store = self.store(evidence)
        if store is None:
            return ()
        data = Study().replace(**evidence.study).data
        options = FunnelOptions(without=data.without, crosswalk="default", span="drop")
        asked = f"{evidence.data} {options!r}"
        if asked not in self._funnels:
            self._funnels[asked] = funnel_counts(store, options)
        return self._funnels[asked]
