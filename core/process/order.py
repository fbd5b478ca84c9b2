"""What a headless command is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from core.actions.holdings import Wishes
from core.catalog.database import Catalog
from core.errors import BetterhalfError
from core.libraries.immich.access import Access
from core.libraries.opening import library_roots
from core.model import Distances
from core.rules.rule import Rule
from core.workers.rules import chosen_rules
from core.workers.session import Session, open_session


@dataclass(frozen=True, slots=True)
class Order:
    """What a headless command is asked to do."""

    folders: Sequence[str]
    database: Path
    distances: Distances
    workers: int
    turns: Sequence[int] = ()
    """EXIF orientations in which copies are looked for, besides upright."""
    rules: Sequence[str] = ()
    """Names; none means the saved ones."""
    wishes: Wishes = field(default_factory=Wishes)
    access: Callable[[Sequence[Path]], Mapping[Path, Access]] = lambda roots: {}
    """How to open those of the libraries that are servers."""
    dry: bool = False
    as_json: bool = False
    watch: bool = False
    """Go on with what arrives, until a signal ends it."""

    def roots(self) -> list[Path]:
        """The libraries.

        Raises:
            UnavailableError: one is not there.
        """
        return library_roots(self.folders)

    async def asked_rules(
        self, catalog: Catalog, tell: Callable[[BetterhalfError], None]
    ) -> tuple[Rule, ...]:
        """The rules that are named, or all saved ones; `tell` hears why one cannot be used.

        Raises:
            UsageError: there is no rule of a name.
        """
        chosen = await chosen_rules(catalog, self.rules)
        for problem in chosen.problems:
            tell(problem)
        return chosen.rules

    def session(
        self, roots: Sequence[Path], repair: bool, connect: bool = True
    ) -> AbstractAsyncContextManager[tuple[Session, list[str]]]:
        """As `open_session`; servers are asked nothing unless `connect`."""
        return open_session(
            self.database,
            roots,
            self.distances,
            self.workers,
            self.turns,
            repair=repair,
            wishes=self.wishes,
            accesses=self.access(roots) if connect else {},
        )
