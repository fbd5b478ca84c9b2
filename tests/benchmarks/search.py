"""What a library of a million pictures costs: time and memory of the search, and of a rescan.

No one has to own a million photos for it: hashes are drawn, the catalog is filled with them, and
the files that are listed again are tiny ones. Each measurement is a process of its own, so that
its peak of memory is nobody else's.
"""

from __future__ import annotations

import gc
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model import Distances, FoundFile
from tests.benchmarks.measure import AbsentError, Measure, spread
from tests.benchmarks.tree import BETTERHALF, REPOSITORY, Cost, cost_of

HASHES = 1_000_000
FILES = 100_000
"""Of the library that is listed again."""
_PLANTED = 0.2
"""Share of hashes that lie near another one."""
_FARTHEST = 12
"""Bits at most between such two."""
_FLAT = 0.01
"""Share of pictures without detail; they are compared by their thumbs."""
_COPIES = 20_000
"""Files beyond those that hold the bytes of an earlier one."""
_DISTANCE = 4
_TURNS = (3, 6, 8)
_NEW = 20
"""Images that arrive one after the other."""
_RESCANS = 3
_ROOM = 6_000_000_000
"""Bytes of disk that filling the catalog may take for a while."""
_ROWS_AT_ONCE = 50_000
"""Rows of one transaction."""


def run() -> list[Measure]:
    """The bare search, the search behind a catalog, and a rescan with nothing new."""
    if sys.platform != "linux":
        raise AbsentError("a process's peak of memory is read from Linux's /proc")
    return [*_joins(), *_catalog(), *_rescan()]


def _joins() -> Iterator[Measure]:
    for radius, seconds, megabytes in ((4, 1, 250), (8, 12, 450)):
        found = _program("join", radius)
        name = f"self-join of {HASHES:,} hashes, radius {radius}"
        measured = f"{found['seconds']:.2f} s ({found['pairs']:,.0f} pairs)"
        yield Measure(name, f"<= {seconds} s", measured)
        yield Measure("  peak memory", f"<= {megabytes} MB", f"{found['peak']:.0f} MB")


def _catalog() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < _ROOM:
            raise AbsentError(f"a catalog of {HASHES:,} needs {_ROOM / 1e9:.0f} GB in {folder}")
        catalog = Path(folder, "catalog.db")
        _program("fill", catalog)
        size = catalog.stat().st_size
        found = _program("hold", catalog)
    return [
        Measure(f"{HASHES:,} assets, memory at rest", "<= 700 MB", f"{found['rest']:.0f} MB"),
        Measure("  peak while they are loaded", "", f"{found['peak']:.0f} MB"),
        Measure("  to load them", "", f"{found['seconds']:.1f} s ({size / 1e9:.1f} GB)"),
        Measure("  one new image, search", "<= 50 ms", spread(found["search"])),
        Measure("  one new image without detail", "", spread(found["flat"])),
        Measure("  to ask what is new, for each batch", "", spread(found["asking"])),
        Measure("  the first open pair", "<= 100 ms", spread(found["glimpse"])),
        _with_peak("  to list the open pairs", found, "open"),
        _with_peak("  to hold a listing against them", found, "known"),
    ]


def _with_peak(name: str, found: dict[str, Any], key: str) -> Measure:
    return Measure(name, "", f"{found[key]:.1f} s (peak {found[f'{key}_peak']:.0f} MB)")


def _rescan() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "library")
        write_tiny(library, FILES)
        first = _scan(library, read=FILES)
        again = [_scan(library, read=0) for _ in range(_RESCANS)]
    walls = [cost.wall for cost in again]
    return [
        Measure(f"rescan of {FILES:,} files, nothing new, wall", "<= 3 s", spread(walls, "s", 2)),
        Measure("  CPU", "", spread([cost.processor for cost in again], "s", 2)),
        Measure("  their fresh scan", "", f"{first.wall:.0f} s, {FILES / first.wall:.0f} files/s"),
    ]


def _scan(library: Path, read: int) -> Cost:
    catalog = library.with_suffix(".db")
    cost = cost_of([*BETTERHALF, catalog, "--process", "--json", library])
    summary = json.loads(cost.output.splitlines()[-1])
    if cost.code or (summary["files"], summary["read"]) != (FILES, read):
        raise RuntimeError(f"the scan went wrong: exit code {cost.code}, {summary}")
    return cost


