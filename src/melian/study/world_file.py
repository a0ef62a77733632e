"""Reading world files and scenario files: validated whole, all problems told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from melian.errors import InputError
from melian.study.kinds import Kind
from melian.study.tables import nearest, read_table, read_toml, refuse
from melian.study.world_schema import LISTS, REQUIRED, TABLES, ActorKeys, By, ChangeKeys, world_keys
from melian.worlds.scenario import KEYS_OF_CHANGE, Change, Scenario

__all__ = ["WorldFile", "change_from_text", "read_scenario", "read_world", "world_from_tables"]

FREE: Final = ("season", "postures", "actors")
EMPTY: Final = ("instruments", "reactive", "taste")
"""Tables by instrument that are empty where nothing is written."""


@dataclass(frozen=True, slots=True)
class WorldFile:
    """A validated world file: its tables with all defaults filled in, its changes, and where it came from."""

    tables: Mapping[str, Any]
    changes: tuple[Change, ...]
    path: str


def read_world(path: str | Path) -> WorldFile:
    """Read and validate a world file.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or does not validate; all problems at once.
    """
    return world_from_tables(read_toml(path, "world file"), name=str(path))


def read_scenario(path: str | Path) -> Scenario:
    """Read and validate a scenario file: `name`, `about`, and a list of `[[change]]`.

    Raises
    ------
    InputError
        As `read_world`.
    """
    tables = read_toml(path, "scenario file")
    problems = [
        f"{name} is not a key of a scenario{nearest(name, ('name', 'about', 'change'))}"
        for name in tables if name not in ("name", "about", "change")
    ]  # fmt: skip
    for name in ("name", "about"):
        if not isinstance(tables.get(name, ""), str):
            problems.append(f"{name}: {tables[name]!r} is not a text")
    rows = _rows("change", tables.get("change", []), problems)
    changes = tuple(c for c in (_change(row, problems) for row in rows) if c is not None)
    refuse(problems, str(path))
    return Scenario(name=tables.get("name", Path(path).stem), about=tables.get("about", ""), changes=changes)


def change_from_text(text: str) -> Change:
    """Read a change from the command line: its kind, then `key=value`, lists with commas.

    Raises
    ------
    InputError
        If it is not of that form or does not validate.

    Examples
    --------
    >>> change_from_text("baseline actors=Athens,Sparta factor=0.5").actors
    ('Athens', 'Sparta')
    """
    words = text.split()
    if not words or any("=" not in word for word in words[1:]):
        raise InputError(
            f"change {text!r} is not of the form KIND key=value ...; for example "
            "'baseline actors=Athens factor=0'."
        )
    known = {key.name: key.kind for key in world_keys(ChangeKeys, "change")}
    row: dict[str, Any] = {"what": words[0]}
    for word in words[1:]:
        name, _, value = word.partition("=")
        row[name] = _typed(known.get(name), value)
    problems: list[str] = []
    rows = _rows("change", [row], problems)
    change = _change(rows[0], problems) if rows and not problems else None
    refuse(problems, f"change {text!r}")
    assert change is not None
    return change


def _typed(kind: Kind | None, value: str) -> Any:
    """Give a word of the command line the type that its kind wants."""
    name = type(kind).__name__
    if name == "Many":
        return [item for item in value.split(",") if item]
    if name == "Flag":
        return {"true": True, "false": False}.get(value, value)
    try:
        return int(value) if name == "Whole" else float(value) if name == "Number" else value
    except ValueError:
        return value


def world_from_tables(tables: Mapping[str, Any], *, name: str = "world") -> WorldFile:
    """Validate the tables of a world file, as `tomllib` gives them, and fill in the defaults."""
    problems: list[str] = []
    known = (*TABLES, *LISTS, *FREE)
    problems += [f"[{t}] is not a table of a world{nearest(t, known)}" for t in tables if t not in known]
    full: dict[str, Any] = {t: _table(t, tables.get(t, {}), kind, problems) for t, kind in TABLES.items()}
    for listed in LISTS:
        full[listed] = _rows(listed, tables.get(listed, []), problems)
    full["season"] = _by("season", tables.get("season", {}), problems)
    postures = tables.get("postures") or {"plain": dict.fromkeys(full["world"].get("instruments") or (), 1.0)}
    full["postures"] = {p: _by(f"postures.{p}", row, problems) for p, row in postures.items()}
    actors = tables.get("actors", {})
    if not isinstance(actors, Mapping) or len(actors) < 2:
        problems.append("[actors] names fewer than two actors; write [actors.NAME] for each")
        actors = {}
    full["actors"] = {a: _table(f"actors.{a}", row, ActorKeys, problems) for a, row in actors.items()}
    changes = tuple(c for c in (_change(row, problems) for row in full.pop("change")) if c is not None)
    if not problems:
        problems += list(_across(full))
    refuse(problems, name)
    return WorldFile(full, changes, name)


def _table(name: str, values: object, kind: type, problems: list[str]) -> dict[str, Any]:
    """Read one table; an optional key that is not written and has no default is left out."""
    known = {key.name: key for key in world_keys(kind, name)}
    out = read_table(name, values, tuple(known.values()), problems)
    empty: dict[str, Any] = {
        n: {} for n in EMPTY if n in known and isinstance(known[n].kind, By) and out[n] is None
    }
    # An actor that does not say how it answers does as [answers] says: no key, not an empty one.
    return {k: v for k, v in (out | empty).items() if v is not None or known[k].default is REQUIRED}


def _rows(name: str, values: object, problems: list[str]) -> list[dict[str, Any]]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        problems.append(f"{name} = {values!r} is not a list of tables; write [[{name}]] above each")
        return []
    if name == "change":
        return [_change_row(row, problems) for row in values]
    return [_table(name, row, LISTS[name], problems) for row in values]


def _change_row(row: object, problems: list[str]) -> dict[str, Any]:
    """Read a change; keys that its kind does not have are refused."""
    what = row.get("what") if isinstance(row, Mapping) else None
    if isinstance(row, Mapping) and what in KEYS_OF_CHANGE:
        allowed = ("what", *KEYS_OF_CHANGE[str(what)])
        strange = [key for key in row if key not in allowed]
        problems += [
            f"[change] {key} is not a key of a change of {what!r}{nearest(key, allowed)}" for key in strange
        ]
        row = {key: value for key, value in row.items() if key in allowed}
    return _table("change", row, ChangeKeys, problems)


def _change(row: Mapping[str, Any], problems: list[str]) -> Change | None:
    names = {field.name for field in fields(Change)}
    values = {key: value for key, value in row.items() if key in names and value is not None}
    if "what" not in values:
        return None
    try:
        return Change(**values)
    except InputError as error:
        problems.append(str(error).rstrip("."))
        return None


def _by(name: str, values: object, problems: list[str]) -> dict[str, float]:
    from melian.study.kinds import Number

    try:
        return By(Number(-100, 1e6)).read(values)  # type: ignore[return-value]
    except ValueError as error:
        problems.append(f"[{name}] {error}")
        return {}


def _across(full: Mapping[str, Any]) -> Iterable[str]:
    """Name what contradicts between tables."""
    yield from _strangers(full)
    world, answers = full["world"], full["answers"]
    if world["since"] > world["until"]:
        yield f"[world] since ({world['since']}) is after until ({world['until']})"
    if len(answers["half_lives"]) != len(answers["weights"]) or abs(sum(answers["weights"]) - 1.0) > 1e-9:
        yield "[answers] weights must hold one share for each half-life and sum to one"
    if answers["same_instrument"] + answers["same_family"] > 1.0:
        yield "[answers] same_instrument and same_family must not sum to more than one"
    if world.get("split") not in (None, *(row["bloc"] for row in full["blocs"])):
        yield f"[world] split = {world['split']!r} is not a bloc of [[blocs]]"
    if not any(row["size"] for row in full["actors"].values()) and not full["levels"]:
        yield "[actors] nobody does anything of its own accord: all sizes are 0 and there are no [[levels]]"


def _strangers(full: Mapping[str, Any]) -> Iterable[str]:
    """Name actors, postures and instruments that the world does not have."""
    actors, postures = tuple(full["actors"]), tuple(full["postures"])
    for where, names in _named_actors(full):
        for name in names:
            if name not in actors:
                yield f"[{where}] {name!r} is not an actor of this world{nearest(name, actors)}"
    for where, row in (("others", full["others"]), *(("pairs", row) for row in full["pairs"])):
        if row["posture"] not in postures:
            near = nearest(row["posture"], postures)
            yield f"[{where}] {row['posture']!r} is not a posture of this world{near}"
    for where, tools in _named_instruments(full):
        for name in tools:
            if name not in full["world"]["instruments"]:
                yield f"[{where}] {name!r} is not among the instruments of [world]"


def _named_actors(full: Mapping[str, Any]) -> Iterable[tuple[str, Sequence[str]]]:
    for name, row in full["actors"].items():
        yield f"actors.{name}", row["watches"]
    for row in full["pairs"]:
        yield "pairs", row["actors"]
    for table in ("episodes", "blocs"):
        for row in full[table]:
            yield table, (row["actor"],)
    for row in full["levels"]:
        yield "levels", (row["source"], row["target"])


def _named_instruments(full: Mapping[str, Any]) -> Iterable[tuple[str, Iterable[str]]]:
    yield "season", full["season"]
    yield "meetings", full["meetings"]["instruments"]
    yield "reporting", full["reporting"]["reactive"]
    for row in full["levels"]:
        yield "levels", (row["instrument"],)
    for name, row in full["actors"].items():
        yield f"actors.{name}", row["taste"]
    for name, row in full["postures"].items():
        yield f"postures.{name}", row
    for family in full["answers"]["families"]:
        yield "answers", family
