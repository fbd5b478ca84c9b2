"""Decisions about a server's assets: what the server has afterwards, and after they are undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.actions.holdings import Wishes
from core.catalog.assets import MISSING
from core.catalog.known import known_at
from core.errors import (
    ActionRefused,
    CompanionQuestion,
    ContentChanged,
    MergeQuestion,
    PersonNeeded,
)
from core.metadata.policies import Merging
from core.model import DecisionState, Fate, OperationKind, RelationKind
from tests.core.actions.office import Office
from tests.immich import made, recorded
from tests.immich.state import State

ORIGINAL, SMALL, WHATSAPP = "IMG_0001.JPG", "IMG_0001 (1).JPG", "IMG-20240517-WA0001.jpg"
ONE, OTHER = "IMG_0004.JPG", "IMG_0005.JPG"


@pytest.fixture(params=["v2.7.5", "v3.1.0"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Beside a server of either generation, as it was when the recorded session began."""
    with Office.opened(recorded.state(request.param), tmp_path) as opened:
        yield opened


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Office]:
    with Office.opened(recorded.state("v3.1.0"), tmp_path) as opened:
        yield opened


def test_what_loses_is_in_the_server_s_trash_and_comes_back(office: Office) -> None:
    before = office.told()
    pairs = office.pairs()
    decision = office.decide(ONE, OTHER)
    assert office.remote(OTHER).trashed is not None
    assert office.remote(ONE).trashed is None
    assert not office.is_known(OTHER)
    assert (ONE, OTHER) not in office.pairs()
    (done,) = office.history()
    assert (done.state, done.moves) == (DecisionState.DONE, True)
    office.undo(decision)
    assert office.told() == before
    assert office.states() == [DecisionState.UNDONE]
    assert office.pairs() == pairs
    office.scan()
    assert office.pairs() == pairs


def test_the_one_that_stays_is_told_all_that_the_others_said(office: Office) -> None:
    before = office.told()
    decisions = office.decide_group(keep=[ORIGINAL], trash=[SMALL, WHATSAPP])
    kept = office.remote(ORIGINAL)
    assert kept.exif["rating"] == 4
    assert kept.exif["description"] == "Holiday\nsecond line"
    tags = {office.state.tags[each].value for each in kept.tags}
    assert tags == {"best", "family/paris"}
    assert [album.name for album in office.state.albums_of(kept.id)] == ["From WhatsApp"]
    assert (kept.group, kept.trashed) == (None, None)
    assert all(office.remote(name).trashed for name in (SMALL, WHATSAPP))
    # The catalog knows at once, without another scan.
    now = office.asset(ORIGINAL).metadata
    assert (now.rating, now.albums, now.tags) == (4, ("From WhatsApp",), ("best", "family/paris"))
    assert {each.batch for each in decisions} == {decisions[0].id}
    office.undo(decisions[1])
    assert office.told() == before
    assert office.asset(ORIGINAL).metadata.rating is None


def test_immich_itself_would_have_told_it_the_same(office: Office) -> None:
    office.decide_group(keep=[ORIGINAL], trash=[SMALL, WHATSAPP])
    ours = office.told()
    theirs = recorded.exchange(f"v{'.'.join(map(str, office.state.version))}", "031_asset_a_orig")[
        "response"
    ]
    kept = office.remote(ORIGINAL)
    assert ours[kept.id][0] == theirs["isFavorite"]
    assert kept.exif["rating"] == theirs["exifInfo"]["rating"]
    assert kept.exif["description"] == theirs["exifInfo"]["description"]
    assert sorted(kept.tags) == sorted(each["id"] for each in theirs["tags"])


def test_the_plan_shows_every_change_before_it_happens(office: Office) -> None:
    before = office.told()
    first, second = office.plan(office.group(keep=[ORIGINAL], trash=[SMALL, WHATSAPP]))
    assert {each.field: each.after for each in first.changes} == {
        "albums": "From WhatsApp",
        "favorite": "yes",
        "rating": "4",
        "description": "Holiday\nsecond line",
        "tags": "best, family/paris",
    }
    assert [each.kind for each in second.operations] == [OperationKind.SERVER_TRASH]
    assert {each.kind for each in first.operations} == {
        OperationKind.GROUP,
        OperationKind.UPDATE,
        OperationKind.ALBUM,
        OperationKind.TAG,
        OperationKind.SERVER_TRASH,
    }
    assert office.told() == before
    assert office.asked() == []
    assert office.states() == []


