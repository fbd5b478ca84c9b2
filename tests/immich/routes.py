"""What each request does to the state, and what is answered; `ROUTES` has them all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.immich import forms
from tests.immich.state import Album, Asset, Refused, Stack, State

_ID = "([^/]+)"
_FREE = ""
"""No key is asked for."""
_ANY = "*"
"""Any key will do."""


@dataclass
class Request:
    """A request, taken apart."""

    method: str
    path: str
    """Below ``/api``."""
    query: dict[str, str]
    body: Any
    headers: dict[str, str]
    secret: str = ""


@dataclass
class Answer:
    """What is sent back; JSON unless it is bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[..., Answer]


@dataclass
class Route:
    """A kind of request."""

    method: str
    path: re.Pattern[str]
    permission: str
    handler: Handler


ROUTES: list[Route] = []


def _on(method: str, path: str, permission: str) -> Callable[[Handler], Handler]:
    def note(handler: Handler) -> Handler:
        ROUTES.append(Route(method, re.compile(path), permission, handler))
        return handler

    return note


def invalid(state: State, path: list[str], old: list[str], new: str) -> Refused:
    """What is said of a body that makes no sense, in the words of either generation."""
    if state.version < (3, 0, 0):
        return Refused(400, old)
    errors = [{"code": "custom", "path": path, "message": new}]
    return Refused(400, "Validation failed", errors=errors)


# The server and the key


@_on("GET", "/server/ping", _FREE)
def ping(state: State, request: Request) -> Answer:
    return Answer({"res": "pong"})


@_on("GET", "/server/version", _FREE)
def version(state: State, request: Request) -> Answer:
    major, minor, patch = state.version
    found: dict[str, Any] = {"major": major, "minor": minor, "patch": patch}
    return Answer(found | ({"prerelease": None} if major >= 3 else {}))


@_on("GET", "/server/features", _FREE)
def features(state: State, request: Request) -> Answer:
    return Answer({"smartSearch": True, "duplicateDetection": True, "trash": state.trash_is_on})


@_on("GET", "/server/config", _FREE)
def config(state: State, request: Request) -> Answer:
    return Answer({"trashDays": 30, "isInitialized": True, "isOnboarded": True})


@_on("GET", "/api-keys/me", _ANY)
def key_me(state: State, request: Request) -> Answer:
    return Answer(forms.key(state.keys[request.secret]))


@_on("POST", "/api-keys", "apiKey.create")
def new_key(state: State, request: Request) -> Answer:
    secret = state.add_key(*request.body["permissions"], secret=state.new_id())
    state.keys[secret].name = request.body["name"]
    return Answer({"secret": secret, "apiKey": forms.key(state.keys[secret])}, 201)


@_on("GET", "/users/me", "user.read")
def user_me(state: State, request: Request) -> Answer:
    return Answer(forms.user(state))


# Groups


@_on("GET", "/duplicates", "duplicate.read")
def duplicates(state: State, request: Request) -> Answer:
    return Answer([forms.group(state, *each) for each in state.groups().items()])


def _known_groups(state: State, ids: list[str]) -> dict[str, list[Asset]]:
    groups = {each.group for each in state.assets.values() if each.group and each.trashed is None}
    if not set(ids) <= groups:
        raise Refused(400, "Not found or no duplicate.delete access")
    return state.groups()


@_on("DELETE", f"/duplicates/{_ID}", "duplicate.delete")
def dismiss(state: State, request: Request, group: str) -> Answer:
    return _dismiss(state, [group])


@_on("DELETE", "/duplicates", "duplicate.delete")
def dismiss_many(state: State, request: Request) -> Answer:
    return _dismiss(state, request.body["ids"])


def _dismiss(state: State, ids: list[str]) -> Answer:
    if state.version >= (3, 0, 0):
        _known_groups(state, ids)
    for asset in state.assets.values():
        if asset.group in ids:
            asset.group = None
            state.touch(asset)
    return Answer(status=204)


@_on("POST", "/duplicates/resolve", "duplicate.delete")
def resolve(state: State, request: Request) -> Answer:
    wanted = request.body["groups"]
    if not wanted:
        said = "Too small: expected array to have >=1 items"
        if state.version < (3, 0, 0):
            raise Refused(400, ["groups must contain at least 1 elements"])
        bounds = {"origin": "array", "code": "too_small", "minimum": 1, "inclusive": True}
        errors = [{**bounds, "path": ["groups"], "message": said}]
        raise Refused(400, "Validation failed", errors=errors)
    served = _known_groups(state, [each["duplicateId"] for each in wanted])
    return Answer([_resolve(state, each, served) for each in wanted])