def write_tiny(folder: Path, count: int) -> None:
    """Bitmaps of 8 x 8 black and white pixels, no two alike, a thousand to a folder."""
    random = Random(count)
    header = struct.pack("<2sIHHI", b"BM", 94, 0, 0, 62)
    header += struct.pack("<IiiHHIIiiII", 40, 8, 8, 1, 1, 0, 32, 2835, 2835, 2, 2)
    header += b"\0\0\0\0\xff\xff\xff\0"
    for number in range(count):
        if number % 1000 == 0:
            (folder / f"{number // 1000:04}").mkdir(parents=True)
        rows = b"".join(random.randbytes(1) + b"\0\0\0" for _ in range(8))
        (folder / f"{number // 1000:04}" / f"{number:07}.bmp").write_bytes(header + rows)


def hashes(count: int) -> NDArray[np.uint64]:
    """Random hashes, a part of them planted near others, in no order."""
    random = np.random.default_rng(count)
    drawn = random.integers(0, 1 << 64, count, dtype=np.uint64)
    planted = int(count * _PLANTED)
    bits = random.integers(0, _FARTHEST + 1, planted)
    near = drawn[:planted]
    for step in range(_FARTHEST):
        flip = np.uint64(1) << random.integers(0, 64, planted, dtype=np.uint64)
        near = np.where(bits > step, near ^ flip, near)
    drawn[count - planted :] = near
    random.shuffle(drawn)
    return drawn


# The programs, each run as `python -m tests.benchmarks.search NAME ARGUMENT`.


def _program(name: str, argument: str | Path | int) -> Any:
    command = [sys.executable, "-m", "tests.benchmarks.search", name, str(argument)]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _join(radius: str) -> dict[str, Any]:
    from core.matching.hamming import self_join

    drawn = hashes(HASHES)
    _forget_peak()
    started = time.perf_counter()
    pairs = sum(len(left) for left, _, _ in self_join(drawn, int(radius)))
    return {"seconds": time.perf_counter() - started, "pairs": pairs, "peak": _memory("VmHWM")}


def _fill(path: str) -> dict[str, Any]:
    from core.catalog.database import Catalog

    catalog = Catalog.open(Path(path))
    drawn = hashes(HASHES)
    for first in range(0, HASHES, _ROWS_AT_ONCE):
        rows = drawn[first : first + _ROWS_AT_ONCE].view(np.int64).tolist()
        catalog.call_now(_insert, first, rows)
    catalog.call_now(_insert_pairs, drawn)
    catalog.close()
    return {}


