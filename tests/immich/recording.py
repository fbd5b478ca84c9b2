"""Requests and answers, reduced to what a person reads: names for ids, the first of many alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.immich.app import Seen
from tests.immich.state import State

_FIELDS = ("id", "originalFileName", "isFavorite", "isTrashed", "duplicateId", "tags")
_EXIF = ("fileSizeInByte", "rating", "description", "latitude")
"""Of an asset; the rest of its forty is left out."""
_FIRST = 2
"""Of a list this many are shown."""


def written(seen: Iterable[Seen], names: Mapping[str, str]) -> str:
    """`seen` in lines, with `names` for ids. The key is in none of it: servers never send it."""
    return "\n".join(_request(each, names) for each in _together(seen)) + "\n"


def names_of(state: State) -> dict[str, str]:
    """What to write instead of ids."""
    names = {each.id: each.name for each in state.assets.values()}
    names |= {each.id: f"tag:{each.value}" for each in state.tags.values()}
    names |= {each.id: f"album:{each.name}" for each in state.albums.values()}
    groups = dict.fromkeys(each.group for each in state.assets.values() if each.group)
    return names | {group: f"group:{number}" for number, group in enumerate(groups, 1)}


def _together(seen: Iterable[Seen]) -> Iterable[tuple[Seen, int]]:
    """Each with how many like it were asked between two changes; the first stands for them."""
    asked: dict[Any, list[Seen]] = {}
    for each in seen:
        if each.method != "GET":
            yield from _counted(asked)
            asked = {}
            yield each, 1
        else:
            asked.setdefault(_kind(each), []).append(each)
    yield from _counted(asked)


def _counted(asked: Mapping[Any, Sequence[Seen]]) -> Iterable[tuple[Seen, int]]:
    return ((each[0], len(each)) for each in asked.values())


def _kind(seen: Seen) -> Any:
    parts = tuple("*" if len(part) > 30 else part for part in seen.path.split("/"))
    size = seen.query.get("size")
    return parts, tuple(sorted(seen.query)), size, seen.status


def _request(each: tuple[Seen, int], names: Mapping[str, str]) -> str:
    seen, count = each
    query = "&".join(f"{name}={value}" for name, value in seen.query.items())
    more = f"    (and {count - 1} more of these)" if count > 1 else ""
    lines = [f"{seen.method} {_named(seen.path, names)}{'?' if query else ''}{query}{more}"]
    if seen.body is not None:
        lines.append(f"    > {_text(seen.body, names)}")
    lines.append(f"    < {seen.status or 'connection ended'} {_answer(seen, names)}".rstrip())
    return _named("\n".join(lines), names)


def _answer(seen: Seen, names: Mapping[str, str]) -> str:
    if seen.answer is None or seen.answer.body is None:
        return ""
    body = seen.answer.body
    if isinstance(body, bytes):
        return f"({len(body):,} bytes, ETag {seen.answer.headers.get('etag', 'none')})"
    return _text(body, names)


def _text(value: Any, names: Mapping[str, str]) -> str:
    return _named(json.dumps(_reduced(value), ensure_ascii=False), names)


def _named(text: str, names: Mapping[str, str]) -> str:
    for found, name in names.items():
        text = text.replace(found, name)
    return text


def _reduced(value: Any) -> Any:
    if isinstance(value, list):
        more = [f"… {len(value) - _FIRST} more"] if len(value) > _FIRST + 1 else []
        return [*map(_reduced, value[: _FIRST if more else None]), *more]
    if not isinstance(value, dict):
        return value
    if "originalFileName" in value:
        exif = value.get("exifInfo") or {}
        told = {name: value[name] for name in _FIELDS if name in value}
        told["tags"] = [each["value"] for each in value.get("tags", [])]
        return {**told, "exifInfo": {name: exif.get(name) for name in _EXIF}, "…": "…"}
    if "albumName" in value:
        return {name: value[name] for name in ("id", "albumName", "assetCount")} | {"…": "…"}
    return {name: _reduced(each) for name, each in value.items()}