def _resolve(state: State, wanted: dict[str, Any], served: dict[str, list[Asset]]) -> Any:
    group = wanted["duplicateId"]

    def failed(error: str, message: str) -> dict[str, Any]:
        return {"id": group, "success": False, "error": error, "errorMessage": message}

    members = served.get(group)
    if members is None:
        return failed("not_found", f"Duplicate group {group} not found")
    ids = {each.id for each in members}
    keep, trash = ({*wanted[name]} & ids for name in ("keepAssetIds", "trashAssetIds"))
    if keep & trash:
        both = "An asset cannot be in both keepAssetIds and trashAssetIds"
        return failed("validation", both)
    if keep | trash != ids:
        neither = "Every asset must be in either keepAssetIds or trashAssetIds"
        return failed("validation", neither)
    if state.version < (3, 0, 0) or (len(keep) == 1 and trash):
        _synchronise(state, members, [each for each in members if each.id in keep])
    for each in members:
        each.group = None
        state.touch(each)
        if each.id in trash:
            _to_trash(state, each)
    return {"id": group, "success": True}


def _to_trash(state: State, asset: Asset) -> None:
    if state.trash_is_on:
        asset.trashed = state.now()
    else:
        state.remove(asset)


_RESTRICTIVE = ("locked", "archive", "timeline", "hidden")


def _synchronise(state: State, members: list[Asset], kept: list[Asset]) -> None:
    albums = {album.id for each in members for album in state.albums_of(each.id)}
    rating = max(each.exif["rating"] or 0 for each in members)
    lines = [
        line
        for each in members
        for line in re.split(r"\r?\n", each.exif["description"] or "")
        if line.strip()
    ]
    text = "\n".join(dict.fromkeys(line.strip() for line in lines))
    sides = ("latitude", "longitude")
    found = [{each.exif[side] for each in members} - {None} for side in sides]
    tags = list(dict.fromkeys(tag for each in members for tag in each.tags))
    visible = {each.visibility for each in members}
    favorite = any(each.favorite for each in members)
    for each in kept:
        each.favorite = favorite
        each.visibility = next(level for level in _RESTRICTIVE if level in visible)
        if rating > 0:
            each.exif["rating"] = rating
        if text:
            each.exif["description"] = text
        if all(len(values) == 1 for values in found):
            each.exif |= {
                side: next(iter(values)) for side, values in zip(sides, found, strict=True)
            }
        each.tags = list(tags)
        for album in albums:
            state.add_to_album(state.albums[album], each.id)


# Assets


@_on("PUT|PATCH", "/assets", "asset.update")
def update_many(state: State, request: Request) -> Answer:
    if request.method == "PATCH" and state.version < (3, 0, 0):
        raise Refused(404, "Cannot PATCH /api/assets")
    changes = {name: value for name, value in request.body.items() if name != "ids"}
    _check(state, changes)
    assets = state.of_ids(request.body["ids"], "asset.update")
    if changes.get("duplicateId"):
        try:
            uuid.UUID(changes["duplicateId"])
        except ValueError:
            raise Refused(500, "Failed to update assets") from None
    for each in assets:
        if "duplicateId" in changes:
            each.group = changes["duplicateId"]
        _update(state, each, changes)
    return Answer(status=204)


@_on("PUT", "/assets/copy", "asset.copy")
def copy(state: State, request: Request) -> Answer:
    source, target = state.of_ids(
        [request.body["sourceId"], request.body["targetId"]], "asset.copy"
    )
    target.favorite = source.favorite
    # What the sidecar says, once it has been read.
    target.exif |= {name: source.exif[name] for name in ("description", "rating")}
    for album in state.albums_of(source.id):
        state.add_to_album(album, target.id)
    return Answer(status=204)


@_on("PUT", f"/assets/{_ID}", "asset.update")
def update_one(state: State, request: Request, asset_id: str) -> Answer:
    _check(state, request.body)
    (found,) = state.of_ids([asset_id], "asset.update")
    _update(state, found, request.body)
    return Answer(forms.asset(state, found, faces=True))


def _check(state: State, changes: dict[str, Any]) -> None:
    if changes.get("rating") == 0 and state.version >= (3, 0, 0):
        said = "Rating must be -1 (rejected), 1\u20135 (starred), or null (unrated); 0 is not valid"
        raise invalid(state, ["rating"], [], said)
    if ("latitude" in changes) != ("longitude" in changes):
        missing = "longitude" if "latitude" in changes else "latitude"
        old = [f"{missing} should not be empty", f"{missing} must be a {missing} string or number"]
        raise invalid(state, [], old, "Latitude and longitude must be provided together")
    if "latitude" in changes and changes["latitude"] is None:
        raise invalid(state, ["latitude"], ["latitude must be a number"], "Invalid input")