@pytest.mark.parametrize(
    "kind", [RelationKind.NOT_RELATED, RelationKind.ALTERNATES, RelationKind.SAME_QUALITY]
)
def test_what_is_no_duplicate_leaves_its_group_and_never_comes_back(
    office: Office, kind: RelationKind
) -> None:
    before = office.told()
    group = office.remote(ONE).group
    decision = office.decide(ONE, OTHER, kind=kind, merge="nothing")
    assert (office.remote(ONE).group, office.remote(OTHER).group) == (None, None)
    # As a forced rescan on the server does.
    for name in (ONE, OTHER):
        office.remote(name).group = group
    office.scan()
    assert (ONE, OTHER) not in office.pairs()
    office.undo(decision)
    assert office.told() == before
    office.scan()
    assert (ONE, OTHER) in office.pairs()


def test_a_group_ends_when_nothing_in_it_is_left_to_ask(office: Office) -> None:
    before = office.told()
    group = office.remote(ORIGINAL).group
    first = office.decide(ORIGINAL, SMALL, kind=RelationKind.NOT_RELATED)
    assert office.remote(SMALL).group == group
    second = office.decide(ORIGINAL, WHATSAPP)
    assert office.remote(WHATSAPP).trashed is not None
    assert office.remote(SMALL).group is None
    assert office.remote(ORIGINAL).group is None
    office.undo(second)
    office.undo(first)
    assert office.told() == before


def test_a_stack_has_the_one_on_top_that_a_person_chose(office: Office) -> None:
    before = office.told()
    decisions = office.decide_group(keep=[WHATSAPP], stack=[ORIGINAL, SMALL], merge="nothing")
    (stack,) = office.state.stacks.values()
    assert stack.primary == office.remote(WHATSAPP).id
    assert len(stack.assets) == 3
    office.undo(decisions[0])
    assert office.state.stacks == {}
    assert office.told() == before


def test_two_are_kept_one_is_stacked_and_one_goes_in_one_group(tmp_path: Path) -> None:
    state = State()
    made.many(state, 1, members=4)
    names = sorted(each.name for each in state.assets.values())
    with Office.opened(state, tmp_path) as office:
        before = office.told()
        decisions = office.decide_group(
            keep=names[:2], stack=names[2:3], trash=names[3:], merge="nothing"
        )
        assert office.remote(names[3]).trashed is not None
        (stack,) = office.state.stacks.values()
        assert stack.assets == [office.remote(names[0]).id, office.remote(names[2]).id]
        assert office.pairs() == []
        office.undo(decisions[0])
        assert office.told() == before


def test_all_of_a_group_can_go(office: Office) -> None:
    before = office.told()
    decisions = office.decide_group(trash=[ONE, OTHER])
    assert all(office.remote(name).trashed for name in (ONE, OTHER))
    office.undo(decisions[0])
    assert office.told() == before


def test_nothing_is_sent_away_where_nothing_could_come_back(office: Office) -> None:
    office.state.trash_is_on = False
    with pytest.raises(ActionRefused, match="trash is off"):
        office.decide(ONE, OTHER)
    assert office.asked() == []
    # What moves nothing can be said all the same.
    office.decide(ONE, OTHER, kind=RelationKind.NOT_RELATED)


def test_what_the_trash_no_longer_holds_is_not_promised_back(office: Office) -> None:
    decision = office.decide(ONE, OTHER)
    known = office.state.assets[office.remote(OTHER).id]
    office.state.remove(known)
    with pytest.raises(ActionRefused, match="trash no longer holds it"):
        office.undo(decision)
    assert office.states() == [DecisionState.DONE]


def test_of_what_was_decided_as_one_all_comes_back_that_the_trash_still_holds(
    office: Office,
) -> None:
    decisions = office.decide_group(trash=[ONE, OTHER])
    lost = office.path(OTHER)
    office.state.remove(office.remote(OTHER))
    with pytest.raises(ActionRefused, match="--leave-edited brings the rest back"):
        office.undo(decisions[0])
    assert office.remote(ONE).trashed is not None
    office.undo(decisions[0], leave_edited=True)
    assert office.remote(ONE).trashed is None
    assert {*office.states()} == {DecisionState.UNDONE}
    assert office.is_known(ONE)
    assert office.ask(known_at, [str(lost)], [])[0].state == MISSING


