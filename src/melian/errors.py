"""Exceptions and warnings: flat, each with one clear sentence for the person who reads it."""

from __future__ import annotations

__all__ = [
    "InputError",
    "MelianError",
    "MelianWarning",
    "RejectedRows",
    "StoreError",
    "StudyError",
    "check_option",
]


class MelianError(Exception):
    """Base of all errors that melian raises on purpose; the command line prints it without a traceback."""


class InputError(MelianError, ValueError):
    """An argument, file or row that cannot be used; the message names it, what was found, what is allowed."""


class StoreError(MelianError):
    """The event store cannot be opened, read or written."""


class StudyError(InputError):
    """A study file that does not validate."""


class MelianWarning(UserWarning):
    """Base of all warnings that melian issues."""


class RejectedRows(MelianWarning):
    """Some rows of a file could not be read; they are kept in the rejects table with the reason."""


def check_option(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of `allowed`, else raise `InputError` with the nearest name."""
    from difflib import get_close_matches

    if value in allowed:
        return value
    near = get_close_matches(str(value), allowed, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise InputError(f"{name}={value!r} is not known; allowed: {', '.join(allowed)}.{hint}")
