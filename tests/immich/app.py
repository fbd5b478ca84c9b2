"""The server as an ASGI application: keys, permissions, faults and latency around the routes."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from tests.immich import forms
from tests.immich.routes import ROUTES, Answer, Request
from tests.immich.state import Refused, State

_PIECE = 1 << 16


class Kind(StrEnum):
    """What goes wrong."""

    BUSY = "429"
    ERROR = "500"
    DOWN = "503"
    DROPPED = "dropped"
    """The connection ends before anything has been done."""
    UNANSWERED = "unanswered"
    """It ends when everything has been done."""
    HALF = "half"
    """It ends in the middle of the answer."""
    GARBLED = "garbled"
    """What is answered is no JSON."""


@dataclass
class Fault:
    """Something that goes wrong with some requests, so many times."""

    kind: Kind
    method: str = ".*"
    path: str = ".*"
    times: int = 1
    after: int = 0
    """So many of these requests go well before the first, and between two, where `every`."""
    every: bool = False
    _met: int = 0

    def hits(self, request: Request) -> bool:
        """Whether it is this one's turn."""
        if not re.fullmatch(self.method, request.method) or not re.search(self.path, request.path):
            return False
        self._met += 1
        if self._met <= self.after:
            return False
        if self.every:
            self._met = 0
        self.times -= 1
        return self.times >= 0


@dataclass
class Seen:
    """A request as it came, and the status it got; None where it got no answer."""

    method: str
    path: str
    body: Any
    status: int | None
    query: dict[str, str] = field(default_factory=dict)
    answer: Answer | None = None
    """Kept only where it is to be recorded."""


@dataclass
class App:
    """An ASGI application that answers as an Immich server with this `state`."""

    state: State
    latency: float = 0.0
    """Seconds before an answer."""
    faults: list[Fault] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    remembers: bool = True
    """Whether `seen` is kept."""
    records: bool = False
    """Whether the answers are kept with it."""
    held: str | None = None
    """Requests whose path and query have this in them wait for as long as it stands."""

    def fail(
        self, kind: Kind, path: str = ".*", method: str = ".*", times: int = 1, **more: Any
    ) -> None:
        """From now on, `times` of these requests go wrong."""
        self.faults.append(Fault(kind, method, path, times, **more))

    def made(self, method: str, path: str) -> list[Seen]:
        """The requests of this kind that came so far."""
        return [
            each
            for each in self.seen
            if re.fullmatch(method, each.method) and re.fullmatch(path, each.path)
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        request = Request(
            scope["method"],
            scope["path"].removeprefix("/api"),
            dict(parse_qsl(scope["query_string"].decode())),
            json.loads(body) if body else None,
            headers,
            headers.get("x-api-key", ""),
        )
        if self.latency:
            await asyncio.sleep(self.latency)
        whole = f"{request.path}?{scope['query_string'].decode()}"
        while self.held is not None and re.search(self.held, whole):
            await asyncio.sleep(0.01)
        fault = next((each for each in self.faults if each.hits(request)), None)
        answer = self._answer(request, fault.kind if fault else None)
        if self.remembers:
            status = answer.status if answer else None
            kept = answer if self.records else None
            self.seen.append(
                Seen(request.method, request.path, request.body, status, request.query, kept)
            )
        if answer is None:
            # Uvicorn has no word for it.
            send.__self__.transport.abort()
            return
        await self._send(answer, send, half=fault is not None and fault.kind is Kind.HALF)

    def _answer(self, request: Request, fault: Kind | None) -> Answer | None:
        try:
            match fault:
                case Kind.BUSY:
                    raise Refused(429, "Too Many Requests")
                case Kind.ERROR:
                    raise Refused(500, "Internal server error")
                case Kind.DOWN:
                    raise Refused(503, "Service Unavailable")
                case Kind.DROPPED:
                    return None
            answer = self._routed(request)
        except Refused as refused:
            answer = Answer(forms.error(self.state, refused), refused.status)
        if fault is Kind.UNANSWERED:
            return None
        return Answer(b'[{"id": oops') if fault is Kind.GARBLED else answer

    def _routed(self, request: Request) -> Answer:
        for route in ROUTES:
            found = route.path.fullmatch(request.path)
            if not found or not re.fullmatch(route.method, request.method):
                continue
            if route.permission:
                self._check_key(request, route.permission)
            return route.handler(self.state, request, *found.groups())
        raise Refused(404, f"Cannot {request.method} /api{request.path}")

    def _check_key(self, request: Request, permission: str) -> None:
        key = self.state.keys.get(request.secret)
        if key is None:
            raise Refused(401, "Invalid API key")
        if permission != "*" and not {permission, "all"} & {*key.permissions}:
            raise Refused(403, f"Missing required permission: {permission}")

    async def _send(self, answer: Answer, send: Any, half: bool) -> None:
        body, kind = answer.body, "application/octet-stream"
        if not isinstance(body, bytes):
            body, kind = b"" if body is None else json.dumps(body).encode(), "application/json"
        headers = {"content-type": kind, "content-length": str(len(body)), **answer.headers}
        if answer.status == 304:
            del headers["content-length"]
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": lines})
        end = len(body) // 2 if half else len(body)
        for start in range(0, end, _PIECE):
            piece = body[start : min(start + _PIECE, end)]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if half:
            send.__self__.transport.close()
            return
        await send({"type": "http.response.body", "body": b""})
