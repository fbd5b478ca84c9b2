"""Ten thousand decisions with a merge of metadata: carried out and taken back, with all they sync.

Each keeper has one copy that says more than it does: half of the keepers have a sidecar already,
the others get their first. The files are small, as decisions hash them and look at nothing else.
BETTERHALF_DECISIONS says how many (10,000).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from PIL import Image

from core.actions.carrying import carry_out
from core.actions.holdings import Holdings
from core.actions.undo import undo
from core.catalog import history, journal, recording
from core.catalog.database import Catalog
from core.catalog.known import known_at
from core.libraries.folder import list_folder
from core.libraries.moves import sync
from core.libraries.reader import read_image
from core.model import Choice, Decision, Examined, OperationKind, RelationKind
from tests import gallery
from tests.benchmarks.measure import Measure

DECISIONS = int(os.environ.get("BETTERHALF_DECISIONS", "10000"))
_IN_A_FOLDER = 100
"""Pairs; with sidecars, some 350 files."""

T = TypeVar("T")


def run() -> list[Measure]:
    """Seconds for all, and what of them was spent on syncing to this disk."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "photos"
        pairs = list(_make(root))
        catalog = Catalog.open(Path(folder, "catalog.db"))
        try:
            return _measure(catalog, root, pairs)
        finally:
            catalog.close()


def _measure(catalog: Catalog, root: Path, pairs: list[tuple[Path, Path]]) -> list[Measure]:
    found = list_folder(root).files
    examined = [Examined(each, read_image(each.path, *each.sidecars)) for each in found]
    catalog.call_now(recording.record, examined)
    known = catalog.call_now(known_at, [each.path for each in found], [])
    ids = {each.found.path: each.asset_id for each in known}
    choices = [
        Choice(RelationKind.BETTER, ids[str(a)], ids[str(b)], "it is better", rule="benchmark")
        for a, b in pairs
    ]
    before = _bytes(root)
    number = catalog.call_now(journal.start_run)
    holdings = Holdings([root])
    decisions, applied, apply_parts = _timed(
        choices, lambda each: carry_out(catalog, [each], holdings, number)[0][1]
    )
    assert all(each.operations[0].kind is OperationKind.WRITE for each in decisions)
    last = catalog.call_now(history.decisions, catalog.call_now(history.last_standing))[::-1]
    _, undone, undo_parts = _timed(last, lambda each: undo(catalog, each)[0])
    assert _bytes(root) == before
    count = len(choices)
    return [
        Measure(f"{count:,} decisions with a merge, applied", "<= 60 s", f"{applied:.1f} s"),
        Measure("  of it", "", apply_parts),
        Measure("  taken back", "<= 60 s", f"{undone:.1f} s"),
        Measure("  of it", "", undo_parts),
    ]


def _timed(
    items: Iterable[T], act: Callable[[T], Decision | None]
) -> tuple[list[Decision], float, str]:
    """The answers, the seconds, and what they went into."""
    began, worked = time.perf_counter(), time.process_time()
    with patch("core.actions.effects.sync", _Waiting()) as waiting:
        answers = [act(each) for each in items]
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    parts = f"{worked:.1f} s CPU, {waiting.seconds:.1f} s waiting until it is on disk"
    return [each for each in answers if each], seconds, parts


class _Waiting:
    """`sync`, and how long it took; the database waits by itself and is not counted."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, paths: Iterable[Path]) -> None:
        began = time.perf_counter()
        sync(paths)
        self.seconds += time.perf_counter() - began


def _make(root: Path) -> Iterable[tuple[Path, Path]]:
    for number in range(DECISIONS):
        folder = root / f"{number // _IN_A_FOLDER:03}"
        folder.mkdir(parents=True, exist_ok=True)
        keep, lose = (folder / f"IMG_{number:05}{end}.jpg" for end in ("", " copy"))
        colour = (number % 256, number // 256 % 256, 128)
        # Of its own, as each keeper has one copy only; the colour alone is not, once it is coded.
        Image.new("RGB", (16, 16), colour).save(keep, "JPEG", comment=f"{number}")
        gallery.exact_copy(keep, lose)
        gallery.with_sidecar(lose, rating=4, tags=["a tag", "another"])
        if number % 2:
            gallery.with_sidecar(keep, rating=1, tags=["mine"])
        yield keep, lose


def _bytes(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


if __name__ == "__main__":
    for line in run():
        print(line)
