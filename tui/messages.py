"""What screens ask of the app, and what the app hears from the core."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from core.matching.potential import PotentialGroup
from core.model import Choice, GroupChoice, PairRef
from core.rules.rule import Rule
from core.workers.events import Event
from tui.known import Look
from tui.queue.lens import Lens


@dataclass
class CoreEvent(Message):
    """An event of the workers, brought onto Textual's queue."""

    event: Event


@dataclass
class Decided(Message):
    """A person has decided a pair."""

    ref: PairRef
    choice: Choice


class UndoAsked(Message):
    """A person wants the last decision back."""


class RedoAsked(Message):
    """A person wants to have again what they took back last."""


class QuitAsked(Message):
    """A person wants to leave. A message, so that it stays behind the decisions made before it."""


@dataclass
class ViewsWanted(Message):
    """The screen will need these pairs, in this order."""

    refs: list[PairRef]


@dataclass
class LookedAt(Message):
    """These pairs are on the screen, or about to be."""

    refs: list[PairRef]


@dataclass
class VerdictsWanted(Message):
    """The screen wants the verdicts of these pairs, in this order, and of no others any more."""

    refs: list[PairRef]


@dataclass
class OutlooksWanted(Message):
    """The screen wants to know what would become of these pairs, in this order, and of no others
    any more."""

    refs: list[PairRef]


@dataclass
class LensWanted(Message):
    """The person wants to see these of the pairs, in that order."""

    lens: Lens


class TableWanted(Message):
    """The screen on top wants the table of all open pairs."""


# Groups


@dataclass
class GroupAsked(Message):
    """A person wants to see the group of this pair."""

    ref: PairRef


@dataclass
class GroupsWanted(Message):
    """The screen will need these groups, in this order."""

    groups: list[PotentialGroup]


@dataclass
class GroupVerdictsWanted(Message):
    """The screen wants the verdicts of these pairs, in this order, and of no others any more."""

    refs: list[PairRef]


@dataclass
class GroupPlanWanted(Message):
    """The screen wants to know what this would do."""

    choice: GroupChoice


@dataclass
class GroupDecided(Message):
    """A person has decided a group."""

    group: PotentialGroup
    choice: GroupChoice


class DeduplicateAsked(Message):
    """A person wants to know what it would come to if all suggestions for groups were followed."""


class DeduplicateWanted(Message):
    """A person wants that done."""


class DeduplicateStopped(Message):
    """A person does not want that, or no more of it."""


@dataclass
class FoldersChosen(Message):
    """A person has chosen where their photos are; nothing: they leave."""

    names: list[str]


# Rules


@dataclass
class PlaceAsked(Message):
    """A person wants to see another page: ``rules``, ``offers``, ``pending``, ``history``,
    ``denied``, ``trash``, ``ledger`` or ``libraries``."""

    place: str
    rule: str = ""
    """Only of this rule."""
    people: bool = False
    """Only what people did without one."""


@dataclass
class LookAsked(Message):
    """A person wants to see some pairs, one after the other, beginning at one of them."""

    looks: list[Look]
    place: int
    answers: bool = False
    """They wait for approval, which can be given there."""


@dataclass
class DecideAsked(Message):
    """A person wants to decide this pair in the review."""

    ref: PairRef


@dataclass
class WizardAsked(Message):
    """A person wants to make a rule, or to change one."""

    rule: Rule | None
    """To begin with; None: a blank one."""
    name: str | None
    """Of the saved one that it replaces."""
