"""Tags as paths: ``Places/Lisbon`` is *Lisbon* below *Places*, whichever program wrote it how."""

from __future__ import annotations

from collections.abc import Iterable


def tag_path(text: str) -> str:
    """One tag in the one form: Lightroom parts a path by ``|``, digiKam and Windows by ``/``."""
    parts = (part.strip() for part in text.replace("|", "/").split("/"))
    return "/".join(part for part in parts if part)


def tag_paths(texts: Iterable[str]) -> tuple[str, ...]:
    """Tags in the one form, sorted, without repeats and without those that a longer path says."""
    tags = {path for text in texts if (path := tag_path(text))}
    # "Places" and "Places/Lisbon" say one thing; the longer path says it whole.
    parts = {part for tag in tags if "/" in tag for part in tag.split("/")}
    return tuple(sorted(tag for tag in tags if "/" in tag or tag not in parts))


def leaf(path: str) -> str:
    """The last name of a path: what programs without paths call the tag."""
    return path.rpartition("/")[2]
