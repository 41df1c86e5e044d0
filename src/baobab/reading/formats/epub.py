"""E-books (EPUB 2 and 3): one page per item of the spine, labelled as the table of contents calls it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.encoding import decode
from baobab.reading.formats.markup import blocks_of
from baobab.reading.formats.office import SMALL_PART
from baobab.reading.model import Metadata
from baobab.reading.package import Package, XmlTarget, attribute, stream_xml
from baobab.reading.reasons import Refused

LARGEST_CHAPTER = 30 << 20


def read(source: Source, budget: Budget) -> Content:
    """Chapters in reading order; the navigation document itself is left out unless it is part of the
    spine."""
    package = Package(source.file, source.size, budget)
    container = _Container(budget)
    stream_xml(package.chunks("META-INF/container.xml"), container)
    root = unquote(container.root)
    if root not in package:
        raise Refused("broken")
    book = _Book(budget)
    stream_xml(package.chunks(root), book)
    folder = posixpath.dirname(root)
    locked = _Locked(budget)
    if "META-INF/encryption.xml" in package:
        stream_xml(package.chunks("META-INF/encryption.xml"), locked)
    chapters = [_resolve(folder, book.items[key][0]) for key in book.spine if key in book.items]
    if locked.parts & set(chapters):
        raise Refused("encrypted")
    labels = _labels(package, book, folder, budget)
    content = Content(unit="chapter", page_count=len(chapters), metadata=book.metadata())
    damaged = not chapters
    for number, part in enumerate(chapters[: budget.limits.pages], start=1):
        info = package.infos.get(part.lower())
        if info is None or info.file_size > LARGEST_CHAPTER:
            damaged = True
            continue
        text, _ = decode(package.whole(part), stated=True)
        page = blocks_of(text, budget, xhtml=True)
        headings = tuple(" ".join(block.text.split()) for block in page.blocks if block.level)
        label = labels.get(part) or (headings[0] if headings else str(number))
        content.add(number, label, "\n".join(block.text for block in page.blocks), budget, headings)
        if budget.full:
            break
    if damaged:
        content.code = "partly_damaged" if content.pages else "broken"
    cover = package.infos.get(_resolve(folder, book.cover_part()).lower())
    if cover is not None and cover.file_size <= 4 * SMALL_PART:
        content.picture = package.whole(_resolve(folder, book.cover_part()))
    return content


def _resolve(folder: str, reference: str) -> str:
    """A reference of the package document as a part name."""
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def _labels(package: Package, book: _Book, folder: str, budget: Budget) -> dict[str, str]:
    """Part name to its title in the table of contents: the navigation document's, else the NCX's."""
    for part in (book.navigation, book.ncx()):
        name = _resolve(folder, part)
        info = package.infos.get(name.lower())
        if part and info is not None and info.file_size <= SMALL_PART:
            contents = _Contents(budget)
            stream_xml(package.chunks(name), contents)
            base = posixpath.dirname(name)
            found: dict[str, str] = {}
            for reference, label in contents.found:
                found.setdefault(_resolve(base, reference), label)
            if found:
                return found
    return {}


class _Container(XmlTarget):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.root = ""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "rootfile" and not self.root:
            self.root = attribute(attributes, "full-path").lstrip("/")


class _Locked(XmlTarget):
    """The parts that only the seller's program can open. Scrambled fonts are listed here too, and do no
    harm."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.parts: set[str] = set()

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "CipherReference":
            self.parts.add(unquote(attribute(attributes, "URI")).lstrip("/"))


class _Contents(XmlTarget):
    """Links of a table of contents with their labels: `a` of a nav element, `navPoint` of an NCX."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.found: list[tuple[str, str]] = []
        self._link = ""
        self._text: list[str] = []
        self._taking = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "a":
            self._link, self._text, self._taking = attribute(attributes, "href"), [], True
        elif name == "navLabel":
            self._text, self._taking = [], True
        elif name == "content" and attribute(attributes, "src"):
            self.found.append((attribute(attributes, "src"), " ".join("".join(self._text).split())))

    def characters(self, text: str) -> None:
        if self._taking:
            self._text.append(text)

    def closed(self, name: str) -> None:
        if name == "a" and self._link:
            self.found.append((self._link, " ".join("".join(self._text).split())))
            self._link, self._taking = "", False
        elif name == "navLabel":
            self._taking = False

    def doctype(self, *_: str | None) -> None:
        """Navigation documents and NCX name their document type; that is no damage."""


class _Book(XmlTarget):
    """The package document: manifest, spine, metadata (EPUB 3.3 §5)."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.items: dict[str, tuple[str, str]] = {}
        self.spine: list[str] = []
        self.navigation = ""
        self._ncx_id = ""
        self._cover = ""
        self._cover_id = ""
        self._values: dict[str, list[str]] = {}
        self._name = ""
        self._text: list[str] = []
        self._in_metadata = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "metadata":
            self._in_metadata = True
        elif name == "item":
            self._item(attributes)
        elif name == "itemref":
            self.spine.append(attribute(attributes, "idref"))
        elif name == "spine":
            self._ncx_id = attribute(attributes, "toc")
        elif name == "meta" and attribute(attributes, "name") == "cover":
            self._cover_id = attribute(attributes, "content")
        if self._in_metadata:
            self._name = attribute(attributes, "property") if name == "meta" else name
            self._text = []

    def _item(self, attributes: Mapping[str, str]) -> None:
        reference, kinds = attribute(attributes, "href"), attribute(attributes, "properties").split()
        self.items[attribute(attributes, "id")] = (reference, attribute(attributes, "media-type"))
        if "nav" in kinds:
            self.navigation = reference
        if "cover-image" in kinds:
            self._cover = reference

    def characters(self, text: str) -> None:
        if self._in_metadata and self._name:
            self._text.append(text)

    def closed(self, name: str) -> None:
        if name == "metadata":
            self._in_metadata = False
        if self._in_metadata and self._name:
            value = " ".join("".join(self._text).split())
            if value:
                self._values.setdefault(self._name, []).append(value[:2_000])
            self._name = ""

    def ncx(self) -> str:
        """The older table of contents, or ""."""
        found = self.items.get(self._ncx_id)
        if found:
            return found[0]
        return next((ref for ref, kind in self.items.values() if kind == "application/x-dtbncx+xml"), "")

    def cover_part(self) -> str:
        """The cover picture's reference, or ""."""
        return self._cover or self.items.get(self._cover_id, ("", ""))[0]

    def metadata(self) -> Metadata:
        """Dublin Core of the package document."""

        def first(name: str) -> str:
            return next(iter(self._values.get(name, ())), "")

        return Metadata(
            title=first("title"),
            authors=tuple(self._values.get("creator", ())),
            language=first("language"),
            created=first("date"),
            modified=first("dcterms:modified"),
            subject=first("subject"),
            keywords=tuple(self._values.get("subject", ())),
            description=first("description"),
            publisher=first("publisher"),
            identifier=first("identifier"),
        )
