"""Entries are whole, right and few, whoever else uses the folder and whatever the disk says."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from blake3 import blake3

from core.libraries.cache import Cache
from tests.core.mounts import mount

BIG = 1 << 30


def key_of(number: int) -> bytes:
    return blake3(str(number).encode()).digest()


def content_of(number: int) -> bytes:
    return key_of(number) * 300


def cache_in(folder: Path, limit: int = BIG, version: bytes = b"1") -> Cache:
    return Cache(os.fspath(folder / "kept" / "here"), version, limit)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_there_for_the_next_process(tmp_path: Path) -> None:
    assert cache_in(tmp_path).get(key_of(1)) is None
    cache_in(tmp_path).put(key_of(1), b"first")
    cache_in(tmp_path).put(key_of(2), b"")
    cache_in(tmp_path).put(key_of(1), b"second")
    assert cache_in(tmp_path).get(key_of(1)) == b"second"
    assert cache_in(tmp_path).get(key_of(2)) == b""
    assert len(files_in(tmp_path)) == 2


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    cache_in(tmp_path).put(key_of(1), b"x")
    (file,) = files_in(tmp_path)
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_another_version_is_not_found_and_gives_way(tmp_path: Path) -> None:
    cache_in(tmp_path, version=b"1").put(key_of(1), b"old")
    newer = cache_in(tmp_path, version=b"2")
    assert newer.get(key_of(1)) is None
    newer.put(key_of(1), b"new")
    assert newer.get(key_of(1)) == b"new"
    assert len(files_in(tmp_path)) == 1


def _flipped(data: bytes) -> bytes:
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


@pytest.mark.parametrize(
    "spoil",
    [lambda data: b"", lambda data: data[:20], lambda data: data[:-1], _flipped, bytes.upper],
    ids=["empty", "cut in the checksum", "cut", "a bit flipped", "other letters"],
)
def test_a_broken_entry_is_not_believed_and_replaced(
    spoil: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    cache = cache_in(tmp_path)
    cache.put(key_of(1), b"what was kept" * 20)
    (file,) = files_in(tmp_path)
    file.write_bytes(spoil(file.read_bytes()))
    assert cache.get(key_of(1)) is None
    cache.put(key_of(1), b"again")
    assert cache.get(key_of(1)) == b"again"


def test_an_entry_under_another_name_is_not_believed(tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    cache.put(key_of(1), b"of one")
    (file,) = files_in(tmp_path)
    file.rename(file.with_name(key_of(2).hex()))
    assert cache.get(key_of(2)) is None


def test_it_stays_within_its_bound_and_what_was_used_last_stays(tmp_path: Path) -> None:
    entry = 32 + len(content_of(0))
    cache = cache_in(tmp_path, limit=100 * entry)
    for number in range(400):
        cache.put(key_of(number), content_of(number))
        # Long ago, the later the number the less so.
        os.utime(tmp_path / "kept" / "here" / key_of(number).hex(), (number, number))
        assert number < 7 or cache.get(key_of(7)) is not None
    # Not every write looks whether there is room.
    assert len(files_in(tmp_path)) < 200
    assert cache.get(key_of(8)) is None
    assert cache.get(key_of(399)) is not None


def test_without_a_folder_it_does_without(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"in the way")
    cache = cache_in(tmp_path)
    cache.put(key_of(1), b"x")
    assert cache.get(key_of(1)) is None
    assert (tmp_path / "kept").read_bytes() == b"in the way"


def test_of_a_read_only_folder_it_reads(tmp_path: Path, mounted: Callable[[Path], Path]) -> None:
    cache_in(tmp_path).put(key_of(1), b"x")
    mount(mounted(tmp_path / "kept"), "--bind", "-o", "ro", tmp_path / "kept")
    cache = cache_in(tmp_path)
    cache.put(key_of(2), b"y")
    assert (cache.get(key_of(1)), cache.get(key_of(2))) == (b"x", None)


def test_a_full_disk_keeps_what_is_there_and_no_halves(
    tmp_path: Path, mounted: Callable[[Path], Path]
) -> None:
    mount(mounted(tmp_path / "kept"), "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    cache = cache_in(tmp_path)
    cache.put(key_of(1), bytes(100_000))
    cache.put(key_of(2), bytes(300_000))
    assert cache.get(key_of(1)) == bytes(100_000)
    assert cache.get(key_of(2)) is None
    assert len(files_in(tmp_path)) == 1


def _use(folder: str, limit: int) -> int:
    """Writes and reads the same entries as others do; how many were there, all of them right."""
    cache = Cache(folder, b"1", limit)
    found = 0
    for number in range(400):
        cache.put(key_of(number), content_of(number))
        for each in (number, number // 2):
            kept = cache.get(key_of(each))
            assert kept in (None, content_of(each))
            found += kept is not None
    return found


def test_two_processes_share_it(tmp_path: Path) -> None:
    limit = 100 * (32 + len(content_of(0)))
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as processes:
        users = [processes.submit(_use, os.fspath(tmp_path), limit) for _ in range(2)]
        assert all(each.result() > 400 for each in users)
    names = {file.name for file in files_in(tmp_path)}
    assert names < {key_of(number).hex() for number in range(400)}