def _update(state: State, asset: Asset, changes: dict[str, Any]) -> None:
    asset.favorite = changes.get("isFavorite", asset.favorite)
    asset.visibility = changes.get("visibility", asset.visibility)
    for name in ("rating", "description", "latitude", "longitude"):
        if name in changes:
            asset.exif[name] = changes[name]
    # The elder generation takes a 0 and means none by it.
    asset.exif["rating"] = asset.exif["rating"] or None
    if "dateTimeOriginal" in changes:
        taken = datetime.fromisoformat(changes["dateTimeOriginal"])
        asset.exif["dateTimeOriginal"] = forms.stored_moment(taken.astimezone(UTC))
        hours = int((taken.utcoffset() or timedelta()).total_seconds()) // 3600
        asset.exif["timeZone"] = f"UTC{hours:+}" if hours else "UTC"
    if changes:
        state.touch(asset)


@_on("GET", f"/assets/{_ID}", "asset.read")
def one(state: State, request: Request, asset_id: str) -> Answer:
    (found,) = state.of_ids([asset_id], "asset.read")
    told = forms.asset(state, found, owner=True, tags=True, faces=True, people=True, stack=True)
    return Answer(told)


@_on("DELETE", "/assets", "asset.delete")
def delete(state: State, request: Request) -> Answer:
    for each in state.of_ids(request.body["ids"], "asset.delete"):
        if request.body.get("force"):
            state.remove(each)
        else:
            _to_trash(state, each)
            state.touch(each)
    return Answer(status=204)


@_on("POST", "/trash/restore/assets", "asset.delete")
def restore(state: State, request: Request) -> Answer:
    assets = state.of_ids(request.body["ids"], "asset.delete")
    back = [each for each in assets if each.trashed is not None]
    for each in back:
        each.trashed = None
        state.touch(each)
    return Answer({"count": len(back)})


@_on("POST", "/trash/empty", "asset.delete")
def empty(state: State, request: Request) -> Answer:
    gone = [each for each in state.assets.values() if each.trashed is not None]
    for each in gone:
        state.remove(each)
    return Answer({"count": len(gone)})


@_on("PUT", f"/assets/{_ID}/metadata", "asset.update")
def write_notes(state: State, request: Request, asset_id: str) -> Answer:
    (found,) = state.of_ids([asset_id], "asset.update")
    found.notes |= {each["key"]: each["value"] for each in request.body["items"]}
    return notes(state, request, asset_id)


@_on("GET", f"/assets/{_ID}/metadata", "asset.read")
def notes(state: State, request: Request, asset_id: str) -> Answer:
    (found,) = state.of_ids([asset_id], "asset.read")
    now = forms.moment(state.now())
    return Answer(
        [{"key": key, "value": value, "updatedAt": now} for key, value in found.notes.items()]
    )


@_on("POST", "/search/metadata", "asset.read")
def search(state: State, request: Request) -> Answer:
    wanted = request.body
    size, page = int(wanted.get("size", 250)), int(wanted.get("page", 1))
    found = [each for each in state.assets.values() if _is_wanted(state, each, wanted)]
    found.sort(key=lambda each: each.file_created, reverse=wanted.get("order", "desc") == "desc")
    some = found[(page - 1) * size : page * size]
    exif, people = bool(wanted.get("withExif")), bool(wanted.get("withPeople"))
    assets = {
        "total": len(some),
        "count": len(some),
        "items": [forms.asset(state, each, exif=exif, people=people) for each in some],
        "facets": [],
        "nextPage": str(page + 1) if len(found) > page * size else None,
    }
    return Answer({"albums": {"total": 0, "count": 0, "items": [], "facets": []}, "assets": assets})


def _is_wanted(state: State, asset: Asset, wanted: dict[str, Any]) -> bool:
    if asset.trashed is not None and not wanted.get("withDeleted"):
        return False
    if "trashedAfter" in wanted and (
        asset.trashed is None or asset.trashed < datetime.fromisoformat(wanted["trashedAfter"])
    ):
        return False
    levels = [wanted["visibility"]] if "visibility" in wanted else ["timeline", "archive"]
    if asset.visibility not in levels:
        return False
    albums = {album.id for album in state.albums_of(asset.id)}
    if not set(wanted.get("albumIds", ())) <= albums:
        return False
    same = {"checksum": asset.checksum, "type": asset.type, "id": asset.id}
    return all(wanted.get(name, value) == value for name, value in same.items())


