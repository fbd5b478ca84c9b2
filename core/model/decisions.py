"""What is wanted of pairs and groups, what that will do, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.model.assets import Asset


class RelationKind(StrEnum):
    """What was decided of a pair."""

    BETTER = "better"
    """A is better than B."""
    SAME_QUALITY = "same quality"
    """Duplicates, both kept."""
    ALTERNATES = "alternates"
    """The same picture with changed content, both kept."""
    STACKED = "stacked"
    """Both kept as one, A on top."""
    NOT_RELATED = "not related"
    """No duplicates at all."""
    DISCARDED = "discarded"
    """Not wanted, in spite of there being no better one: A and B are the same asset."""


class Fate(StrEnum):
    """What becomes of the file that is not the better one."""

    KEEP = "keep"
    TRASH = "trash"
    HARD_LINK = "hard link"
    """A further name of the better one's file takes its place."""
    REFLINK = "reflink"
    """A file that shares the better one's blocks on the disk takes its place."""
    SYMLINK = "symbolic link"
    """A link to the better one takes its place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person or a rule wants of a pair, before it is planned."""

    kind: RelationKind
    asset_a: int
    """The better one where `kind` says so."""
    asset_b: int
    why: str
    """One sentence for people."""
    rule: str | None = None
    """The rule that chose; None for a person."""
    approved: bool = False
    """A person has agreed to what the rule chose."""
    fate: Fate | None = None
    """What becomes of B; None: it goes where A is better, and stays else."""
    merge: str | None = None
    """The policy for their metadata, as `core.metadata.policies` reads it; None: the library's."""
    settled: tuple[tuple[str, object], ...] = ()
    """What a person chose for fields of metadata, by their names."""
    leave_companions: bool = False
    """A person agreed that companions without an equal stay where they are."""
    label: str | None = None
    """Of alternates: what B is of A."""
    set_name: str | None = None
    """Of alternates: the name of the set they form."""
    overrules: tuple[int, ...] = ()
    """Decisions that contradict this one, and end with it."""
    seen: tuple[bytes, bytes] | None = None
    """Digests of the two when this was chosen: it says nothing of what they become later."""
    redo_of: int | None = None
    """The decision that was taken back, and is made again by this choice."""

    @property
    def outcome(self) -> Fate:
        """What becomes of B, said or not."""
        if self.fate is not None:
            return self.fate
        goes = self.kind in (RelationKind.BETTER, RelationKind.DISCARDED)
        return Fate.TRASH if goes else Fate.KEEP

    @property
    def trashes(self) -> bool:
        """Whether B's file goes to the trash, whatever takes its place."""
        return self.outcome is not Fate.KEEP


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """What a person wants of a whole group, before it is planned; by asset ids."""

    why: str
    """One sentence for people."""
    keep: tuple[int, ...] = ()
    """Duplicates that stay, the best one first: it is kept in place of what goes, and is on top of
    what is stacked."""
    trash: tuple[int, ...] = ()
    stack: tuple[int, ...] = ()
    """Under the best one, or under the first of them where nothing is simply kept."""
    alternates: tuple[int, ...] = ()
    """Of the best one."""
    unrelated: tuple[int, ...] = ()
    """No duplicates of the best one at all."""
    merge: str | None = None
    """This and what follows: as in `Choice`."""
    settled: tuple[tuple[str, object], ...] = ()
    leave_companions: bool = False
    set_name: str | None = None
    overrules: tuple[int, ...] = ()
    seen: tuple[tuple[int, bytes], ...] = ()
    """Assets with their digests when this was chosen."""


class Writing(StrEnum):
    """Where merged metadata are written."""

    SIDECAR = "sidecar"
    EMBEDDED = "embedded"
    """Into the picture itself, where that can be done without harm; else beside it."""