def test_what_somebody_brought_back_already_is_no_hindrance(office: Office) -> None:
    before = office.told()
    decision = office.decide(ONE, OTHER)
    office.remote(OTHER).trashed = None
    office.undo(decision)
    assert office.told() == before


def test_what_was_edited_since_is_not_overwritten(office: Office) -> None:
    decision = office.decide(ORIGINAL, SMALL)
    kept = office.remote(ORIGINAL)
    assert kept.exif["rating"] == 2
    kept.exif["rating"] = 5
    with pytest.raises(ActionRefused, match="edited since"):
        office.undo(decision)
    assert office.remote(SMALL).trashed is not None
    office.undo(decision, leave_edited=True)
    assert office.remote(SMALL).trashed is None
    assert kept.exif["rating"] == 5
    assert kept.tags == []


def test_what_a_later_decision_told_is_taken_back_before(office: Office) -> None:
    before = office.told()
    first = office.decide(ORIGINAL, SMALL)
    second = office.decide(ORIGINAL, WHATSAPP)
    with pytest.raises(ActionRefused, match=f"decision {second.id} has added"):
        office.undo(first)
    office.undo(second)
    office.undo(first)
    assert office.told() == before


def test_a_location_that_cannot_be_taken_back_is_said_before_and_stays(office: Office) -> None:
    lost = office.remote(ONE)
    lost.exif |= {"latitude": 38.7, "longitude": -9.1}
    office.scan()
    (plan,) = office.plan([office.choice(OTHER, ONE)])
    assert any("no location away" in warning for warning in plan.notes)
    decision = office.decide(OTHER, ONE)
    assert office.remote(OTHER).exif["latitude"] == 38.7
    office.undo(decision)
    assert office.remote(ONE).trashed is None
    assert office.remote(OTHER).exif["latitude"] == 38.7


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("asset.delete", "asset.delete"),
        ("asset.update", "asset.update"),
        ("albumAsset.create", "albumAsset.create"),
        ("tag.asset", "tag.asset"),
        ("album.read", "albums keep"),
    ],
)
def test_what_a_key_may_not_is_refused_before_anything_is_done(
    newer: Office, lacking: str, said: str
) -> None:
    from core.libraries.immich.server import NEEDED

    newer.state.keys[newer.server.key].permissions = [each for each in NEEDED if each != lacking]
    with pytest.raises(ActionRefused, match=said.replace(".", r"\.")):
        newer.decide_group(keep=[ORIGINAL], trash=[SMALL, WHATSAPP])
    assert newer.asked() == []
    assert newer.states() == []


def test_what_could_not_be_taken_back_for_want_of_a_right_is_said_before(newer: Office) -> None:
    from core.libraries.immich.server import NEEDED

    few = [each for each in NEEDED if each != "albumAsset.delete"]
    newer.state.keys[newer.server.key].permissions = few
    (plan, _) = newer.plan(newer.group(keep=[ORIGINAL], trash=[SMALL, WHATSAPP]))
    assert any("albumAsset.delete" in warning for warning in plan.notes)


@pytest.mark.parametrize("gone", ["trashed", "deleted", "changed"])
def test_what_is_no_longer_as_it_was_listed_is_looked_at_again(newer: Office, gone: str) -> None:
    keeper = newer.remote(ONE)
    choice = newer.choice(ONE, OTHER)
    if gone == "trashed":
        keeper.trashed = newer.state.now()
    elif gone == "deleted":
        newer.state.remove(keeper)
    else:
        keeper.checksum = newer.remote(ORIGINAL).checksum[::-1].replace("=", "") + "="
    with pytest.raises(ContentChanged):
        newer.carry_out([choice])
    assert newer.remote(OTHER).trashed is None
    assert newer.asked() == []


def test_the_keeper_s_file_has_to_be_where_the_server_looks_for_it(newer: Office) -> None:
    newer.remote(ONE).offline = True
    with pytest.raises(ActionRefused, match="does not find the file of its keeper"):
        newer.decide(ONE, OTHER)
    newer.decide(OTHER, ONE)


def test_two_assets_of_one_file_are_never_parted(newer: Office) -> None:
    for name in (ONE, OTHER):
        newer.remote(name).path = "/external/shared/IMG.JPG"
    newer.scan()
    with pytest.raises(ActionRefused, match="one file on the server"):
        newer.decide(ONE, OTHER)
    newer.decide(ONE, OTHER, kind=RelationKind.SAME_QUALITY)


