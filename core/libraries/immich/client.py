"""HTTP with one server: asked again where that does no harm, and every failure in words.

What may be asked again: whatever was surely not done (no connection, or the server says it is too
busy), and whatever comes to the same if it is done twice. Of anything else that got no answer
nobody knows whether it was done, and whoever asked has to look.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from core.address import Address
from core.errors import ServerError, UnavailableError, explain_os_error
from core.libraries.immich.versions import explained, missing_permission
from core.settings import Secret

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0
"""Without a byte of an answer. A busy server takes its time with one group's metadata."""
_LISTING_SECONDS = 900.0
"""The same of all groups, which the server puts together before it sends the first."""
_AT_ONCE = 8
"""Requests under way; browsers send six, and a server at home has no more processors."""

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
"""Seconds between two attempts; drawn at random up to these, as others may be waiting, too."""
PATIENCE = 60.0
"""Seconds until it is given up: a server that is restarted is back by then."""

_WRONG = (httpx.codes.OK, httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND)
"""Of these the first is said of all, where single ones were refused."""
_TOO_BUSY = 429
_WORTH_WAITING = (500, 502, 503, 504, _TOO_BUSY)

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Unreachable(ServerError):
    """The server does not answer."""


class Unknown(Unreachable):
    """It has not said whether it has done what it was asked to."""


class Rejected(ServerError):
    """It answered that it will not; `status` is HTTP's, `said` what it says."""

    def __init__(self, subject: str, status: int, said: str) -> None:
        permission = missing_permission(said)
        if status == httpx.codes.UNAUTHORIZED:
            cause, remedy = "it does not know this API key", "make a new one in Immich's settings"
        elif permission is not None:
            cause = f"the API key lacks the permission {permission}"
            remedy = "give it that in Immich: Account Settings, API Keys"
        else:
            cause, remedy = f"it refused ({said or status})", ""
        super().__init__(subject, cause, remedy)
        self.status, self.said, self.permission = status, said, permission

    @property
    def is_about_what_was_asked(self) -> bool:
        """Whether something else may well be done: it names an asset that is not there, or the
        like, and neither the key nor the server itself is at fault."""
        return self.permission is None and self.status in _WRONG


