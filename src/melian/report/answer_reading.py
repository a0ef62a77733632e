"""What every report looks up in its result: summary, frames, data, model, snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import polars as pl

__all__ = ["AnswerReading", "Answered"]


class Answered(Protocol):
    """What a report needs of a result."""

    @property
    def summary(self) -> Mapping[str, Any]:
        """The summary, as the JSON has it."""
        ...

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """The frames by name."""
        ...


Result = TypeVar("Result", bound=Answered)


@dataclass(frozen=True)
class AnswerReading(Generic[Result]):
    """Look-ups over an answer that several parts of its report need."""

    answer: Result

    @property
    def summary(self) -> Mapping[str, Any]:
        """The summary."""
        return self.answer.summary

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """The frames."""
        return self.answer.frames

    @property
    def data(self) -> Mapping[str, Any]:
        """The part of the summary about the data."""
        part: Mapping[str, Any] = self.summary["data"]
        return part

    @property
    def model(self) -> Mapping[str, Any]:
        """The part of the summary about the model."""
        part: Mapping[str, Any] = self.summary["model"]
        return part

    @property
    def snapshot(self) -> str:
        """The data snapshot, shortened as version systems do."""
        return str(self.data.get("snapshot") or "none").removeprefix("sha256").lstrip(":-")[:12]
