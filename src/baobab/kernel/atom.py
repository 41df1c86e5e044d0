"""Atom feeds as RFC 4287 has them: what readers of feeds are told, as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What no XML 1.0 document may hold (§2.2), escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing a feed tells of. `id` stays the same for good; `language` is that of title and summary."""

    id: str
    title: str
    address: str
    updated: datetime
    published: datetime | None = None
    summary: str = ""
    authors: Sequence[str] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: `address` is the page it follows, `own_address` where the feed itself is.

    `author` speaks for every entry that names none. `updated` is when something in it last changed.
    """

    id: str
    title: str
    address: str
    own_address: str
    updated: datetime
    author: str
    entries: Sequence[FeedEntry]
    subtitle: str = ""
    language: str = ""


def rendered(feed: Feed) -> bytes:
    """The feed as an Atom 1.0 document in UTF-8. Addresses must be absolute, instants aware."""
    ElementTree.register_namespace("", _NAMESPACE)
    root = _element(None, "feed", language=feed.language)
    _element(root, "id", feed.id)
    _element(root, "title", feed.title)
    if feed.subtitle:
        _element(root, "subtitle", feed.subtitle)
    _element(root, "updated", _instant(feed.updated))
    _element(root, "link", rel="self", href=feed.own_address, type="application/atom+xml")
    _element(root, "link", rel="alternate", href=feed.address, type="text/html")
    _person(root, feed.author)
    for entry in feed.entries:
        _add_entry(root, entry)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _add_entry(root: ElementTree.Element, entry: FeedEntry) -> None:
    element = _element(root, "entry", language=entry.language)
    _element(element, "id", entry.id)
    _element(element, "title", entry.title)
    _element(element, "link", rel="alternate", href=entry.address, type="text/html")
    _element(element, "updated", _instant(entry.updated))
    if entry.published is not None:
        _element(element, "published", _instant(entry.published))
    for name in entry.authors:
        _person(element, name)
    if entry.summary:
        _element(element, "summary", entry.summary)


def _person(parent: ElementTree.Element, name: str) -> None:
    _element(_element(parent, "author"), "name", name)


def _element(
    parent: ElementTree.Element | None, name: str, text: str = "", *, language: str = "", **attributes: str
) -> ElementTree.Element:
    given = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    if language:
        given[_LANGUAGE] = language
    tag = f"{{{_NAMESPACE}}}{name}"
    element = (
        ElementTree.Element(tag, given) if parent is None else ElementTree.SubElement(parent, tag, given)
    )
    element.text = _NOT_XML.sub("", text) or None
    return element


def _instant(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
