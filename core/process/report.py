"""What stdout says: a table for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import Any, TextIO

from core.catalog.verdicts import Told
from core.errors import BetterhalfError, UnavailableError, explain_os_error
from core.model import Decision, DeniedPair, Fate, Operation, PairKind, PairRef, Plan
from core.text import counted, human_duration, human_size, parted_reasons, printable

_NARROWEST = 40
"""Columns below which lines are no longer broken."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to."""

    files: int
    read: int
    unreadable: int
    pairs: Sequence[PairRef]
    """Still open."""
    decided: int
    refused: int
    waiting: int
    """Choices that a person has to settle first."""
    rules: Sequence[str]
    """As they were named, none for the saved ones."""
    freed: int
    """Bytes that left the library for the trash."""
    run: int | None
    """The id to undo it by; None where nothing was decided."""
    dry: bool
    seconds: float


class Writer:
    """Writes lines for people, or JSON objects, to `stream`."""

    def __init__(self, as_json: bool, stream: TextIO = sys.stdout) -> None:
        self.as_json = as_json
        self._stream = stream

    def object(self, type_: str, /, **fields: Any) -> None:
        """One JSON object."""
        # Undecodable bytes of a path travel as lone surrogates in ASCII escapes.
        self._write(json.dumps({"type": type_, **fields}))

    def line(self, text: str) -> None:
        """One line, with everything from files made harmless."""
        self._write(printable(text))

    def paragraph(self, text: str, indent: int) -> None:
        """Words in lines as wide as the terminal, with everything from files made harmless."""
        width, margin = shutil.get_terminal_size().columns, " " * indent
        for line in wrap(
            printable(text),
            max(width, _NARROWEST),
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self._write(line)

    def _write(self, line: str) -> None:
        # What was ordered is done even if nobody reads of it any more.
        write_line(self._stream, line)


class Reporter(Writer):
    """Writes the data of a run."""

    def planned(self, plan: Plan) -> None:
        """A choice that a dry run would carry out."""
        self._decision("planned", plan, None)

    def decided(self, plan: Plan, decision: Decision) -> None:
        """A choice that was carried out."""
        self._decision("done", plan, decision)

    def refused(
        self, rule: str, paths: tuple[str, str], error: BetterhalfError, waits: bool
    ) -> None:
        """A choice that was not carried out; `waits` where a person can settle it."""
        if self.as_json:
            state = "waiting" if waits else "refused"
            self.object(
                "refused",
                state=state,
                rule=rule,
                a=paths[0],
                b=paths[1],
                cause=error.cause,
                remedy=error.remedy,
            )
        else:
            self.line(f"{'left to you' if waits else 'refused'}  B {paths[1]}")
            self.line(f"    keep A {paths[0]}")
            self.paragraph(f"{rule}: {error.reason}", indent=4)

    def problem(self, error: BetterhalfError) -> None:
        """A file that could not be read; for people the narration says so."""
        if self.as_json:
            self.object("problem", path=error.subject, cause=error.cause, remedy=error.remedy)

    def arrived(self, path: str, rule: str | None) -> None:
        """A picture that a watched library has got, and the rule that waits for a person with it,
        if any."""
        if self.as_json:
            result = "waiting for approval" if rule else "new"
            self.object("new", path=path, result=result, rule=rule)
        else:
            self.line(f"new     {path}" + (f"  (waiting for approval: {rule})" if rule else ""))

    def discarded(self, path: str, rule: str, keeper: str) -> None:
        """A picture that a watched library has got, and lost to a better one at once."""
        if self.as_json:
            result = "duplicate discarded"
            self.object("new", path=path, result=result, rule=rule, keeper=keeper)
        else:
            self.line(f"new     {path}  (duplicate discarded: {rule}; kept {keeper})")

    def pair(self, a: str, b: str, ref: PairRef, told: Told | None) -> None:
        """An open pair, with its verdict where one has been given."""
        if self.as_json:
            self.object(
                "pair",
                a=a,
                b=b,
                kind=ref.kind,
                distance=ref.distance,
                correlation=ref.correlation,
                colour_distance=ref.colour_distance,
                aspect_difference=ref.aspect_difference,
                turn=ref.turn,
                verdict=told.judgement if told else None,
                confidence=told.confidence if told else None,
                score=told.score if told else None,
                state="open",
            )
        else:
            bits = "?" if ref.distance is None else str(ref.distance)
            self.line(f"{ref.kind:<8} {bits:>2}  {a}  {b}")

    def denied(self, rule: str, a: str, b: str) -> None:
        """A pair that a rule is told to leave alone."""
        if self.as_json:
            self.object("denied", rule=rule, a=a, b=b)
        else:
            self.line(f"denied to {rule}  {a} | {b}")

    def reopened(self, denied: DeniedPair) -> None:
        """A denial that was taken back."""
        a, b = denied.paths
        if self.as_json:
            self.object("reopened", id=f"d{denied.id}", rule=denied.rule, a=a, b=b)
        else:
            self.line(f"reopened for {denied.rule}  {a or '-'} | {b or '-'}")

    def undone(self, decision: Decision, dry: bool = False) -> None:
        """A decision that was taken back, or would be where this is `dry`."""
        if self.as_json:
            self.object(
                "undone",
                id=decision.id,
                state="planned" if dry else "done",
                a=os.fspath(decision.path_a),
                b=os.fspath(decision.path_b),
                operations=_operations(decision.operations),
            )
        else:
            what = "back   " if decision.moves else "reopened"
            self.line(f"{'would be ' if dry else ''}{what} {decision.path_b}")

    def reinstated(self, decision: Decision, dry: bool = False) -> None:
        """A dissolved decision that holds again, or would where this is `dry`."""
        if self.as_json:
            self.object(
                "reinstated",
                id=decision.id,
                state="planned" if dry else "done",
                action=decision.choice.kind,
                a=os.fspath(decision.path_a),
                b=os.fspath(decision.path_b),
            )
        else:
            self.line(
                f"{'would hold' if dry else 'holds'} again #{decision.id}: {decision.choice.kind}"
            )
            self.line(f"    A {decision.path_a}")
            self.line(f"    B {decision.path_b}")

    def summary(self, summary: Summary) -> None:
        """The end of a run."""
        kinds = Counter(pair.kind for pair in summary.pairs)
        if self.as_json:
            self.object(
                "summary",
                files=summary.files,
                read=summary.read,
                unreadable=summary.unreadable,
                open_pairs={str(kind): kinds[kind] for kind in PairKind},
                decided=summary.decided,
                refused=summary.refused,
                waiting=summary.waiting,
                freed_bytes=summary.freed,
                run=summary.run,
                dry_run=summary.dry,
                seconds=round(summary.seconds, 3),
            )
            return
        for text in _summary_lines(summary, kinds):
            self.paragraph(text, indent=0)

    def _decision(self, state: str, plan: Plan, decision: Decision | None) -> None:
        choice = plan.choice
        if self.as_json:
            self.object(
                "decision",
                id=decision.id if decision else None,
                state=state,
                rule=choice.rule,
                action=choice.kind,
                fate=choice.outcome,
                a=os.fspath(plan.keeper.path),
                b=os.fspath(plan.other.path),
                reasons=parted_reasons(choice.why),
                operations=operations_of(plan),
                merge=choice.merge,
                metadata=changes_of(plan),
                notes=plan.notes,
                digests=[plan.keeper.digest.hex(), plan.other.digest.hex()],
            )
            return
        word = _verb(plan)
        done = f"{word} #{decision.id}" if decision else f"would {word}"
        self.line(f"{done}  B {plan.other.path}")
        self.line(f"    keep A {plan.keeper.path}")
        by = f"{choice.rule}: " if choice.rule else ""
        self.paragraph(f"{by}{choice.why}", indent=4)
        for each in plan.changes:
            was = f" instead of {each.before}" if each.before else ""
            self.paragraph(f"{each.field}: {each.after}{was} ({each.reason})", indent=4)
        for note in plan.notes:
            self.paragraph(note, indent=4)


def write_line(stream: TextIO, line: str) -> bool:
    """Write `line` at once; whether anybody reads it. Where nobody does, the rest goes nowhere.

    Raises:
        UnavailableError: it cannot be written.
    """
    try:
        stream.write(line + "\n")
        stream.flush()
    except OSError as error:
        # What could not be written must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if isinstance(error, BrokenPipeError):
            # The reader has had enough (| head).
            return False
        raise UnavailableError("standard output", *explain_os_error(error)) from error
    return True


def operations_of(plan: Plan) -> list[dict[str, str]]:
    """The operations of `plan` as JSON has them."""
    return _operations(plan.operations)


def changes_of(plan: Plan) -> list[dict[str, str]]:
    """What `plan` writes of metadata, as JSON has it."""
    return [asdict(each) for each in plan.changes]


def _verb(plan: Plan) -> str:
    fate = plan.choice.outcome
    if fate is Fate.TRASH:
        return "trash"
    if fate is not Fate.KEEP:
        return f"replace by a {fate}" if plan.moves else "leave as the hard link that it is"
    return f"keep as {plan.choice.kind}"


def _operations(operations: Sequence[Operation]) -> list[dict[str, str]]:
    return [
        {
            "kind": str(operation.kind),
            "source": os.fspath(operation.source),
            "target": os.fspath(operation.target),
        }
        for operation in operations
    ]


def _summary_lines(summary: Summary, kinds: Counter[PairKind]) -> list[str]:
    lines = [
        f"{counted(summary.files, 'file')} in {human_duration(summary.seconds)}"
        f", {summary.read:,} read, {summary.unreadable:,} unreadable"
    ]
    if summary.decided:
        verb = "would be settled" if summary.dry else "settled"
        lines.append(
            f"{counted(summary.decided, 'pair')} {verb}, {human_size(summary.freed)} to the trash"
            + ("; betterhalf --undo last takes it back" if not summary.dry else "")
        )
    if summary.waiting:
        named = "".join(f" --rule {shlex.quote(name)}" for name in summary.rules)
        lines.append(
            f"{counted(summary.waiting, 'choice')} of rules left to you: "
            f"betterhalf --list pending{named}; then --approve, --deny"
            + (" with the same --rule" if named else "")
        )
    if summary.refused:
        lines.append(f"{counted(summary.refused, 'choice')} refused; nothing moved there")
    found = [f"{kinds[kind]:,} {name}" for kind, name in _KIND_NAMES.items() if kinds[kind]]
    lines.append(
        f"{counted(len(summary.pairs), 'pair')} to review"
        + (f": {', '.join(found)}" if found else "")
    )
    return lines


_KIND_NAMES = {
    PairKind.EXACT: "exact copies",
    PairKind.PIXELS: "with equal pixels",
    PairKind.SIMILAR: "similar",
}