class OperationKind(StrEnum):
    """One reversible step."""

    TRASH = "trash"
    """A file moves to the trash."""
    WRITE = "write sidecar"
    """A sidecar says more than it did, or is new."""
    EMBED = "write into the picture"
    """The picture is exchanged for one that says more. `target` is where it goes itself, `before`
    its digest, `after` JSON with that of the new one (`core.actions.embedding`)."""
    RECORD = "record metadata"
    """The catalog keeps what no file has a place for."""
    HARD_LINK = "hard link"
    REFLINK = "reflink"
    SYMLINK = "symbolic link"
    RELINK = "lead link on"
    """A symbolic link of an earlier decision leads to `target` from now on, as what it led to goes;
    `before` and `after` are what it says."""
    DISSOLVE = "dissolve"
    """An earlier decision's relation holds no longer; `before` is its number."""
    SERVER_TRASH = "trash on the server"
    """This and what follows is of servers, as `core.actions.servers.operations` writes it."""
    UPDATE = "update"
    """A server says something else of an asset."""
    ALBUM = "add to album"
    TAG = "tag"
    STACK = "stack"
    GROUP = "end group"
    """A server takes its members for duplicates no longer."""


LEAVING = frozenset({OperationKind.TRASH, OperationKind.SERVER_TRASH})
"""By what a picture leaves its library."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One reversible step on one file."""

    kind: OperationKind
    source: Path
    target: Path
    """Where it goes; of one that does not move, where it is."""
    before: bytes | None = None
    """What was written there; None where nothing was."""
    after: bytes | None = None
    """What will be."""
    emptied_at: str | None = None
    """When its file was removed from the trash, ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a kept one's metadata get from the others': one field, ready to show."""

    field: str
    before: str
    """Empty where it said nothing."""
    after: str
    reason: str
    path: str
    """The picture that says it from then on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The operations a choice will cause, shown before they happen."""

    choice: Choice
    keeper: Asset
    other: Asset
    operations: tuple[Operation, ...] = field(default=())
    changes: tuple[FieldChange, ...] = ()
    """What the operations write of metadata."""
    notes: tuple[str, ...] = ()
    """Why something is done otherwise than its owner wants, and what of it cannot be taken back."""

    @property
    def freed(self) -> int:
        """Bytes of the picture that leaves the library."""
        return self.other.facts.size if self.moves else 0

    @property
    def moves(self) -> bool:
        """Whether a picture goes to the trash."""
        return any(each.kind in LEAVING for each in self.operations)


class DecisionState(StrEnum):
    """Where a decision stands; written ahead, so that a crash can be repaired."""

    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISSOLVED = "dissolved"
    """Its files are where it put them, and its relation holds no longer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice that was carried out, as the journal keeps it."""

    id: int
    choice: Choice
    """Without `seen` and `overrules`, which are of the moment."""
    path_a: Path
    path_b: Path
    """Where the two were when it was decided."""
    run: int | None
    state: DecisionState
    decided_at: str
    """ISO 8601, UTC."""
    operations: tuple[Operation, ...] = ()
    batch: int | None = None
    """The number of the first of those that were decided as one; None: this one alone."""
    undone_at: str | None = None
    """When it was taken back, ISO 8601, UTC."""
    freed: int = 0
    """Bytes that it took out of the library, as long as it is not taken back."""

    @property
    def moves(self) -> bool:
        """Whether a picture went to the trash."""
        return any(each.kind in LEAVING for each in self.operations)


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions are meant; what is left as it is says nothing."""

    run: int | None = None
    rules: tuple[str, ...] = ()
    """One of these, as they are in the journal; see `core.catalog.history.rule_names`."""
    since: str | None = None
    """Decided then or later; as `core.catalog.journal.now` has it."""
    until: str | None = None
    """Decided before that."""
    people: bool = False
    """What people decided without a rule."""
    runs: bool = False
    """What was decided in any headless run."""
    kinds: tuple[RelationKind, ...] = ()
    states: tuple[DecisionState, ...] = ()
    text: str = ""
    """Stands in the path of one of the two, whatever its case."""
