"""Asking a server: what is asked again, what never is, and what a person reads when it fails."""

from __future__ import annotations

import logging
import shutil
import subprocess
import traceback
from pathlib import Path

import pytest

from core.address import Address
from core.errors import UnavailableError
from core.libraries.immich.client import Client, Rejected, Unknown, Unreachable
from core.libraries.immich.server import connect
from core.settings import Secret
from tests.core.libraries.immich.conftest import client_of
from tests.immich import recorded
from tests.immich.app import App, Kind
from tests.immich.running import Server, serving


def some_assets(server: Server, count: int = 2) -> list[str]:
    return list(server.state.assets)[:count]


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.ERROR, Kind.DOWN, Kind.DROPPED, Kind.HALF])
async def test_a_question_is_asked_until_it_is_answered(
    server: Server, client: Client, kind: Kind
) -> None:
    server.app.fail(kind, times=3)
    assert await client.get("/server/ping") == {"res": "pong"}
    assert len(server.app.made("GET", "/server/ping")) == 4


@pytest.mark.parametrize("kind", [Kind.ERROR, Kind.DROPPED, Kind.UNANSWERED, Kind.HALF])
async def test_what_must_not_be_done_twice_is_asked_once(
    server: Server, client: Client, kind: Kind
) -> None:
    server.app.fail(kind, "/stacks")
    body = {"assetIds": some_assets(server)}
    with pytest.raises(Unknown):
        await client.ask("POST", "/stacks", body, harmless=False)
    assert len(server.app.made("POST", "/stacks")) == 1
    assert len(server.state.stacks) == (kind in (Kind.UNANSWERED, Kind.HALF))


async def test_what_was_surely_not_done_is_asked_again(server: Server, client: Client) -> None:
    server.app.fail(Kind.BUSY, "/stacks", times=2)
    await client.ask("POST", "/stacks", {"assetIds": some_assets(server)}, harmless=False)
    assert [each.status for each in server.app.made("POST", "/stacks")] == [429, 429, 201]
    assert len(server.state.stacks) == 1


async def test_what_does_no_harm_twice_is_done_though_the_answer_was_lost(
    server: Server, client: Client
) -> None:
    (some,) = some_assets(server, 1)
    server.app.fail(Kind.UNANSWERED, "/assets", "DELETE", times=2)
    await client.ask("DELETE", "/assets", {"ids": [some]})
    assert server.state.assets[some].trashed is not None


async def test_a_server_that_stays_away_is_given_up() -> None:
    with serving(App(recorded.state("v3.1.0"))) as server:
        app = server.app
        hasty = client_of(server, patience=0.05)
        app.fail(Kind.DOWN, times=1000)
        with pytest.raises(Rejected) as refused:
            await hasty.get("/server/ping")
        assert refused.value.status == 503
        assert len(app.seen) > 1
        await hasty.close()
    with pytest.raises(Unreachable) as gone:
        await client_of(server, patience=0.05).get("/server/ping")
    assert str(gone.value).startswith(f"{server.address}: no connection")


async def test_errors_say_what_the_server_says(server: Server, client: Client) -> None:
    (some,) = some_assets(server, 1)
    with pytest.raises(Rejected) as refused:
        await client.ask("PUT", f"/assets/{some}", {"latitude": 1.5})
    assert refused.value.status == 400
    assert "ongitude" in str(refused.value)
    with pytest.raises(Rejected) as refused:
        await client.get("/assets/00000000-0000-0000-0000-000000000000")
    assert "Not found or no asset.read access" in str(refused.value)


async def test_what_a_key_lacks_is_named(server: Server) -> None:
    server.state.add_key("duplicate.read", secret="few")
    few = client_of(server, "few")
    with pytest.raises(Rejected) as refused:
        await few.get(f"/assets/{some_assets(server)[0]}")
    assert refused.value.permission == "asset.read"
    assert "asset.read" in str(refused.value)
    await few.close()
    stranger = client_of(server, "guessed")
    with pytest.raises(Rejected, match="does not know this API key"):
        await stranger.get("/duplicates")
    await stranger.close()


