"""What a sidecar can hold of a picture that no field has, and that no merge hands on: what was done
to it in a program, and whom somebody has marked in it."""

from __future__ import annotations

from collections.abc import Iterator

_HOLDS = {
    b"http://ns.adobe.com/camera-raw-settings/1.0/": "settings of Camera Raw",
    b"http://darktable.sf.net/": "a history of darktable",
    b"http://www.metadataworkinggroup.com/schemas/regions/": "marked faces",
    b"http://ns.microsoft.com/photo/1.2/": "marked faces",
}
"""By namespace, as programs declare none that they have no word in."""


def unmerged(sidecar: bytes) -> Iterator[str]:
    """What the XMP `sidecar` holds of it, in words."""
    yield from (words for namespace, words in _HOLDS.items() if namespace in sidecar)