def test_a_keeper_that_vanishes_meanwhile_brings_its_copy_back(newer: Office) -> None:
    keeper = newer.remote(ONE)

    class Sly(type(newer.server.app)):  # type: ignore[misc]
        def _routed(self, request: Any) -> Any:
            answer = super()._routed(request)
            if request.method == "DELETE" and request.path == "/assets":
                keeper.trashed = self.state.now()
            return answer

    newer.server.app.__class__ = Sly
    with pytest.raises(ActionRefused, match="the keeper vanished"):
        newer.decide(ONE, OTHER)
    assert newer.remote(OTHER).trashed is None
    assert newer.states() == [DecisionState.FAILED]


def test_the_moving_half_of_a_live_photo_is_asked_about(newer: Office) -> None:
    video = replace(newer.remote(OTHER), id=newer.state.new_id(), type="VIDEO", group=None)
    video.name, video.visibility = "a.mov", "hidden"
    video.checksum = "K/QY9ObHzGPAgqq7J0f+wN7ryfk="
    newer.state.assets[video.id] = video
    newer.remote(ONE).live_video = video.id
    with pytest.raises(CompanionQuestion, match="moving half"):
        newer.decide(OTHER, ONE)
    newer.remote(OTHER).live_video = video.id
    newer.decide(OTHER, ONE)


def test_a_rule_leaves_to_a_person_what_only_the_loser_says(newer: Office) -> None:
    newer.wishes = Wishes(merging=Merging.parse("nothing", []))
    with pytest.raises(PersonNeeded, match="only it says this"):
        newer.decide(ORIGINAL, SMALL, rule="smaller loses")
    newer.decide(ORIGINAL, SMALL, rule="smaller loses", approved=True)


def test_a_rule_does_not_act_on_what_was_said_before(newer: Office) -> None:
    newer.remote(OTHER).exif["rating"] = 5
    with pytest.raises(ContentChanged, match="has changed since it was listed"):
        newer.decide(ONE, OTHER, rule="any")
    newer.scan()
    newer.decide(ONE, OTHER, rule="any")
    assert newer.remote(ONE).exif["rating"] == 5


def test_a_rule_lets_nothing_go_that_stands_for_another_picture(newer: Office) -> None:
    newer.decide(SMALL, WHATSAPP, merge="nothing")
    with pytest.raises(PersonNeeded, match="kept in place of another"):
        newer.decide(ORIGINAL, SMALL, rule="any")
    newer.decide(ORIGINAL, SMALL)


def test_a_protected_server_and_a_protected_folder_of_it_lose_nothing(newer: Office) -> None:
    for protected in (newer.root, Path("/data/upload")):
        newer.wishes = Wishes(protected=[protected])
        with pytest.raises(ActionRefused, match="is protected"):
            newer.decide(ONE, OTHER)
    newer.wishes = Wishes(protected=[Path("/elsewhere")])
    newer.decide(ONE, OTHER)


def test_a_server_has_no_links(newer: Office) -> None:
    with pytest.raises(ActionRefused, match="no hard links"):
        newer.decide(ONE, OTHER, fate=Fate.HARD_LINK)


def test_a_person_settles_what_a_policy_asks(newer: Office) -> None:
    newer.remote(ONE).exif["rating"], newer.remote(OTHER).exif["rating"] = 2, 4
    newer.scan()
    policy = "immich-3, rating ask"
    with pytest.raises(MergeQuestion):
        newer.decide(ONE, OTHER, merge=policy)
    newer.decide(ONE, OTHER, merge=policy, settled=(("rating", 3),))
    assert newer.remote(ONE).exif["rating"] == 3


def test_several_keepers_are_told_where_the_policy_says_so(office: Office) -> None:
    before = office.told()
    lost = office.remote(WHATSAPP)
    lost.favorite = True
    before = office.told()
    office.scan()
    decisions = office.decide_group(keep=[ORIGINAL, SMALL], trash=[WHATSAPP], merge="immich-2.7")
    for name in (ORIGINAL, SMALL):
        assert office.remote(name).favorite
        assert office.remote(name).exif["rating"] == 4
    office.undo(decisions[0])
    assert office.told() == before


def version_of(office: Office) -> str:
    return f"v{'.'.join(map(str, office.state.version))}"


