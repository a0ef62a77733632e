"""Reading the tables of world files and claim files: every problem is told, all of them at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from melian.errors import InputError
from melian.study.keys import Key
from melian.study.world_schema import REQUIRED

__all__ = ["nearest", "read_table", "read_toml", "refuse", "sentence"]

MOST_LISTED: Final = 20


def read_toml(path: str | Path, what: str) -> dict[str, Any]:
    """Read a file of TOML.

    Raises
    ------
    InputError
        If the file cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{what} {path} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{what} {path} is not TOML: {error}.") from error


def read_table(name: str, values: object, keys: Sequence[Key], problems: list[str]) -> dict[str, Any]:
    """Read one table; what is wrong goes to `problems`, with the default in its place.

    Returns
    -------
    dict
        A value for every key, as its kind reads it; None for one that must be given and is not.
    """
    known = {key.name: key for key in keys}
    out: dict[str, Any] = {n: None if k.default is REQUIRED else k.default for n, k in known.items()}
    if not isinstance(values, Mapping):
        problems.append(f"{name} = {values!r} is not a table; write [{name}] and its keys below")
        return out
    for key, value in values.items():
        if key not in known:
            problems.append(f"[{name}] {key} is not a key of this table{nearest(key, tuple(known))}")
            continue
        try:
            out[key] = known[key].kind.read(value)
        except ValueError as error:
            problems.append(f"[{name}] {key}: {error}")
    for key, one in known.items():
        if one.default is REQUIRED and key not in values:
            problems.append(f"[{name}] {key} is missing; it must be {one.kind.allowed}")
    return out


def nearest(name: str, known: Sequence[str]) -> str:
    """Give the nearest of some names, or all of them where none is near, to follow a complaint.

    Examples
    --------
    >>> nearest("froce", ["force", "economy"]), nearest("x", ["force", "economy"])
    ('; did you mean force?', '; known: force, economy')
    """
    found = get_close_matches(name, known, n=1)
    if found:
        return f"; did you mean {found[0]}?"
    return f"; known: {', '.join(known)}" if len(known) <= MOST_LISTED else ""


def refuse(problems: Sequence[str], name: str) -> None:
    """Raise one error with all problems, if there are any."""
    if len(problems) == 1:
        raise InputError(f"{name}: {sentence(problems[0])}")
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise InputError(f"{name}: {len(problems)} problems:\n{listed}")


def sentence(said: str) -> str:
    """End a complaint as a sentence."""
    return said if said.endswith("?") else f"{said}."
