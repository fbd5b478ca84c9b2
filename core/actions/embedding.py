"""Metadata into the picture itself, so that undo gives the very picture back.

The new picture is made in the trash, beside everything else, and then the two exchange their names
in one step: the picture as it was lies in the trash from then on, and at no moment is there none
under its name. Whatever of this a crash interrupts, either step can be told by what the two names
hold.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from core.actions.trash import tidy, trash_operations
from core.catalog.handing_on import new_digest
from core.catalog.saying import dump_metadata, load_metadata
from core.errors import ActionRefused, ContentChanged, ImageError
from core.imaging.decode import open_image
from core.imaging.facts import examine
from core.imaging.pixels import pixel_digest
from core.libraries.moves import exchange, make_folders, move
from core.libraries.reader import file_digest, read_whole
from core.libraries.sidecars import remove_leftovers, write_like
from core.metadata.embed import embed
from core.metadata.policies import Field
from core.model import Asset, CompanionKind, Facts, Metadata, Operation, OperationKind

_A_SIDECAR_CAN = "write a sidecar instead"
_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What `Operation.after` says of a picture that is written into."""

    digest: bytes
    """Of the new picture."""
    said: Metadata
    fields: tuple[Field, ...]

    def dumped(self) -> bytes:
        said = json.loads(dump_metadata(self.said))
        text = {"digest": self.digest.hex(), "fields": self.fields, "said": said}
        return json.dumps(text, sort_keys=True).encode()

    @classmethod
    def of(cls, operation: Operation) -> _Wanted:
        found = json.loads(operation.after or b"")
        said = load_metadata(json.dumps(found["said"])) or Metadata()
        return cls(bytes.fromhex(found["digest"]), said, tuple(map(Field, found["fields"])))


def plan_embedding(
    keeper: Asset,
    said: Metadata,
    fields: Collection[Field],
    roots: Sequence[Path],
    twin: Path | None,
) -> Operation:
    """What writes into `keeper` what `said` says of `fields`; nothing has been done. `twin` is
    another file with its bytes that stays.

    Raises:
        ContentChanged: the picture is not what was scanned.
        ActionRefused: it cannot be done without harm; the cause says why, and a sidecar can.
        OSError: the folders cannot be looked at.
    """
    _refuse_file(keeper, twin)
    before, _ = _read(keeper.path, keeper.digest)
    own = json.loads(dump_metadata(said))
    wanted = Metadata(**{each: value for each, value in own.items() if each in fields})
    wanted = load_metadata(dump_metadata(wanted)) or Metadata()
    after = embed(before, wanted, fields)
    if after == before:
        raise ActionRefused(str(keeper.path), "it says so itself already", _A_SIDECAR_CAN)
    _refuse_other_picture(keeper.facts, before, after)
    (trashed,) = trash_operations([keeper.path], roots)
    described = _Wanted(blake3(after).digest(), wanted, tuple(fields))
    return Operation(
        OperationKind.EMBED, keeper.path, trashed.target, keeper.digest, described.dumped()
    )


def put_new(operation: Operation) -> None:
    """Exchange the picture for one that says more.

    Raises:
        ContentChanged: the picture is not what it was; nothing has happened.
        ActionRefused: the file system cannot do it safely; nothing has happened.
        OSError: nothing has happened.
    """
    source, target, wanted = operation.source, operation.target, _Wanted.of(operation)
    before, status = _read(source, operation.before)
    after = embed(before, wanted.said, wanted.fields)
    if blake3(after).digest() != wanted.digest:
        raise ContentChanged(str(source), "it did not come out as planned", "try again")
    make_folders(target.parent)
    write_like(target, after, source)
    made = target.lstat()
    try:
        exchange(target, source)
    except OSError as error:
        target.unlink()
        if error.errno != errno.ENOTSUP:
            raise
        cause = "this file system cannot exchange two files in one step"
        raise ActionRefused(str(source), cause, 'set write = "sidecar" for it') from error
    if _changed(status, target.lstat()):
        # Somebody has saved it in this very moment: it is theirs.
        exchange(target, source)
        # And if they have once more, that stays where it is now.
        if not _changed(made, target.lstat()):
            target.unlink()
        raise ContentChanged(str(source), "it has just been changed", "try again")


def is_put(operation: Operation) -> bool:
    """Whether the picture as it was is in the trash, and what stands in its place, if anything, is
    what was put there.

    Raises:
        OSError: that cannot be seen.
    """
    if not os.path.lexists(operation.target) or file_digest(operation.target) != operation.before:
        return False
    return not os.path.lexists(operation.source) or stands(operation)


def stands(operation: Operation) -> bool:
    """Whether what was put there stands in the picture's place.

    Raises:
        OSError: that cannot be seen.
    """
    return file_digest(operation.source) == new_digest(operation.after)


