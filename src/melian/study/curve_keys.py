"""The keys of `[curve]`: what is estimated, which choices vary, and over which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from melian.study.keys import key
from melian.study.kinds import Many, Number, Text, Whole

__all__ = ["AxisTable", "CurveKeys"]


@dataclass(frozen=True, slots=True)
class AxisTable:
    """For each axis the values that it takes; names and values are read by `melian.study.curve_axes`.

    Examples
    --------
    >>> AxisTable().read({"knots": ["auto", 60], "statements": ["out", "in"]})
    {'knots': ['auto', 60], 'statements': ['out', 'in']}
    """

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return "a table by axis, each a list of values such as knots = [15, 30, 60]"

    def read(self, value: object) -> dict[str, list[Any]]:
        """Read the table; each axis needs a list with something in it."""
        if not isinstance(value, Mapping):
            raise ValueError(f"{value!r} is not {self.allowed}")
        for name, values in value.items():
            if not isinstance(values, list | tuple) or not values:
                raise ValueError(f"{name} = {values!r} is not a list of values")
        return {str(name): list(values) for name, values in value.items()}


@dataclass(frozen=True, slots=True)
class CurveKeys:
    """`[curve]`: one estimate under many defensible choices (`melian curve`).

    See [specification-curve.md](specification-curve.md) for the axes and their values.
    """

    measure: str = key("shares", Text("the name of a measure"), "The measure whose estimate is looked at.")
    estimate: str | None = key(
        None, Text("the name of an estimate"), "The estimate, as `initiative.RUS` or `initiative.RUS-USA`."
    )
    reference: float = key(
        0.0,
        Number(-1e9, 1e9),
        "What estimates are compared with: the sign is that of estimate less reference.",
    )
    vary: tuple[str, ...] = key(
        (), Many(Text("the name of an axis")), "The choices that vary. Empty: all those with several values."
    )
    axes: dict[str, list[Any]] | None = key(  # noqa: RUF009 (it declares a field)
        None,
        AxisTable(),
        "Values of axes in place of the default ones; any key of a study can be an axis. The study's own "
        "value is always among them.",
    )
    curve_specs: int = key(
        200,
        Whole(2, 100_000),
        "How many specifications are run where not all combinations fit: the study's own, each that differs "
        "in one choice, and a balanced sample.",
    )
