"""The server on a loopback port, in a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from tests.immich.app import App
from tests.immich.state import State


@dataclass
class Server:
    """A running server; its `app` has the state, the faults and the requests that came."""

    app: App
    port: int
    key: str

    @property
    def state(self) -> State:
        return self.app.state

    @property
    def address(self) -> str:
        """As a person names it."""
        return f"immich+http://127.0.0.1:{self.port}"


class _Uvicorn(uvicorn.Server):
    """Signals belong to the tests."""

    def install_signal_handlers(self) -> None:
        pass


@contextmanager
def serving(app: App, key: str = "secret", **options: object) -> Iterator[Server]:
    """A server that answers by `app` until the end of the block."""
    app.state.add_key(secret=key)
    # Named, as asyncio else waits for more to send: 40 ms for each answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(100)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        **options,
    )
    server = _Uvicorn(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield Server(app, listening.getsockname()[1], key)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
