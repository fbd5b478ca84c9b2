"""What follows from the decisions that hold. It is stored nowhere: they alone are.

*Better* and *same quality* join contents into duplicate groups (`core.matching.groups`). Anything
else that is said of two contents holds between their groups, for all that are or will be in them.
*Alternates* join groups into a set, and *not related* holds between all that are in two sets; two
groups of one set are still asked about, unless somebody called just them alternates. *Stacked*
joins groups into a stack, in which nothing is left to ask.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, KeysView, Sequence
from dataclasses import dataclass

from core.catalog.relations import Live
from core.matching.groups import JOINING, Group
from core.model import RelationKind

Steps = Callable[[int, Live], bool]
"""Whether one may go on from a content over a decision that names it."""

Came = dict[int, Live | None]
"""Contents that were reached, each with the last decision on the way to it; None at a start."""


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """Groups joined by alternates, or by stacking; mostly only one."""

    members: frozenset[int]
    """The contents of all of them."""
    foes: frozenset[int]
    """Contents that were called not related to one of them."""
    name: str | None
    """What a set was called last, if anything."""


class Relations:
    """The decisions that hold, by the contents they name. Groups are made when they are asked
    for, by whatever thread, and kept."""

    def __init__(self, decisions: Iterable[Live] = ()) -> None:
        self._decisions: dict[int, Live] = {}
        self._of: dict[int, list[Live]] = {}
        """What names a content together with another one, in the order in which it was decided."""
        self._copies: dict[int, list[Live]] = {}
        """By asset, what keeps another copy of its content beside it."""
        self._groups: dict[int, Group] = {}
        self._kin: dict[tuple[RelationKind, Group], Kin] = {}
        self._returns: dict[Group, tuple[tuple[int, int], ...]] = {}
        self._add(decisions)

    @property
    def contents(self) -> KeysView[int]:
        """Those of which anything was said."""
        return self._of.keys()

    @property
    def ids(self) -> KeysView[int]:
        """Of the decisions."""
        return self._decisions.keys()

    def __getitem__(self, decision_id: int) -> Live:
        return self._decisions[decision_id]

    def changed(self, gone: Collection[int], come: Collection[Live]) -> Relations:
        """These without the decisions `gone` and with those that have `come`."""
        after = Relations()
        after._decisions, after._of = self._decisions.copy(), self._of.copy()
        after._copies, after._groups = self._copies.copy(), self._groups.copy()
        left = [after._decisions.pop(each) for each in gone]
        for content in {content for each in (*left, *come) for content in (each.a, each.b)}:
            for member in self.group(content).members:
                after._groups.pop(member, None)
        for each in left:
            if each.a != each.b:
                _unfile(after._of, each, each.a, each.b)
            elif not each.moved:
                _unfile(after._copies, each, *each.assets)
        after._add(come)
        return after

    def _add(self, decisions: Iterable[Live]) -> None:
        told = sorted(decisions)
        self._decisions.update((each[0], each) for each in told)
        _file(self._of, [(each, each[2], each[3]) for each in told if each[2] != each[3]])
        copies = [each for each in told if each.a == each.b and not each.moved]
        _file(self._copies, [(each, *each.assets) for each in copies])

    def are_settled_copies(self, asset_a: int, asset_b: int) -> bool:
        """Whether somebody kept two copies of one content, each beside the other or beside a third
        one: whichever of them is the oldest by now, nothing is left to ask."""
        met, waiting = {asset_a}, [asset_a]
        for asset in waiting:
            beside = {other for each in self._copies.get(asset, ()) for other in each.assets}
            if asset_b in beside:
                return True
            waiting += beside - met
            met |= beside
        return False

    def named(self, content: int) -> Sequence[Live]:
        """The decisions that name it together with another content, the oldest first."""
        return self._of.get(content, ())

    def between(self, a: int, b: int) -> list[Live]:
        """The decisions that name just these two, the oldest first."""
        few, other = min(((self.named(a), b), (self.named(b), a)), key=lambda each: len(each[0]))
        return [each for each in few if other in (each.a, each.b)]

    def group(self, content: int) -> Group:
        """The duplicates of a content, or it alone."""
        found = self._groups.get(content)
        if found is not None:
            return found
        if content not in self._of:
            return Group((content,))
        members, inside, outside = {content}, dict[int, Live](), dict[int, Live]()
        waiting = [content]
        for member in waiting:
            for each in self._of[member]:
                if each.kind not in JOINING:
                    outside[each.id] = each
                    continue
                inside[each.id] = each
                other = each.other(member)
                if other not in members:
                    members.add(other)
                    waiting.append(other)
        made = Group(members, _in_order(inside), _in_order(outside))
        # Whichever thread was first: a group is one object, known by its lowest member before any.
        made = self._groups.setdefault(min(members), made)
        self._groups.update(dict.fromkeys(members, made))
        return made

    def alternates(self, group: Group) -> Kin:
        """The set of alternates that a group is in."""
        return self._kin_of(group, RelationKind.ALTERNATES)

    def stack(self, group: Group) -> Kin:
        """The stack that a group is in."""
        return self._kin_of(group, RelationKind.STACKED)

    def _kin_of(self, group: Group, kind: RelationKind) -> Kin:
        found = self._kin.get((kind, group))
        if found is not None:
            return found
        met, waiting = {group}, [group]
        joining, foes = dict[int, Live](), set[int]()
        for each in waiting:
            for said in each.outside:
                if said.kind is RelationKind.NOT_RELATED:
                    foes |= {said.a, said.b} - each.members
                if said.kind is not kind:
                    continue
                joining[said.id] = said
                for other in map(self.group, (said.a, said.b)):
                    if other not in met:
                        met.add(other)
                        waiting.append(other)
        members = frozenset(member for each in waiting for member in each.members)
        names = [said.set_name for said in _in_order(joining) if said.set_name is not None]
        made = Kin(members, frozenset(foes), names[-1] if names else None)
        for each in waiting:
            self._kin[kind, each] = made
        return made

    def answered(self, a: Group, b: Group) -> bool:
        """Whether something else than duplicates was said of two groups."""
        if not a.outside or not b.outside:
            return False
        if not a.linked.isdisjoint(b.members):
            return True
        if not self.stack(a).members.isdisjoint(b.members):
            return True
        if self.are_in_one_set(a, b):
            return False
        return not self.alternates(a).foes.isdisjoint(self.alternates(b).members)

    def are_in_one_set(self, a: Group, b: Group) -> bool:
        """Whether alternates join two groups."""
        return b.members <= self.alternates(a).members

    def settles(self, a: int, b: int) -> bool:
        """Whether two contents need not be asked about, but for rivals and what has come back."""
        if a not in self._of or b not in self._of:
            return False
        first, second = self.group(a), self.group(b)
        return first is second or self.answered(first, second)

    def returns(self, group: Group) -> tuple[tuple[int, int], ...]:
        """(member, other content) of decisions that sent the member's file away, in favour of the
        other's group: should the member be there again, it is asked about once more. Where both
        were kept since, it has been."""
        found = self._returns.get(group)
        if found is None:
            found = self._returns[group] = tuple(self._find_returns(group))
        return found

    def _find_returns(self, group: Group) -> Iterator[tuple[int, int]]:
        for sent in (*group.inside, *group.outside):
            if not sent.moved or sent.b not in group.members:
                continue
            opposite = self.group(sent.a).members
            # Where it was sent away once more, that decision speaks for it.
            if not any(
                each.id > sent.id and each.other(sent.b) in opposite for each in self.named(sent.b)
            ):
                yield sent.b, sent.a

    def differing(self, other: Relations) -> set[int]:
        """The contents about which only one of the two has some decision."""
        held = [self[each] for each in self.ids - other.ids]
        held += [other[each] for each in other.ids - self.ids]
        return {content for each in held for content in (each.a, each.b)}

    def around(self, contents: Iterable[int]) -> set[int]:
        """These, and all whose questions may be others once something is said or not said of
        these, or one of them is there or not."""
        found = set(contents)
        for content in found & self._of.keys():
            group = self.group(content)
            found |= self.alternates(group).members | self.stack(group).members
        return found

    def path(self, starts: Iterable[int], ends: Collection[int], steps: Steps) -> list[Live] | None:
        """The fewest decisions that lead from one of `starts` to one of `ends`; None where none
        do."""
        came: Came = dict.fromkeys(starts)
        for content in self._walk(came, steps):
            if content in ends:
                return way(came, content)
        return None

    def reach(self, starts: Iterable[int], steps: Steps) -> Came:
        """Everything that decisions lead to from one of `starts`, by the fewest of them."""
        came: Came = dict.fromkeys(starts)
        deque(self._walk(came, steps), maxlen=0)
        return came

    def _walk(self, came: Came, steps: Steps) -> Iterator[int]:
        waiting = deque(came)
        while waiting:
            content = waiting.popleft()
            yield content
            for each in self.named(content):
                other = each.other(content)
                if other not in came and steps(content, each):
                    came[other] = each
                    waiting.append(other)


def way(came: Came, content: int) -> list[Live]:
    """The decisions that led to `content`, from the start on."""
    found: list[Live] = []
    while (over := came[content]) is not None:
        found.append(over)
        content = over.other(content)
    return found[::-1]


def _file(filed: dict[int, list[Live]], told: list[tuple[Live, int, int]]) -> None:
    """Put decisions, the oldest first, under two keys each. Lists that others may have, too, are
    made anew."""
    known = {key for _, *keys in told for key in keys} & filed.keys() if filed else set()
    filed.update((key, filed[key][:]) for key in known)
    for each, one, other in told:
        filed.setdefault(one, []).append(each)
        filed.setdefault(other, []).append(each)
    for key in known:
        filed[key].sort()


def _unfile(filed: dict[int, list[Live]], decision: Live, *keys: int) -> None:
    for key in keys:
        stay = [each for each in filed[key] if each is not decision]
        if stay:
            filed[key] = stay
        else:
            del filed[key]


def _in_order(decisions: dict[int, Live]) -> tuple[Live, ...]:
    return tuple(decisions[each] for each in sorted(decisions))
