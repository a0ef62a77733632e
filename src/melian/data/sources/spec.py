"""What a source is: its form, its columns, and which of them fill the canonical fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["DateForm", "Expression", "FieldSource", "First", "Join", "SourceSpec"]

DateForm = Literal["iso", "yyyymmdd", "yymmdd", "day month year"]


@dataclass(frozen=True, slots=True)
class First:
    """The first of these columns that the file has and that is not empty in the row."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """All of these columns that are not empty, joined by commas."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """SQL over the named columns (written as `{name}`), for what no plain column says."""

    sql: str
    columns: tuple[str, ...] = ()


FieldSource = str | First | Join | Expression


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A provider's files, declared.

    Attributes
    ----------
    name : str
        The SOURCE of `melian ingest`.
    provider : str
        Name space of the provider's ids: rows of one provider with the same id are one event.
    fields : mapping of canonical field to raw column(s)
        `date`, `source_name`, `target_name` and `code` are required.
    constants : mapping of canonical field to value
    delimiters : str
        Delimiters that the files may have; the header (or the number of fields) decides.
    quote : str
        Quote character, empty where a quote is an ordinary letter.
    layouts : tuple of column names
        Column orders of files without header; the number of fields in the first line chooses one.
    date_forms : tuple of DateForm
    missing : tuple of str
        Texts that stand for an empty field, beside the empty text.
    scheme_rule : str
        SQL over all codes of a file (written as `{code}`) that gives their scheme, where it differs by file.
    tested : bool
        False where no real file of the provider was at hand.
    """

    name: str
    provider: str
    fields: Mapping[str, FieldSource]
    constants: Mapping[str, str] = field(default_factory=dict)
    delimiters: str = "\t"
    quote: str = ""
    layouts: tuple[tuple[str, ...], ...] = ()
    date_forms: tuple[DateForm, ...] = ("iso",)
    missing: tuple[str, ...] = ()
    scheme_rule: str = ""
    tested: bool = True
