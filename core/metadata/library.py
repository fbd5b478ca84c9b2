"""The one door to exiv2, which otherwise writes its warnings, file content included, straight to
the terminal."""

from __future__ import annotations

import exiv2

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)

__all__ = ["exiv2"]
