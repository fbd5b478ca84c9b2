"""An XMP packet as a tree in which single properties are set, and all else stays as it was.

exiv2 reads XMP well, but it writes its own understanding of it: qualifiers, comments and the form
of what it does not know are lost on the way. So the tree itself is edited. Where XMP allows several
forms of one property (an attribute, an element, in any of several `rdf:Description`), every one is
found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from core.errors import ActionRefused

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_RDF_ROOT, _DESCRIPTION, _LI = f"{{{_RDF}}}RDF", f"{{{_RDF}}}Description", f"{{{_RDF}}}li"
_LANGUAGE, _DEFAULT = f"{{{_XML}}}lang", "x-default"

PREFIXES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
"""Of the properties that are written (XMP specification parts 1 and 2, and the programs' own)."""

_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    f' <rdf:RDF xmlns:rdf="{_RDF}">\n'
    '  <rdf:Description rdf:about=""/>\n'
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n"
    '<?xpacket end="w"?>\n'
).encode()
"""A packet without properties; the first and the last line are those of XMP part 1, 7.3.2."""

_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def xml_text(text: str) -> str:
    """`text` as XML 1.0 can hold it (production *Char*).

    Control characters but tab and line ends are left out: they show nothing. So is U+007F, which
    XML allows and Adobe's XMP toolkit, and with it exiv2, reads as a blank. Bytes that were no
    text become U+FFFD, so that it is seen that something stood there.
    """
    return _NOT_XML.sub("", _SURROGATE.sub("\ufffd", text))


class Packet:
    """One XMP packet. Names are written ``dc:title``, by `PREFIXES`."""

    def __init__(self, data: bytes | None) -> None:
        """
        Args:
            data: the packet as it is; None for one without properties.

        Raises:
            ActionRefused: `data` is no XMP that could be changed without a loss.
        """
        # Entities could draw in other files or grow without bound, and XMP has no use for them.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        try:
            root = etree.fromstring(_EMPTY if data is None else data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _refused(f"its XMP is damaged ({error})") from error
        self._tree = root.getroottree()
        if self._tree.docinfo.doctype:
            raise _refused("its XMP has a document type, which XMP never has")
        found = root if root.tag == _RDF_ROOT else root.find(f".//{_RDF_ROOT}")
        if found is None:
            raise _refused("it holds no XMP")
        self._rdf = found

    def __bytes__(self) -> bytes:
        data: bytes = etree.tostring(self._tree, encoding="UTF-8", xml_declaration=False)
        return data

    def text(self, name: str) -> str | None:
        """The text of a simple property, or the default of a language alternative."""
        tag = _tag(name)
        for node in self._nodes():
            attribute = node.get(tag)
            if attribute is not None:
                return str(attribute)
            for element in node.findall(tag):
                items = element.findall(f".//{_LI}")
                defaults = [item for item in items if item.get(_LANGUAGE) == _DEFAULT]
                return str((defaults or items or [element])[0].text or "")
        return None

    def items(self, name: str) -> list[str]:
        """The texts of an array, in its order."""
        return [
            item.text or ""
            for node in self._nodes()
            for element in node.findall(_tag(name))
            for item in element.findall(f".//{_LI}")
        ]

    def has(self, name: str) -> bool:
        """Whether the property is there in any form."""
        tag = _tag(name)
        return any(
            node.get(tag) is not None or node.find(tag) is not None for node in self._nodes()
        )

    def set_text(self, name: str, value: str | None) -> None:
        """Make a simple property say `value`; None removes it."""
        tag = _tag(name)
        as_attribute = any(node.get(tag) is not None for node in self._nodes())
        home = self._remove(name)
        if value is None:
            return
        if as_attribute:
            home.set(tag, xml_text(value))
        else:
            _append(home, name).text = xml_text(value)

    def set_items(self, name: str, values: Sequence[str], container: str = "Bag") -> None:
        """Make an array hold `values`; without any it is removed."""
        home = self._remove(name)
        if not values:
            return
        array = etree.SubElement(_append(home, name), f"{{{_RDF}}}{container}")
        for value in values:
            etree.SubElement(array, _LI).text = xml_text(value)
        _indent(array.getparent())

    def set_default(self, name: str, value: str | None) -> None:
        """Make the default of a language alternative say `value`; None removes all languages.

        Other languages stay, but for those that repeat the old default.
        """
        others: list[tuple[str, str]] = []
        old = self.text(name)
        for node in self._nodes():
            for item in node.findall(f"{_tag(name)}/{{{_RDF}}}Alt/{_LI}"):
                language, text = item.get(_LANGUAGE, _DEFAULT), item.text or ""
                if language != _DEFAULT:
                    others.append((language, (value or "") if text == old else text))
        home = self._remove(name)
        if value is None:
            return
        array = etree.SubElement(_append(home, name), f"{{{_RDF}}}Alt")
        for language, text in [(_DEFAULT, value), *others]:
            item = etree.SubElement(array, _LI)
            item.set(_LANGUAGE, language)
            item.text = xml_text(text)
        _indent(array.getparent())

    def _nodes(self) -> Iterator[etree._Element]:
        """The descriptions, which hold the properties."""
        yield from self._rdf.iterchildren(tag=etree.Element)

    def _remove(self, name: str) -> etree._Element:
        """Remove every form of the property; returns where it was, or where it may go."""
        tag, home = _tag(name), None
        for node in self._nodes():
            found, attribute = node.findall(tag), node.attrib.pop(tag, None)
            if found or attribute is not None:
                home = node if home is None else home
            for element in found:
                _detach(element)
        if home is not None:
            return home
        first = next(self._nodes(), None)
        if first is not None:
            return first
        node = etree.SubElement(self._rdf, _DESCRIPTION)
        node.set(f"{{{_RDF}}}about", "")
        return node


def _refused(cause: str) -> ActionRefused:
    return ActionRefused("", cause, "repair it with the program that wrote it, or remove it")


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"


def _append(home: etree._Element, name: str) -> etree._Element:
    prefix = name.partition(":")[0]
    # A second prefix for one namespace is XML, but the XMP toolkit loses the property.
    declared = PREFIXES[prefix] in home.nsmap.values()
    element = etree.SubElement(
        home, _tag(name), nsmap=None if declared else {prefix: PREFIXES[prefix]}
    )
    _indent(element)
    return element


def _detach(element: etree._Element) -> None:
    """Remove `element` and the white space before it; text behind it would be no RDF."""
    parent = element.getparent()
    assert parent is not None
    before = element.getprevious()
    if element.getnext() is None:
        # The last one's tail is what the closing tag is indented by.
        if before is not None:
            before.tail = element.tail
        else:
            parent.text = element.tail
    parent.remove(element)


def _indent(element: etree._Element | None) -> None:
    """Give the last child of a description the line and the depth of a child."""
    assert element is not None
    parent = element.getparent()
    assert parent is not None
    depth = sum(1 for _ in element.iterancestors())
    etree.indent(element, " ", level=depth)
    element.tail = "\n" + " " * (depth - 1)
    before = element.getprevious()
    if before is not None:
        before.tail = "\n" + " " * depth
    else:
        parent.text = "\n" + " " * depth
