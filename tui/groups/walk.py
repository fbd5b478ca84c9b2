"""The groups a person walks through: laid together from the pairs that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.matching.potential import PotentialGroup
from core.model import PairRef
from core.rules.group_suggestion import KnownGroup
from tui.groups.draft import GroupDraft

_KEPT, _MARKED = 16, 200
"""Groups of which anything is kept: of those that nobody has marked, and of the others."""

Members = tuple[int, ...]


class GroupWalk:
    """Groups and the one that is looked at. One whose decision is on its way is out at once."""

    def __init__(self) -> None:
        self._all: list[PotentialGroup] = []
        self._shown: list[PotentialGroup] = []
        self._index = 0
        self._drafts: dict[Members, GroupDraft] = {}
        self._stale: set[Members] = set()
        """Those that have to be loaded again."""
        self._deciding: set[Members] = set()

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def position(self) -> int:
        """Of the current group, from 1; 0 when there is none."""
        return self._index + 1 if self._shown else 0

    @property
    def current(self) -> PotentialGroup | None:
        """The group that is looked at."""
        return self._shown[self._index] if self._shown else None

    @property
    def draft(self) -> GroupDraft | None:
        """What is marked in it; None until it is loaded."""
        return self.draft_of(self.current) if self.current is not None else None

    def draft_of(self, group: PotentialGroup) -> GroupDraft | None:
        """What is marked in a group; None until it is loaded."""
        return self._drafts.get(group.members)

    def around(self) -> list[PotentialGroup]:
        """The current group and its neighbours, by how soon they will be looked at."""
        if not self._shown:
            return []
        places = [(self._index + step) % len(self._shown) for step in (0, 1, -1)]
        return [self._shown[place] for place in dict.fromkeys(places)]

    def update(self, groups: Sequence[PotentialGroup]) -> None:
        """These are the groups now; the person stays where they are."""
        before = self.current
        self._all = list(groups)
        self._reorder(groups)
        for group in groups:
            draft = self._drafts.get(group.members)
            known = draft.known.group if draft is not None else group
            if draft is not None and known.members == group.members and known.pairs != group.pairs:
                # Their pixels have been compared since.
                draft.learn(replace(draft.known, group=group))
        self._show()
        if before is not None:
            self._stay_at(before)

    def _reorder(self, groups: Sequence[PotentialGroup]) -> None:
        """Groups whose members are the same in another order keep what is marked in them."""
        drafts = {frozenset(members): members for members in self._drafts}
        for group in groups if drafts else ():
            members = drafts.get(frozenset(group.members))
            if members is None or members == group.members:
                continue
            draft = self._drafts.pop(members)
            draft.learn(replace(draft.known, group=group))
            self._drafts[group.members] = draft
            for places in (self._stale, self._deciding):
                if members in places:
                    places.discard(members)
                    places.add(group.members)

    def move(self, step: int) -> None:
        """Go `step` groups on, around the ends."""
        if self._shown:
            self._index = (self._index + step) % len(self._shown)

    def go_to(self, asset_a: int, asset_b: int) -> bool:
        """Go to the first group that holds both; whether there is one."""
        for place, group in enumerate(self._shown):
            if asset_a in group.members and asset_b in group.members:
                self._index = place
                return True
        return False

    def has(self, group: PotentialGroup) -> bool:
        """Whether it has been loaded."""
        return group.members in self._drafts and group.members not in self._stale

    def learn(self, group: PotentialGroup, known: KnownGroup) -> None:
        """A group has been loaded; what was marked by hand before still is."""
        draft = self._drafts.pop(group.members, None) or GroupDraft(known)
        # Verdicts on a server's previews are in no catalog; they hang on contents, and hold.
        given = {each: verdict for each, verdict in draft.known.verdicts.items() if verdict}
        draft.learn(replace(known, verdicts={**given, **known.verdicts}))
        self._drafts[group.members] = draft
        self._stale.discard(group.members)
        marked = [each for each, draft in self._drafts.items() if draft.by_hand]
        unmarked = [each for each in self._drafts if each not in set(marked)]
        for members in (*unmarked[:-_KEPT], *marked[:-_MARKED]):
            del self._drafts[members]
            self._stale.discard(members)

    def drafts_with(self, ref: PairRef) -> list[GroupDraft]:
        """What is marked in all groups that both assets of a pair are in."""
        both = {ref.asset_a, ref.asset_b}
        return [draft for draft in self._drafts.values() if both <= draft.known.assets.keys()]

    def forget(self, assets: Sequence[int]) -> None:
        """What is known of groups with these assets may no longer be true."""
        self._stale.update(each for each in self._drafts if not set(each).isdisjoint(assets))

    def deciding(self, group: PotentialGroup) -> None:
        """A decision of `group` is on its way."""
        self._deciding.add(group.members)
        self._show()

    def settled(self, group: PotentialGroup) -> None:
        """It has been carried out or refused."""
        self._deciding.discard(group.members)
        self._show()

    def put_back(self, group: PotentialGroup) -> None:
        """Show `group` again, now."""
        self.settled(group)
        self._stay_at(group)

    def _show(self) -> None:
        self._shown = [each for each in self._all if each.members not in self._deciding]
        self._index = min(self._index, max(0, len(self._shown) - 1))

    def _stay_at(self, before: PotentialGroup) -> None:
        """Go to `before`, or to what has most of it."""
        members = set(before.members)
        near = self._shown[self._index : self._index + 1]
        if near and set(near[0].members) == members:
            return
        common = [len(members.intersection(each.members)) for each in self._shown]
        most = max(common, default=0)
        if most > 1:
            self._index = common.index(most)
