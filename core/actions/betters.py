"""What stands for a picture in the trash: a better one, or one as good, that is seen to be there.

The better one of a decision may have lost to another since, and that one to the next: whoever is
found first on the way up stands for all below.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.catalog import held
from core.catalog.database import Catalog
from core.catalog.held import Copy, Held
from core.libraries.reader import file_digest
from core.matching.current import current_relations
from core.matching.groups import JOINING
from core.matching.relations import Relations
from core.model import DecisionState, RelationKind

Signature = tuple[int, int, int, int, int]
"""Device, inode, size, and times of modification and of change: as long as they stay, so do the
bytes."""


def signature(status: os.stat_result) -> Signature:
    """Of a file."""
    times = status.st_mtime_ns, status.st_ctime_ns
    return status.st_dev, status.st_ino, status.st_size, *times


@dataclass(frozen=True, slots=True)
class Better:
    """Who stands for a picture in the trash, or why nobody does."""

    path: Path | None
    cause: str = ""
    remedy: str = ""


@dataclass(slots=True)
class Betters:
    """Looks for better ones on the disk, and looks at each only once as long as it stays as it is.

    Blocks; use a thread.
    """

    catalog: Catalog
    trusting: bool = False
    """Take a file for what the last scan has seen where size and time are the same."""
    _relations: Relations = field(init=False)
    _verified: dict[Path, tuple[Signature, bytes]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Hear what was decided since."""
        self._relations = self.catalog.call_now(current_relations)

    def may_stand_for(self, decision: Held) -> bool:
        """Whether `decision` says that something better, or as good, is kept."""
        return decision.state is not DecisionState.DISSOLVED and decision.kind in JOINING

    def of(self, decision: Held) -> Better:
        """Who stands for what `decision` has in the trash, with the recorded bytes, now."""
        if decision.state is DecisionState.DISSOLVED:
            return Better(None, "its relation holds no longer", f"--undo {decision.decision}")
        if decision.kind is RelationKind.DISCARDED:
            remedy = "--empty-trash --discarded lets it go, too"
            return Better(None, "nothing better is kept", remedy)
        if decision.kind not in JOINING:
            words = f"what is kept is {decision.kind}, no better one"
            return Better(None, words, "remove it by hand, if nobody wants it")
        for content in self.upwards(decision.content_a):
            for copy in self.catalog.call_now(held.copies, content):
                if self._is_there(copy):
                    return Better(copy.path)
        return Better(
            None,
            f"its better one is not there, or not as it was: {decision.path_a}",
            f"mount its disk, or scan if it has moved; else --undo {decision.decision}",
        )

    def upwards(self, content: int) -> Iterator[int]:
        """A content, then all that are as good as it or better, the nearest first."""
        waiting, met = [content], {content}
        for each in waiting:
            yield each
            for said in self._relations.named(each):
                other = said.other(each)
                upwards = said.kind is RelationKind.SAME_QUALITY or (
                    said.kind is RelationKind.BETTER and said.b == each
                )
                if upwards and other not in met:
                    met.add(other)
                    waiting.append(other)

    def _is_there(self, copy: Copy) -> bool:
        try:
            status = os.lstat(copy.path)
            if not stat.S_ISREG(status.st_mode) or status.st_size != copy.size:
                return False
            if self.trusting and status.st_mtime_ns == copy.modified_ns:
                return True
            known = self._verified.get(copy.path)
            if known is None or known[0] != signature(status):
                known = signature(status), file_digest(copy.path)
                self._verified[copy.path] = known
            return known[1] == copy.digest
        except OSError:
            return False
