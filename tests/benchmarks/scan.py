"""What a scan costs: processor time for each image, against the bare decoding of the same files.

Decoding is the floor: whatever the scan takes above it (hashes, metadata, processes, catalog,
search) is ours to answer for. The rescan of a library in which nothing has changed decodes
nothing, and is what a nightly run does on most nights.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.library import Library, mixed
from tests.benchmarks.measure import Measure, spread
from tests.benchmarks.tree import BETTERHALF, Cost, cost_of

_SAMPLE = 300
"""Files that the peer is given; it takes as long for each of the others."""
_RESCANS = 5


def run() -> list[Measure]:
    """Scan a fresh catalog, scan it again, and decode the same files with nothing around it."""
    library = mixed()
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder, "catalog.db")
        fresh = _scan(library, catalog)
        again = [_scan(library, catalog) for _ in range(_RESCANS)]
    bare = _yardstick("decode", library.files)
    files = len(library.files)
    share = fresh.parent / fresh.processor
    return [
        Measure(
            "fresh scan, images per CPU second", ">= 40", f"{files / fresh.processor:.1f} ({files})"
        ),
        Measure("  of its CPU, in the main process", "", f"{share:.0%} ({fresh.parent:.1f} s)"),
        Measure("  wall", "", f"{fresh.wall:.1f} s, {files / fresh.wall:.0f} images/s"),
        Measure(
            "  CPU against bare decoding",
            "",
            f"{fresh.processor / bare.processor:.2f} x ({files / bare.processor:.1f} images/CPU s)",
        ),
        Measure(
            "rescan, nothing changed, wall", "< 1.5 s", spread([c.wall for c in again], "s", 2)
        ),
        Measure("  CPU", "", spread([c.processor for c in again], "s", 2)),
        _peer(library, fresh),
    ]


def _scan(library: Library, catalog: Path) -> Cost:
    cost = cost_of([*BETTERHALF, catalog, "--process", "--json", library.folder])
    summary = json.loads(cost.output.splitlines()[-1])
    if cost.code or summary["files"] != len(library.files):
        raise RuntimeError(f"the scan went wrong: exit code {cost.code}, {summary}")
    return cost


def _yardstick(name: str, files: tuple[Path, ...]) -> Cost:
    return cost_of([sys.executable, "-m", "tests.benchmarks.yardsticks", name, *files])


def _peer(library: Library, fresh: Cost) -> Measure:
    name = "peer: imagehash.phash, images per CPU second"
    if find_spec("imagehash") is None:
        return Measure(name, "", "skipped: imagehash is not installed")
    sample = library.files[:: max(1, len(library.files) // _SAMPLE)]
    peer = _yardstick("phash", sample)
    rate = len(sample) / peer.processor
    ours = len(library.files) / fresh.processor
    return Measure(name, "", f"{rate:.1f}; betterhalf {ours / rate:.1f} x that")
