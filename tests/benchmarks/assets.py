"""What it costs to ask the catalog for all of a library's assets, as rules do, and for one pair."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.measure import Measure, spread
from tests.benchmarks.tree import REPOSITORY

ASSETS = 200_000
_COPIES = 10_000
"""Assets among them that hold the bytes of an earlier one."""
_SIDECARS = 10_000
_DECISIONS = 20_000
"""Of a person, standing."""
_TIMES = 3
_PAIRS = 50


def run() -> list[Measure]:
    """All assets at once, and two at a time, from a catalog that was filled for it."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder, "catalog.db")
        _program("fill", catalog)
        found = _program("ask", catalog)
    return [
        Measure(f"{ASSETS:,} assets, CPU", "<= 4 s", spread(found["all"], "s", 2)),
        Measure("  memory they take", "", f"{found['memory']:.0f} MB"),
        Measure("  two assets", "", spread(found["two"], digits=2)),
    ]


def _program(name: str, catalog: Path) -> Any:
    command = [sys.executable, "-m", "tests.benchmarks.assets", name, str(catalog)]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _fill(path: str) -> dict[str, Any]:
    from core.catalog.database import Catalog

    catalog = Catalog.open(Path(path))
    catalog.call_now(_insert)
    catalog.close()
    return {}


def _insert() -> None:
    from core.catalog.schema import Asset, Content, Decision, database

    random = Random(1)
    contents, assets, decisions = [], [], []
    for number in range(1, ASSETS + 1):
        content = number if number <= ASSETS - _COPIES else number - ASSETS + _COPIES
        if content == number:
            contents.append(_content(number, random))
        assets.append(_asset(number, content))
    for number in range(1, 2 * _DECISIONS, 2):
        decisions.append(_decision(number, number + 1))
    with database.atomic():
        for model, rows in ((Content, contents), (Asset, assets), (Decision, decisions)):
            for start in range(0, len(rows), 500):
                model.insert_many(rows[start : start + 500]).execute()


def _content(number: int, random: Random) -> dict[str, Any]:
    taken = f"2024-{number % 12 + 1:02}-14 10:{number % 60:02}:{number // 60 % 60:02}"
    metadata = {
        "taken": taken,
        "camera": "Canon EOS 80D",
        "description": f"Picture {number}",
        "tags": ["sea", f"tag {number % 500}"],
        "location": [38.7 + number * 1e-6, -9.1],
    }
    return {
        "id": number,
        "digest": random.randbytes(32),
        "size": 3_000_000 + number,
        "format": "JPEG",
        "width": 4000,
        "height": 3000,
        "orientation": 1,
        "mode": "RGB",
        "frames": 1,
        "coding": f"lossy:jpeg:{number % 97:016x}",
        "stream": random.randbytes(32),
        "headers": "EXIF,GPS,XMP",
        "hash": random.getrandbits(63),
        "thumb": random.randbytes(1024),
        "chroma": random.randbytes(128),
        "detail": 40.0,
        "metadata": json.dumps(metadata),
        "transparent": False,
        "exif_count": 17,
        "quality": 92,
        "subsampling": "4:2:0",
        "progressive": False,
        "facts_version": 1,
    }


def _asset(number: int, content: int) -> dict[str, Any]:
    path = b"/photos/%04d/IMG_%07d.jpg" % (number // 1000, number)
    beside = number % (ASSETS // _SIDECARS) == 0
    return {
        "path": path,
        "size": 3_000_000 + content,
        "modified_ns": 1_720_000_000_000_000_000 + number,
        "inode": number,
        "content": content,
        "sidecar": path + b".xmp" if beside else None,
        "sidecar_metadata": '{"rating": 4}' if beside else None,
        "first_seen_ns": 1_760_000_000_000_000_000,
    }


def _decision(one: int, other: int) -> dict[str, Any]:
    return {
        "kind": "alternates",
        "asset_a": one,
        "asset_b": other,
        "content_a": one,
        "content_b": other,
        "path_a": b"/photos/a.jpg",
        "path_b": b"/photos/b.jpg",
        "why": "they differ",
        "decided_at": "2025-01-01T00:00:00+00:00",
        "state": "done",
    }


def _ask(path: str) -> dict[str, Any]:
    from core.catalog.database import Catalog

    catalog = Catalog.open(Path(path))
    try:
        return catalog.call_now(_asked)
    finally:
        catalog.close()


def _asked() -> dict[str, Any]:
    from core.catalog.assets import assets

    everything = range(1, ASSETS + 1)
    before = _resident()
    seconds = []
    for _ in range(_TIMES):
        started = time.process_time()
        found = assets(everything, [Path("/photos")])
        seconds.append(time.process_time() - started)
        if len(found) != ASSETS:
            raise RuntimeError(f"{len(found)} assets came back")
        memory = _resident() - before
        del found
    two = []
    for number in range(1, _PAIRS + 1):
        started = time.process_time()
        assets((number * 1000, number * 1000 + 1), [Path("/photos")])
        two.append((time.process_time() - started) * 1000)
    return {"all": seconds, "two": two, "memory": memory}


def _resident() -> float:
    """Megabytes of this process in memory (proc_pid_statm(5))."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


_PROGRAMS = {"fill": _fill, "ask": _ask}

if __name__ == "__main__":
    print(json.dumps(_PROGRAMS[sys.argv[1]](sys.argv[2])))