# Pictures


@_on("GET", f"/assets/{_ID}/thumbnail", "asset.view")
def thumbnail(state: State, request: Request, asset_id: str) -> Answer:
    (found,) = state.of_ids([asset_id], "asset.view")
    size = request.query.get("size", "thumbnail")
    if size == "original" and state.version < (3, 0, 0):
        raise Refused(400, "May not request original file")
    if size in ("fullsize", "original"):
        return _file(request, found, found.original(), "image/jpeg")
    mime = "image/webp" if size == "thumbnail" else "image/jpeg"
    return _file(request, found, found.small(size), mime)


@_on("GET", f"/assets/{_ID}/original", "asset.download")
def original(state: State, request: Request, asset_id: str) -> Answer:
    (found,) = state.of_ids([asset_id], "asset.download")
    return _file(request, found, found.original(), found.mime)


def _file(request: Request, asset: Asset, data: bytes, mime: str) -> Answer:
    tag = f'W/"{len(data):x}-{int(asset.file_modified.timestamp()):x}"'
    headers = {
        "cache-control": "private, max-age=86400, no-transform",
        "etag": tag,
        "accept-ranges": "bytes",
    }
    if request.headers.get("if-none-match") == tag:
        return Answer(b"", 304, headers)
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if wanted:
        first, last = int(wanted[1]), int(wanted[2] or len(data) - 1)
        headers["content-range"] = f"bytes {first}-{last}/{len(data)}"
        return Answer(data[first : last + 1], 206, {**headers, "content-type": mime})
    return Answer(data, 200, {**headers, "content-type": mime})


# Albums


@_on("GET", "/albums", "album.read")
def albums(state: State, request: Request) -> Answer:
    asset = request.query.get("assetId")
    found = state.albums_of(asset) if asset else list(state.albums.values())
    if not asset and state.version < (3, 0, 0):
        found = [each for each in found if each.shared == (request.query.get("shared") == "true")]
    return Answer([forms.album(state, each) for each in found])


@_on("POST", "/albums", "album.create")
def new_album(state: State, request: Request) -> Answer:
    now = state.now()
    album = Album(
        state.new_id(),
        request.body["albumName"],
        now,
        now,
        request.body.get("description", ""),
    )
    state.albums[album.id] = album
    for each in request.body.get("assetIds", ()):
        state.add_to_album(album, each)
    album.updated = now
    return Answer(forms.album(state, album, new=True, assets=True), 201)


@_on("PUT", "/albums/assets", "albumAsset.create")
def add_to_albums(state: State, request: Request) -> Answer:
    added = [
        state.add_to_album(state.albums[album], asset)
        for album in request.body["albumIds"]
        for asset in request.body["assetIds"]
    ]
    return Answer({"success": True} if any(added) else {"success": False, "error": "duplicate"})


def _album(state: State, album: str, permission: str) -> Any:
    if album not in state.albums:
        raise Refused(400, f"Not found or no {permission} access")
    return state.albums[album]


def _each(ids: list[str], act: Callable[[str], bool], error: str) -> Answer:
    results: list[dict[str, Any]] = []
    for each in ids:
        done = act(each)
        results.append({"id": each, "success": done, **({} if done else {"error": error})})
    return Answer(results)


@_on("PUT", f"/albums/{_ID}/assets", "albumAsset.create")
def add_to_album(state: State, request: Request, album: str) -> Answer:
    found = _album(state, album, "albumAsset.create")
    return _each(request.body["ids"], lambda each: state.add_to_album(found, each), "duplicate")


@_on("DELETE", f"/albums/{_ID}/assets", "albumAsset.delete")
def out_of_album(state: State, request: Request, album: str) -> Answer:
    found = _album(state, album, "albumAsset.delete")

    def remove(asset: str) -> bool:
        if asset not in found.assets:
            return False
        found.assets.remove(asset)
        if found.thumbnail == asset:
            found.thumbnail = found.assets[0] if found.assets else None
        return True

    return _each(request.body["ids"], remove, "not_found")


@_on("GET", f"/albums/{_ID}", "album.read")
def album(state: State, request: Request, album_id: str) -> Answer:
    return Answer(forms.album(state, _album(state, album_id, "album.read"), assets=True))


@_on("DELETE", f"/albums/{_ID}", "album.delete")
def no_album(state: State, request: Request, album_id: str) -> Answer:
    _album(state, album_id, "album.delete")
    del state.albums[album_id]
    return Answer(status=204)


