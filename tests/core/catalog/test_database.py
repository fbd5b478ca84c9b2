from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.actions.doctor.examine import Examination, examine
from core.actions.recovery import recover
from core.catalog import assets, database, health, journal
from core.catalog.database import Catalog
from core.catalog.schema import Run
from core.errors import UnavailableError
from tests.core.desk import Desk
from tests.core.headless import REPOSITORY

_OPEN_AND_COUNT = """
import sys
from pathlib import Path
from core.catalog.database import Catalog
from core.catalog import journal
catalog = Catalog.open(Path(sys.argv[1]))
for _ in range(20):
    catalog.call_now(journal.start_run)
catalog.close()
"""

_HOLD = """
import sys
from pathlib import Path
from core.catalog.database import Catalog
catalog = Catalog.open(Path(sys.argv[1]))
with catalog.operations():
    print("held", flush=True)
    sys.stdin.read()
catalog.close()
"""


def python(code: str, *arguments: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "catalog.db"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is moving files for the catalog at `path`."""
    with python(_HOLD, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.communicate()


def reopen(path: Path) -> None:
    Catalog.open(path).close()


def test_a_catalog_is_made_where_there_is_none(path: Path) -> None:
    reopen(path)
    with sqlite3.connect(path) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert {"asset", "content", "pair", "decision", "operation", "run"} <= tables


def test_what_was_written_is_there_when_it_is_opened_again(path: Path) -> None:
    for expected in (1, 2, 3):
        catalog = Catalog.open(path)
        assert catalog.call_now(journal.start_run) == expected
        catalog.close()


def test_an_empty_file_becomes_a_catalog(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    reopen(path)
    assert path.stat().st_size > 0


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"My diary. " * 1000)
    with pytest.raises(UnavailableError, match="this file is no catalog"):
        Catalog.open(path)
    assert path.read_bytes() == b"My diary. " * 1000


def test_the_database_of_another_program_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE album (id INTEGER)")
    connection.close()
    with pytest.raises(UnavailableError, match="no catalog of betterhalf"):
        Catalog.open(path)


def test_a_damaged_catalog_is_reported(path: Path) -> None:
    reopen(path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(UnavailableError, match=r"damaged|no catalog"):
        _read(path)


def _read(path: Path) -> None:
    catalog = Catalog.open(path)
    try:
        catalog.call_now(assets.count_present)
    finally:
        catalog.close()


def test_a_catalog_of_a_newer_version_is_left_alone(path: Path) -> None:
    reopen(path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO schema_migration (name, applied) VALUES ('9999_more', '2031-01-01')"
        )
    connection.close()
    with pytest.raises(UnavailableError, match="newer betterhalf") as raised:
        Catalog.open(path)
    assert "9999_more" in raised.value.cause
    assert "upgrade" in raised.value.remedy


def test_an_older_catalog_is_copied_before_it_is_upgraded(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = Catalog.open(path)
    catalog.call_now(journal.start_run)
    catalog.close()
    scripts = shutil.copytree(Path(database._MIGRATIONS), tmp_path / "migrations")
    (scripts / "8000_note.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('ALTER TABLE run ADD COLUMN note TEXT')\n"
    )
    monkeypatch.setattr(database, "_MIGRATIONS", scripts)

    reopen(path)

    def columns(of: Path) -> list[str]:
        connection = sqlite3.connect(of)
        try:
            return [row[1] for row in connection.execute("PRAGMA table_info(run)")]
        finally:
            connection.close()

    backup = path.with_name("catalog.db.before-8000_note")
    assert columns(path) == ["id", "started_at", "note"]
    assert columns(backup) == ["id", "started_at"]
    connection = sqlite3.connect(backup)
    assert connection.execute("SELECT COUNT(*) FROM run").fetchone() == (1,)
    connection.close()
    reopen(path)


def test_a_catalog_needs_a_folder_it_can_be_in(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError) as raised:
        Catalog.open(tmp_path / "file" / "catalog.db")
    assert raised.value.subject == str(tmp_path / "file" / "catalog.db")


def test_processes_that_open_a_new_catalog_at_once_share_it(path: Path) -> None:
    processes = [python(_OPEN_AND_COUNT, path) for _ in range(4)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0] * 4
    catalog = Catalog.open(path)
    assert catalog.call_now(journal.start_run) == 81
    catalog.close()


def test_one_process_at_a_time_moves_files(path: Path, holder: subprocess.Popen[str]) -> None:
    catalog = Catalog.open(path)
    try:
        with pytest.raises(UnavailableError, match="moving files"), catalog.operations(wait=0):
            raise AssertionError("let in")
        holder.kill()
        holder.wait()
        with catalog.operations(wait=10):
            pass
    finally:
        catalog.close()


@pytest.mark.usefixtures("holder")
def test_a_catalog_under_a_second_name_has_the_same_lock(path: Path, tmp_path: Path) -> None:
    alias = tmp_path / "alias.db"
    alias.symlink_to(path)
    catalog = Catalog.open(alias)
    try:
        with pytest.raises(UnavailableError, match="moving files"), catalog.operations(wait=0):
            raise AssertionError("let in")
    finally:
        catalog.close()


def test_one_thread_at_a_time_moves_files(path: Path) -> None:
    catalog = Catalog.open(path)

    def enter() -> None:
        with catalog.operations(wait=0):
            raise AssertionError("let in")

    try:
        with catalog.operations(), ThreadPoolExecutor(1) as threads:
            refused = threads.submit(enter).exception()
        assert isinstance(refused, UnavailableError)
    finally:
        catalog.close()


async def test_nothing_waits_for_a_long_look(path: Path) -> None:
    catalog = Catalog.open(path)
    begun, ends = threading.Event(), threading.Event()

    def long_look() -> int:
        begun.set()
        assert ends.wait(30)
        return Run.select().count()  # type: ignore[no-untyped-call, no-any-return]

    try:
        look = asyncio.create_task(catalog.read(long_look))
        assert await asyncio.to_thread(begun.wait, 30)
        assert await catalog.call(journal.start_run) == 1
        assert await catalog.read(Run.select().count) == 1
        ends.set()
        assert await look == 1
    finally:
        ends.set()
        catalog.close()


async def test_who_only_looks_changes_nothing(path: Path) -> None:
    catalog = Catalog.open(path)
    try:
        with pytest.raises(UnavailableError, match="cannot be written to"):
            await catalog.read(journal.start_run)
        assert await catalog.read(Run.select().count) == 0
    finally:
        catalog.close()


@pytest.mark.usefixtures("holder")
def test_what_another_process_is_doing_now_is_not_repaired(path: Path) -> None:
    catalog = Catalog.open(path)
    try:
        assert recover(catalog) == []
    finally:
        catalog.close()


def test_damage_anywhere_is_told_as_such(path: Path) -> None:
    with Desk(path, []) as desk:
        desk.ask(journal.start_run)
    page = 4096
    whole = path.read_bytes()
    for start in range(page, len(whole), page):
        path.write_bytes(whole[:start] + b"\xff" * page + whole[start + page :])
        try:
            with Desk(path, []) as desk:
                told = desk.ask(health.faults)
                list(examine(desk.catalog, Examination()))
        except UnavailableError as error:
            told = [error.cause]
        assert "damaged" in told[0]
