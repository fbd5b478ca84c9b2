"""The pages about the past with a made-up history on them, for `tests.tui.scenes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.address import Address
from core.errors import ActionRefused
from core.model import (
    Asset,
    Choice,
    Confidence,
    Decision,
    DecisionFilter,
    DecisionState,
    DeniedPair,
    Direction,
    Facts,
    FieldChange,
    Identity,
    Judgement,
    Ledger,
    LedgerDay,
    Metadata,
    Operation,
    OperationKind,
    RelationKind,
    Role,
    Verdict,
)
from core.workers.records import Book, Heap, LeftTrash, Particulars
from tui.past import Conflict, Emptied, EmptyingPlan, Foreseen, Outcome

ROOT = Path("/home/anna/Pictures")
_TRASH = ROOT / ".betterhalf-trash" / "2026-03-01"


def _operations(keep: Path, lose: Path) -> tuple[Operation, ...]:
    sidecar = keep.with_name(f"{keep.name}.xmp")
    return (
        Operation(OperationKind.WRITE, sidecar, sidecar, b"", b"xmp"),
        Operation(OperationKind.TRASH, lose, _TRASH / lose.relative_to(ROOT)),
    )


def _decision(
    number: int,
    kind: RelationKind,
    keep: str,
    lose: str,
    day: str,
    rule: str | None = None,
    state: DecisionState = DecisionState.DONE,
    approved: bool = False,
    run: int | None = None,
) -> Decision:
    moves = kind is RelationKind.BETTER
    a, b = ROOT / keep, ROOT / lose
    why = "A has 6.3 × the pixels of B; B is a smaller re-encode of A"
    return Decision(
        number,
        Choice(kind, 2 * number, 2 * number + 1, why, rule=rule, approved=approved),
        a,
        b,
        run,
        state,
        f"{day}T16:02:00+00:00",
        _operations(a, b) if moves else (),
        undone_at=f"{day}T17:00:00+00:00" if state is DecisionState.UNDONE else None,
        freed=214_020 * number if moves else 0,
    )


_BETTER = RelationKind.BETTER
DECISIONS = (
    _decision(
        7, _BETTER, "Holiday/IMG_2041.HEIC", "WhatsApp/旅行の写真/IMG-WA0007.jpg", "2026-03-02"
    ),
    _decision(6, _BETTER, "a.jpg", "a copy.jpg", "2026-03-01", "exact copies", run=12),
    _decision(
        5, _BETTER, "b.jpg", "b.png", "2026-02-27", "pixel-perfect jpegs vs pngs", approved=True
    ),
    _decision(4, RelationKind.ALTERNATES, "Scans/c.tif", "Edits/c.jpg", "2026-02-20"),
    _decision(
        3,
        _BETTER,
        "d.jpg",
        "a name that is so long that no column of any screen has room for it.jpg",
        "2026-01-05",
        "exact copies",
        DecisionState.UNDONE,
    ),
    _decision(2, RelationKind.NOT_RELATED, "e.jpg", "\x1b[2J[bold]f.jpg", "2025-12-24"),
    _decision(
        1, _BETTER, "g.jpg", "h.jpg", "2025-07-14", "exact copies", DecisionState.DISSOLVED, run=3
    ),
)

_SERVER = Address.parse("immich+https://photos.example.org")
_ON_SERVER = Heap(
    replace(DECISIONS[-1], path_b=_SERVER.asset("6f1d", "i.jpg")),
    ((_SERVER.asset("6f1d", "i.jpg"), _SERVER.root / "trash" / "6f1d" / "i.jpg"),),
    _SERVER.root,
    datetime(2026, 3, 9, 10, 0, tzinfo=UTC),
)

_VERDICT = Verdict(
    Judgement.VISUAL,
    Confidence.ALMOST_CERTAIN,
    None,
    (Direction("a", Role.LARGER),),
    ("A is 2.5 times as wide and high.", "Everything else is coding noise."),
    0.7,
)
_REFUSED = ActionRefused(
    str(ROOT / "a copy.jpg"),
    "another file has this name now",
    "rename that file, then undo again",
)
_EDITED = ActionRefused(
    str(ROOT / "b.jpg.xmp"), "it has been edited since", "--leave-edited brings the rest back"
)


def _days() -> list[LedgerDay]:
    found = []
    for place in range(14):
        month = f"{2025 + place // 12}-{1 + place % 12:02}"
        mine = Ledger(acted=3 + place, undone=place == 4, freed=place * 10**8)
        exact = Ledger(acted=40 * place, denied=place % 3, freed=(place % 5) * 10**9)
        png = Ledger(approved=place % 4, freed=10**7)
        by = ((None, mine), ("exact copies", exact), ("pixel-perfect jpegs vs pngs", png))
        found += [LedgerDay(rule, month, ledger) for rule, ledger in by]
    return found


class MadeUp:
    """What `tui.past.PastServices` promises, of what is made up above."""

    PAGE = 100
    roots: Sequence[Path] = (ROOT,)
    folders: Sequence[Path] = (ROOT,)
    servers: Sequence[Path] = ()
    version: object = 1
    last_book: Book | None = None

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 18, 0, tzinfo=UTC)

    async def page(self, which: DecisionFilter, place: int) -> list[Decision]:
        return list(DECISIONS[place:])

    async def count(self, which: DecisionFilter) -> int:
        return len(DECISIONS)

    async def place_of(self, which: DecisionFilter, number: int) -> int:
        return DECISIONS[0].id - number

    async def deciders(self) -> tuple[Sequence[str], Mapping[int, int]]:
        return ["exact copies", "pixel-perfect jpegs vs pngs"], {12: 402, 3: 17}

    def moment(self, text: str, end: bool = False) -> str:
        return text

    async def particulars(self, number: int) -> Particulars | None:
        (decision,) = [each for each in DECISIONS if each.id == number]
        rating = FieldChange("rating", "3", "5", "", "")
        tags = FieldChange("tags", "", "beach, family", "", "")
        told = [(each, (rating, tags)) for each in decision.operations[:1]]
        told += [(each, ()) for each in decision.operations[1:]]
        return Particulars(decision, (), _VERDICT, 2, tuple(told), None, None)

    async def sides(self, number: int) -> tuple[Asset, Asset] | None:
        (found,) = [each for each in DECISIONS if each.id == number]
        facts = Facts("JPEG", 2_104_718, 4032, 3024)
        a, b = (
            Asset(asset, path, 0, bytes(32), asset, facts, Metadata())
            for asset, path in (
                (found.choice.asset_a, found.path_a),
                (found.choice.asset_b, found.path_b),
            )
        )
        return a, b

    async def standing(self, which: DecisionFilter) -> Sequence[int]:
        return [each.id for each in DECISIONS if each.state is DecisionState.DONE]

    async def foresee(self, numbers: Sequence[int]) -> Foreseen:
        clashes = (Conflict(DECISIONS[1], _REFUSED, False), Conflict(DECISIONS[2], _EDITED, True))
        return Foreseen((DECISIONS[0],), 1, 1_498_140, clashes)

    async def take_back(self, numbers: Sequence[int], leave_edited: bool) -> Outcome:
        return Outcome((DECISIONS[0],))

    async def make_again(self, numbers: Sequence[int]) -> Outcome:
        return Outcome((DECISIONS[0],))

    async def denied(self, rule: str) -> Sequence[DeniedPair]:
        return [
            DeniedPair(9, "exact copies", Identity(1, 2), "2026-03-01T10:00:00+00:00"),
            DeniedPair(8, "larger wins", Identity(3, 4), "2026-02-01T10:00:00+00:00"),
        ]

    async def with_paths(self, denied: Sequence[DeniedPair]) -> Sequence[DeniedPair]:
        paths = (str(ROOT / "Holiday/IMG_2041.HEIC"), None)
        return [replace(each, paths=paths) for each in denied]

    async def reopen(self, denied: Sequence[DeniedPair]) -> None: ...

    async def deny_again(self, denied: Sequence[DeniedPair]) -> None: ...

    async def heaps(self, library: Path | None, text: str, place: int) -> list[Heap]:
        found = [
            Heap(each, tuple((op.source, op.target) for op in each.operations[1:]), ROOT)
            for each in DECISIONS
            if each.moves and each.state is not DecisionState.UNDONE
        ]
        return [*found, _ON_SERVER]

    async def heap(self, library: Path | None, text: str) -> tuple[int, int]:
        found = await self.heaps(library, text, 0)
        return len(found), sum(each.decision.freed for each in found)

    async def note_left(self, server: Path) -> LeftTrash:
        return LeftTrash()

    async def plan_emptying(self, library: Path | None, days: float | None) -> EmptyingPlan:
        raise _REFUSED

    async def empty(self, plan: EmptyingPlan) -> Emptied:
        raise _REFUSED

    async def book(self, since: str, months: bool) -> Book:
        return Book(tuple(_days()), 48_210)

    async def relations(self) -> Mapping[RelationKind, int]:
        return {RelationKind.BETTER: 3102, RelationKind.ALTERNATES: 80}

    open_pairs = (1904, 412)

    async def count_denied(self) -> int:
        return 13

    async def arrivals(self) -> Mapping[str, int]:
        return {"": 40_000, "2025-06-14": 8000, "2026-02-01": 210}
