"""From paths, folders, globs and archives to plain files with a name and a hash."""

from __future__ import annotations

import glob
import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from melian.errors import InputError

__all__ = ["DATA_SUFFIXES", "InputFile", "expand_paths", "open_inputs"]

DATA_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".keds", ".asc", ".parquet", ".pq", ".gz", ".zip")
_CHUNK = 1 << 20
_BAD_ARCHIVE = (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A plain file ready to be read.

    Attributes
    ----------
    name : str
        As the user knows it; `archive.zip/member` for a member of an archive.
    path : Path
        Where the plain content lies (a temporary file for archives).
    hash : str
        SHA-256 of the plain content, so a file and its compressed copy are one.
    size : int
        Bytes of the plain content.
    is_parquet : bool
    irregular : bool
        True where lines end in several ways, which DuckDB refuses, or some are empty, which it passes over.
    """

    name: str
    path: Path
    hash: str
    size: int
    is_parquet: bool
    irregular: bool = False


def expand_paths(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Give the files that paths, folders and globs stand for: sorted, each once.

    A folder stands for the files in it and below whose ending is one of `DATA_SUFFIXES`.

    Raises
    ------
    InputError
        If a path does not exist, or a folder or glob holds no file.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    if not given:
        raise InputError("paths is empty; name at least one file, folder or glob.")
    found: dict[Path, None] = {}
    for path in given:
        for file in _expand(path):
            found.setdefault(file)
    return sorted(found)


def _expand(path: str | Path) -> list[Path]:
    here = Path(path).expanduser()
    if here.is_dir():
        inside = [
            p for p in here.rglob("*") if p.suffix.lower() in DATA_SUFFIXES and _is_visible_file(p, here)
        ]
        if not inside:
            raise InputError(
                f"folder {str(path)!r} holds no data file; looked for {', '.join(DATA_SUFFIXES)}."
            )
        return inside
    if here.exists():
        return [here]
    matched = [Path(p) for p in glob.glob(str(here), recursive=True) if Path(p).is_file()]
    if not matched:
        what = "glob {!r} matches no file" if glob.has_magic(str(here)) else "file {!r} does not exist"
        raise InputError(what.format(str(path)) + ".")
    return matched


def _is_visible_file(path: Path, root: Path) -> bool:
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)


def open_inputs(path: Path, workdir: Path) -> Iterator[InputFile]:
    """Yield the plain files behind `path`; archives are unpacked into `workdir`, one member at a time.

    What a file is, is told by its first bytes, not by its ending. An unpacked file is deleted when the
    next one is asked for.

    Raises
    ------
    InputError
        If the file is empty, cannot be read, is a damaged archive, or is binary but no Parquet file.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_CHUNK)
    except OSError as error:
        raise InputError(f"file {str(path)!r} cannot be read: {error.strerror or error}.") from error
    if head.startswith(b"PK\x03\x04") or path.suffix.lower() == ".zip":
        yield from _zip_members(path, workdir)
    elif head.startswith(b"\x1f\x8b") or path.suffix.lower() == ".gz":
        with _archive_errors(path), gzip.open(path) as stream:
            plain = _unpack(cast(BinaryIO, stream), workdir)
        yield from _plain(str(path), plain, temporary=True)
    else:
        yield from _plain(str(path), path, temporary=False)


def _zip_members(path: Path, workdir: Path) -> Iterator[InputFile]:
    if path.suffix.lower() in (".xlsx", ".ods"):
        raise InputError(f"file {str(path)!r} is a spreadsheet; save it as CSV first.")
    with _archive_errors(path), zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX")]
        if not members:
            raise InputError(f"archive {str(path)!r} holds no file.")
        for member in members:
            with archive.open(member) as stream:
                plain = _unpack(cast(BinaryIO, stream), workdir)
            yield from _plain(f"{path}/{member.filename}", plain, temporary=True)


@contextmanager
def _archive_errors(path: Path) -> Iterator[None]:
    """Turn the many errors of damaged archives into one sentence."""
    try:
        yield
    except _BAD_ARCHIVE as error:
        raise InputError(
            f"archive {str(path)!r} is damaged or cut short ({error}); fetch it again."
        ) from error


def _unpack(stream: BinaryIO, workdir: Path) -> Path:
    target = workdir / "unpacked"
    with target.open("wb") as out:
        shutil.copyfileobj(stream, out, _CHUNK)
    return target


def _plain(name: str, path: Path, *, temporary: bool) -> Iterator[InputFile]:
    digest, ends, head, before = hashlib.sha256(), Lines(), b"", b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            ends.count(chunk, before)
            head, before = head or chunk, chunk[-1:]
        size = stream.tell()
    is_parquet = head.startswith(b"PAR1")
    if not head.strip():
        raise InputError(f"file {name!r} is empty.")
    if not is_parquet:
        _check_text(name, head)
    yield InputFile(name, path, digest.hexdigest(), size, is_parquet, ends.irregular)
    if temporary:
        path.unlink()


class Lines:
    """Look at the line ends in a stream of chunks."""

    __slots__ = ("blank", "both", "feeds", "returns")

    def __init__(self) -> None:
        self.feeds = self.returns = self.both = 0
        self.blank = False

    def count(self, chunk: bytes, before: bytes) -> None:
        """Count those of one chunk; `before` is the last byte of the chunk before it, none at first."""
        self.feeds += chunk.count(b"\n")
        self.returns += chunk.count(b"\r")
        self.both += chunk.count(b"\r\n") + (before == b"\r" and chunk[:1] == b"\n")
        self.blank |= b"\n\n" in chunk or b"\n\r\n" in chunk
        self.blank |= before in (b"", b"\n") and chunk[:1] in (b"\r", b"\n")

    @property
    def irregular(self) -> bool:
        """True where more than one of LF, CR LF and CR occurs, or a line is empty."""
        kinds = (self.both, self.feeds - self.both, self.returns - self.both)
        return self.blank or sum(n > 0 for n in kinds) > 1


def _check_text(name: str, head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"file {name!r} is in UTF-16; save it as UTF-8.")
    # A text of event data has no NUL byte; one in a thousand is already no text.
    if head.count(0) * 1000 > len(head):
        raise InputError(f"file {name!r} is binary: neither text, Parquet, zip nor gz.")
