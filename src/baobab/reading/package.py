"""Zip packages and the XML inside them, read in constant memory and stopped before they can swell."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from lxml import etree

from baobab.reading.budget import Budget
from baobab.reading.reasons import Refused

CHUNK = 1 << 16
# Deflate reaches 1,000 to 1; honest XML stays below 100. Small parts may exceed it, they cannot hurt.
HONEST_RATIO = 250
RATIO_FROM = 8 << 20
# 46 bytes of central directory per entry at least; names make it more.
DIRECTORY_PER_ENTRY = 400


def check_directory(file: BinaryIO, size: int, budget: Budget) -> None:
    """Refuse an archive whose directory alone would fill the memory, before the zip module reads it."""
    tail = min(size, 66_000)
    file.seek(size - tail)
    end = file.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise Refused("broken")
    entries = int.from_bytes(end[at + 10 : at + 12], "little")
    directory = int.from_bytes(end[at + 12 : at + 16], "little")
    if (entries != 0xFFFF and entries > budget.limits.entries) or (
        directory != 0xFFFFFFFF and directory > budget.limits.entries * DIRECTORY_PER_ENTRY
    ):
        raise Refused("entries")
    zip64 = end.rfind(b"PK\x06\x06")
    if zip64 >= 0 and int.from_bytes(end[zip64 + 32 : zip64 + 40], "little") > budget.limits.entries:
        raise Refused("entries")


class Package:
    """A zip-based document. Parts are found by name without regard to case, and read under the budget."""

    def __init__(self, file: BinaryIO, size: int, budget: Budget) -> None:
        """Open it. Refused("broken"), ("entries") or ("encrypted")."""
        self.budget = budget
        check_directory(file, size, budget)
        file.seek(0)
        try:
            self.archive = zipfile.ZipFile(file)
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            NotImplementedError,
            UnicodeDecodeError,
            OverflowError,
        ):
            raise Refused("broken") from None
        if len(self.archive.filelist) > budget.limits.entries:
            raise Refused("entries")
        self.infos = {
            info.filename.replace("\\", "/").lstrip("/").lower(): info for info in self.archive.filelist
        }

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.infos

    def all_entries(self) -> list[zipfile.ZipInfo]:
        """Every entry as stored, in order."""
        return self.archive.filelist

    def names(self, pattern: str) -> list[str]:
        """Lower-case names of the parts that match a regular expression as a whole, in natural order."""
        matching = [name for name in self.infos if re.fullmatch(pattern, name)]
        return sorted(matching, key=natural_order)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes in pieces. Refused("unpacked") when it swells, ("broken") when it is damaged."""
        info = self.infos.get(name.lower())
        if info is None:
            raise Refused("broken")
        yield from read_member(self.archive, info, self.budget)

    def whole(self, name: str) -> bytes:
        """A part's bytes; use for small parts only."""
        return b"".join(self.chunks(name))

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a part, or b"" when it is absent or damaged."""
        taken = b""
        try:
            for chunk in self.chunks(name):
                taken += chunk
                if len(taken) >= length:
                    break
        except Refused:
            return b""
        return taken[:length]


def natural_order(name: str) -> list[tuple[int, str]]:
    """A sort key by which slide2 comes before slide10."""
    return [
        (int(digits), "") if digits else (0, word) for digits, word in re.findall(r"(\d{1,18})|(\D+)", name)
    ]


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """A member's bytes in pieces, under the budget's sizes and an honest ratio of compression."""
    if info.flag_bits & 0x1:
        raise Refused("encrypted")
    if info.file_size > budget.limits.part:
        raise Refused("unpacked")
    got = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                got += len(chunk)
                budget.add_unpacked(len(chunk))
                if got > RATIO_FROM and got > HONEST_RATIO * max(info.compress_size, 1):
                    raise Refused("unpacked")
                yield chunk
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError, RuntimeError):
        raise Refused("broken") from None


class XmlTarget:
    """Receives XML as it streams past; subclasses override `opened`, `closed` and `characters`.

    Names come without their namespace: the strict and transitional forms of Office Open XML differ in nothing
    else that matters here. Depth and number of elements are held to the budget.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.depth = 0
        self.damaged = False
        self._local: dict[str, str] = {}

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def characters(self, text: str) -> None:
        """Text between tags."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Called by the parser."""
        budget = self.budget
        self.depth += 1
        budget.events += 1
        if self.depth > budget.limits.depth or budget.events > budget.limits.events:
            raise Refused("structure")
        name = self._local.get(tag)
        if name is None:
            name = self._local[tag] = tag.rpartition("}")[2]
        self.opened(name, attributes)

    def end(self, tag: str) -> None:
        """Called by the parser."""
        self.depth -= 1
        self.closed(self._local.get(tag) or tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        """Called by the parser."""
        self.characters(text)

    def doctype(self, *_: str | None) -> None:
        """Office formats forbid document types (ECMA-376 part 2 §8.1.4); entities are never expanded."""
        self.damaged = True

    def close(self) -> None:
        """Called by the parser at the end."""


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """An attribute's value by its name without namespace, or ""."""
    if name in attributes:
        return attributes[name]
    ending = "}" + name
    for key, value in attributes.items():
        if key.endswith(ending):
            return value
    return ""


def stream_xml(chunks: Iterator[bytes], target: XmlTarget) -> None:
    """Send a part through `target`. Stops quietly when the budget is full; marks the target as damaged when
    the XML is, after handing on what could be read. Nothing is fetched and no entity is expanded."""
    for _ in stream_xml_steps(chunks, target):
        pass


def stream_xml_steps(chunks: Iterator[bytes], target: XmlTarget) -> Iterator[None]:
    """As `stream_xml`, giving way after each piece so that the caller can take what has become ready."""
    parser = etree.XMLParser(
        target=cast("Any", target),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
    )
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield
            if target.budget.full:
                return
        parser.close()
    except etree.XMLSyntaxError:
        target.damaged = True
    if any(entry.level >= etree.ErrorLevels.ERROR for entry in parser.error_log):
        target.damaged = True
