"""The one door to exiv2, which otherwise writes its warnings, file content included, straight to
the terminal."""

from __future__ import annotations

import exiv2

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
# Of a namespace that exiv2 does not know, a key begins with whatever prefix the first file gave it.
exiv2.XmpProperties.registerNs("http://www.fstopapp.com/xmp/", "fstop")
exiv2.XmpProperties.registerNs(
    "http://www.metadataworkinggroup.com/schemas/collections/", "mwg-coll"
)

__all__ = ["exiv2"]
