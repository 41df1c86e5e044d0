"""Atom feeds: what RFC 4287 asks of every feed, and texts that no XML can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

from baobab.kernel.atom import Feed, FeedEntry, rendered

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


def feed(*entries: FeedEntry, title: str = "Water") -> ElementTree.Element:
    made = Feed(
        id="https://house.example/feeds/water",
        title=title,
        address="https://house.example/en/topics/water/",
        own_address="https://house.example/feeds/water.atom",
        updated=NOON,
        author="Wetlands House",
        entries=entries,
        language="en",
    )
    return ElementTree.fromstring(rendered(made))


def entry(**given: object) -> FeedEntry:
    words = {
        "id": "urn:1",
        "title": "Reading the water",
        "address": "https://house.example/1",
        "updated": NOON,
    }
    return FeedEntry(**{**words, **given})  # type: ignore[arg-type]


def test_a_feed_without_entries_has_all_that_the_standard_requires() -> None:
    root = feed()
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.get(LANGUAGE) == "en"
    assert root.findtext("a:id", namespaces=ATOM) == "https://house.example/feeds/water"
    assert root.findtext("a:title", namespaces=ATOM) == "Water"
    assert root.findtext("a:updated", namespaces=ATOM) == "2026-05-03T12:00:00Z"
    assert root.findtext("a:author/a:name", namespaces=ATOM) == "Wetlands House"
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links["self"] == "https://house.example/feeds/water.atom"
    assert links["alternate"] == "https://house.example/en/topics/water/"


def test_an_entry_says_what_it_is_who_wrote_it_and_in_which_language() -> None:
    root = feed(entry(summary="Gauges & staffs", authors=["A. Diallo", "B. Costa"], language="fr"))
    found = root.find("a:entry", ATOM)
    assert found is not None
    assert found.get(LANGUAGE) == "fr"
    assert found.findtext("a:summary", namespaces=ATOM) == "Gauges & staffs"
    assert [name.text for name in found.findall("a:author/a:name", ATOM)] == ["A. Diallo", "B. Costa"]


def test_instants_are_told_in_universal_time() -> None:
    here = NOON.astimezone(timezone(timedelta(hours=5)))
    root = feed(entry(updated=here, published=here))
    assert root.findtext("a:entry/a:updated", namespaces=ATOM) == "2026-05-03T12:00:00Z"
    assert root.findtext("a:entry/a:published", namespaces=ATOM) == "2026-05-03T12:00:00Z"


def test_controls_and_markup_in_a_title_leave_the_document_whole() -> None:
    root = feed(entry(title="Peat\x00 \x0b<script>&\ufffe"), title="\x1fWater")
    assert root.findtext("a:title", namespaces=ATOM) == "Water"
    assert root.findtext("a:entry/a:title", namespaces=ATOM) == "Peat <script>&"
