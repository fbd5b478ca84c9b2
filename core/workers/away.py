"""Servers that do not answer: each is waited for once in a command, and not for each decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.address import is_remote, root_of
from core.errors import ActionRefused, ServerError
from core.model import Decision


class Away:
    """Those that have failed in one command, and what was said of them."""

    def __init__(self) -> None:
        self._said: dict[Path, ActionRefused] = {}

    def has(self, decision: Decision) -> bool:
        """Whether the server that `decision` is about has failed."""
        return _server(decision) in self._said

    @contextmanager
    def minding(self, decision: Decision) -> Iterator[None]:
        """Something is done with `decision`.

        Raises:
            ActionRefused: its server fails, or did before: then it is not asked again, and this is
                what was raised then. Or that will not do it.
        """
        server = _server(decision)
        if server is None:
            yield
            return
        if server in self._said:
            raise self._said[server]
        try:
            yield
        except ServerError as error:
            refused = ActionRefused(error.subject, error.cause, error.remedy)
            if not _is_of_one(error):
                self._said[server] = refused
            raise refused from error


def _server(decision: Decision) -> Path | None:
    return root_of(decision.path_b) if is_remote(decision.path_b) else None


def _is_of_one(error: ServerError) -> bool:
    """Whether the server is there, and only will not do this."""
    # It has been loaded by now; who has only folders never waits for HTTP to load.
    from core.libraries.immich.client import Rejected

    return isinstance(error, Rejected) and error.is_about_what_was_asked
