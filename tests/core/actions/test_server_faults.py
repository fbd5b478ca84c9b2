"""A server that fails in the middle: nothing is done twice or forgotten, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.catalog import journal
from core.errors import ActionRefused, ServerError
from core.model import DecisionState
from tests.core.actions.office import Office
from tests.immich import made
from tests.immich.app import Fault, Kind
from tests.immich.state import State

BREAKING = [Kind.BUSY, Kind.ERROR, Kind.DOWN, Kind.DROPPED, Kind.UNANSWERED, Kind.HALF]
KEPT, LOST = "IMG_000000.JPG", "IMG_000000_1.JPG"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Beside a server with three groups of three, whose members say different things."""
    state = State()
    made.many(state, 3, members=3)
    for place, asset in enumerate(state.assets.values()):
        asset.exif["rating"] = place % 3 + 1
        asset.tags = [state.upsert_tag(f"place/{place}").id]
    with Office.opened(state, tmp_path) as opened:
        yield opened


def names(group: int) -> list[str]:
    return [f"IMG_{group:06}{end}.JPG" for end in ("", "_1", "_2")]


def everything(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """One decision of each kind that asks a server for something."""
    first, second, third = map(names, range(3))
    return [
        ("merge", {"keep": first[:1], "trash": first[1:]}),
        ("stack", {"keep": second[:1], "stack": second[1:], "merge": "nothing"}),
        ("resolve", {"keep": third[:1], "trash": third[1:], "merge": "server"}),
    ]


@pytest.mark.parametrize("kind", BREAKING)
def test_a_fault_that_passes_is_not_noticed(office: Office, kind: Kind) -> None:
    for _, said in everything(office):
        before = office.told()
        choices = office.group(**said)
        office.server.app.faults.append(Fault(kind, path="(?!/(server|api-keys))", times=4))
        decisions = office.carry_out(choices)
        expected = office.told()
        assert {each.state for each in office.history()[: len(decisions)]} == {DecisionState.DONE}
        assert len(office.state.stacks) <= 1
        office.server.app.faults.append(Fault(kind, path="(?!/(server|api-keys))", times=4))
        office.undo(decisions[0])
        assert office.told() == before
        assert expected != before
    assert office.state.stacks == {}


def requests_of(office: Office, choices: Any) -> list[tuple[str, str]]:
    """Those that would change something, as they come where nothing fails."""
    start = len(office.asked())
    decision = office.carry_out(choices)[0]
    found = office.asked()[start:]
    office.undo(decision)
    return found


@pytest.mark.parametrize("kind", [Kind.DROPPED, Kind.UNANSWERED])
@pytest.mark.parametrize("what", [0, 1, 2])
def test_wherever_a_server_goes_away_the_next_start_finds_out(
    office: Office, kind: Kind, what: int
) -> None:
    _, said = everything(office)[what]
    before = office.told()
    requests = requests_of(office, office.group(**said))
    assert office.told() == before
    expected_states = set()
    for place in range(len(requests)):
        office.patience = 0.02
        # From this request on nothing is answered any more.
        fault = Fault(kind, "PUT|POST|DELETE", "(?!/search)", times=1, after=place)
        silence = Fault(Kind.DROPPED, times=10_000)
        office.server.app.faults = [fault]
        original = fault.hits

        def hits(request: Any, original: Any = original, silence: Fault = silence) -> bool:
            hit = original(request)
            if hit:
                office.server.app.faults.append(silence)
            return hit

        fault.hits = hits  # type: ignore[method-assign]
        choices = office.group(**said)
        with pytest.raises(ServerError):
            office.carry_out(choices)
        assert office.states()[0] is DecisionState.APPLYING
        with pytest.raises(ServerError):
            office.recover()
        assert office.states()[0] is DecisionState.APPLYING
        office.server.app.faults = []
        office.patience = 5.0
        (text, *_) = office.recover()
        state = office.states()[0]
        expected_states.add(state)
        if state is DecisionState.DONE:
            assert "completed" in text
            assert all(office.remote(each).trashed for each in said["trash"])
            office.undo(office.history()[0])
        else:
            assert "everything is as it was" in text
        assert office.told() == before, place
        assert office.recover() == []
        assert len(office.state.stacks) == 0
    if what == 0:
        assert DecisionState.FAILED in expected_states
        assert (DecisionState.DONE in expected_states) == (kind is Kind.UNANSWERED)


def test_an_undo_that_was_cut_off_is_carried_on(office: Office) -> None:
    _, said = everything(office)[0]
    before = office.told()
    decisions = office.decide_group(**said)
    office.patience = 0.02
    office.server.app.fail(Kind.DROPPED, method="PUT|DELETE", times=10_000)
    with pytest.raises(ServerError):
        office.undo(decisions[0])
    assert office.states()[0] is DecisionState.UNDOING
    office.server.app.faults = []
    office.patience = 5.0
    assert "undo was completed" in office.recover()[0]
    assert office.told() == before
    assert office.states()[: len(decisions)] == [DecisionState.UNDONE] * len(decisions)


def test_a_crash_before_the_first_request_is_rolled_back(office: Office) -> None:
    before = office.told()
    plans = office.plan([office.choice(KEPT, LOST)])
    office.ask(journal.begin, plans, None)
    assert "everything is as it was" in office.recover()[0]
    assert office.told() == before
    assert office.states() == [DecisionState.FAILED]


def test_a_server_that_refuses_half_of_it_gets_the_other_half_back(office: Office) -> None:
    _, said = everything(office)[0]
    before = office.told()
    tag = office.remote(names(0)[1]).tags[0]
    choices = office.group(**said)

    class Stubborn(type(office.server.app)):  # type: ignore[misc]
        def _routed(self, request: Any) -> Any:
            if request.method == "PUT" and request.path == f"/tags/{tag}/assets":
                from tests.immich.state import Refused

                raise Refused(400, "Not found or no tag.asset access")
            return super()._routed(request)

    office.server.app.__class__ = Stubborn
    with pytest.raises(ActionRefused, match="Not found or no tag"):
        office.carry_out(choices)
    assert office.told() == before
    assert set(office.states()) == {DecisionState.FAILED}


def test_one_that_is_gone_costs_its_own_group_only(office: Office) -> None:
    choices = [office.choice(*names(number)[:2], merge="nothing") for number in range(3)]
    office.state.remove(office.remote(names(1)[0]))

    async def all_of_them(actions: Any) -> list[str]:
        told = []
        for each in choices:
            try:
                await actions.carry_out([each])
                told.append("done")
            except ActionRefused:
                told.append("refused")
        return told

    assert office.with_actions(all_of_them) == ["done", "refused", "done"]
    assert [bool(office.remote(names(number)[1]).trashed) for number in range(3)] == [
        True,
        False,
        True,
    ]


def test_what_was_left_half_way_is_seen_to_before_anything_else_is_done(office: Office) -> None:
    first, second = (office.choice(*names(number)[:2], merge="nothing") for number in range(2))
    faults = office.server.app.faults

    async def one_after_the_other(actions: Any) -> None:
        actions._server.client.patience = 0.02
        faults.append(Fault(Kind.UNANSWERED, "DELETE", "/assets", times=10_000))
        with pytest.raises(ServerError):
            await actions.carry_out([first])
        faults.clear()
        await actions.carry_out([second])

    office.with_actions(one_after_the_other)
    assert set(office.states()) == {DecisionState.DONE}
    assert all(office.remote(names(number)[1]).trashed for number in range(2))
