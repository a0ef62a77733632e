"""Reading claim files: validated whole, all problems told at once, before anything is computed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from melian.claims.claim import Claim, Curve, Evidence, Needs, Reference
from melian.claims.expression import names_in
from melian.codebook.groups import instrument_groups
from melian.errors import InputError, StudyError
from melian.options import INSTRUMENTS
from melian.study.claim_curve import curve_problems
from melian.study.claim_measures import BARE, ESTIMATES, TESTS
from melian.study.claim_schema import ClaimKeys, CurveKeys, EvidenceKeys, NeedsKeys, ThanKeys, claim_keys
from melian.study.model import Study
from melian.study.schema import SECTIONS, keys_of
from melian.study.tables import nearest, read_table, read_toml, refuse, sentence

__all__ = ["bundled_claims", "claim_from_tables", "find_claims", "read_claim"]

TABLES: Final = ("claim", "evidence", "curve")
CODE: Final = re.compile(r"(?<![A-Za-z])[A-Z]{3,}:?(?![A-Za-z])")
"""An actor or a bloc in the name of an estimate."""
SLIP: Final = 0.8
"""Likeness from which a word counts as a misspelt instrument; words that estimates use are less like one."""
OWN_KEYS: Final = ("store", "actors", "since", "until", "out")
"""Keys of a study that the evidence says itself, or the command line."""


def bundled_claims() -> dict[str, str]:
    """Give the claims of the package: id to TOML text, in the order of their files.

    Examples
    --------
    >>> len(bundled_claims())
    10
    """
    folder = files("melian.claims").joinpath("essay")
    named = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): f.read_text("utf-8") for f in named}


def find_claims(asked: Sequence[str]) -> list[Claim]:
    """Read the claims asked for, by path or by the id of a bundled one; all bundled ones where none is asked.

    Raises
    ------
    InputError
        If a claim is neither a file nor bundled, does not validate, or two have one id.
    """
    ours = bundled_claims()
    found = []
    for name in asked or tuple(ours):
        if name in ours and not Path(name).is_file():
            found.append(claim_from_tables(tomllib.loads(ours[name]), name=f"claim {name}"))
        elif Path(name).suffix == ".toml" or Path(name).exists():
            found.append(read_claim(name))
        else:
            said = f"{name!r} is neither a file nor a bundled claim{nearest(name, tuple(ours))}"
            raise InputError(sentence(said))
    ids = [claim.id for claim in found]
    twice = next((one for at, one in enumerate(ids) if one in ids[:at]), None)
    if twice is not None:
        raise InputError(f"two claims have the id {twice!r}; ids name the pages and must differ.")
    return found


def read_claim(path: str | Path) -> Claim:
    """Read and validate a claim file.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or does not validate; all problems at once.
    """
    return claim_from_tables(read_toml(path, "claim file"), name=str(path))


def claim_from_tables(tables: Mapping[str, Any], *, name: str = "claim") -> Claim:
    """Validate the tables of a claim file, as `tomllib` gives them.

    Raises
    ------
    InputError
        Naming every key that is not known or does not validate, every measure, estimate, study key and
        value of the grid that cannot be.
    """
    problems = [f"[{t}] is not a table of a claim{nearest(t, TABLES)}" for t in tables if t not in TABLES]
    told = _table("claim", tables.get("claim", {}), ClaimKeys, problems)
    curve = _curve(tables.get("curve", {}), problems)
    rows = tables.get("evidence", [])
    if not isinstance(rows, list) or not rows:
        problems.append("there is no [[evidence]]; a claim needs one test at least")
        rows = []
    evidence = [_evidence(row, at, curve, problems) for at, row in enumerate(rows, 1)]
    names = [one.name for one in evidence if one is not None]
    problems += [f"two tests are named {n!r}" for at, n in enumerate(names) if n in names[:at]]
    if any(one is not None and one.curve for one in evidence) and not curve.axes:
        problems.append("[curve] axes is empty, but a test has curve = true")
    refuse(problems, name)
    return Claim(**told, evidence=tuple(one for one in evidence if one is not None), curve=curve)


def _evidence(row: object, at: int, curve: Curve, problems: list[str]) -> Evidence | None:
    where = f"evidence {at}"
    before = len(problems)
    told = _table(where, row, EvidenceKeys, problems)
    needs = _table(f"{where}, needs", told.pop("needs") or {}, NeedsKeys, problems)
    study = dict(told.pop("study") or {})
    than = _reference(where, told.pop("than"), told, problems)
    whole = len(problems) == before
    problems += [f"[{where}] {problem}" for problem in _wrong_study(study)]
    if not whole:
        if isinstance(told["measure"], str) and told["measure"] not in ESTIMATES:
            problems.append(f"[{where}] {_wrong_measure(told['measure'])}")
        return None
    one = Evidence(**told, than=than, study=study, needs=Needs(**needs))
    problems += [f"[{where}] {problem}" for problem in _across(one, curve)]
    return one


def _reference(where: str, value: object, told: Mapping[str, Any], problems: list[str]) -> Reference:
    """Read what an estimate is held against, in any of its forms."""
    wanted = 2 if told.get("expect") == "between" else 1
    if isinstance(value, Mapping):
        table = _table(f"{where}, than", value, ThanKeys, problems)
        if table["since"] is None and table["until"] is None:
            problems.append(f"[{where}, than] names no other period; write since, until or both")
        names: Sequence[str] = (table["estimate"] or str(told.get("estimate")),)
        reference = Reference((), tuple(names), table["since"], table["until"])
    else:
        items: list[Any] = value if isinstance(value, list) else [] if value is None else [value]
        numbers = tuple(float(item) for item in items if not isinstance(item, str))
        reference = Reference(numbers, tuple(item for item in items if isinstance(item, str)))
    if reference.numbers and len(reference.numbers) != wanted:
        problems.append(f"[{where}] than: {wanted} number(s) are needed for expect = {told.get('expect')!r}")
    if wanted == 2 and (reference.estimates or list(reference.numbers) != sorted(reference.numbers)):
        problems.append(f"[{where}] than: `between` is held against two numbers, the lower first")
    return reference


def _across(one: Evidence, curve: Curve) -> Iterable[str]:
    """Name what contradicts between the keys of a test."""
    yield from _estimate_problems(one)
    yield from _actor_problems(one)
    if one.since and one.until and one.since > one.until:
        yield f"since ({one.since}) is after until ({one.until})"
    if one.than.since and one.than.until and one.than.since > one.than.until:
        yield f"than: since ({one.than.since}) is after until ({one.than.until})"
    if one.instruments and not any("{instruments}" in e for e in (one.estimate, *one.than.estimates)):
        yield "instruments are given, but no estimate holds {instruments}"
    if one.curve and curve.axes and not any(_wrong_study(one.study)) and one.measure in ESTIMATES:
        yield from curve_problems(one, curve, Study().replace(**one.study))


def _wrong_measure(name: str) -> str:
    return f"measure: {name!r} is not a measure{nearest(name, tuple(ESTIMATES))}"


def _estimate_problems(one: Evidence) -> Iterable[str]:
    if one.measure not in ESTIMATES:
        yield _wrong_measure(one.measure)
        return
    yield from _test_problems(one)
    heads = ESTIMATES[one.measure]
    for expression in (one.estimate, *one.than.estimates, *one.beside):
        try:
            names = names_in(expression, one.instruments)
        except ValueError as error:
            yield str(error)
            continue
        for name in names:
            head, *parts = name.split(".")
            if any(re.fullmatch(bare, name) for bare in BARE.get(one.measure, ())):
                yield f"{name!r} has no interval, and nothing can be decided by a figure without one"
            elif head not in heads:
                yield f"{name!r} is not an estimate of {one.measure!r}{nearest(head, heads)}"
            yield from (
                f"{name!r} names {part}{nearest(part, INSTRUMENTS)}" for part in parts if _misspelt(part)
            )


def _test_problems(one: Evidence) -> Iterable[str]:
    """Name a test that the measure does not run."""
    heads = TESTS.get(one.measure, ())
    head = one.test.split(".")[0]
    if not one.test or head in heads:
        return
    if not heads:
        yield f"test: {one.measure!r} runs no tests of its own"
    else:
        yield f"test: {one.test!r} is not a test of {one.measure!r}{nearest(head, heads)}"


def _misspelt(part: str) -> bool:
    """Whether part of an estimate's name is an instrument but for a slip of the pen."""
    known = {*INSTRUMENTS, *instrument_groups().values()}
    return part not in known and bool(get_close_matches(part, INSTRUMENTS, n=1, cutoff=SLIP))


