"""The screens' side of the services about libraries: what `tui.shelves` promises."""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.actions.holdings import Wishes
from core.address import is_remote, shown
from core.catalog import libraries
from core.catalog.libraries import Stock
from core.errors import BetterhalfError, ImageError, UnavailableError, UsageError, explain_os_error
from core.settings import Settings, from_table
from core.settings.editing import as_said, as_written, change
from core.settings.values import real_path
from core.workers.events import Event, Listener, Problem, Progress, ScanEnded
from core.workers.rules import no_rule, rule_names
from core.workers.session import Session
from tui.desk import Desk
from tui.shelves import Place, Shelf


class Librarian:
    """Answers the screens about libraries, and has what is set hold at once where it can."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        settings: Settings,
        file: Path,
        themes: Sequence[str],
        heard: Listener,
        rescan: Callable[[], str],
        recolour: Callable[[str], None],
        rekey: Callable[[Mapping[str, Sequence[str]]], None],
        mended: Callable[[Collection[str]], None],
    ) -> None:
        """Settings are those of `file`; `themes` are the names of those that there are; `heard` is
        told what reading again finds, and `mended` what can be read now; `rescan`, `recolour` and
        `rekey` are the app's."""
        self._session = session
        self._desk = desk
        self._take(settings)
        self.file = file
        self.themes = themes
        self._heard = heard
        self.scan_again = rescan
        self._recolour = recolour
        self._rekey = rekey
        self._mended = mended
        self._changes: list[tuple[Place, Any]] = []
        self.version = 0
        self._elsewhere: dict[str, BetterhalfError] = {}
        """Folders and servers that could not be read by the last scan, and files."""
        self._is_over = True
        """Whether no scan goes on."""

    def heard(self, event: Event) -> None:
        """The workers have said something."""
        self.version += isinstance(event, Progress | ScanEnded)
        if isinstance(event, ScanEnded):
            self._is_over = True
        elif isinstance(event, Progress) and event.stage == "listing" and self._is_over:
            # Another one has begun; each of its libraries is listed on its own.
            self._is_over = False
            self._elsewhere.clear()
        elif isinstance(event, Problem):
            self._elsewhere[event.error.subject] = event.error

    @property
    def scanning(self) -> bool:
        return self._desk.scanning

    @property
    def progress(self) -> Progress | None:
        return self._desk.progress

    async def shelves(self) -> Sequence[Shelf]:
        found = []
        call = self._session.catalog.call
        parts = await call(libraries.parts)
        for root in self._session.roots:
            stock = Stock()
            for part in parts:
                stock += await call(libraries.stock, root, part)
            protected = tuple(
                each
                for each in self.settings.protected_folders
                if each.is_relative_to(root) or root.is_relative_to(each)
            )
            trouble, folders = await asyncio.to_thread(_trouble, root, dict(self._elsewhere))
            found.append(
                Shelf(
                    root,
                    stock.files,
                    stock.size,
                    stock.unreadable + folders,
                    stock.trashed,
                    protected,
                    await asyncio.to_thread(_absent, protected),
                    trouble,
                )
            )
        return found

    async def problems(self) -> Sequence[BetterhalfError]:
        call = self._session.catalog.call
        files: list[ImageError] = []
        for part in await call(libraries.parts):
            files += await call(libraries.unreadable, self._session.roots, part)
        files.sort(key=lambda each: each.subject)
        known = {each.subject for each in files}
        others = {name: each for name, each in self._elsewhere.items() if name not in known}
        return [*await asyncio.to_thread(_of_no_files, others), *files]

    async def retry(self, names: Sequence[str]) -> str:
        for name in names:
            self._elsewhere.pop(name, None)
        files = await asyncio.to_thread(
            lambda: [Path(name) for name in names if not (is_remote(name) or os.path.isdir(name))]
        )
        await self._session.read_again(files, self._heard)
        still = {each.subject for each in await self.problems()}
        self._mended([name for name in names if name not in still])
        if len(files) == len(names):
            return ""
        return self.scan_again() or "folders and servers are looked at again"

    # Settings

    def said(self) -> Mapping[str, Any]:
        try:
            return tomllib.loads(self.file.read_text("utf-8"))
        except FileNotFoundError as error:
            if self.settings == Settings():
                return {}
            # Its folders are still protected; a new file would not say so.
            remedy = "put it back: without it, all would be as usual from the next start on"
            raise UnavailableError(str(self.file), "it is gone", remedy) from error
        except OSError as error:
            raise UnavailableError(str(self.file), *explain_os_error(error)) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            cause = f"this is no TOML ({error})"
            raise UsageError(str(self.file), cause, "correct the line") from error

    def name_of(self, root: Path) -> str:
        libraries_said = self.said().get("libraries")
        for name in libraries_said if isinstance(libraries_said, Mapping) else ():
            with suppress(UsageError):
                if real_path(os.path.expanduser(name)) == root:
                    return str(name)
        return shown(root) if is_remote(root) else as_written(root)

    async def change(self, place: Place, value: Any) -> bool:
        said = self.said()
        before = _at(said, place)
        if before == value:
            return False
        await self._say(place, value)
        with suppress(UsageError):
            from_table(said, self.file)
            self._changes.append((place, before))
            return True
        # What was wrong is not written again.
        return False

    async def undo_change(self) -> Place | None:
        if not self._changes:
            return None
        place, before = self._changes[-1]
        await self._say(place, before)
        self._changes.pop()
        return place

    def is_there(self, name: str) -> bool:
        return is_remote(name) or os.path.isdir(os.path.expanduser(name))

    async def lacking_rules(self) -> Callable[[str], str]:
        names = await rule_names(self._session.catalog)
        return lambda name: no_rule(name, names)

    def take_in(self) -> None:
        settings = from_table(self.said(), self.file)
        if settings != self.settings:
            self._hold(settings)

    async def _say(self, place: Place, value: Any) -> None:
        self._hold(await asyncio.to_thread(change, self.file, place, value, Wishes.of))

    def _hold(self, settings: Settings) -> None:
        self._session.wish(Wishes.of(settings))
        if settings.theme != self.settings.theme and settings.theme in self.themes:
            self._recolour(settings.theme)
        if settings.keys != self.settings.keys:
            self._rekey(settings.keys)
        self._take(settings)

    def _take(self, settings: Settings) -> None:
        self.settings = settings
        self._desk.preferred = settings.preferred


def _trouble(
    root: Path, elsewhere: Mapping[str, BetterhalfError]
) -> tuple[BetterhalfError | None, int]:
    """Why `root` itself could not be looked through, and how many folders in it."""
    inside = [name for name in elsewhere if Path(name).is_relative_to(root)]
    folders = sum(os.path.isdir(name) and Path(name) != root for name in inside)
    own = (error for name, error in elsewhere.items() if Path(name) == root)
    return next(own, None), folders


def _of_no_files(errors: Mapping[str, BetterhalfError]) -> list[BetterhalfError]:
    return [error for name, error in errors.items() if not os.path.isfile(name)]


def _absent(folders: Sequence[Path]) -> frozenset[Path]:
    return frozenset(each for each in folders if not (is_remote(each) or each.exists()))


def _at(table: Mapping[str, Any], place: Place) -> Any:
    """What a file says at `place`; None where it says nothing."""
    found: Any = table
    for each in as_said(table, place):
        found = found.get(each) if isinstance(found, Mapping) else None
    return found
