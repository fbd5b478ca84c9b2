"""What stands in a file or sidecar, key by key, as clean texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.metadata.library import exiv2


class Properties:
    """Keys to values of one image or sidecar; a key may repeat (IPTC) or hold many (XMP)."""

    def __init__(self) -> None:
        self._values: dict[str, list[Any]] = {}

    def extend(self, data: Iterable[Any]) -> None:
        """Take in what exiv2 has read of one standard: Exif, IPTC or XMP."""
        for datum in data:
            self._values.setdefault(datum.key(), []).append(datum)

    def texts(self, key: str) -> list[str]:
        """All texts under `key`, cleaned, without blanks; what cannot be decoded is left out."""
        found: list[str] = []
        for datum in self._values.get(key, ()):
            value = datum.value()
            for part in range(value.count()) if _is_bag(value) else (None,):
                text = _text(datum, value, part)
                if text:
                    found.append(text)
        return found

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in the order of the file."""
        return [key for key in self._values if key.startswith(prefix)]

    def first(self, *keys: str) -> str | None:
        """The first text under the first of `keys` that has one."""
        for key in keys:
            for text in self.texts(key):
                return text
        return None


def _is_bag(value: Any) -> bool:
    return isinstance(value, exiv2.XmpArrayValue)


def _text(datum: Any, value: Any, part: int | None) -> str:
    text: str
    try:
        if part is not None and _is_bag(value):
            text = value.toString(part)
        elif datum.key().startswith("Exif.Image.XP"):
            text = datum.print()
        elif isinstance(value, exiv2.LangAltValue):
            languages: dict[str, str] = dict(value)
            text = languages.get("x-default") or next(iter(languages.values()), "")
        elif isinstance(value, exiv2.CommentValue):
            text = value.comment()
        elif isinstance(value, exiv2.DataValue):
            return ""
        else:
            text = str(value)
    except (UnicodeDecodeError, exiv2.Exiv2Error):
        return ""
    return text.strip(" \t\r\n\0")