def _actor_problems(one: Evidence) -> Iterable[str]:
    """Name codes in estimates that are not among the actors; where none are listed, not in the codebook."""
    known = {part for actor in one.actors for part in (actor, *actor.split("."))} or _book_codes()
    what = "no actor of the test" if one.actors else "not in the codebook (codes of your own: list actors)"
    for expression in dict.fromkeys((one.estimate, *one.than.estimates, *one.beside, one.test)):
        for code in CODE.findall(expression):
            if code not in known:
                yield f"{expression!r} names {code}, which is {what}{nearest(code, sorted(known))}"


@lru_cache(maxsize=1)
def _book_codes() -> frozenset[str]:
    """Give the codes that the packaged codebook has for countries, organisations, sectors and blocs."""
    from melian.codebook import load_codebook

    book = load_codebook()
    every = [spell for spells in (*book.actors.values(), *book.keds.values()) for spell in spells]
    spells = {part for spell in every for part in (spell.iso3, *spell.actor.split("."))}
    blocs = {f"{name}{end}" for name in book.bloc_names for end in ("", ":")}
    return frozenset({*book.countries.values(), *book.orgs, *book.sectors.values(), *spells, *blocs})


def _wrong_study(fragment: Mapping[str, Any]) -> Iterable[str]:
    """Name every key that a study would refuse, and those that do not belong into a fragment of one."""
    known = {key.name for section in SECTIONS for key in keys_of(section)}
    for key in fragment:
        if key in OWN_KEYS:
            yield f"study: {key} is said by the evidence itself or by the command line, not in study"
        elif key not in known:
            yield from _refused({key: fragment[key]})
    yield from _refused({k: v for k, v in fragment.items() if k in known and k not in OWN_KEYS})


def _refused(fragment: Mapping[str, Any]) -> Iterable[str]:
    """Say what a study refuses."""
    try:
        Study().replace(**fragment)
    except StudyError as error:
        lines = str(error).splitlines()
        for line in lines[1:] if len(lines) > 1 else lines:
            yield f"study: {line.strip().removeprefix('- ').rstrip('.')}"


def _curve(value: object, problems: list[str]) -> Curve:
    told = _table("curve", value, CurveKeys, problems)
    axes = told["axes"] or {}
    for name, values in axes.items():
        if not isinstance(values, list) or not values:
            problems.append(f"[curve] axes: {name} = {values!r} is not a list of values")
    good = {name: tuple(values) for name, values in axes.items() if isinstance(values, list)}
    return Curve(good, told["specs"], told["share"])


def _table(name: str, values: object, kind: type, problems: list[str]) -> dict[str, Any]:
    return read_table(name, values, tuple(claim_keys(kind, name)), problems)
