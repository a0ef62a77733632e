"""Reading and writing study files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import tomli_w

from melian.errors import StudyError
from melian.study.model import Study, study_from_mapping
from melian.study.output import write_whole

__all__ = ["read_study", "study_text", "write_study"]


def read_study(path: str | Path) -> Study:
    """Read and validate a study file.

    Raises
    ------
    StudyError
        If the file cannot be read, is not TOML, or does not validate; all problems at once.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"study file {path} cannot be read: {_reason(error)}.") from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"study file {path} is not TOML: {error}.") from error
    return study_from_mapping(tables, name=str(path))


def study_text(study: Study) -> str:
    """Give the study as TOML, with every key that has a value; the same study gives the same bytes.

    Examples
    --------
    >>> 'out = "report"' in study_text(Study().replace(out="report")).splitlines()
    True
    """
    tables = study.as_mapping()
    return "".join(tomli_w.dumps({section: tables[section]}) + "\n" for section in tables).rstrip("\n") + "\n"


def write_study(study: Study, path: str | Path) -> None:
    """Write the study file that replays a run."""
    write_whole(path, study_text(study))


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 text (byte {error.start})"
    return error.strerror or str(error)