def test_a_server_resolves_a_group_by_its_own_hand_and_is_taken_back_step_by_step(
    office: Office,
) -> None:
    before = office.told()
    choices = office.group(keep=[ORIGINAL], trash=[SMALL, WHATSAPP], merge="server")
    changes = {each.field: each.after for each in office.plan(choices)[0].changes}
    decisions = office.carry_out(choices)
    # One request does all of it, as Immich's own page makes it.
    assert office.asked() == [("POST", "/duplicates/resolve")]
    theirs = recorded.exchange(version_of(office), "031_asset_a_orig")["response"]
    kept = office.remote(ORIGINAL)
    assert kept.favorite == theirs["isFavorite"]
    assert kept.exif["description"] == theirs["exifInfo"]["description"] == changes["description"]
    assert kept.exif["rating"] == theirs["exifInfo"]["rating"] == int(changes["rating"])
    assert sorted(kept.tags) == sorted(each["id"] for each in theirs["tags"])
    assert changes["tags"] == "best, family/paris"
    assert all(office.remote(name).trashed for name in (SMALL, WHATSAPP))
    office.undo(decisions[0])
    assert office.told() == before


def test_whom_a_server_tells_when_several_are_kept_its_version_says(office: Office) -> None:
    before = office.told()
    office.remote(SMALL).favorite = True
    office.remote(WHATSAPP).exif["description"] = "  second line \r\nHoliday\n\n"
    office.scan()
    told = office.told()
    decisions = office.decide_group(keep=[ORIGINAL, SMALL], trash=[WHATSAPP], merge="server")
    assert office.asked() == [("POST", "/duplicates/resolve")]
    if office.state.version >= (3, 0, 0):
        assert not office.remote(ORIGINAL).favorite
        assert office.remote(ORIGINAL).exif["description"] == ""
    else:
        assert all(office.remote(name).favorite for name in (ORIGINAL, SMALL))
        texts = {office.remote(name).exif["description"] for name in (ORIGINAL, SMALL)}
        assert len(texts) == 1
    office.undo(decisions[0])
    assert office.told() == told != before


def test_a_place_is_told_by_a_server_only_where_all_agree_to_the_last_digit(newer: Office) -> None:
    for name, latitude in ((SMALL, 48.8566), (WHATSAPP, 48.85661)):
        newer.remote(name).exif |= {"latitude": latitude, "longitude": 2.3522}
    newer.remote(ORIGINAL).exif |= {"latitude": None, "longitude": None}
    newer.scan()
    group = {"keep": [ORIGINAL], "trash": [SMALL, WHATSAPP]}
    (ours, _), (theirs, _) = (
        newer.plan(newer.group(**group, merge=merge)) for merge in ("immich-3", "server")
    )
    assert "location" in {each.field for each in ours.changes}
    assert "location" not in {each.field for each in theirs.changes}
    newer.decide_group(**group, merge="server")
    assert newer.remote(ORIGINAL).exif["latitude"] is None


def test_what_a_server_will_not_resolve_is_done_step_by_step(office: Office) -> None:
    # Somebody has joined the group since it was listed, of whom nobody has decided anything.
    for name in ("IMG_0002.JPG", "IMG_0002-edit.JPG"):
        office.remote(name).group = group = office.remote(ONE).group
    before = office.told()
    decision = office.decide(ONE, OTHER, merge="server")
    assert office.asked()[0] == ("POST", "/duplicates/resolve")
    assert ("DELETE", "/assets") in office.asked()
    assert office.remote(OTHER).trashed is not None
    assert (office.remote(ONE).group, office.remote("IMG_0002.JPG").group) == (None, group)
    office.undo(decision)
    assert office.told() == before


@pytest.mark.parametrize(
    "said",
    [
        {"keep": [ORIGINAL], "trash": [SMALL]},
        {"keep": [ORIGINAL], "stack": [SMALL], "trash": [WHATSAPP]},
    ],
)
def test_what_is_no_whole_group_is_not_resolved_by_the_server(
    newer: Office, said: dict[str, Any]
) -> None:
    before = newer.told()
    decisions = newer.decide_group(**said, merge="server")
    assert ("POST", "/duplicates/resolve") not in newer.asked()
    assert newer.remote(said["trash"][0]).trashed is not None
    assert newer.remote(ORIGINAL).exif["rating"] == newer.remote(said["trash"][0]).exif["rating"]
    newer.undo(decisions[0])
    assert newer.told() == before


def test_archived_pictures_stay_archived(office: Office) -> None:
    office.remote(ONE).visibility = "archive"
    office.scan()
    before = office.told()
    decision = office.decide(OTHER, ONE)
    assert office.remote(OTHER).visibility == "archive"
    office.undo(decision)
    assert office.told() == before
