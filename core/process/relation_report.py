"""What stdout says of relations: a few lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from core.catalog.assets import PRESENT
from core.catalog.relations import Place
from core.model import Decision
from core.process.report import Writer
from core.text import parted_reasons
from core.workers.accounts import AssetAccount, Said


class RelationReporter(Writer):
    """Writes what holds of assets."""

    def account(self, told: AssetAccount) -> None:
        """All that holds of one asset."""
        if self.as_json:
            self._object(told)
            return
        self.line(_shown(told.place))
        for text in _standing(told):
            self.paragraph(text, indent=4)
        for said in told.said:
            self._said(said)
        for each in told.follows:
            numbers = ", ".join(f"#{number}" for number in each.decisions)
            self.paragraph(f"{each.relation} {_shown(each.other)}, by {numbers}", indent=4)

    def dissolved(self, decision: Decision) -> None:
        """A relation that was ended."""
        choice = decision.choice
        if self.as_json:
            self.object(
                "dissolved",
                id=decision.id,
                action=choice.kind,
                a=os.fspath(decision.path_a),
                b=os.fspath(decision.path_b),
            )
        else:
            self.line(f"ended #{decision.id} {choice.kind}  A {decision.path_a}")
            self.line(f"    B {decision.path_b}")

    def _object(self, told: AssetAccount) -> None:
        is_grouped, has_king = bool(told.group), len(told.tops) == 1
        self.object(
            "relations",
            path=told.place.path,
            state=told.place.state,
            king=told.tops[0].path if is_grouped and has_king else None,
            rivals=[] if has_king else [each.path for each in told.tops],
            group=_paths(told.group),
            set=told.set_name,
            alternates=_paths(told.alternates),
            stack=_paths(told.stack),
            decisions=[_decision(each) for each in told.said],
            follows=[
                {
                    "relation": each.relation,
                    "other": _path(each.other),
                    "decisions": each.decisions,
                }
                for each in told.follows
            ],
        )

    def _said(self, said: Said) -> None:
        decision, choice = said.decision, said.decision.choice
        when = decision.decided_at[:16].replace("T", " ")
        label = f" ({choice.label})" if choice.label else ""
        other = f" {_shown(said.other)}" if choice.asset_a != choice.asset_b else ""
        self.line(f"    #{decision.id:<6} {when}  {said.relation}{other}{label}")
        by = f"rule {choice.rule}" if choice.rule else "person"
        by += ", approved" if choice.approved else ""
        self.paragraph(f"{by}: {choice.why}", indent=8)
        evidence = [f"distance {said.distance}"] if said.distance is not None else []
        if said.verdict is not None:
            evidence += [said.verdict.judgement, *filter(None, [said.verdict.confidence])]
        if evidence:
            self.paragraph(", ".join(evidence), indent=8)


def _standing(told: AssetAccount) -> Iterator[str]:
    others = ", ".join(map(_shown, told.group))
    if told.group and len(told.tops) > 1:
        kings = ", ".join(map(_shown, told.tops))
        yield f"in a group of {len(told.group) + 1} with {others}; not decided between {kings}"
    elif told.group and told.is_top:
        yield f"king of a group of {len(told.group) + 1} with {others}"
    elif told.group:
        king = "".join(map(_shown, told.tops))
        yield f"in a group of {len(told.group) + 1} with {others}; its king is {king}"
    if told.alternates or told.set_name:
        name = f" {told.set_name}" if told.set_name else ""
        yield f"in a set{name} of alternates with {', '.join(map(_shown, told.alternates))}"
    if told.stack:
        yield f"in a stack with {', '.join(map(_shown, told.stack))}"


def _decision(said: Said) -> dict[str, Any]:
    decision, choice, verdict = said.decision, said.decision.choice, said.verdict
    return {
        "id": decision.id,
        "relation": said.relation,
        "other": _path(said.other),
        "action": choice.kind,
        "a": os.fspath(decision.path_a),
        "b": os.fspath(decision.path_b),
        "label": choice.label,
        "rule": choice.rule,
        "approved": choice.approved,
        "run": decision.run,
        "decided_at": decision.decided_at,
        "reasons": parted_reasons(choice.why),
        "distance": said.distance,
        "verdict": verdict.judgement if verdict else None,
        "confidence": verdict.confidence if verdict else None,
    }


def _paths(places: Sequence[Place]) -> list[str]:
    return [each.path for each in places]


def _path(place: Place | None) -> str | None:
    return place.path if place else None


def _shown(place: Place | None) -> str:
    if place is None:
        return "what is nowhere any more"
    return place.path if place.state == PRESENT else f"{place.path} ({place.state})"
