"""The pages about rules, libraries and settings with made-up ones, for `tests.tui.scenes`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import BetterhalfError, ImageError, UsageError
from core.metadata.policies import Policy
from core.model import (
    Asset,
    Choice,
    Facts,
    FieldChange,
    Ledger,
    LedgerDay,
    Metadata,
    Operation,
    OperationKind,
    PairKind,
    PairRef,
    Plan,
    RelationKind,
)
from core.rules.rule import Mode, Rule
from core.rules.templates import templates
from core.settings import Settings
from core.workers.claims import Standing
from core.workers.events import Progress
from core.workers.findings import Proposal, RuleSummary, SavedRule, TrialCounts, TrialRow
from tui.services import Overview, Waiting
from tui.shelves import Place, Shelf

ROOT = Path("/home/anna/Pictures")
BY_NAME = {each.name: each for each in templates()}
PIXELS = BY_NAME["pixel-perfect jpegs vs pngs"]
EXACT = BY_NAME["exact copies"]


def _asset(number: int, name: str, format: str, size: int) -> Asset:  # noqa: A002
    facts = Facts(format, size, 4032, 3024)
    return Asset(number, ROOT / name, 0, bytes(32), number, facts, Metadata(), ())


_NAMES = ("Holiday/IMG_2041", "WhatsApp/旅行の写真/IMG-20190714-WA0007", "Scans/\x1b[2J[bold]print")
_PAIRS = [
    (
        PairRef(2 * place, 2 * place + 1, PairKind.PIXELS, 0),
        _asset(2 * place, f"{name}.jpg", "JPEG", 2_104_718),
        _asset(2 * place + 1, f"{name}.png", "PNG", 9_104_718),
    )
    for place, name in enumerate(_NAMES, start=1)
]
_WHY = "they show the same pixels; type JPEG against PNG"


def _choice(a: Asset, b: Asset) -> Choice:
    return Choice(RelationKind.BETTER, a.id, b.id, _WHY, rule=PIXELS.name)


@dataclass
class _Tried:
    """What came of trying a rule."""

    counts: TrialCounts
    acts: list[TrialRow] = field(default_factory=list)
    others: list[TrialRow] = field(default_factory=list)
    newly: list[TrialRow] = field(default_factory=list)
    no_longer: list[TrialRow] = field(default_factory=list)

    async def run(self, listener: Any) -> None:
        """All is known."""
        listener(Progress("testing", 1, 1, 0.1))


def _counts(**standings: int) -> dict[Standing, int]:
    return {Standing[name.upper()]: count for name, count in standings.items()}


class MadeUpRules:
    """What `tui.services.RuleServices` promises, of what is made up above."""

    PLOTTED = 30
    roots: Sequence[Path] = (ROOT,)
    usual: Policy | None = Policy.parse("immich-3")
    scanning = True
    progress: Progress | None = Progress("reading", 4_500, 48_000, 60.0, unreadable=3)
    pairs = 1904
    version: object = 1
    last_overview: Overview | None = None

    async def overview(self) -> Overview:
        exact = replace(EXACT, mode=Mode.AUTOMATIC)
        days = tuple(
            LedgerDay(EXACT.name, f"2026-03-{day:02}", Ledger(acted=day)) for day in range(1, 9)
        )
        rules = (
            RuleSummary(
                1,
                SavedRule(exact.name, exact),
                _counts(no_match=1902, denied=2),
                {},
                Ledger(402, 12, 1, 2, 3_104_718_000),
                116.4,
                days,
            ),
            RuleSummary(
                2,
                SavedRule(PIXELS.name, PIXELS),
                _counts(ready=412, failed=31, unknown=5, no_match=1456),
                {"A size < B size": 31},
                Ledger(approved=3),
                16_070.0,
                (),
            ),
            RuleSummary(
                3,
                SavedRule("resting", replace(PIXELS, name="resting", paused=True)),
                {},
                {},
                Ledger(),
                None,
                (),
            ),
            RuleSummary(
                4,
                SavedRule("from tomorrow", None, UsageError("rule", "there is no test A is new")),
                {},
                {},
                Ledger(),
                None,
                (),
            ),
        )
        return Overview(rules, False, False, self.pairs)

    async def saved(self, name: str) -> SavedRule | None:
        return None

    def templates(self) -> Sequence[Rule]:
        return templates()

    def try_rule(self, rule: Rule, instead_of: Rule | None) -> _Tried:
        found = len(rule.name) * 7
        counts = TrialCounts(
            pairs=self.pairs,
            meant=found + 40,
            tested=found + 40,
            counts=_counts(ready=found, failed=31, unknown=9 if rule.name != EXACT.name else 0),
            failures={"A size < B size": 31},
            freed=found * 2_104_718,
            newly=0,
            no_longer=0,
            done=True,
        )
        rows = [TrialRow(ref, a, b, Standing.READY, _WHY, _choice(a, b)) for ref, a, b in _PAIRS]
        return _Tried(counts, rows)

    async def plan(self, choice: Choice) -> Plan:
        return _plan(choice)

    async def waiting(self, rule: str, text: str) -> Waiting:
        return Waiting([ref.key for ref, _, _ in _PAIRS], {PIXELS.name: len(_PAIRS)})

    async def proposals(self, keys: Iterable[tuple[int, int]]) -> list[Proposal]:
        held = "one in 50 is held back for you to check the rule by"
        return [
            Proposal(str(a.id), PIXELS, _choice(a, b), a, b, True, held if a.id == 2 else "")
            for ref, a, b in _PAIRS
            if ref.key in set(keys)
        ]


def _plan(choice: Choice) -> Plan:
    (found,) = [pair for pair in _PAIRS if pair[0].asset_a == choice.asset_a]
    _, a, b = found
    trash = ROOT / ".betterhalf-trash" / "2026-03-01" / b.path.name
    sidecar = a.path.with_name(f"{a.path.name}.xmp")
    return Plan(
        choice,
        a,
        b,
        (
            Operation(OperationKind.WRITE, sidecar, sidecar, b"", b"xmp"),
            Operation(OperationKind.TRASH, b.path, trash),
        ),
        changes=(FieldChange("tags", "", "beach, family", "all of them", ""),),
    )


class MadeUpLibraries:
    """What `tui.shelves.LibraryServices` promises, of what is made up here."""

    file = Path("/home/anna/.config/betterhalf/settings.toml")
    settings = Settings(
        folders=("/home/anna/Pictures", "/mnt/scans"),
        distance=2,
        protected=("/home/anna/Pictures/Originals",),
        preferred=("/home/anna/Pictures/Originals", "/home/anna/Pictures/Phone"),
        keys={"keep_left": ("f5", "h"), "kep_right": ("x",), "undo": ("ctrl+i",)},
    )
    themes: Sequence[str] = ("betterhalf-dark", "betterhalf-light")
    version = 1
    scanning = True
    progress: Progress | None = Progress("reading", 4_500, 48_000, 60.0, unreadable=3)

    async def shelves(self) -> Sequence[Shelf]:
        originals = ROOT / "Originals"
        return [
            Shelf(ROOT, 48_210, 212_104_718_000, 3, 402, (originals,)),
            Shelf(
                Path("/mnt/scans/a folder with a name that goes on/and on"),
                *(9, 1000, 0, 0, ()),
                trouble=UsageError("/mnt/scans", "the folder is gone", "put it back"),
            ),
        ]

    async def problems(self) -> Sequence[BetterhalfError]:
        return [
            BetterhalfError("/mnt/scans/locked", "permission denied", "chmod u+rx it"),
            ImageError(f"{ROOT}/IMG_1.jpg", "the picture is cut off", "restore it from a backup"),
            ImageError(f"{ROOT}/旅行の写真/\x1b[2J.png", "its bytes are no picture", "check it"),
        ]

    def said(self) -> Mapping[str, Any]:
        return {
            "folders": ["~/Pictures", "/mnt/scans"],
            "distance": 2,
            "protected": ["~/Pictures/Originals"],
            "preferred": ["~/Pictures/Originals", "~/Pictures/Phone"],
            "keys": {"keep_left": ["f5", "h"], "kep_right": "x", "undo": "ctrl+i"},
        }

    def is_there(self, name: str) -> bool:
        return name != "/mnt/scans"

    async def lacking_rules(self) -> Callable[[str], str]:
        return lambda name: ""

    def take_in(self) -> None:
        """Nobody writes into it."""

    def name_of(self, root: Path) -> str:
        return "~/Pictures"

    async def change(self, place: Place, value: Any) -> bool:
        raise UsageError(f"{self.file}: {place[-1]}", "this is one of: 1, 2", "")
