"""What lies beside an image and belongs to it: sidecars (XMP, Google Takeout's JSON), what editors
keep of their work, the RAW, the video of a live photo.

A sidecar goes where its image goes, and so does an edit. A RAW or a video holds pictures of its
own, so whether it may go along is for `core.actions` to decide. A companion that two images of the
folder can claim (``a.jpg`` and ``a.png`` beside one ``a.xmp``) is *shared* and never moves with
either. A RAW without an image of its stem is no companion: it stands alone, and has companions as
images have.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.libraries.formats import (
    EDIT_SUFFIXES,
    IMAGE_SUFFIXES,
    RAW_SUFFIXES,
    SIDECAR_SUFFIX,
    VIDEO_SUFFIXES,
    stem_of,
    suffix_of,
)
from core.metadata.takeout import TAKEOUT_SUFFIX, takeout_names
from core.model import Companion, CompanionKind


class FolderNames:
    """The names of one folder, arranged for the question *what belongs to this image?*"""

    def __init__(self, folder: str, names: Iterable[str]) -> None:
        self._folder = folder
        self._lower: dict[str, list[str]] = {}
        self._images: dict[str, int] = {}
        self._raws: dict[str, int] = {}
        self._pictures: dict[str, int] = {}
        self._content: dict[str, list[tuple[CompanionKind, str]]] = {}
        self._edits: set[str] = set()
        self._takeouts: dict[str, list[str]] = {}
        self._claims: Counter[str] | None = None
        for name in names:
            suffix, stem = suffix_of(name), stem_of(name)
            if suffix in IMAGE_SUFFIXES:
                self._images[stem] = self._images.get(stem, 0) + 1
                self._count_picture(name)
            elif suffix == SIDECAR_SUFFIX:
                self._lower.setdefault(name.lower(), []).append(name)
            elif suffix == TAKEOUT_SUFFIX:
                self._takeouts.setdefault(name.lower(), []).append(name)
            elif suffix in EDIT_SUFFIXES:
                self._lower.setdefault(name.lower(), []).append(name)
                self._edits.add(suffix)
            elif suffix in RAW_SUFFIXES:
                self._raws[stem] = self._raws.get(stem, 0) + 1
                self._count_picture(name)
                self._content.setdefault(stem, []).append((CompanionKind.RAW, name))
            elif suffix in VIDEO_SUFFIXES:
                self._content.setdefault(stem, []).append((CompanionKind.VIDEO, name))

    def _count_picture(self, name: str) -> None:
        lower = name.lower()
        self._pictures[lower] = self._pictures.get(lower, 0) + 1

    def is_picture(self, name: str) -> bool:
        """Whether this is an image, or a RAW that stands alone."""
        suffix = suffix_of(name)
        return suffix in IMAGE_SUFFIXES or (
            suffix in RAW_SUFFIXES and stem_of(name) not in self._images
        )

    def companions(self, name: str) -> tuple[Companion, ...]:
        """The companions of the picture `name`, sidecars first, each kind in name order."""
        return (*self._sidecars(name), *self._works(name), *self._contents(name))

    def sidecars(self, name: str) -> tuple[str, ...]:
        """The names of the sidecars to read metadata from, the most trusted first: ``a.jpg.xmp``,
        ``a.xmp``, Google Takeout's JSON. Only the first may be another picture's as well."""
        found = [
            each
            for candidate in (name + SIDECAR_SUFFIX, stem_of(name) + SIDECAR_SUFFIX)
            for each in self._spelled_like(candidate)
        ]
        own = [each.path.name for each in self._sidecars(name) if not each.shared]
        return tuple(dict.fromkeys([*found[:1], *own]))

    def _sidecars(self, name: str) -> Iterator[Companion]:
        yield from self._named_after(name, SIDECAR_SUFFIX, CompanionKind.SIDECAR)
        for takeout in takeout_names(name) if self._takeouts else ():
            for found in sorted(self._takeouts.get(takeout, ())):
                yield Companion(
                    CompanionKind.SIDECAR, self._path(found), self._takeout_claims(takeout) > 1
                )

    def _works(self, name: str) -> Iterator[Companion]:
        for suffix in sorted(self._edits):
            yield from self._named_after(name, suffix, CompanionKind.EDIT)

    def _named_after(self, name: str, suffix: str, kind: CompanionKind) -> Iterator[Companion]:
        # Names that differ in case only can be several files.
        twins = self._pictures.get(name.lower(), 0) > 1
        for found in self._spelled_like(name + suffix):
            shared = twins and found[: -len(suffix)] != name
            yield Companion(kind, self._path(found), shared)
        stem = stem_of(name)
        # Editors name a RAW's sidecar by its stem alone, and ``a.jpg.xmp`` beside ``a.jpg.png``
        # is more likely that of ``a.jpg``.
        claims = self._images.get(stem, 0) + self._raws.get(stem, 0)
        shared = claims > 1 or stem in self._pictures
        for found in self._spelled_like(stem + suffix):
            yield Companion(kind, self._path(found), shared)

    def _spelled_like(self, name: str) -> list[str]:
        """The files of this name, whatever their case; the one in its very case first."""
        return sorted(self._lower.get(name.lower(), ()), key=lambda each: (each != name, each))

    def _takeout_claims(self, takeout: str) -> int:
        """How many pictures a JSON can belong to: long names can be alike where they are cut."""
        if self._claims is None:
            self._claims = Counter(
                claimed
                for picture in self._pictures
                for claimed in takeout_names(picture)
                if claimed in self._takeouts
            )
        return self._claims[takeout]

    def _contents(self, name: str) -> Iterator[Companion]:
        stem = stem_of(name)
        images = self._images.get(stem, 0)
        shared = (images or self._raws.get(stem, 0)) > 1
        for kind, found in sorted(self._content.get(stem, ())):
            if images or kind is not CompanionKind.RAW:
                yield Companion(kind, self._path(found), shared)

    def _path(self, name: str) -> Path:
        return Path(self._folder, name)


def folder_names(folder: Path, *pictures: str) -> FolderNames:
    """The names in `folder` as it is now, as far as they have to do with `pictures` there: to
    arrange thousands for each decision would be most of its work.

    Links are left out: what one points to belongs elsewhere, and is no second copy of it.

    Raises:
        OSError: the folder cannot be listed.
    """
    beginnings = tuple(map(_beginning, pictures))
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in entries
            if entry.name.lower().startswith(beginnings) and entry.is_file(follow_symlinks=False)
        ]
    return FolderNames(os.fspath(folder), names)


def _beginning(picture: str) -> str:
    """What the names of all begin with that can belong to `picture`, or claim what belongs to it,
    in lower case."""
    # Names, not paths: character by character is meant.
    return os.path.commonprefix([stem_of(picture), *takeout_names(picture)])  # noqa: RUF071


def companions_of(path: Path) -> tuple[Companion, ...]:
    """The companions of the image at `path` as the folder is now.

    Raises:
        OSError: the folder cannot be listed.
    """
    return folder_names(path.parent, path.name).companions(path.name)
