"""One read of one file, in a worker process: hash, facts, fingerprint and metadata together.

Reading is what a network disk charges for and decoding is what a processor charges for; each
happens once. A file that changes while it is read is refused rather than half-believed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from blake3 import blake3

from core.errors import ImageError, explain_os_error
from core.imaging.facts import examine
from core.imaging.pixels import pixel_digest
from core.libraries.folder import modified_ns
from core.libraries.formats import suffix_of
from core.metadata.read import read_embedded, read_sidecar, sidecars_together, with_sidecar
from core.metadata.takeout import TAKEOUT_SUFFIX, beneath, read_takeout
from core.model import Fingerprint, Metadata, Reading, Unreadable

_CHUNK = 1 << 20


def read_whole(path: str) -> tuple[bytes, os.stat_result]:
    """The bytes of the file at `path`, and its status as it was read.

    Raises:
        ImageError: it cannot be read (gone, forbidden), or changed meanwhile.
    """
    try:
        with open(path, "rb") as file:
            before = os.fstat(file.fileno())
            data = file.read()
            after = os.fstat(file.fileno())
    except OSError as error:
        raise ImageError(path, *explain_os_error(error)) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ImageError(path, "it changed while it was read", "scan again when it is complete")
    return data, after


def read_image(path: str, *sidecars: str) -> Reading:
    """Everything that one read of the file at `path`, and of its `sidecars`, tells.

    A file whose bytes are no readable picture still has its digest, size and metadata.

    Raises:
        ImageError: the file itself cannot be read (gone, forbidden, changing).
    """
    data, status = read_whole(path)
    embedded = read_embedded(data)
    facts = fingerprint = problem = None
    try:
        facts, fingerprint = examine(data)
        facts = replace(facts, headers=embedded.headers, exif_count=embedded.exif_count)
    except ImageError as error:
        problem = Unreadable(error.cause, error.remedy)
    return Reading(
        digest=blake3(data).digest(),
        size=len(data),
        modified_ns=modified_ns(status),
        facts=facts,
        fingerprint=fingerprint,
        metadata=embedded.metadata,
        sidecar=read_sidecars(sidecars, embedded.metadata),
        problem=problem,
    )


def read_sidecars(paths: Sequence[str], embedded: Metadata) -> Metadata | None:
    """What the sidecars at `paths`, the most trusted first, say together of a picture that says
    `embedded` itself; None where there are none."""
    readings: list[tuple[str, Metadata]] = []
    for path in paths:
        name = os.path.basename(path)
        try:
            data, _ = read_whole(path)
        except ImageError as error:
            problem = f"the sidecar cannot be read ({error.cause})"
            readings.append((name, Metadata(problem=problem)))
            continue
        if suffix_of(name) == TAKEOUT_SUFFIX:
            known = with_sidecar(embedded, sidecars_together(readings))
            readings.append((name, beneath(read_takeout(data), known)))
        else:
            readings.append((name, read_sidecar(data)))
    return sidecars_together(readings)


def read_fingerprint(path: str) -> Fingerprint:
    """The fingerprint of the file at `path`.

    Raises:
        ImageError: it cannot be read or decoded.
    """
    data, _ = read_whole(path)
    return examine(data)[1]


def read_pixel_digest(path: str) -> bytes:
    """`pixel_digest` of the file at `path`.

    Raises:
        ImageError: it cannot be read or decoded.
    """
    data, _ = read_whole(path)
    return pixel_digest(data)


def file_digest(path: str | os.PathLike[str] | int) -> bytes:
    """BLAKE3 of the file at a path, or of an open one, which is closed then; read in pieces.

    Raises:
        OSError: it cannot be read.
    """
    hasher = blake3()
    with open(path, "rb") as file:
        while piece := file.read(_CHUNK):
            hasher.update(piece)
    return hasher.digest()
