"""The JSON that the server answers with, to the letter of its two generations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.immich.state import Album, Asset, Key, Refused, Stack, State, Tag

_REASONS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"} | {
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

Form = dict[str, Any]


def moment(time: datetime) -> str:
    """As in most answers."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"


def stored_moment(time: datetime) -> str:
    """As in answers that a database has put together: no trailing zeros, an offset."""
    fraction = f".{time.microsecond:06}".rstrip("0").rstrip(".")
    return time.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "+00:00"


def error(state: State, refused: Refused) -> Form:
    """The body of an error."""
    if state.version >= (3, 0, 0):
        return {"message": refused.message, **refused.more}
    return {
        "message": refused.message,
        "error": _REASONS[refused.status],
        "statusCode": refused.status,
        "correlationId": "t33c385m",
    }


def user(state: State) -> Form:
    return {
        "id": state.owner,
        "email": "admin@example.test",
        "name": "Admin",
        "profileImagePath": "",
        "avatarColor": "orange",
        "profileChangedAt": "2026-11-20T07:28:44.032007+00:00",
    }


def tag(found: Tag, stored: bool = False) -> Form:
    when = stored_moment if stored else moment
    return {
        "id": found.id,
        **({"parentId": found.parent} if found.parent else {}),
        "name": found.value.rpartition("/")[2],
        "value": found.value,
        "createdAt": when(found.created),
        "updatedAt": when(found.updated),
        **({"color": found.color} if found.color else {}),
    }


def _duration(state: State, asset: Asset) -> Any:
    if state.version >= (3, 0, 0):
        return asset.duration_ms
    seconds, thousandths = divmod(asset.duration_ms or 0, 1000)
    return f"0:{seconds // 60:02}:{seconds % 60:02}.{thousandths:03}00"


def asset(
    state: State,
    found: Asset,
    *,
    stored: bool = False,
    owner: bool = False,
    exif: bool = True,
    tags: bool = False,
    faces: bool = False,
    people: bool = False,
    stack: bool = False,
) -> Form:
    """An asset; what is optional is there in some answers only."""
    when = stored_moment if stored else moment
    old = state.version < (3, 0, 0)
    device = {"deviceAssetId": f"{found.name}-{found.id}"} if old else {}
    form: Form = {"id": found.id, "createdAt": when(found.created), **device}
    form["ownerId"] = found.owner or state.owner
    if owner:
        form["owner"] = user(state)
    if old:
        form["deviceId"] = "seed"
    form |= {
        "libraryId": found.library,
        "type": found.type,
        "originalPath": found.path,
        "originalFileName": found.name,
        "originalMimeType": found.mime,
        "thumbhash": found.thumbhash,
        "fileCreatedAt": when(found.file_created),
        "fileModifiedAt": when(found.file_modified),
        "localDateTime": when(found.local),
        "updatedAt": when(found.updated),
        "isFavorite": found.favorite,
        "isArchived": found.visibility == "archive",
        "isTrashed": found.trashed is not None,
        "visibility": found.visibility,
        "duration": _duration(state, found),
    }
    if exif:
        form["exifInfo"] = dict(found.exif)
    form["livePhotoVideoId"] = found.live_video
    if tags:
        form["tags"] = [tag(state.tags[each], stored=True) for each in found.tags]
    form["people"] = [{"id": each, "name": ""} for each in found.people] if people else []
    if faces and old:
        form["unassignedFaces"] = []
    form["checksum"] = found.checksum
    if stack:
        of = state.stacks.get(found.stack or "")
        form["stack"] = of and {
            "id": of.id,
            "primaryAssetId": of.primary,
            "assetCount": len(of.assets),
        }
    return form | {
        "isOffline": found.offline,
        "hasMetadata": True,
        "duplicateId": found.group,
        "resized": True,
        "width": found.width,
        "height": found.height,
        "isEdited": False,
    }


def suggested(members: list[Asset]) -> list[str]:
    """The server's own choice: the largest file, then the most EXIF, then the last."""
    if not members:
        return []
    sizes = [each.exif["fileSizeInByte"] or 0 for each in members]
    largest = [each for each, size in zip(members, sizes, strict=True) if size == max(sizes)]
    counts = [sum(map(bool, each.exif.values())) for each in largest]
    best = [each for each, count in zip(largest, counts, strict=True) if count == max(counts)]
    return [best[-1].id]


def group(state: State, group_id: str, members: list[Asset]) -> Form:
    return {
        "duplicateId": group_id,
        "assets": [asset(state, each, stored=True, tags=True) for each in members],
        "suggestedKeepAssetIds": suggested(members),
    }


def stack(state: State, found: Stack, tags: bool = True) -> Form:
    members = [state.assets[each] for each in found.assets]
    return {
        "id": found.id,
        "primaryAssetId": found.primary,
        "assets": [asset(state, each, stored=True, tags=tags) for each in members],
    }


def _cover(found: Album, present: list[str]) -> str | None:
    if found.thumbnail in present:
        return found.thumbnail
    return present[0] if present else None


def album(state: State, found: Album, *, new: bool = False, assets: bool = False) -> Form:
    """An album, as it is listed; in v2 with its `assets` where one alone is asked for."""
    members = [state.assets[each] for each in found.assets]
    present = [each for each in members if each.trashed is None]
    days = sorted(each.local for each in present)
    day = stored_moment if new else lambda time: moment(time.replace(hour=0, minute=0, second=0))
    old = state.version < (3, 0, 0)
    form: Form = {
        "albumName": found.name,
        "description": found.description,
        "albumThumbnailAssetId": _cover(found, [each.id for each in present]),
        "createdAt": moment(found.created),
        "updatedAt": moment(found.updated),
        "id": found.id,
        **({"ownerId": state.owner, "owner": user(state)} if old else {}),
        "albumUsers": [] if old else [{"user": user(state), "role": "owner"}],
        "shared": False,
        "hasSharedLink": False,
    }
    if days:
        form |= {"startDate": day(days[0]), "endDate": day(days[-1])}
    if old:
        latest = sorted(present, key=lambda each: each.local)[::-1] if assets else []
        form["assets"] = [asset(state, each, stored=True) for each in latest]
    form |= {"assetCount": len(present), "isActivityEnabled": True, "order": "desc"}
    if not new and present:
        form["lastModifiedAssetTimestamp"] = moment(max(each.updated for each in present))
    return form


def key(found: Key) -> Form:
    return {
        "id": found.id,
        "name": found.name,
        "createdAt": moment(found.created),
        "updatedAt": moment(found.created),
        "permissions": found.permissions,
    }
