"""Files of a report: whole or not at all, the same bytes for the same result."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from melian.errors import InputError

__all__ = ["make_folder", "parquet_bytes", "result_json", "write_files"]

SIGNIFICANT = 12


def result_json(summary: Mapping[str, Any]) -> str:
    r"""Write a summary as JSON: keys sorted, numbers to 12 significant digits.

    Raises
    ------
    InputError
        A number is NaN or infinite: an undefined figure is `{"share": null, "reason": ...}`.

    Examples
    --------
    >>> result_json({"b": 0.1 + 0.2, "a": None})
    '{\n "a": null,\n "b": 0.3\n}\n'
    """
    return json.dumps(_stable(summary, "summary"), sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def _stable(node: Any, path: str) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _stable(value, f"{path}.{key}") for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_stable(value, f"{path}[{i}]") for i, value in enumerate(node)]
    if isinstance(node, float):
        if not math.isfinite(node):
            raise InputError(f"{path} is {node}; an undefined figure must be null with a reason.")
        return float(f"{node:.{SIGNIFICANT}g}")
    return node


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """Give a frame as a Parquet file in memory."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def make_folder(folder: Path) -> None:
    """Make the folder of a report before any work is done for it.

    Raises
    ------
    InputError
        The folder cannot be made; the message names it and the system's reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def write_files(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, each under another name first, so that none is ever half written.

    Raises
    ------
    InputError
        The folder cannot be written; the message names it and the system's reason.
    """
    for name, content in contents.items():
        path = folder / name
        unfinished = path.with_name(f".{path.name}.unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
            os.replace(unfinished, path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> InputError:
    reason = error.strerror or str(error)
    return InputError(
        f"out={str(folder)!r} cannot be written: {reason}. Name another folder or free some space."
    )