# Tags


@_on("GET", "/tags", "tag.read")
def tags(state: State, request: Request) -> Answer:
    found = sorted(state.tags.values(), key=lambda each: each.value)
    return Answer([forms.tag(each) for each in found])


@_on("PUT", "/tags", "tag.create")
def upsert_tags(state: State, request: Request) -> Answer:
    return Answer([forms.tag(state.upsert_tag(each)) for each in request.body["tags"]])


def _tag(state: State, asset_id: str, tag: str) -> bool:
    asset = state.assets[asset_id]
    if tag in asset.tags:
        return False
    asset.tags.append(tag)
    state.touch(asset)
    return True


@_on("PUT", "/tags/assets", "tag.asset")
def tag_many(state: State, request: Request) -> Answer:
    body = request.body
    state.of_ids(body["assetIds"], "asset.update")
    done = [_tag(state, asset, tag) for tag in body["tagIds"] for asset in body["assetIds"]]
    return Answer({"count": sum(done)})


def _known_tag(state: State, tag: str) -> None:
    if tag not in state.tags:
        raise Refused(400, "Not found or no tag.asset access")


@_on("PUT", f"/tags/{_ID}/assets", "tag.asset")
def tag_assets(state: State, request: Request, tag: str) -> Answer:
    _known_tag(state, tag)
    return _each(request.body["ids"], lambda each: _tag(state, each, tag), "duplicate")


@_on("DELETE", f"/tags/{_ID}/assets", "tag.asset")
def untag(state: State, request: Request, tag: str) -> Answer:
    _known_tag(state, tag)

    def remove(asset_id: str) -> bool:
        asset = state.assets[asset_id]
        if tag not in asset.tags:
            return False
        asset.tags.remove(tag)
        state.touch(asset)
        return True

    return _each(request.body["ids"], remove, "not_found")


# Stacks


def _stack(state: State, stack: str, permission: str) -> Stack:
    if stack not in state.stacks:
        raise Refused(400, f"Not found or no {permission} access")
    return state.stacks[stack]


@_on("GET", "/stacks", "stack.read")
def stacks(state: State, request: Request) -> Answer:
    primary = request.query.get("primaryAssetId")
    found = [each for each in state.stacks.values() if primary in (None, each.primary)]
    return Answer([forms.stack(state, each) for each in found])


@_on("POST", "/stacks", "stack.create")
def new_stack(state: State, request: Request) -> Answer:
    ids = request.body["assetIds"]
    if len(ids) < 2:
        raise invalid(
            state, ["assetIds"], ["assetIds must contain at least 2 elements"], "Too small"
        )
    wanted = list(ids)
    # Whoever is on top of a stack brings it along; others leave theirs.
    for each in state.of_ids(ids, "asset.update"):
        under = state.stacks.get(each.stack or "")
        if under is not None and under.primary == each.id:
            wanted += [other for other in under.assets if other not in wanted]
            state.unstack(under)
        else:
            state.leave_stack(each)
    stack = Stack(state.new_id(), wanted)
    state.stacks[stack.id] = stack
    for each in wanted:
        state.assets[each].stack = stack.id
        state.touch(state.assets[each])
    return Answer(forms.stack(state, stack, tags=False), 201)


@_on("GET", f"/stacks/{_ID}", "stack.read")
def stack(state: State, request: Request, stack_id: str) -> Answer:
    return Answer(forms.stack(state, _stack(state, stack_id, "stack.read")))


@_on("PUT", f"/stacks/{_ID}", "stack.update")
def new_primary(state: State, request: Request, stack_id: str) -> Answer:
    found, primary = _stack(state, stack_id, "stack.update"), request.body["primaryAssetId"]
    if primary not in found.assets:
        raise Refused(400, "Primary asset must be in the stack")
    found.assets.remove(primary)
    found.assets.insert(0, primary)
    return Answer(forms.stack(state, found))


@_on("DELETE", f"/stacks/{_ID}", "stack.delete")
def no_stack(state: State, request: Request, stack_id: str) -> Answer:
    state.unstack(_stack(state, stack_id, "stack.delete"))
    return Answer(status=204)


@_on("DELETE", f"/stacks/{_ID}/assets/{_ID}", "stack.update")
def out_of_stack(state: State, request: Request, stack_id: str, asset_id: str) -> Answer:
    found = _stack(state, stack_id, "stack.update")
    if asset_id == found.primary:
        raise Refused(400, "Cannot remove primary asset from stack")
    found.assets.remove(asset_id)
    state.assets[asset_id].stack = None
    return Answer(status=204)