@pytest.mark.parametrize("kind", [Kind.DROPPED, Kind.ERROR, Kind.GARBLED])
async def test_the_key_is_in_no_error_and_no_log(
    server: Server, caplog: pytest.LogCaptureFixture, kind: Kind
) -> None:
    caplog.set_level(logging.DEBUG)
    key = server.state.add_key(secret="Zq3vVeryS3cret")
    client = client_of(server, key, patience=0.01)
    server.app.fail(kind, times=1000)
    try:
        await client.get("/duplicates")
        pytest.fail("it should not have answered")
    except UnavailableError as error:
        texts = [str(error), repr(error), "".join(traceback.format_exception(error))]
    await client.close()
    texts += [caplog.text, repr(client), repr(vars(client)), repr(Secret(key))]
    assert [text for text in texts if key in text] == []


async def test_a_server_says_who_it_is(server: Server, client: Client) -> None:
    found = await connect(client)
    assert found.version == server.state.version
    assert found.has_trash
    (note,) = found.notes()
    assert "30 days" in note


async def test_what_a_key_may_not_is_said_at_the_start_in_words(server: Server) -> None:
    server.state.add_key("duplicate.read", "asset.read", "asset.view", secret="few")
    few = client_of(server, "few")
    note, _ = (await connect(few)).notes()
    assert "move to the trash, and back (asset.delete)" in note
    assert "asset.view" not in note
    await few.close()
    server.state.add_key("asset.read", secret="fewer")
    fewer = client_of(server, "fewer")
    with pytest.raises(UnavailableError, match=r"duplicate\.read"):
        await connect(fewer)
    await fewer.close()


async def test_a_trash_that_is_off_is_said_at_the_start(server: Server, client: Client) -> None:
    server.state.trash_is_on = False
    (note,) = (await connect(client)).notes()
    assert "trash is off" in note


async def test_old_servers_are_told_apart_and_new_ones_tried(
    server: Server, client: Client
) -> None:
    server.state.version = (2, 6, 3)
    with pytest.raises(UnavailableError, match=r"Immich 2\.6\.3.*2\.7 or newer"):
        await connect(client)
    server.state.version = (4, 0, 1)
    note, _ = (await connect(client)).notes()
    assert "Immich 4.0.1" in note


async def test_what_is_no_immich_server_is_said_to_be_none(server: Server, client: Client) -> None:
    server.app.fail(Kind.GARBLED, "/server/version")
    with pytest.raises(Unreachable, match="no Immich server"):
        await connect(client)


class _Moved(App):
    """Sends everybody elsewhere."""

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        headers = [(b"location", b"https://elsewhere.example.org/api"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 301, "headers": headers})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


async def test_a_key_goes_nowhere_but_where_it_was_sent() -> None:
    with serving(_Moved(recorded.state("v3.1.0"))) as server:
        client = client_of(server)
        with pytest.raises(Unreachable, match=r"sends on to https://elsewhere\.example\.org"):
            await client.get("/server/ping")
        await client.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that nobody vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    subprocess.run(
        [
            *(*command.split(), "-keyout", key, "-out", cert, "-subj", "/CN=test"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


async def test_tls_is_verified_by_the_authorities_that_are_named(
    certificate: tuple[Path, Path],
) -> None:
    cert, key = certificate
    app = App(recorded.state("v3.1.0"))
    with serving(app, ssl_certfile=cert, ssl_keyfile=key) as server:
        address = Address.parse(f"immich+https://127.0.0.1:{server.port}")
        client = Client(address, Secret(server.key), patience=5, first_pause=0.001)
        with pytest.raises(Unreachable, match="certificate is not trusted") as refused:
            await client.get("/server/ping")
        assert "ca = " in str(refused.value)
        assert app.seen == []
        await client.close()
        trusting = Client(address, Secret(server.key), authority=cert)
        assert await trusting.get("/server/ping") == {"res": "pong"}
        await trusting.close()
        plain = Client(Address.parse(server.address), Secret(server.key), patience=0.01)
        with pytest.raises(UnavailableError):
            await plain.get("/server/ping")
        await plain.close()
    with pytest.raises(UnavailableError, match="holds no certificates"):
        Client(address, Secret("x"), authority=key)
    with pytest.raises(UnavailableError, match="it is gone"):
        Client(address, Secret("x"), authority=key.with_name("none.pem"))