def _insert(first: int, drawn: Sequence[int]) -> None:
    from core.catalog.pairs import turns_of
    from core.catalog.schema import Asset, Content, database

    random = Random(first)
    contents, assets = [], []
    for number, value in enumerate(drawn, start=first + 1):
        contents.append(
            {
                "id": number,
                "digest": random.randbytes(32),
                "size": 3_000_000,
                "format": "JPEG",
                "width": 4000,
                "height": 3000,
                "orientation": 1,
                "mode": "RGB",
                "frames": 1,
                "coding": f"lossy:jpeg:{number % 97:016x}",
                "stream": random.randbytes(32),
                "headers": "EXIF,XMP",
                "hash": value,
                "thumb": random.randbytes(1024),
                "chroma": random.randbytes(128),
                "detail": 2.0 if random.random() < _FLAT else 40.0,
                "metadata": '{"taken": "2024-07-14 10:00:00", "camera": "Canon EOS 80D"}',
                "searched": _DISTANCE,
                "searched_turns": turns_of(_TURNS),
            }
        )
        assets.append(_asset(b"/photos/%04d/IMG_%07d.jpg" % (number // 1000, number), number))
        if number <= _COPIES:
            assets.append(_asset(b"/copies/IMG_%07d.jpg" % number, number))
    with database.atomic():
        for model, rows in ((Content, contents), (Asset, assets)):
            # The models' own statement, without a million of their objects.
            fields = [getattr(model, name) for name in rows[0]]
            sql, values = model.insert_many([tuple(rows[0].values())], fields=fields).sql()
            defaults = tuple(values[len(fields) :])
            database.connection().executemany(  # type: ignore[no-untyped-call]
                sql, ((*row.values(), *defaults) for row in rows)
            )


def _asset(path: bytes, content: int) -> dict[str, Any]:
    return {
        "path": path,
        "size": 3_000_000,
        "modified_ns": 1_720_000_000_000_000_000 + content,
        "inode": content,
        "content": content,
    }


def _insert_pairs(drawn: NDArray[np.uint64]) -> None:
    from core.catalog.pairs import Candidate, Evidence, store_candidates
    from core.matching.hamming import self_join

    for left, right, distances in self_join(drawn, _DISTANCE):
        found = zip((left + 1).tolist(), (right + 1).tolist(), distances.tolist(), strict=True)
        candidates = [
            Candidate(a, b, bits, 1 - bits / 64, False, Evidence(12.5, 0.0)) for a, b, bits in found
        ]
        store_candidates(candidates, [], _DISTANCE)


def _hold(path: str) -> dict[str, Any]:
    from core.catalog.database import Catalog

    catalog = Catalog.open(Path(path))
    try:
        return catalog.call_now(_held)
    finally:
        catalog.close()


def _held() -> dict[str, Any]:
    """What a scan keeps between its batches, and what it does for each of them."""
    from core.catalog import pairs
    from core.matching import open_pairs
    from core.matching.index import LOW_DETAIL, SearchIndex
    from core.matching.search import find_candidates

    def search(content: int) -> None:
        find_candidates(index, [content], _DISTANCE, pairs.look_rows)

    def arrive(row: pairs.SearchRow) -> None:
        index.add([row])
        search(row.content_id)

    index = SearchIndex()
    started = time.perf_counter()
    rows = pairs.search_rows()
    new = [row for row in rows[-2 * _NEW :] if row.detail >= LOW_DETAIL][-_NEW:]
    index.add([row for row in rows if row.content_id < new[0].content_id])
    del rows
    seconds = time.perf_counter() - started
    gc.collect()
    return {
        "seconds": seconds,
        "peak": _memory("VmHWM"),
        "rest": _memory("VmRSS"),
        "search": [_milliseconds(arrive, row) for row in new],
        "flat": [_milliseconds(search, each) for each in index.ids[index.flat][:_NEW].tolist()],
        "asking": [_milliseconds(pairs.unsearched, _DISTANCE, _TURNS) for _ in range(3)],
        "open": _milliseconds(open_pairs.open_pairs, (), Distances(_DISTANCE)) / 1000,
        "open_peak": _memory("VmHWM"),
        "glimpse": [_milliseconds(open_pairs.glimpse, (), Distances(_DISTANCE)) for _ in range(3)],
        "known": _milliseconds(_rescan_of, _listed()) / 1000,
        "known_peak": _memory("VmHWM"),
    }


def _listed() -> dict[str, FoundFile]:
    """What a walk over the library of the catalog finds."""
    listed = {}
    for number in range(1, HASHES + 1):
        path = f"/photos/{number // 1000:04}/IMG_{number:07}.jpg"
        listed[path] = FoundFile(path, 3_000_000, 1_720_000_000_000_000_000 + number, number)
    _forget_peak()
    return listed


def _rescan_of(listed: dict[str, FoundFile]) -> None:
    """The catalog's part of a rescan in which nothing has changed."""
    from core.catalog.known import known_pages

    for page in known_pages([Path("/photos")], listed):
        if page.others:
            raise RuntimeError("nothing has changed, and yet something has")


def _milliseconds(function: Callable[..., object], *arguments: Any) -> float:
    started = time.perf_counter()
    function(*arguments)
    return (time.perf_counter() - started) * 1000


def _memory(field: str) -> float:
    """Megabytes of this process: ``VmRSS`` now, ``VmHWM`` at most (proc_pid_status(5))."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise AbsentError(f"this Linux does not tell {field}")


def _forget_peak() -> None:
    """Have ``VmHWM`` count from here (proc_pid_clear_refs(5))."""
    Path("/proc/self/clear_refs").write_text("5")


_PROGRAMS = {"join": _join, "fill": _fill, "hold": _hold}

if __name__ == "__main__":
    print(json.dumps(_PROGRAMS[sys.argv[1]](sys.argv[2])))
