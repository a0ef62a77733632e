"""What is told beside what was found: sentences must follow their results.

A case makes texts while the functions whose results feed them are recorded; then these give changed
results. Every text with a numeral must change; every numeral must be one of the results as it is rounded, and
none may stay what it is whatever the results; and no word of cause may stand there.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from types import MethodType
from typing import Any

import numpy as np
import polars as pl
import pytest
from moved import Mover

__all__ = ["CAUSAL", "Case", "Told", "faults", "tellings"]

Numerals = dict[str, list[tuple[str, str]]]
"""By text, its numerals that are no settings, each with the words around it."""
CAUSAL = re.compile(
    r"\b(caus(?:e|es|ed|al|ing)|because of|led to|leads? to|leading to|due to|results? in|resulted in"
    r"|owing to|thanks to|triggered by|provoked)\b",
    re.IGNORECASE,
)
DATES = re.compile(
    r"\b\d{4}-\d\d(?:-\d\d)?\b"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{4})?\b"
    r"|\b[A-Z]\w+ \(?(?:18|19|20)\d\d\b(?!-)"
)
"""Days, months, and the years of papers."""
NUMERAL = re.compile(r"(?<![\w.])[−+-]?\d[\d,]*(?:\.\d+)?%?(?!\w)")
NOUGHT = (r"without 0", r"above 0", r"below 0\b", r"leaves 0 out", r"holds 0")
"""Where no difference stands: no figure."""
LEVELS = frozenset({"90%", "90", "0.05", "5%", "0.001"})
"""Of every interval and test; p-values below the last are written so."""
RUNS = 5
SIGHTINGS = 4
"""Tellings after which a numeral that never changed is held to stand there by itself."""
MOST_COUNTED = 500


@dataclass(frozen=True)
class Told:
    """Texts, and the results that their numerals may be."""

    texts: tuple[str, ...]
    values: Any


@dataclass(frozen=True)
class Case:
    """A maker of sentences with the functions whose results feed it.

    Attributes
    ----------
    tell : callable
        Called again with changed results.
    found : tuple of (object, attribute)
        Functions whose results are changed.
    kept : tuple of (object, attribute)
        Dear functions whose results are only given again.
    keep : frozenset of str
        As in `Mover`.
    constants : mapping of (object, attribute) to value
        Other values of constants.
    """

    tell: Callable[[], Told]
    found: tuple[tuple[Any, str], ...]
    kept: tuple[tuple[Any, str], ...] = ()
    keep: frozenset[str] = frozenset()
    constants: Mapping[tuple[Any, str], Any] = field(default_factory=dict)


class Recorder:
    """Stands for a function: calls it at first, then gives its results again, changed or not, in order."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.results: list[Any] = []
        self.change: Callable[[Any], Any] | None = None
        self.at = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.change is None:
            self.results.append(self.function(*args, **kwargs))
            return self.results[-1]
        self.at += 1
        return self.change(self.results[self.at - 1])

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else MethodType(self, owner)


def tellings(case: Case, *, runs: int = RUNS) -> list[Told]:
    """Tell once what was found, then changed results; those are among the values."""
    functions = (*case.found, *case.kept)
    recorders = [Recorder(getattr(owner, name)) for owner, name in functions]
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name), value in case.constants.items():
            patch.setattr(owner, name, value)
        for (owner, name), recorder in zip(functions, recorders, strict=True):
            patch.setattr(owner, name, recorder)
        first = case.tell()
        results = [recorder.results for recorder in recorders[: len(case.found)]]
        return [
            Told(first.texts, (first.values, results)),
            *(_again(case, recorders, r) for r in range(runs)),
        ]


def _again(case: Case, recorders: Sequence[Recorder], run: int) -> Told:
    mover, seen = Mover(np.random.default_rng(run), case.keep), []

    def change(result: Any) -> Any:
        seen.append(mover(result))
        return seen[-1]

    for at, recorder in enumerate(recorders):
        recorder.at, recorder.change = 0, change if at < len(case.found) else lambda result: result
    told = case.tell()
    return Told(told.texts, (told.values, seen))


def faults(told: Sequence[Told], settings: Sequence[str] = ()) -> list[str]:
    """List what does not hold of tellings of one thing, the first that of the results as they were found.

    `settings` are patterns of phrases whose numerals are no results.
    """
    read = [{text: _numerals(text, settings) for text in one.texts} for one in told]
    return [*_unchanged(read), *_unfound(told, read), *_held(read), *_causal(told)]


