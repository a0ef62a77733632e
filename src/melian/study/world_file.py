"""Reading world files and scenario files: validated whole, all problems told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from melian.errors import InputError
from melian.study.kinds import Kind
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
    return world_from_tables(_toml(path, "world file"), name=str(path))


def read_scenario(path: str | Path) -> Scenario:
    """Read and validate a scenario file: `name`, `about`, and a list of `[[change]]`.

    Raises
    ------
    InputError
        As `read_world`.
    """
    tables = _toml(path, "scenario file")
    problems = [
        f"{name} is not a key of a scenario{_near(name, ('name', 'about', 'change'))}"
        for name in tables if name not in ("name", "about", "change")
    ]  # fmt: skip
    for name in ("name", "about"):
        if not isinstance(tables.get(name, ""), str):
            problems.append(f"{name}: {tables[name]!r} is not a text")
    rows = _rows("change", tables.get("change", []), problems)
    changes = tuple(c for c in (_change(row, problems) for row in rows) if c is not None)
    _refuse(problems, str(path))
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
    _refuse(problems, f"change {text!r}")
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
    problems += [f"[{t}] is not a table of a world{_near(t, known)}" for t in tables if t not in known]
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
    _refuse(problems, name)
    return WorldFile(full, changes, name)


def _toml(path: str | Path, what: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{what} {path} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{what} {path} is not TOML: {error}.") from error


def _table(name: str, values: object, kind: type, problems: list[str]) -> dict[str, Any]:
    """Read one table; what is wrong goes to `problems`, with the default in its place."""
    known = {key.name: key for key in world_keys(kind, name)}
    out: dict[str, Any] = {
        n: {} if n in EMPTY and isinstance(k.kind, By) else k.default for n, k in known.items()
    }
    if not isinstance(values, Mapping):
        problems.append(f"{name} = {values!r} is not a table; write [{name}] and its keys below")
        return out
    for key, value in values.items():
        if key not in known:
            problems.append(f"[{name}] {key} is not a key of this table{_near(key, tuple(known))}")
            continue
        try:
            out[key] = known[key].kind.read(value)
        except ValueError as error:
            problems.append(f"[{name}] {key}: {error}")
    missing = [key for key, value in out.items() if value is REQUIRED and key not in values]
    problems += [f"[{name}] {key} is missing; it must be {known[key].kind.allowed}" for key in missing]
    out = {key: None if value is REQUIRED else value for key, value in out.items()}
    # An actor that does not say how it answers does as [answers] says: no key, not an empty one.
    return {k: v for k, v in out.items() if v is not None or known[k].default is REQUIRED}


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
            f"[change] {key} is not a key of a change of {what!r}{_near(key, allowed)}" for key in strange
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
                yield f"[{where}] {name!r} is not an actor of this world{_near(name, actors)}"
    for where, row in (("others", full["others"]), *(("pairs", row) for row in full["pairs"])):
        if row["posture"] not in postures:
            near = _near(row["posture"], postures)
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


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"


def _refuse(problems: Sequence[str], name: str) -> None:
    """Raise one error with all problems, if there are any."""
    if len(problems) == 1:
        raise InputError(f"{name}: {problems[0]}.")
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise InputError(f"{name}: {len(problems)} problems:\n{listed}")
