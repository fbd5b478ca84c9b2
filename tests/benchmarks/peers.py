"""The same files through betterhalf, a script, a peer, and nothing but the decoder, in one run.

Figures of other machines and other files say little, so all four take turns here. The peer is
`duplicate_images` (its command `find-dups`), which hashes as most do: every picture decoded in
full. It is installed from PyPI into an environment of its own, beside the pictures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.benchmarks.library import cache, mixed
from tests.benchmarks.measure import AbsentError, Measure
from tests.benchmarks.tree import BETTERHALF, Cost, cost_of

_PEER = "duplicate_images==0.11.9"
_EVERY = 3
"""Every third file: a full decode of all would take a quarter of an hour, and say the same."""
_DISTANCE = "4"


def run() -> list[Measure]:
    """Fingerprints and pairs of a sample of the mixed library, end to end, four times."""
    files = mixed().files[::_EVERY]
    peer = _installed_peer()
    with tempfile.TemporaryDirectory(dir=cache()) as name:
        folder = Path(name, "library")
        for number, path in enumerate(files):
            (folder / f"{number // 100:02}").mkdir(parents=True, exist_ok=True)
            os.link(path, folder / f"{number // 100:02}" / f"{number:04}{path.suffix}")
        named = sorted(path for path in folder.rglob("*.*"))
        bare = _yardstick("decode", named)
        ours = _ours(folder, Path(name, "catalog.db"), len(files))
        script = _yardstick("phash", named)
        other = cost_of(
            [
                peer,
                *("--algorithm", "phash", "--max-distance", _DISTANCE, "--on-equal", "print"),
                *("--parallel", str(os.cpu_count()), "--quiet", folder),
            ]
        )
    if other.code or script.code or bare.code:
        raise RuntimeError(f"a yardstick ended with {bare.code}, {script.code}, {other.code}")
    return [
        _line("betterhalf, images per CPU second", ours, ours, len(files)),
        Measure("  wall against CPU", "<= 0.6 x", f"{ours.wall / ours.processor:.2f} x"),
        Measure("  against bare decoding", "<= 1.3 x", f"{ours.processor / bare.processor:.2f} x"),
        _line("bare draft decoding", bare, ours, len(files)),
        _line("a script with imagehash.phash", script, ours, len(files)),
        _line(f"find-dups of {_PEER}", other, ours, len(files)),
    ]


def _ours(folder: Path, catalog: Path, files: int) -> Cost:
    cost = cost_of([*BETTERHALF, catalog, "--process", "--json", folder])
    summary = json.loads(cost.output.splitlines()[-1])
    if cost.code or summary["read"] != files:
        raise RuntimeError(f"the scan went wrong: exit code {cost.code}, {summary}")
    return cost


def _yardstick(name: str, files: list[Path]) -> Cost:
    return cost_of([sys.executable, "-m", "tests.benchmarks.yardsticks", name, *files])


def _line(name: str, cost: Cost, ours: Cost, files: int) -> Measure:
    took = f"{cost.processor:.1f} s CPU, {cost.wall:.1f} s wall"
    if cost is not ours:
        took += f"; {cost.processor / ours.processor:.2f} x betterhalf's CPU"
    return Measure(name, "", f"{files / cost.processor:.1f} ({took})")


def _installed_peer() -> Path:
    """The peer's command.

    Raises:
        AbsentError: it cannot be installed.
    """
    folder = cache() / f"peer-{_PEER}"
    command = folder / "bin" / "find-dups"
    if not command.exists():
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", _PEER]
        if subprocess.run(pip).returncode:
            raise AbsentError(f"{_PEER} could not be installed")
    return command
