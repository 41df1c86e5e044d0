"""Nobody learns from search what she may not read, whatever changes, before the indexer knows of it."""

from __future__ import annotations

import random

import pytest
from pytest_django import Settings

from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import Asset, State
from baobab.assets.queries import listed_or_own
from baobab.organisation.readers import PUBLIC, Reader
from baobab.search.entries import GONE_STATES
from baobab.search.indexer import catch_up
from baobab.search.queries import Results, SearchRequest, search

from .factory import add_file, asset, change_readers, reader

pytestmark = pytest.mark.django_db

# A cluster answers in the same way and not as fast.
TRIALS = {"embedded": 400, "opensearch": 60}
_LABELS = ("staff", "unit:1", "unit:2", "group:3", "person:4")
_WORDS = ("peat", "moss", "bog", "fen")


def _random_labels(chance: random.Random) -> list[str]:
    return [PUBLIC] if chance.random() < 0.3 else chance.sample(_LABELS, chance.randint(1, 3))


def _readable(who: Reader, word: str) -> dict[str, Asset]:
    return {a.public_id: a for a in listed_or_own(who) if word in (a.title, "")}


def _check(results: Results, readable: dict[str, Asset], where: str) -> None:
    assert {hit.public_id for hit in results.hits} <= set(readable), where
    assert results.count <= len(readable), where
    for name, values in results.facets.items():
        for value in values:
            if name == "kind":
                own = sum(a.kind == value.value for a in readable.values())
            elif name == "language":
                own = sum(a.original_language == value.value for a in readable.values())
            else:
                own = len(readable)
            assert value.count <= own, (where, name, value)


@pytest.mark.parametrize("engine", TRIALS)
def test_no_hit_count_or_facet_leaks_under_random_changes_of_audience(
    engine: str, request: pytest.FixtureRequest, settings: Settings
) -> None:
    if engine == "opensearch":
        settings.SEARCH_URL = request.getfixturevalue("opensearch_url")
    trials = TRIALS[engine]
    chance = random.Random(20240229)
    assets = [
        asset(
            chance.choice(_WORDS),
            kind=chance.choice(["product", "lesson", "project"]),
            language=chance.choice(["en", "fr", "es"]),
            labels=_random_labels(chance),
        )
        for _ in range(40)
    ]
    for some in assets[::4]:
        add_file(some, ["peat and moss", "bog and fen"])
    assert catch_up()
    leaks_possible = 0
    for trial in range(trials):
        changed = chance.choice(assets)
        before = changed.readers.labels
        change_readers(changed, _random_labels(chance))
        who = reader(*chance.sample(_LABELS, chance.randint(0, 3)))
        leaks_possible += bool(before & who.labels) and not changed.readers.labels & who.labels
        word = chance.choice(["", changed.title])
        results = search(who, SearchRequest(q=word, size=100))
        readable = {
            p: a for p, a in _readable(who, "").items() if not word or a.title == word or a.files.exists()
        }
        _check(results, readable, f"trial {trial}")
        if chance.random() < 0.2:
            assert catch_up()
            assert search(who, SearchRequest(size=100)).count == len(_readable(who, ""))
    # The trials are worth something only when an index that lags behind would have leaked.
    assert leaks_possible > trials / 10


def test_a_withdrawn_asset_is_gone_before_the_indexer_ran() -> None:
    made = asset("Peat")
    assert catch_up()
    made.state = State.WITHDRAWN
    made.save()
    mark_dirty([made.pk], is_narrowed=True)
    assert made.state in GONE_STATES
    assert search(reader(), SearchRequest(q="peat")).count == 0


def test_the_database_is_asked_again_even_when_no_mark_was_made() -> None:
    made = asset("Peat", body="Peat of the north")
    assert catch_up()
    made.readers_id = asset("Other", labels=["staff"]).readers_id
    made.save()
    assert search(reader(), SearchRequest(q="peat")).hits == ()
