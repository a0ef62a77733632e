"""The kinds of value that a study key can hold: each reads a value or says what is allowed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

__all__ = ["Choice", "Day", "Either", "Flag", "Kind", "Many", "Number", "Text", "Whole"]


class Kind(Protocol):
    """Reads one value; `allowed` says in words what it takes."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        ...

    def read(self, value: object) -> object:
        """Return the value in its canonical form, or raise `ValueError` with what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is not empty."""

    what: str = "a text"

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return self.what

    def read(self, value: object) -> str:
        """Read a text."""
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{value!r} is not {self.what}")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return "true or false"

    def read(self, value: object) -> bool:
        """Read a flag."""
        if not isinstance(value, bool):
            raise ValueError(f"{value!r} is not true or false")
        return value


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return "a date as YYYY-MM-DD"

    def read(self, value: object) -> dt.date:
        """Read a date from TOML's own form or from ISO text."""
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            if isinstance(value, str):
                return dt.datetime.strptime(value.strip(), "%Y-%m-%d").date()
        except ValueError:
            pass
        raise ValueError(f"{value!r} is not {self.allowed}")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds, both allowed."""

    low: int
    high: int
    unit: str = ""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return f"a whole number{self.unit and f' of {self.unit}'} from {self.low} to {self.high}"

    def read(self, value: object) -> int:
        """Read a whole number."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise ValueError(f"{value!r} is not {self.allowed}")
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two bounds, both allowed."""

    low: float
    high: float
    unit: str = ""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return f"a number{self.unit and f' of {self.unit}'} from {self.low:g} to {self.high:g}"

    def read(self, value: object) -> float:
        """Read a number; whole numbers become floats, so that a study has one written form."""
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not self.low <= value <= self.high
        ):
            raise ValueError(f"{value!r} is not {self.allowed}")
        return float(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list of names."""

    names: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return " | ".join(f'"{name}"' for name in self.names)

    def read(self, value: object) -> str:
        """Read a name, or point at the nearest one."""
        if isinstance(value, str) and value in self.names:
            return value
        near = get_close_matches(str(value), self.names, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"{value!r} is not known{hint}; allowed: {self.allowed}")


@dataclass(frozen=True, slots=True)
class Either:
    """A value of the first kind, else of the second."""

    first: Kind
    second: Kind

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return f"{self.first.allowed} | {self.second.allowed}"

    def read(self, value: object) -> object:
        """Read by the first kind that takes the value."""
        for kind in (self.first, self.second):
            try:
                return kind.read(value)
            except ValueError:
                continue
        raise ValueError(f"{value!r} is not allowed; allowed: {self.allowed}")


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one kind, kept as a tuple; none twice."""

    item: Kind
    at_least: int = 0

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        some = f" of at least {self.at_least}" if self.at_least else ""
        return f"a list{some}, each {self.item.allowed}"

    def read(self, value: object) -> tuple[object, ...]:
        """Read a list item by item."""
        if not isinstance(value, list | tuple):
            raise ValueError(f"{value!r} is not {self.allowed}")
        items = tuple(self.item.read(item) for item in value)
        if len(items) < self.at_least:
            raise ValueError(f"{value!r} is not {self.allowed}")
        twice = next((item for place, item in enumerate(items) if item in items[:place]), None)
        if twice is not None:
            raise ValueError(f"{twice!r} stands in the list twice")
        return items
