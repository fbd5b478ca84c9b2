"""The server of the tests is only worth what it has in common with real ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.immich import recorded
from tests.immich.app import App, Kind
from tests.immich.recording import names_of, written
from tests.immich.running import Server, serving

_TIMES = {"createdAt", "updatedAt", "lastModifiedAssetTimestamp", "profileChangedAt"}
_OF_ITS_OWN = {"correlationId", "deviceAssetId", "deviceId", "secret"}
"""Random on every server."""


def _ask(server: Server, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
    headers = {"x-api-key": server.key, **more}
    address = f"http://127.0.0.1:{server.port}/api{path}"
    with httpx.Client(verify=False, trust_env=False) as client:
        return client.request(method, address, json=body, headers=headers)


def _kind_of_time(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\.\d+\+", "+", text))


class _Replay:
    """Holds answers against recorded ones; ids that were made on the way are matched up."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def translated(self, value: Any) -> Any:
        if isinstance(value, str):
            for theirs, ours in self.ids.items():
                value = value.replace(theirs, ours)
            return value
        if isinstance(value, list):
            return [self.translated(each) for each in value]
        if isinstance(value, dict):
            return {name: self.translated(each) for name, each in value.items()}
        return value

    def compare(self, theirs: Any, ours: Any, at: str) -> None:
        if isinstance(theirs, dict):
            assert isinstance(ours, dict), at
            assert sorted(theirs) == sorted(ours), at
            for name, value in theirs.items():
                self._compare_field(name, value, ours[name], f"{at}.{name}")
        elif isinstance(theirs, list):
            assert isinstance(ours, list), at
            assert len(theirs) == len(ours), at
            for place, (one, other) in enumerate(zip(theirs, ours, strict=True)):
                self.compare(one, other, f"{at}[{place}]")
        else:
            assert self.translated(theirs) == ours, at

    def _compare_field(self, name: str, theirs: Any, ours: Any, at: str) -> None:
        if name in _OF_ITS_OWN:
            assert type(theirs) is type(ours), at
        elif name in _TIMES and theirs is not None:
            assert _kind_of_time(theirs) == _kind_of_time(ours), at
        elif name in ("id", "parentId") and theirs != ours and theirs not in self.ids:
            self.ids[theirs] = ours
        else:
            self.compare(theirs, ours, at)


def _in_order(response: Any) -> Any:
    """Groups come in any order, and assets of one local time in them."""
    if not isinstance(response, list) or not response or "duplicateId" not in response[0]:
        return response
    if isinstance(response[0]["assets"][0], str):
        response = [{**group, "assets": sorted(group["assets"])} for group in response]
    return sorted(response, key=lambda group: group["duplicateId"])


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return [_shape(each) for each in value[:1]] if isinstance(value, list) else None


@pytest.mark.parametrize("version", recorded.VERSIONS)
def test_a_session_gets_the_answers_that_a_real_server_gave(version: str) -> None:
    replay = _Replay()
    with serving(App(recorded.state(version))) as server:
        for each in recorded.session(version):
            key = server.key
            if "_nokey" in each["name"]:
                key = "wrong"
            elif "_small_" in each["name"]:
                key = server.state.add_key("duplicate.read", secret="small")
                server.state.keys[key] = replace(
                    server.state.keys[key], name="small", id=replay.translated(_small(version))
                )
            path, body = replay.translated(each["path"]), replay.translated(each["body"])
            answer = _ask(server, each["method"], path, body, **{"x-api-key": key})
            assert answer.status_code == each["status"], each["name"]
            ours = answer.json() if answer.content else None
            if each.get("reduced"):
                for group in ours:
                    group["assets"] = [asset["id"] for asset in group["assets"]]
            if each.get("shape"):
                assert _shape(ours) == _shape(each["response"])
            else:
                replay.compare(_in_order(each["response"]), _in_order(ours), each["name"])


def _small(version: str) -> str:
    """The id of the recorded key with few permissions."""
    made = recorded.exchange(version, "096_key_small")["response"]
    return str(made["apiKey"]["id"])


@pytest.mark.parametrize("version", ["v2.7.5", "v3.1.0"])
def test_a_request_without_a_right_is_told_which_one(version: str) -> None:
    with serving(App(recorded.state(version)), key="all") as server:
        few = server.state.add_key("asset.read", secret="few")
        answer = _ask(server, "GET", "/duplicates", **{"x-api-key": few})
    assert answer.status_code == 403
    assert answer.json()["message"] == "Missing required permission: duplicate.read"


def test_a_recording_has_all_requests_under_names_and_no_key() -> None:
    app = App(recorded.state("v3.1.0"), records=True)
    names = names_of(app.state)
    some = next(each for each in app.state.assets.values() if each.name == "IMG_0001.JPG")
    with serving(app, key="Zq3vVeryS3cret") as server:
        for _ in range(3):
            _ask(server, "GET", f"/assets/{some.id}")
        _ask(server, "DELETE", "/assets", {"ids": [some.id]})
        app.fail(Kind.DROPPED)
        with pytest.raises(httpx.RemoteProtocolError):
            _ask(server, "GET", "/duplicates")
    text = written(app.seen, names)
    assert "Zq3vVeryS3cret" not in text
    lines = [line.strip() for line in text.splitlines() if not line.startswith("    < 200")]
    assert lines == [
        "GET /assets/IMG_0001.JPG    (and 2 more of these)",
        "DELETE /assets",
        '> {"ids": ["IMG_0001.JPG"]}',
        "< 204",
        "GET /duplicates",
        "< connection ended",
    ]


def test_connections_break_where_a_test_wants_them_to() -> None:
    app = App(recorded.state("v3.1.0"))
    some = next(iter(app.state.assets))
    with serving(app) as server:
        app.fail(Kind.DROPPED, "/assets", "DELETE")
        with pytest.raises(httpx.RemoteProtocolError):
            _ask(server, "DELETE", "/assets", {"ids": [some]})
        assert app.state.assets[some].trashed is None
        app.fail(Kind.UNANSWERED, "/assets", "DELETE")
        with pytest.raises(httpx.RemoteProtocolError):
            _ask(server, "DELETE", "/assets", {"ids": [some]})
        assert app.state.assets[some].trashed is not None
        app.fail(Kind.HALF, "/duplicates")
        with pytest.raises(httpx.RemoteProtocolError):
            _ask(server, "GET", "/duplicates")
        app.fail(Kind.BUSY, times=2)
        statuses = [_ask(server, "GET", "/server/ping").status_code for _ in range(3)]
        assert statuses == [429, 429, 200]
        assert [each.status for each in app.made("DELETE", "/assets")] == [None, None]
