"""The catalog's connections, each on a thread of its own.

Measured before it was chosen: the asynchronous flavours of SQLite move the bottleneck and add to
it. So every query is a plain function that runs on the database thread behind `Catalog.call`,
and a batch of writes is one transaction. What only reads, and may take long over it, runs beside
that behind `Catalog.read`. Other processes may have the same catalog open.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from filelock import FileLock, Timeout
from peewee import OperationalError, PeeweeException
from playhouse.migrations import Runner

from core.catalog.schema import TABLES, database
from core.errors import UnavailableError, explain_os_error

P = ParamSpec("P")
T = TypeVar("T")

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_SECONDS = 5
"""How long another process may hold the write lock before we give up."""

_READERS = 2
"""One that adds up a hundred thousand rows, and one for whoever turns a page meanwhile."""

_TURN_SECONDS = 0.02
"""Between two attempts at what SQLite does not wait for."""


@contextmanager
def durable_later() -> Iterator[None]:
    """Transactions in here reach the disk with the next one outside, or after a while.

    A power cut can forget the last of them, but never one before something that it remembers. So
    they are for what `core.actions.recovery.recover` finds out by looking.
    """
    database.pragma("synchronous", "normal")
    try:
        yield
    finally:
        database.pragma("synchronous", "full")


class Catalog:
    """An open catalog. Create it with `Catalog.open`, use it through `call` and `read`, then
    `close` it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_copy = False
        """What is open is an upgraded copy of the catalog, which is of an older betterhalf."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalog")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="catalog-reader")
        # Whatever name a process opens the catalog by, the lock has to be the same file.
        self._lock_path = f"{path.resolve()}.lock"

    @classmethod
    def open(cls, path: Path, scratch: Path | None = None) -> Catalog:
        """Open the catalog at `path`, creating or upgrading it.

        Args:
            path: the file.
            scratch: a folder in which to upgrade a copy instead, for who must not write.

        Raises:
            UnavailableError: locked, unreadable, not a catalog, or of a newer version.
        """
        catalog = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog.is_copy = catalog.call_now(_connect, path, scratch)
        except OSError as error:
            catalog.close()
            raise UnavailableError(str(path), *explain_os_error(error)) from error
        except UnavailableError:
            catalog.close()
            raise
        return catalog

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` on the database thread, without blocking the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: self._guarded(function, *args, **kwargs)
        )

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function`, which changes nothing, on a connection of its own: nothing that is asked
        by `call` waits for it. It sees all that was done before it was asked."""

        def alone() -> T:
            # To open one takes less than a millisecond, and nobody has to know when to close it.
            with database.connection_context():
                database.pragma("query_only", 1)
                return function(*args, **kwargs)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self._guarded(alone))

    def call_now(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` on the database thread and wait; never from an event loop."""
        return self._thread.submit(lambda: self._guarded(function, *args, **kwargs)).result()

    @contextmanager
    def operations(self, wait: float = 60.0) -> Iterator[None]:
        """Hold the right to move files for this catalog; the system frees it if we die.

        Args:
            wait: seconds to wait for another process; 0 asks once.

        Raises:
            UnavailableError: another process holds it.
        """
        # A lock of its own for each holder: a shared one would let a second thread in.
        lock = FileLock(self._lock_path)
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise UnavailableError(
                str(self.path), "another betterhalf is moving files", "try again when it is done"
            ) from error
        except OSError as error:
            raise UnavailableError(str(self.path), *explain_os_error(error)) from error
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Close the connection after everything asked so far."""
        self._readers.shutdown(cancel_futures=True)
        self._thread.submit(_disconnect).result()
        self._thread.shutdown()

    def _guarded(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (PeeweeException, sqlite3.Error, UnicodeDecodeError) as error:
            # The driver's own come while rows are read, when Peewee is no longer asked; and of a
            # damaged file SQLite tells in what is no text.
            raise _explained(self.path, error) from error


def _explained(path: Path, error: Exception) -> UnavailableError:
    # A full disk ends the transaction, and the vain try to roll it back hides the reason.
    texts = []
    reason: BaseException | None = error
    while reason is not None:
        texts.append(str(reason).lower())
        reason = reason.__context__
    damaged = "it is damaged", "restore the copy beside it, or scan into a new one"
    known = (
        ("locked", "another program keeps it locked", "close that program and try again"),
        ("full", "the disk is full", "free some space; everything decided so far is kept"),
        ("readonly", "it cannot be written to", "check its owner and mode"),
        ("unable to open", "it cannot be opened", "check its folder's owner and mode"),
        ("not a database", "this file is no catalog", "name another with --database"),
        ("malformed", *damaged),
        ("codec can't decode", *damaged),
        ("disk i/o error", "the disk reports an error", "check the disk and its free space"),
    )
    for word, cause, remedy in known:
        if any(word in text for text in texts):
            return UnavailableError(str(path), cause, remedy)
    return UnavailableError(str(path), f"the catalog failed ({error})", "report this")


def _disconnect() -> None:
    # Where the folder could not even be made, there is nothing to close.
    if not database.deferred:
        database.close()


def _write_ahead() -> None:
    """Switch the file to write-ahead logging, in turn with whoever else opens it just now.

    SQLite's busy timeout does not hold for this switch: seen to fail at once among four openers.
    """
    last = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            database.pragma("journal_mode", "wal")
            return
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last:
                raise
            time.sleep(_TURN_SECONDS)


def _connect(path: Path, scratch: Path | None) -> bool:
    """Whether a copy in `scratch` was opened."""
    if path.exists() and not path.is_file():
        raise UnavailableError(str(path), "this is no file", "name a file with --database")
    _open_file(path)
    fresh = not database.get_tables()
    if not fresh and not database.table_exists("asset"):
        raise UnavailableError(
            str(path), "this database is no catalog of betterhalf", "name another with --database"
        )
    # Kept in the file from now on, so it waits until the file is known to be ours.
    if scratch is None:
        _write_ahead()
    runner = Runner(database, str(_MIGRATIONS))
    if fresh:
        with database.atomic():
            database.create_tables(TABLES)
            runner.fake()
        return False
    status = runner.status()
    unknown = [migration.name for migration in status if migration.path is None]
    if unknown:
        raise UnavailableError(
            str(path),
            f"it was written by a newer betterhalf ({unknown[-1]})",
            "upgrade betterhalf, or name another catalog with --database",
        )
    is_old = any(migration.applied is None for migration in status)
    if is_old and scratch is not None:
        copy = scratch / path.name
        with contextlib.closing(sqlite3.connect(copy)) as other:
            database.connection().backup(other)  # type: ignore[no-untyped-call]
        database.close()
        _open_file(copy)
        Runner(database, str(_MIGRATIONS)).up()
        return True
    if is_old:
        # A WAL file is no longer beside the copy, so its content has to be in the file first.
        database.pragma("wal_checkpoint", "TRUNCATE")
        shutil.copy2(path, f"{path}.before-{status[-1].name}")
        runner.up()
    return False


def _open_file(path: Path) -> None:
    database.init(
        str(path),
        timeout=_BUSY_SECONDS,
        pragmas={
            # Full, not normal: the journal of file moves must survive a power cut.
            "synchronous": "full",
            "foreign_keys": 1,
            "cache_size": -32_000,
        },
    )
    database.connect(reuse_if_open=True)
