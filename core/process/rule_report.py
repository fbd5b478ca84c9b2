"""What stdout says of rules: a few lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from core.model import DeniedPair, Fate
from core.process.report import Writer
from core.rules.rule import Rule
from core.rules.sentence import sentence
from core.text import counted, human_size, parted_reasons
from core.workers.claims import Standing
from core.workers.findings import Proposal, RuleSummary, TrialRow
from core.workers.trial import Trial

_BARS = "▁▂▃▄▅▆▇█"
_DAYS = 30
"""Of the plot."""
_SHOWN = 10
"""Pairs of a preview for people; programs get all of its sample."""

_WHAT = {Fate.TRASH: "B goes to the trash", Fate.KEEP: "both stay"}

_WORDS = {
    Standing.READY: "ready",
    Standing.UNKNOWN: "to be compared",
    Standing.EITHER_WAY: "either way round",
    Standing.CONTRADICTED: "contradicted by another rule",
    Standing.OVERRULED: "left to an earlier rule",
    Standing.DENIED: "denied",
    Standing.NO_VERDICT: "could not be compared",
    Standing.FAILED: "failed",
    Standing.NO_MATCH: "no match",
    Standing.UNTESTED: "untested",
}


class RuleReporter(Writer):
    """Writes what rules are and want."""

    def rule(self, summary: RuleSummary) -> None:
        """A rule among all."""
        rule, ledger = summary.saved.rule, summary.ledger
        if rule is None:
            self._unreadable(summary)
            return
        if self.as_json:
            self.object(
                "rule",
                order=summary.place,
                name=rule.name,
                mode=rule.mode,
                paused=rule.paused,
                sentence=sentence(rule),
                counts={_WORDS[each]: summary.counts.get(each, 0) for each in _WORDS},
                failed_at=dict(summary.failures),
                acted=ledger.acted,
                approved=ledger.approved,
                denied=ledger.denied,
                undone=ledger.undone,
                freed_bytes=ledger.freed,
                precision=ledger.precision,
                files_an_act=summary.files_an_act,
                days={each.day: each.ledger.acts for each in summary.days if each.ledger.acts},
            )
            return
        state = "paused" if rule.paused else str(rule.mode)
        self.line(f"{summary.place:>3}  {rule.name}  ({state})")
        self._outcomes(summary.counts, summary.failures)
        self.paragraph(ledger_line(summary), indent=5)

    def _unreadable(self, summary: RuleSummary) -> None:
        problem = summary.saved.problem
        cause, remedy = (problem.cause, problem.remedy) if problem else ("", "")
        if self.as_json:
            self.object(
                "rule", order=summary.place, name=summary.saved.name, cause=cause, remedy=remedy
            )
            return
        self.line(f"{summary.place:>3}  {summary.saved.name}  (cannot be read)")
        self.paragraph(f"{cause}; {remedy}; what stands behind it waits for you", indent=5)

    def proposal(self, proposal: Proposal) -> None:
        """A choice that waits."""
        choice = proposal.choice
        a, b = os.fspath(proposal.a.path), os.fspath(proposal.b.path)
        if self.as_json:
            self.object(
                "proposal",
                id=proposal.id,
                rule=proposal.rule.name,
                mode=proposal.rule.mode,
                action=choice.kind,
                fate=choice.outcome,
                a=a,
                b=b,
                reasons=parted_reasons(choice.why),
                held=proposal.held or None,
            )
            return
        what = _WHAT.get(choice.outcome, f"a {choice.outcome} takes the place of B")
        self.line(f"{proposal.id}  {proposal.rule.name}: {choice.kind}, {what}")
        self.line(f"    A {a}")
        self.line(f"    B {b}")
        self.paragraph(choice.why, indent=4)
        if proposal.held:
            self.paragraph(f"not done by itself: {proposal.held}", indent=4)

    def denied(self, denied: DeniedPair) -> None:
        """A pair that a person denied to a rule."""
        a, b = denied.paths
        if self.as_json:
            self.object(
                "denial",
                id=f"d{denied.id}",
                rule=denied.rule,
                a=a,
                b=b,
                denied_at=denied.denied_at,
            )
        else:
            when = denied.denied_at[:16].replace("T", " ")
            self.line(f"d{denied.id:<6} {when}  {denied.rule}  {a or '-'} | {b or '-'}")

    def removed(self, name: str) -> None:
        """A saved rule that is no more."""
        if self.as_json:
            self.object("removed", name=name)
        else:
            self.line(f"removed {name}")

    def warned(self, rule: Rule, warnings: Sequence[str]) -> None:
        """A rule that was read, and what is doubtful about it."""
        if self.as_json:
            self.object("imported", name=rule.name, mode=rule.mode, warnings=list(warnings))
            return
        self.line(f"{rule.name}  ({rule.mode})")
        for warning in warnings:
            self.paragraph(f"mind: {warning}", indent=5)

    def warned_of_all(self, warnings: Sequence[str]) -> None:
        """What is doubtful about the rules together."""
        for warning in warnings:
            if self.as_json:
                self.object("warning", text=warning)
            else:
                self.paragraph(f"mind: {warning}", indent=0)

    def preview(self, rule: Rule, found: Trial) -> None:
        """What a rule would do with the open pairs."""
        told = found.counts
        counts = dict(told.counts)
        counts[Standing.NO_MATCH] = counts.get(Standing.NO_MATCH, 0) + told.pairs - told.meant
        sample = [_sides(each) for each in found.acts]
        newly = [_sides(each) for each in found.newly]
        no_longer = [_sides(each) for each in found.no_longer]
        if self.as_json:
            self.object(
                "preview",
                name=rule.name,
                counts={_WORDS[each]: counts.get(each, 0) for each in _WORDS},
                failed_at=dict(told.failures),
                sample=sample,
                newly=newly,
                newly_count=told.newly,
                no_longer=no_longer,
                no_longer_count=told.no_longer,
            )
            return
        self._outcomes(counts, told.failures)
        for title, pairs, count in (
            ("would do", sample, told.acts),
            ("newly", newly, told.newly),
            ("no longer", no_longer, told.no_longer),
        ):
            for pair in pairs[:_SHOWN]:
                self.line(f"     {title}: A {pair['a']}")
                self.line(f"     {'and'.rjust(len(title))}: B {pair['b']}")
                self.paragraph(pair["why"], indent=7)
            if count > _SHOWN:
                self.line(f"     {title}: {count - _SHOWN:,} more")

    def becomes_automatic(self, summary: RuleSummary) -> None:
        """A rule that will act by itself from now on, and how it did so far."""
        if self.as_json:
            ledger = summary.ledger
            self.object(
                "automatic",
                name=summary.saved.name,
                approved=ledger.approved,
                denied=ledger.denied,
                undone=ledger.undone,
                precision=ledger.precision,
            )
        else:
            text = f"acts by itself from now on; so far: {ledger_line(summary)}"
            self.paragraph(text, indent=5)

    def _outcomes(self, counts: Mapping[Standing, int], failures: Mapping[str, int]) -> None:
        """How many open pairs stand where with a rule, and which tests turned pairs away."""
        self.paragraph(_counts(counts), indent=5)
        for text, count in sorted(failures.items(), key=lambda each: -each[1]):
            self.paragraph(f"{count:,} failed: {text}", indent=7)


def _sides(row: TrialRow) -> dict[str, str]:
    return {"a": os.fspath(row.a.path), "b": os.fspath(row.b.path), "why": row.why}


def _counts(counts: Mapping[Standing, int]) -> str:
    found = [f"{counts[each]:,} {word}" for each, word in _WORDS.items() if counts.get(each)]
    return ", ".join(found) or "no open pair; --process scans and finds them"


def ledger_line(summary: RuleSummary) -> str:
    """What a rule has done so far, in one line."""
    ledger = summary.ledger
    if not (ledger.acted or ledger.approved or ledger.denied):
        return "has not acted yet"
    parts = [f"acted {ledger.acted:,}", f"approved {ledger.approved:,}"]
    parts += [f"denied {ledger.denied:,}", f"undone {ledger.undone:,}"]
    parts.append(f"{human_size(ledger.freed)} freed")
    if ledger.precision is not None:
        parts.append(f"{100 * ledger.precision:.1f} % right")
    if summary.files_an_act is not None:
        parts.append(f"once per {counted(round(summary.files_an_act), 'file')}")
    return ", ".join(parts) + f"  {plot([each.ledger.acts for each in summary.days][-_DAYS:])}"


def plot(values: Sequence[int]) -> str:
    """`values` as a row of bars."""
    most = max(values, default=0)
    return "".join(_BARS[(len(_BARS) - 1) * value // most] for value in values) if most else ""
