"""The kind of value that names the tables of attributes in a study file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from melian.study.kinds import Flag, Kind, Number, Text

__all__ = ["CovariateFiles"]


@dataclass(frozen=True, slots=True)
class Names:
    """Our names of columns, each with the table's."""

    allowed: str = 'a table of column names such as {since = "stdate"}'

    def read(self, value: object) -> dict[str, str]:
        """Read a mapping of names."""
        texts = isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values())
        if not isinstance(value, Mapping) or not texts:
            raise ValueError(f"{value!r} is not {self.allowed}")
        return dict(value)


FIELDS: Final[dict[str, Kind]] = {
    "file": Text("the path of a CSV or Parquet file"),
    "column": Text("the name of a column"),
    "columns": Names(),
    "absent": Number(-1e300, 1e300),
    "extend": Flag(),
    "undirected": Flag(),
}


@dataclass(frozen=True, slots=True)
class CovariateFiles:
    """For each attribute the file that holds it, alone or with settings.

    Examples
    --------
    >>> CovariateFiles().read({"cinc": "power.parquet", "ally": {"file": "allies.csv", "absent": 0}})
    {'cinc': {'file': 'power.parquet'}, 'ally': {'file': 'allies.csv', 'absent': 0.0}}
    """

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return f"a table by name, each a path or a table with {', '.join(FIELDS)}"

    def read(self, value: object) -> dict[str, dict[str, Any]]:
        """Read the attributes, each by its name."""
        if not isinstance(value, Mapping):
            raise ValueError(f"{value!r} is not {self.allowed}")
        return {str(name): _attribute(str(name), given) for name, given in value.items()}


def _attribute(name: str, given: object) -> dict[str, Any]:
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not a name for a formula; take letters, digits and _")
    fields = {"file": given} if isinstance(given, str) else given
    if not isinstance(fields, Mapping) or "file" not in fields:
        raise ValueError(f"{name} = {given!r} names no file; write a path, or a table with file = ...")
    out: dict[str, Any] = {}
    for field, value in fields.items():
        if field not in FIELDS:
            near = get_close_matches(str(field), FIELDS, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(FIELDS)}"
            raise ValueError(f"{name}.{field} is not a setting of a covariate{hint}")
        try:
            out[field] = FIELDS[field].read(value)
        except ValueError as error:
            raise ValueError(f"{name}.{field}: {error}") from error
    return out