class _Key(httpx.Auth):
    """Puts the key into requests as they leave; nothing that is printed has it."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["x-api-key"] = self._key.reveal()
        yield request


class Client:
    """Asks one server. Use it from one event loop, and `close` it."""

    def __init__(
        self,
        address: Address,
        key: Secret,
        authority: Path | None = None,
        patience: float = PATIENCE,
        first_pause: float = _FIRST_PAUSE,
    ) -> None:
        """Nothing is asked yet.

        Args:
            address: of the server.
            key: an API key.
            authority: a PEM file of certificates to trust besides the system's.
            patience: seconds until a server that does not answer is given up.
            first_pause: seconds between the first two attempts.

        Raises:
            UnavailableError: `authority` cannot be read.
        """
        self.address = address
        self.patience = patience
        self.first_pause = first_pause
        self._http = httpx.AsyncClient(
            base_url=address.url,
            auth=_Key(key),
            # A key that follows where it is sent is anybody's.
            follow_redirects=False,
            verify=_trust(authority) if address.secure else False,
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS, pool=None),
            limits=httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE),
        )

    async def close(self) -> None:
        """End all connections."""
        await self._http.aclose()

    async def get(self, path: str, patience: float | None = None, **query: str) -> Any:
        """The JSON at `path`.

        Args:
            path: below the API.
            patience: seconds until it is given up; None: the client's.
            query: parameters.

        Raises:
            Rejected: the server will not give it.
            Unreachable: it does not answer, or not in JSON.
        """
        return _json(await self._request("GET", path, query=query, patience=patience), self)

    async def ask(self, method: str, path: str, body: Any, harmless: bool = True) -> Any:
        """Send `body` as JSON; returns what is answered, None where that is nothing.

        Args:
            method: HTTP's.
            path: below the API.
            body: what to send.
            harmless: it comes to the same if it is done twice.

        Raises:
            Rejected: the server will not do it.
            Unknown: not harmless, and nobody knows whether it was done.
            Unreachable: it was not done; or it may have been, and is harmless.
        """
        answer = await self._request(method, path, body=body, harmless=harmless)
        return _json(answer, self) if answer.content else None

    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        harmless: bool = True,
        patience: float | None = None,
    ) -> httpx.Response:
        retrying = _Retrying(self, harmless, patience)
        while True:
            try:
                answer = await self._http.request(method, path, params=query, json=body)
            except httpx.RequestError as error:
                await retrying.pause(error)
                continue
            if not await retrying.is_worth_waiting(answer):
                self._check(answer)
                return answer

    @asynccontextmanager
    async def stream(
        self, path: str, headers: Mapping[str, str], **query: str
    ) -> AsyncIterator[httpx.Response]:
        """An answer while it arrives; its beginning is waited for as in `get`. Where it breaks off
        later, httpx says so: `broken` has words for that.

        Raises:
            As `get` does.
        """
        retrying = _Retrying(self, harmless=True)
        while True:
            request = self._http.build_request(
                "GET",
                path,
                params=query,
                headers=dict(headers),
                timeout=httpx.Timeout(_LISTING_SECONDS, connect=_CONNECT_SECONDS, pool=None),
            )
            try:
                answer = await self._http.send(request, stream=True)
            except httpx.RequestError as error:
                await retrying.pause(error)
                continue
            try:
                if answer.is_error or answer.has_redirect_location:
                    await answer.aread()
                if await retrying.is_worth_waiting(answer):
                    continue
                self._check(answer)
                yield answer
                return
            finally:
                await answer.aclose()

    def _check(self, answer: httpx.Response) -> None:
        if answer.has_redirect_location:
            to = answer.headers["location"]
            raise Unreachable(str(self.address), f"it sends on to {to}", "name that address")
        if answer.is_error:
            raise Rejected(str(self.address), answer.status_code, _said(answer))

    def stranger(self) -> Unreachable:
        """What answers does not speak as Immich does, in words."""
        return Unreachable(
            str(self.address),
            "what answers there is no Immich server",
            "check the address and its path",
        )

    def broken(self, error: Exception) -> Unreachable:
        """`error` of a connection, in words."""
        return _explained(self.address, error)


class _Retrying:
    """The attempts at one request."""

    def __init__(self, client: Client, harmless: bool, patience: float | None = None) -> None:
        self._client = client
        self._harmless = harmless
        self._longest = client.first_pause
        self._ends = time.monotonic() + (client.patience if patience is None else patience)

    async def is_worth_waiting(self, answer: httpx.Response) -> bool:
        """Whether the server is not itself, and has been waited for.

        Raises:
            Unknown: it may have done something before it failed, which must not be done twice.
        """
        if answer.status_code not in _WORTH_WAITING:
            return False
        surely_not_done = answer.status_code == _TOO_BUSY
        if not (surely_not_done or self._harmless):
            cause = f"it failed ({_said(answer) or answer.status_code})"
            raise Unknown(str(self._client.address), cause, "what it did is looked up")
        if time.monotonic() >= self._ends:
            return False
        await self._wait(_seconds(answer.headers.get("retry-after")))
        return True

    async def pause(self, error: httpx.RequestError) -> None:
        """Wait until it is worth trying again after `error`.

        Raises:
            Unreachable: it is not, or has not been for too long; `Unknown` where it may have been
                done.
        """
        explained = _explained(self._client.address, error)
        if not self._harmless and not isinstance(error, _NEVER_SENT):
            raise Unknown(explained.subject, explained.cause, explained.remedy) from None
        if _is_for_good(error) or time.monotonic() >= self._ends:
            raise explained from None
        await self._wait(None)

    async def _wait(self, wanted: float | None) -> None:
        pause = random.uniform(0, self._longest) if wanted is None else wanted
        self._longest = min(2 * self._longest, _LONGEST_PAUSE)
        await asyncio.sleep(min(pause, _LONGEST_PAUSE, max(0.0, self._ends - time.monotonic())))


def _seconds(text: str | None) -> float | None:
    """Of a Retry-After; None where it is none, or a date."""
    return float(text) if text and text.isdecimal() else None


def _trust(authority: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority is not None:
        try:
            context.load_verify_locations(authority)
        except ssl.SSLError as error:
            raise UnavailableError(
                str(authority), "it holds no certificates", "name a PEM file with ca"
            ) from error
        except OSError as error:
            raise UnavailableError(str(authority), *explain_os_error(error)) from error
    return context


def _said(answer: httpx.Response) -> str:
    try:
        return explained(answer.json())
    except ValueError:
        return answer.reason_phrase


def _json(answer: httpx.Response, client: Client) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise client.stranger() from None


def _root_cause(error: BaseException) -> BaseException:
    while (below := error.__cause__ or error.__context__) is not None:
        error = below
    return error


def _is_for_good(error: Exception) -> bool:
    """Whether to ask again would change nothing."""
    cause = _root_cause(error)
    return isinstance(cause, ssl.SSLError) or isinstance(error, httpx.UnsupportedProtocol)


def _explained(address: Address, error: Exception) -> Unreachable:
    cause = _root_cause(error)
    subject = str(address)
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = cause.verify_message or "it cannot be verified"
        remedy = f'name its authority: [libraries."{address}"] ca = "/path/to/ca.pem"'
        return Unreachable(subject, f"its certificate is not trusted: {reason}", remedy)
    if isinstance(cause, ssl.SSLError):
        return Unreachable(subject, "it does not speak TLS there", "check the address and the port")
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(subject, "it does not answer in time", "check that the server is up")
    if isinstance(error, httpx.ConnectError):
        return Unreachable(subject, f"no connection ({cause})", "check the address and the server")
    return Unreachable(subject, f"the connection broke ({error})", "check the server and try again")