def take_new_away(operation: Operation) -> None:
    """Give the picture its name back.

    Raises:
        OSError: nothing has happened; also where the new one was changed since.
    """
    source, target = operation.source, operation.target
    if not os.path.lexists(source):
        move(target, source)
    else:
        status = source.lstat()
        if not stands(operation):
            raise OSError(errno.EBUSY, "it has been edited since", str(source))
        exchange(target, source)
        if _changed(status, target.lstat()):
            exchange(target, source)
            raise OSError(errno.EBUSY, "it has been edited since", str(source))
        target.unlink()
    tidy(operation.target)


def is_as_before(operation: Operation) -> bool:
    """Whether the picture is what it was, as far as can be seen."""
    try:
        return file_digest(operation.source) == operation.before
    except OSError:
        return False


def clear_embedded(operations: Iterable[Operation], done: Collection[Operation]) -> None:
    """Remove from the trash what a crash left of pictures that were never put, or were taken away:
    those of `operations` that are not among the `done` ones."""
    for operation in operations:
        target = operation.target
        if operation.kind is not OperationKind.EMBED or operation in done:
            continue
        remove_leftovers(target.parent)
        # What cannot be looked at stays.
        with contextlib.suppress(OSError):
            if os.path.lexists(target) and file_digest(target) == new_digest(operation.after):
                target.unlink()
        tidy(target)


def _refuse_file(keeper: Asset, twin: Path | None) -> None:
    status = keeper.path.lstat()
    beside = next((e for e in keeper.companions if e.kind is CompanionKind.SIDECAR), None)
    if beside is not None:
        cause = f"{beside.path.name} is beside it, and is believed before it"
    elif not status.st_mode & _ANY_WRITE:
        cause = "it is read-only"
    elif os.geteuid() and (os.geteuid() != status.st_uid or status.st_gid not in _groups()):
        cause = "it belongs to somebody else"
    elif status.st_nlink > 1:
        cause = "it has hard links, which would not say the same"
    elif twin is not None:
        # And what was decided of both would hold of one of them only.
        cause = f"another has the same bytes, and would not say the same: {twin}"
    else:
        return
    raise ActionRefused(str(keeper.path), cause, _A_SIDECAR_CAN)


def _groups() -> set[int]:
    return {os.getegid(), *os.getgroups()}


def _refuse_other_picture(facts: Facts, before: bytes, after: bytes) -> None:
    try:
        if getattr(open_image(before), "n_frames", 1) != 1:
            # Also previews and depth maps, to which the first one's headers point.
            raise ActionRefused("", "it holds more than one picture", _A_SIDECAR_CAN)
        now, _ = examine(after)
        if facts.format == "JPEG":
            # All to the end of the file, so that no film that follows is cut off either.
            same = facts.stream is not None and now.stream == facts.stream
        else:
            same = pixel_digest(before) == pixel_digest(after)
        same = same and _shape(now) == _shape(facts)
        kept = _others(before) == _others(after) and not _has_more(before)
    except ImageError as error:
        cause = f"it could not be read any more ({error.cause})"
        raise ActionRefused("", cause, _A_SIDECAR_CAN) from error
    if not same:
        raise ActionRefused("", "its pixels would not be the same", _A_SIDECAR_CAN)
    if not kept:
        raise ActionRefused("", "something else that it holds would be lost", _A_SIDECAR_CAN)


_OURS = frozenset(
    {"exif", "xmp", "photoshop", "XML:com.adobe.xmp", "dpi", "jfif_density", "Description"}
)
"""What Pillow names of a file that writing metadata may change, or that follows from it."""


def _others(data: bytes) -> dict[object, object]:
    """What else a file holds beside its pixels: texts of a PNG, a profile ..."""
    image = open_image(data)
    if image.format == "PNG":
        # Only these say more behind their pixels, which take far longer than all else.
        image.load()
    named = {key: value for key, value in image.info.items() if str(key) not in _OURS}
    if isinstance(named.get("comment"), bytes):
        # exiv2 ends that of a JPEG as C does.
        named["comment"] = named["comment"].rstrip(b"\0")
    return {key: value for key, value in named.items() if not str(key).startswith("Raw profile")}


def _has_more(data: bytes) -> bool:
    """Whether something follows a PNG or a WebP in its file, which exiv2 would drop."""
    if data.startswith(b"\x89PNG"):
        return not data.endswith(b"IEND\xaeB`\x82")
    return data.startswith(b"RIFF") and len(data) > 8 + int.from_bytes(data[4:8], "little")


def _shape(facts: Facts) -> tuple[object, ...]:
    return facts.format, facts.width, facts.height, facts.orientation, facts.mode, facts.frames


def _read(path: Path, digest: bytes | None) -> tuple[bytes, os.stat_result]:
    try:
        data, status = read_whole(str(path))
    except ImageError as error:
        raise ContentChanged(error.subject, error.cause, error.remedy) from error
    if blake3(data).digest() != digest:
        raise ContentChanged(
            str(path), "it has changed since it was scanned", "look at the pair again"
        )
    return data, status


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    same_bytes = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return not (same_bytes and os.path.samestat(before, after))
