from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalog import history
from core.model import DecisionState
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import Headless, Outcome

STOPPED = "stopped; everything done so far is kept, and the next run goes on there"


COUNT = 150


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of unlike pictures that takes a while to read."""
    folder = tmp_path_factory.mktemp("long").resolve()
    random = np.random.default_rng(1)
    for number in range(COUNT):
        small = Image.fromarray(random.integers(0, 256, (16, 16), np.uint8))
        small.resize((1500, 1500)).save(folder / f"{number:04}.jpg", quality=90)
    return folder


def copies(library: Path, count: int) -> None:
    """`count` photos that are all the same."""
    for number in range(count):
        gallery.exact_copy(gallery.photo("clock"), library / f"{number:04}.jpg", modified=number)


def stored(database: Path) -> int:
    """How many assets the catalog holds so far."""
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT COUNT(*) FROM asset").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def ended(process: subprocess.Popen[bytes]) -> Outcome:
    stdout, stderr = process.communicate(timeout=60)
    return Outcome(process.returncode, stdout, stderr)


@pytest.mark.parametrize(
    ("number", "group"),
    [
        (signal.SIGTERM, False),
        (signal.SIGTERM, True),
        (signal.SIGINT, True),
        (signal.SIGHUP, True),
    ],
    ids=["SIGTERM", "SIGTERM to all", "SIGINT to all", "SIGHUP to all"],
)
def test_an_interrupted_scan_keeps_what_it_has_and_goes_on_there(
    betterhalf: Headless, long: Path, number: signal.Signals, group: bool
) -> None:
    process = betterhalf.popen("--process", "--json", long, start_new_session=True)
    while not stored(betterhalf.database) and process.poll() is None:
        pass
    (os.killpg if group else os.kill)(process.pid, number)
    outcome = ended(process)
    assert outcome.code == 128 + number
    assert outcome.complaints == [STOPPED]
    kept = stored(betterhalf.database)
    assert 0 < kept < COUNT
    rest = betterhalf.process(long)
    assert (rest.code, rest.complaints) == (0, [])
    # A worker that the signal reached has not read its file, and the next run does.
    assert COUNT - kept <= rest.summary["read"] < COUNT
    assert betterhalf.process(long).summary["read"] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_rule_finishes_the_move_it_is_at(
    betterhalf: Headless, library: Path, number: signal.Signals
) -> None:
    copies(library, 60)
    before = snapshot(library)
    process = betterhalf.popen("--process", "--json", "--rule", "exact-copies", library)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    outcome = ended(process)
    assert outcome.code == 128 + number
    assert outcome.complaints == [STOPPED]
    with Desk(betterhalf.database, [library]) as desk:
        assert desk.ask(history.unfinished) == []
        assert len(desk.history()) == len(trashed(library)) > 0
    assert (library / "0000.jpg").exists()
    assert betterhalf("--undo", "last").code == 0
    assert snapshot(library) == before


def test_a_killed_rule_is_repaired_by_the_next_run(betterhalf: Headless, library: Path) -> None:
    copies(library, 30)
    before = snapshot(library)
    process = betterhalf.popen(
        "--process", "--json", "--rule", "exact-copies", library, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGKILL)
    ended(process)
    assert betterhalf.process("--rule", "exact-copies", library).code == 0
    assert len(trashed(library)) == 29
    assert sorted(snapshot(library).values()) == sorted(before.values())
    with Desk(betterhalf.database, [library]) as desk:
        # The one at which it was killed may have been put back already, and made anew.
        for decision in desk.history():
            if decision.state is DecisionState.DONE:
                desk.undo(decision)
    assert snapshot(library) == before
