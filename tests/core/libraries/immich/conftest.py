"""Servers to ask, and clients that are not patient with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from core.address import Address
from core.libraries.immich.client import Client
from core.settings import Secret
from tests.immich import recorded
from tests.immich.app import App
from tests.immich.running import Server, serving


def client_of(server: Server, key: str | None = None, patience: float = 5.0) -> Client:
    """A client that hardly pauses between two attempts."""
    address = Address.parse(server.address)
    return Client(address, Secret(key or server.key), patience=patience, first_pause=0.001)


@pytest.fixture(params=["v2.7.5", "v3.1.0"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of either generation, as it was when the recorded session began."""
    with serving(App(recorded.state(request.param))) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    opened = client_of(server)
    yield opened
    await opened.close()
