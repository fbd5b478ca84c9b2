"""A history of a hundred thousand decisions by people, rules and runs, as years of use leave it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from core.actions.servers import operations as on_servers
from core.address import Address
from core.catalog.schema import Asset, Content, Decision, Denial, Operation, Run, database

DECISIONS = 100_000
DENIALS = 1000
RULES = 50
SERVER = Address.parse("immich+https://photos.example.org")
"""Every third decision is about what is there."""
_FIRST = DECISIONS * 2
"""Contents below this number are pairs that nobody has decided."""
_DAYS = 700

_KINDS = ("better",) * 7 + ("same quality", "alternates", "not related")
_STATES = ("done",) * 9 + ("undone",)


def rule_name(number: int) -> str:
    """Of the rule of this number, from 0."""
    return f"rule {number + 1:02}"


def fill_past(root: Path) -> None:
    """Add a history to the catalog that `tests.benchmarks.crowd.fill` has filled; on the database
    thread."""
    random = Random(2)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    with database.atomic():
        Run.insert_many(
            [{"started_at": (start + timedelta(days=17 * n)).isoformat()} for n in range(40)]
        ).execute()
        _insert(Content, _contents(random))
        _insert(Asset, _assets(root))
        _insert(Decision, _decisions(root, random, start))
        _insert(Operation, _operations(root))
        _insert(Denial, _denials(random, start))


def _insert(model, found) -> None:  # type: ignore[no-untyped-def]
    rows = list(found)
    for at in range(0, len(rows), 1000):
        model.insert_many(rows[at : at + 1000]).execute()


def _of(number: int) -> tuple[int, int]:
    """The contents, and the assets, of a decision."""
    return _FIRST + 2 * number - 1, _FIRST + 2 * number


def _contents(random: Random):  # type: ignore[no-untyped-def]
    for number in range(1, 2 * DECISIONS + 1):
        yield {
            "id": _FIRST + number,
            "digest": random.randbytes(32),
            "size": random.randrange(500_000, 5_000_000),
            "format": "JPEG",
            "width": 4000,
            "height": 3000,
            "orientation": 1,
            "mode": "RGB",
            "frames": 1,
            "coding": "lossy:jpeg",
            "metadata": '{"taken": "2024-07-14 10:00:00", "camera": "Canon EOS 80D"}',
            "searched": 4,
        }


def _is_on_server(decision: int) -> bool:
    return decision % 3 == 0


def _path(root: Path, number: int) -> Path:
    """Of the asset of this number."""
    name = f"OLD_{number:07}.jpg"
    if _is_on_server((number - _FIRST + 1) // 2):
        return SERVER.asset(str(UUID(int=number)), name)
    return root / f"{number // 1000:04}" / name


def _assets(root: Path):  # type: ignore[no-untyped-def]
    for number in range(_FIRST + 1, _FIRST + 2 * DECISIONS + 1):
        yield {
            "id": number,
            "path": os.fsencode(_path(root, number)),
            "size": 3_000_000,
            "modified_ns": 1_720_000_000_000_000_000,
            "inode": number,
            "content": number,
            "state": "present" if number % 2 else "trashed",
        }


def _decisions(root: Path, random: Random, start: datetime):  # type: ignore[no-untyped-def]
    for number in range(1, DECISIONS + 1):
        a, b = _of(number)
        rule = None if random.random() < 0.3 else rule_name(random.randrange(RULES))
        moment = start + timedelta(days=_DAYS * number / DECISIONS)
        kind, state = random.choice(_KINDS), random.choice(_STATES)
        yield {
            "id": number,
            "kind": kind,
            "asset_a": a,
            "asset_b": b,
            "content_a": a,
            "content_b": b,
            "path_a": os.fsencode(_path(root, a)),
            "path_b": os.fsencode(_path(root, b)),
            "why": "A has more pixels than B (12,000,000 > 3,000,000); both are JPEG",
            "rule": rule,
            "approved": rule is not None and random.random() < 0.4,
            "run": 1 + number * 40 // (DECISIONS + 1) if rule and random.random() < 0.6 else None,
            "decided_at": moment.isoformat(timespec="microseconds"),
            "state": state,
            "freed": 3_000_000 if kind == "better" else 0,
            "undone_at": moment.isoformat(timespec="microseconds") if state == "undone" else None,
        }


def _trash(root: Path) -> Path:
    return root / ".betterhalf-trash" / "2024-07-14"


def pictures(root: Path, number: int) -> tuple[Path, ...]:
    """Where the picture is that a decision has kept, and the one that it has put away; none of one
    on a server."""
    if _is_on_server(number):
        return ()
    a, b = (_path(root, each) for each in _of(number))
    return a, _trash(root) / b.relative_to(root)


def _operations(root: Path):  # type: ignore[no-untyped-def]
    trash = _trash(root)
    sidecar = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + bytes(b" " * 900) + b"</x:xmpmeta>"
    for number in range(1, DECISIONS + 1):
        a, b = _path(root, _of(number)[0]), _path(root, _of(number)[1])
        if _is_on_server(number):
            gone = on_servers.trash(b, None)
            yield {
                "decision": number,
                "sequence": 0,
                "kind": gone.kind,
                "source": os.fsencode(b),
                "target": os.fsencode(gone.target),
                "before": gone.before,
                "after": None,
            }
            continue
        yield {
            "decision": number,
            "sequence": 0,
            "kind": "trash",
            "source": os.fsencode(b),
            "target": os.fsencode(trash / b.relative_to(root)),
            "before": None,
            "after": None,
        }
        if number % 4 == 0:
            written = os.fsencode(a.with_name(a.name + ".xmp"))
            yield {
                "decision": number,
                "sequence": 1,
                "kind": "write sidecar",
                "source": written,
                "target": written,
                "before": None,
                "after": sidecar,
            }


def _denials(random: Random, start: datetime):  # type: ignore[no-untyped-def]
    for number in range(1, DENIALS + 1):
        first = 2 * number - 1
        yield {
            "rule": rule_name(random.randrange(RULES)),
            "content_a": first,
            "content_b": first + 1,
            "denied_at": (start + timedelta(hours=number)).isoformat(timespec="seconds"),
        }
