"""Servers with real pictures, and with as many as are wanted."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from tests.immich.state import Asset, State, no_exif, sha1

_DAY = datetime(2024, 5, 17, 10, 30, tzinfo=UTC)
_SIZES = {"thumbnail": (250, "WEBP"), "preview": (1440, "JPEG")}


@cache
def _small(data: bytes, size: str) -> bytes:
    edge, name = _SIZES[size]
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture.thumbnail((edge, edge))
    out = io.BytesIO()
    picture.save(out, name, quality=80)
    return out.getvalue()


def add_file(state: State, path: Path, **given: Any) -> Asset:
    """An asset with the file at `path` as its original; `given` is what else is known of it, by
    the names of `Asset` and of `exifInfo`."""
    data = path.read_bytes()
    with Image.open(path) as picture:
        width, height = picture.size
        mime = Image.MIME[picture.format or "JPEG"]
    number = len(state.assets)
    exif = {name: given.pop(name) for name in list(given) if name in no_exif()}
    asset = Asset(
        id=state.new_id(),
        name=path.name,
        path=f"/data/upload/{number:04}{path.suffix}",
        checksum=sha1(data),
        created=state.now(),
        updated=state.now(),
        local=_DAY + timedelta(days=number),
        file_created=_DAY + timedelta(days=number),
        file_modified=_DAY + timedelta(days=number),
        exif=no_exif(
            exifImageWidth=width,
            exifImageHeight=height,
            fileSizeInByte=len(data),
            **{"make": "Canon", "model": "EOS R6", **exif},
        ),
        width=width,
        height=height,
        mime=mime,
        original=lambda: data,
        small=partial(_small, data),
    )
    for name, value in given.items():
        setattr(asset, name, value)
    state.assets[asset.id] = asset
    return asset


def group(state: State, assets: Iterable[Asset]) -> str:
    """Put `assets` into a group of duplicates; returns its id."""
    found = state.new_id()
    for each in assets:
        each.group = found
    return found


def many(state: State, groups: int, members: int = 2) -> None:
    """Fill a server with so many groups of assets whose names and sizes all differ; each shows its
    group's picture."""
    for number in range(groups):
        found = state.new_id()
        for place in range(members):
            taken = _DAY + timedelta(minutes=10 * number + place)
            name = f"IMG_{number:06}{'' if place == 0 else f'_{place}'}.JPG"
            asset_id = state.new_id()
            state.assets[asset_id] = Asset(
                id=asset_id,
                name=name,
                path=f"/data/upload/{state.owner}/{number % 256:02x}/{name}",
                checksum=sha1(f"{number} {place}".encode()),
                created=taken,
                updated=taken,
                local=taken,
                file_created=taken,
                file_modified=taken,
                exif=no_exif(
                    make="Canon",
                    model="EOS R6",
                    exifImageWidth=4000,
                    exifImageHeight=3000,
                    fileSizeInByte=4_000_000 - 1000 * place - number % 1000,
                    dateTimeOriginal=taken.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
                    lensModel="RF 50mm",
                    iso=200,
                ),
                thumbhash="4nYFPYpfeIas6sWadoe4PpQ/aH95",
                width=4000,
                height=3000,
                group=found,
                small=partial(_drawn, number),
            )


def _drawn(number: int, size: str) -> bytes:
    """One of as many pictures as there are numbers, none of them like another."""
    edge, name = _SIZES[size]
    seed = Random(number).randbytes(9 * 9 * 3)
    picture = Image.frombytes("RGB", (9, 9), seed)
    picture = picture.resize((edge, edge * 3 // 4), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.save(out, name, quality=80)
    return out.getvalue()
