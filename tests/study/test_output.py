"""Output: tried before the work, written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from melian.errors import InputError
from melian.study.output import check_file_target, prepare_folder, write_whole


def test_prepare_folder_makes_it_and_leaves_nothing_in_it(tmp_path: Path) -> None:
    assert list(prepare_folder(tmp_path / "a" / "b").iterdir()) == []


def test_prepare_folder_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(InputError, match="is a file"):
        prepare_folder(tmp_path / "a")
    with pytest.raises(InputError, match="cannot be written"):
        prepare_folder(tmp_path / "a" / "b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_prepare_folder_refuses_what_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="Permission denied"):
        prepare_folder(tmp_path / "a")


def test_prepare_folder_says_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(2**30, 2**30, 5 * 2**20))
    with pytest.raises(InputError, match="has 5 MiB of free disk left and 64 MiB may be needed"):
        prepare_folder(tmp_path)


def test_write_whole_replaces_through_links_and_keeps_devices(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "file").read_text() == "new"
    assert (tmp_path / "link").is_symlink()
    check_file_target(os.devnull)
    write_whole(os.devnull, "gone")
    assert not Path(os.devnull).is_file()


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.json"
    path.write_text("old")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_dev_full_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No space left on device"):
        write_whole("/dev/full", "x")
