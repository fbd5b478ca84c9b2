from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.libraries.sidecars import replace_file

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_new_file_is_written_with_the_usual_mode(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.write_bytes(b"")
    path = tmp_path / "a.jpg.xmp"
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    assert names(tmp_path) == ["a.jpg.xmp", "usual"]


def test_what_is_replaced_leaves_its_mode_and_its_times(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(b"old")
    path.chmod(0o640)
    os.utime(path, ns=(1_500_000_000_000_000_001, 1_400_000_000_000_000_002))
    replace_file(path, b"new and longer")
    status = path.stat()
    assert path.read_bytes() == b"new and longer"
    assert stat.S_IMODE(status.st_mode) == 0o640
    assert status.st_mtime_ns == 1_400_000_000_000_000_002
    assert names(tmp_path) == ["a.xmp"]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="the system has no extended attributes")
def test_extended_attributes_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.label", b"red")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    replace_file(path, b"new")
    assert os.getxattr(path, "user.label") == b"red"


@ROOT_ONLY
def test_the_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(b"old")
    os.chown(path, 12345, 23456)
    path.chmod(0o664)
    replace_file(path, b"new")
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12345, 23456, 0o664)


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError) as refused:
        replace_file(path, b"new")
    assert refused.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.xmp"]


def test_a_link_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "target.xmp").write_bytes(b"old")
    link = tmp_path / "a.xmp"
    link.symlink_to("target.xmp")
    with pytest.raises(OSError, match="no regular file"):
        replace_file(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "target.xmp").read_bytes() == b"old"


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        replace_file(tmp_path / "gone" / "a.xmp", b"new")
    assert raised.value.filename == str(tmp_path / "gone" / "a.xmp")


WITH_A_LIMIT = """
import resource, signal, sys
from pathlib import Path
from core.libraries.sidecars import replace_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    replace_file(Path(sys.argv[1]), bytes(100_000))
except OSError as error:
    print(error.errno, error.filename)
"""
"""A limit on the size of files fails a write half-way, as a full disk does."""


def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", WITH_A_LIMIT, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.split() == [str(errno.EFBIG), str(path)]
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.xmp"]
