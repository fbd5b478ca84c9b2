"""A server's operations: done, looked up, taken back. Each can be repeated without harm, but for a
stack, which is looked up before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from core.actions.servers.now import Now, look
from core.actions.servers.operations import (
    PLACE,
    REMOTE,
    fields,
    group_before,
    resolving,
    target_id,
    together,
)
from core.address import id_of
from core.errors import ActionRefused
from core.libraries.immich.client import Rejected, Unknown
from core.libraries.immich.server import Server
from core.metadata.fields import lines
from core.model import Operation, OperationKind

Seen = Mapping[Path, Now | None]
"""Assets as they are, by path."""

_DEGREES = 1e-6
"""A tenth of a metre: what a location may lose on its way through a database."""


def acts(operations: Iterable[Operation]) -> list[Operation]:
    """Those of `operations` that a server carries out."""
    return [each for each in operations if each.kind in REMOTE]


def sources(operations: Iterable[Operation]) -> list[Path]:
    """The assets to look at to know what has become of `operations`."""
    return list(dict.fromkeys(each.source for each in acts(operations)))


async def perform(server: Server, operations: Iterable[Operation]) -> None:
    """Do `operations`: first what moves nothing, all at once; then what leaves. Of a group that the
    server resolves, whatever it leaves undone is done after it.

    Raises:
        Rejected: the server will not do one of them; others may be done.
        Unreachable: it does not answer; any of them may be done.
    """
    wanted = acts(operations)
    if any(map(resolving, wanted)):
        await _all(_resolve(server, each) for each in wanted if resolving(each))
        seen = await look(server, sources(wanted))
        wanted = [each for each in wanted if not has_happened(each, seen)]
    staying = [each for each in wanted if each.kind is not OperationKind.SERVER_TRASH]
    await _all(_perform(server, each) for each in staying)
    leaving = [id_of(each.source) for each in wanted if each.kind is OperationKind.SERVER_TRASH]
    if leaving:
        await server.client.ask("DELETE", "/assets", {"ids": leaving, "force": False})


async def _all(requests: Iterable[Any]) -> None:
    """Until each has ended: none may still be under way when others are taken back."""
    results = await asyncio.gather(*requests, return_exceptions=True)
    for each in results:
        if isinstance(each, BaseException):
            raise each


async def _perform(server: Server, operation: Operation) -> None:
    ask, asset = server.client.ask, id_of(operation.source)
    match operation.kind:
        case OperationKind.UPDATE:
            await ask("PUT", f"/assets/{asset}", fields(operation.after))
        case OperationKind.ALBUM:
            path = f"/albums/{target_id(operation)}/assets"
            _check(server, await ask("PUT", path, {"ids": [asset]}))
        case OperationKind.TAG:
            path = f"/tags/{target_id(operation)}/assets"
            _check(server, await ask("PUT", path, {"ids": [asset]}))
        case OperationKind.GROUP:
            await put_into_group(server, _members(operation), None)
        case OperationKind.STACK:
            await _stack(server, operation)


async def _resolve(server: Server, operation: Operation) -> None:
    """By the server's own hand. Where it has no such group (any more), or one with others in it,
    nothing is done here, and so all of it afterwards."""
    group = {"duplicateId": target_id(operation), **(resolving(operation) or {})}
    try:
        await server.client.ask("POST", "/duplicates/resolve", {"groups": [group]})
    except Rejected as error:
        if error.permission is not None:
            raise


def _members(operation: Operation) -> list[Path]:
    folder = operation.source.parent.parent
    return [folder / each / "any" for each in together(operation)]


async def put_into_group(server: Server, paths: Sequence[Path], group: str | None) -> None:
    """The assets at `paths` into `group`; one that the server has no more would have it refuse all
    others.

    Raises:
        Rejected: the server will not.
        Unreachable: it does not answer.
    """
    ids = [id_of(path) for path in paths]
    try:
        await server.client.ask("PUT", "/assets", {"ids": ids, "duplicateId": group})
    except Rejected as error:
        if error.permission is not None:
            raise
        seen = await look(server, paths)
        left = [id_of(path) for path, now in seen.items() if now is not None]
        if len(left) == len(ids):
            raise
        if left:
            await server.client.ask("PUT", "/assets", {"ids": left, "duplicateId": group})


_AS_WANTED = ("duplicate", "not_found")
"""Errors that say that it is so already."""


def _check(server: Server, results: Any) -> None:
    """Raise `Rejected` where one of the assets was refused, which the server says with a status
    that all is well."""
    for each in results or ():
        if not each["success"] and each.get("error") not in _AS_WANTED:
            raise Rejected(str(server.address), httpx.codes.OK, str(each.get("error")))


async def _stack(server: Server, operation: Operation) -> None:
    """Made once: two requests would make two stacks, or one of two."""
    ends = asyncio.get_running_loop().time() + server.client.patience
    while True:
        try:
            body = {"assetIds": together(operation)}
            await server.client.ask("POST", "/stacks", body, harmless=False)
            return
        except Unknown:
            if asyncio.get_running_loop().time() >= ends:
                raise
        if has_happened(operation, await look(server, [operation.source])):
            return


def has_happened(operation: Operation, seen: Seen) -> bool:
    """Whether `operation` has been done, by what is `seen` of its source."""
    now = seen.get(operation.source)
    if now is None:
        return False
    match operation.kind:
        case OperationKind.SERVER_TRASH:
            return now.shaped.is_trashed
        case OperationKind.UPDATE:
            return says(now, fields(operation.after))
        case OperationKind.ALBUM:
            return target_id(operation) in {each.id for each in now.albums or ()}
        case OperationKind.TAG:
            return target_id(operation) in {each.id for each in now.shaped.tags or ()}
        case OperationKind.STACK:
            stack = now.shaped.stack
            ids = together(operation)
            return stack is not None and (stack.primary, stack.count) == (ids[0], len(ids))
        case OperationKind.GROUP:
            return now.shaped.listed.remote.group != target_id(operation)
    return False


def says(now: Now, wanted: Mapping[str, Any]) -> bool:
    """Whether the server says `wanted` of an asset. It trims texts and rounds degrees on the way
    through its files."""
    said = now.fields
    return all(_same(name, said[name], value) for name, value in wanted.items())


def _same(name: str, one: Any, other: Any) -> bool:
    if name == "description":
        return sorted(lines(one)) == sorted(lines(other))
    if name in PLACE and one is not None and other is not None:
        return bool(abs(one - other) <= _DEGREES)
    return bool(one == other)


async def take_back(server: Server, operations: Iterable[Operation], seen: Seen) -> None:
    """Take back those of `operations` that have happened, as far as `seen` tells: first what left
    comes back, then what was said.

    Raises:
        Rejected: the server will not; others may be taken back.
        Unreachable: it does not answer.
    """
    done = [each for each in acts(operations) if has_happened(each, seen)]
    gone = [each for each in done if each.kind is OperationKind.SERVER_TRASH]
    if gone:
        ids = [id_of(each.source) for each in gone]
        await server.client.ask("POST", "/trash/restore/assets", {"ids": ids})
        await _regroup(server, gone)
    await _all(
        _take_back(server, each) for each in done if each.kind is not OperationKind.SERVER_TRASH
    )


async def _regroup(server: Server, gone: Sequence[Operation]) -> None:
    """Back into the groups that they were in when they left: the server may have forgotten."""
    groups: dict[str, list[str]] = {}
    for each in gone:
        group = group_before(each)
        if group is not None:
            groups.setdefault(group, []).append(id_of(each.source))
    await _all(
        server.client.ask("PUT", "/assets", {"ids": ids, "duplicateId": group})
        for group, ids in groups.items()
    )


async def _take_back(server: Server, operation: Operation) -> None:
    ask, asset = server.client.ask, id_of(operation.source)
    match operation.kind:
        case OperationKind.UPDATE:
            before = fields(operation.before)
            said = {
                name: value
                for name, value in before.items()
                # The server has no way to take a location away.
                if not (name in PLACE and value is None)
            }
            if said:
                await ask("PUT", f"/assets/{asset}", said)
        case OperationKind.ALBUM:
            path = f"/albums/{target_id(operation)}/assets"
            _check(server, await ask("DELETE", path, {"ids": [asset]}))
        case OperationKind.TAG:
            path = f"/tags/{target_id(operation)}/assets"
            _check(server, await ask("DELETE", path, {"ids": [asset]}))
        case OperationKind.GROUP:
            await put_into_group(server, _members(operation), target_id(operation))
        case OperationKind.STACK:
            await _unstack(server, operation)


async def _unstack(server: Server, operation: Operation) -> None:
    now = (await look(server, [operation.source]))[operation.source]
    stack = now.shaped.stack if now is not None else None
    if stack is not None:
        try:
            await server.client.ask("DELETE", f"/stacks/{stack.id}", None)
        except Rejected as error:
            if error.permission is not None:
                raise
            # Somebody else was first.


def refused(path: Path, error: Rejected) -> ActionRefused:
    """That a server will not do something to the asset at `path`, in words."""
    return ActionRefused(str(path), error.cause, error.remedy or "look at it in Immich")