def _unchanged(read: Sequence[Numerals]) -> Iterator[str]:
    for text, numerals in read[0].items():
        if numerals and all(text in other for other in read[1:]):
            yield f"does not follow its result: {text!r}"


def _unfound(told: Sequence[Told], read: Sequence[Numerals]) -> Iterator[str]:
    for one, texts in zip(told, read, strict=True):
        values = np.array([*_values(one.values)], dtype=float)
        values = values[np.isfinite(values)]
        for text, numerals in texts.items():
            for numeral, around in numerals:
                if not (_is_among(numeral, values) or _counts(numeral, values)):
                    yield f"no result is {numeral} ({around}): {text!r}"


def _held(read: Sequence[Numerals]) -> Iterator[str]:
    seen: dict[str, list[frozenset[str]]] = defaultdict(list)
    for texts in read:
        here: dict[str, set[str]] = defaultdict(set)
        for numeral, around in (pair for numerals in texts.values() for pair in numerals):
            here[around].add(numeral)
        for around, found in here.items():
            seen[around].append(frozenset(found))
    for around, sets in seen.items():
        if len(sets) >= SIGHTINGS and len(frozenset.union(*sets)) == 1:
            yield f"stays {[*sets[0]]} whatever the results: {around!r}"


def _causal(told: Sequence[Told]) -> Iterator[str]:
    for text in {text for one in told for text in one.texts}:
        if found := CAUSAL.search(text):
            yield f"says {found.group()!r}: {text!r}"


def _numerals(text: str, settings: Sequence[str]) -> list[tuple[str, str]]:
    """Give the numerals of a text with the words around, but for names, which change places."""
    plain = re.sub("|".join((*NOUGHT, *settings)), "SETTING", DATES.sub("DATE", text))
    words = re.sub(r"(\d)–(\d)", r"\1 – \2", plain).split()
    found = []
    for at, word in enumerate(words):
        around = [*words[max(0, at - 4) : at], "#", *words[at + 1 : at + 4]]
        known = " ".join(
            one if one.islower() or one == "#" else "_" for one in (w.strip(".,:;()") for w in around)
        )
        found += [(numeral.strip(","), known) for numeral in NUMERAL.findall(word.strip("“”\"'();:"))]
    return [pair for pair in found if pair[0] not in LEVELS]


def _is_among(numeral: str, values: np.ndarray) -> bool:
    """Whether a numeral is one of the values as it is rounded, plain or in per cent, whatever the sign."""
    text = numeral.strip("−+-").rstrip("%").replace(",", "")
    off = 0.5 * 10.0 ** -len(text.partition(".")[2]) * (1 + 1e-6)
    scales = (100.0,) if numeral.endswith("%") else (1.0, 100.0)
    return any((np.abs(np.abs(values) * scale - float(text)) <= off).any() for scale in scales)


def _counts(numeral: str, values: np.ndarray) -> bool:
    """Whether a whole number may count entries of the result; what it counts is seen by changing it."""
    return numeral.isdigit() and int(numeral) <= min(MOST_COUNTED, values.max(initial=0.0))


@singledispatch
def _values(thing: Any) -> Iterator[float]:
    """Every number in a result, how many entries its parts have, and medians, means and sums of columns."""
    if dataclasses.is_dataclass(thing):
        for part in dataclasses.fields(thing):
            yield from _values(getattr(thing, part.name))


@_values.register(int | float | np.number)
def _(thing: float) -> Iterator[float]:
    yield float(thing)


@_values.register(np.ndarray)
def _(thing: np.ndarray) -> Iterator[float]:
    yield from (float(n) for n in thing.shape)
    if thing.dtype.kind in "iuf":
        yield from (float(np.isfinite(thing).sum()), float(np.nansum(thing)))
        yield from thing.ravel().astype(float).tolist()


@_values.register(pl.DataFrame)
def _(thing: pl.DataFrame) -> Iterator[float]:
    yield float(thing.height)
    for column in thing.iter_columns():
        known = column.drop_nulls().cast(float).to_numpy() if column.dtype.is_numeric() else np.empty(0)
        yield from known.tolist()
        yield from (float(np.median(known)), float(known.mean()), float(known.sum())) if len(known) else ()


@_values.register(Mapping)
def _(thing: Mapping[Any, Any]) -> Iterator[float]:
    yield from _values(list(thing.values()))


@_values.register(tuple | list | set | frozenset)
def _(thing: Sequence[Any]) -> Iterator[float]:
    yield float(len(thing))
    for part in thing:
        yield from _values(part)
