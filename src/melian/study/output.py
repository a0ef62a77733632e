"""Where results go: folders and files are tried before the costly work, and written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from melian.errors import InputError

__all__ = ["check_file_target", "prepare_folder", "write_whole"]

ROOM_NEEDED: Final = 64 * 2**20


def prepare_folder(path: str | Path, *, room: int = ROOM_NEEDED, option: str = "--out") -> Path:
    """Make the folder if it is not there, and see that it can be written and has `room` bytes left.

    Errors name the option that the folder comes from.

    Raises
    ------
    InputError
        If the path is a file, cannot be made or written, or the disk is too full.
    """
    folder, what = Path(path), "output folder" if option == "--out" else f"folder of {option}"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{what} {folder} is a file; name a folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".melian-"):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise InputError(
            f"{what} {folder} cannot be written: {error.strerror or error}; name another with {option}."
        ) from error
    if free < room:
        raise InputError(
            f"{what} {folder} has {free // 2**20} MiB of free disk left and {room // 2**20} MiB may "
            "be needed; make room or name another folder."
        )
    return folder


def check_file_target(path: str | Path) -> None:
    """See that a file can be written at `path`, without touching what is there.

    Raises
    ------
    InputError
        If the path is a folder, or its folder is missing or cannot be written.
    """
    target = Path(path)
    if target.is_dir():
        raise InputError(f"{target} is a folder; name a file in it.")
    if not target.parent.is_dir():
        raise InputError(f"{target} cannot be written: the folder {target.parent} does not exist.")
    try:
        if _is_device(target):
            target.open("w").close()
        else:
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".melian-"):
                pass
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror or error}.") from error


def write_whole(path: str | Path, text: str) -> None:
    """Write a text file so that a reader sees the old content or the new, never a part.

    Raises
    ------
    InputError
        If the file cannot be written, as on a full disk; what was there before stays.
    """
    check_file_target(path)
    try:
        if _is_device(Path(path)):
            Path(path).write_text(text, encoding="utf-8")
        else:
            _write_beside(Path(path).resolve(), text)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error


def _is_device(target: Path) -> bool:
    """Tell pipes and devices, such as /dev/stdout, which must not be replaced by a file."""
    return target.exists() and not target.is_file()


def _write_beside(target: Path, text: str) -> None:
    """Write to a new file in the same folder and put it in the place of the old one."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".melian-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
