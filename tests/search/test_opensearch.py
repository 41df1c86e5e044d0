"""A cluster as the place of the indexes: several writers, lost rights, a service that is away, many parts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tools.opensearch import Server

from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import Asset, Dirty
from baobab.config.health import findings
from baobab.kernel.errors import BadInput
from baobab.search import indexer
from baobab.search._opensearch import shelf as shelves
from baobab.search._opensearch.engine import OpenSearchEngine
from baobab.search._opensearch.shelf import OpenSearchShelf
from baobab.search.address import read_address
from baobab.search.alike import more_like
from baobab.search.away import RightLost, SearchAway
from baobab.search.engine import All, Atom, EngineQuery, Prefix, Sight, Term
from baobab.search.overview import overview
from baobab.search.queries import SearchRequest, search
from baobab.search.service import is_service, service_health
from baobab.search.shelf import shelf
from baobab.search.suggesting import suggestions
from tests.conftest import needs

from .factory import add_file, asset, reader
from .opensearch import engine_at
from .test_engine import PUBLIC, ask, entry, ids, put

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cluster(opensearch_url: str, settings: Settings) -> str:
    """The product's indexes stand in a cluster."""
    settings.SEARCH_URL = opensearch_url
    return opensearch_url


def new_shelf(url: str) -> OpenSearchShelf:
    """The shelf as another process has it."""
    return OpenSearchShelf(read_address(url))


def count(q: str = "") -> int:
    return search(reader(), SearchRequest(q=q)).count


def test_an_index_is_in_use_for_every_process_once_it_is_adopted(opensearch_url: str) -> None:
    mine, other = new_shelf(opensearch_url), new_shelf(opensearch_url)
    assert other.current() is None
    with mine.lock():
        built, last = mine.build()
        put(built, entry(1, "peat"))
        assert (last, other.current()) == (0, None)
        mine.adopt()
    there = other.current()
    assert there is not None
    assert ids(ask(there, "peat")) == [1]


def test_an_unfinished_index_is_gone_on_with_if_it_was_kept_and_thrown_away_if_not(
    opensearch_url: str,
) -> None:
    mine = new_shelf(opensearch_url)
    with mine.lock():
        built, _ = mine.build()
        put(built, entry(1, "peat"))
        mine.keep(1)
    again = new_shelf(opensearch_url)
    with again.lock():
        built, last = again.build()
        assert (last, sorted(built.asset_ids())) == (1, [1])
        again.abandon()
        built, last = again.build()
        assert (last, sorted(built.asset_ids())) == (0, [])
        again.adopt()
        again.tidy()
    names = again.cluster.ask("GET", f"/{read_address(opensearch_url).prefix}.*/_alias?expand_wildcards=all")
    assert len(names) == 2  # the index in use, and the document that says so


def test_words_between_processes(opensearch_url: str) -> None:
    mine, other = new_shelf(opensearch_url), new_shelf(opensearch_url)
    assert (other.is_rebuild_asked(), other.progress()) == (False, None)
    other.ask_for_rebuild()
    with mine.lock():
        assert mine.is_rebuild_asked()
        mine.build()
        mine.tell_progress(200, 450)
        assert other.progress() == (200, 450)
        mine.adopt()
    assert (other.is_rebuild_asked(), other.progress()) == (False, None)


def test_the_right_to_write_is_held_once_and_given_back(opensearch_url: str) -> None:
    mine, other = new_shelf(opensearch_url), new_shelf(opensearch_url)
    with mine.lock() as first, other.lock() as second, mine.lock() as third:
        assert (first, second, third) == (True, False, False)
    with other.lock() as fourth:
        assert fourth


def test_without_the_right_nothing_is_written(opensearch_url: str) -> None:
    mine = new_shelf(opensearch_url)
    with mine.lock():
        built, _ = mine.build()
        mine.adopt()
    with pytest.raises(RightLost):
        put(built, entry(1, "peat"))
    with pytest.raises(RightLost):
        mine.adopt()
    assert list(built.asset_ids()) == []


_HOLD = """
import sys, time
from baobab.search._opensearch.shelf import OpenSearchShelf
from baobab.search.address import read_address
with OpenSearchShelf(read_address(sys.argv[1])).lock() as is_mine:
    print(is_mine, flush=True)
    time.sleep(600)
"""


def _held_by_another_process(url: str) -> subprocess.Popen[str]:
    code = f"import django; django.setup()\n{_HOLD}"
    process = subprocess.Popen(
        [sys.executable, "-c", code, url], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def _take(place: OpenSearchShelf, *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with place.lock() as is_mine:
            if is_mine:
                return True
        time.sleep(0.1)
    return False


def test_the_right_is_lost_with_its_process_and_not_before(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "SILENCE_SECONDS", 3 * shelves.BEAT_SECONDS)
    holder = _held_by_another_process(opensearch_url)
    try:
        assert not _take(new_shelf(opensearch_url), seconds=4 * shelves.BEAT_SECONDS)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    assert _take(new_shelf(opensearch_url), seconds=60)


def test_a_writer_that_was_away_too_long_changes_nothing_of_its_successors(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "SILENCE_SECONDS", 0.0)
    monkeypatch.setattr(shelves, "BEAT_SECONDS", 600.0)  # as a machine that stands still
    old, new = new_shelf(opensearch_url), new_shelf(opensearch_url)
    with old.lock():
        built, _ = old.build()
        put(built, entry(1, "peat"), entry(2, "peat"))
        old.adopt()
        with built.writing() as late:
            late.put(entry(1, "moss"))
            late.remove(2)
            assert _take(new, seconds=10)
            with new.lock():
                there = new.current()
                assert there is not None
                put(there, entry(1, "clay"), entry(2, "clay"))
                with pytest.raises(RightLost):
                    late.commit()
                with pytest.raises(RightLost):
                    old.adopt()
                assert sorted(ids(ask(there, "clay"))) == [1, 2]
                assert ask(there, "moss").count == 0


def test_a_removal_is_not_undone_by_a_writer_of_before(opensearch_url: str) -> None:
    new = engine_at(opensearch_url, right=2)
    put(new, entry(1, "peat", "moss"))
    put(new, remove=[1])
    old = OpenSearchEngine(new._cluster, new._index, lambda: 1)
    with pytest.raises(RightLost):
        put(old, entry(1, "peat"))
    assert ask(new, "peat").count == 0
    assert list(new.asset_ids()) == []


def test_what_is_written_into_an_index_that_is_gone_makes_none(opensearch_url: str) -> None:
    mine = engine_at(opensearch_url)
    with mine.writing() as writing:
        writing.put(entry(1, "peat"))
        mine._cluster.ask("DELETE", f"/{mine._index}")
        with pytest.raises((RightLost, SearchAway)):
            writing.commit()
    prefix = read_address(opensearch_url).prefix
    assert mine._cluster.ask("GET", f"/{prefix}.*/_alias?expand_wildcards=all") == {}


def test_an_asset_that_gets_shorter_leaves_no_page_behind(opensearch_url: str) -> None:
    mine = engine_at(opensearch_url)

    def documents() -> int:
        return int(mine._cluster.ask("GET", f"/{mine._index}/_count")["count"])

    put(mine, entry(1, "a", "b", "c", "d"), entry(2, "a", "b"))
    assert documents() == 8
    with mine.writing() as writing:
        writing.put(entry(1, *"abcdefgh"))
        writing.put(entry(1, "a", "b", "c"))
        writing.put(entry(2, "a"))
        writing.commit()
    assert documents() == 5
    put(mine, remove=[1])
    assert documents() == 1


def test_counts_are_exact_and_the_order_the_same_however_many_parts_an_index_has(opensearch_url: str) -> None:
    whole, parted = engine_at(opensearch_url), engine_at(f"{opensearch_url}?shards=4")
    entries = [
        entry(
            n,
            f"peat {'filler ' * (n % 17)}",
            *(["moss"] if n % 3 else []),
            facets={"kind": ["product"], "topic": [str(n % 150), "7"]},
            moment=n,
        )
        for n in range(600)
    ]
    for engine in (whole, parted):
        put(engine, *entries)
    chosen = {"topic": frozenset({"149"})}
    for more in ({}, {"filters": chosen}):
        one, other = (ask(engine, "peat", facet_values=20, limit=50, **more) for engine in (whole, parted))
        assert one.count == other.count
        assert one.facets["kind"] == other.facets["kind"]
        assert [f.count for f in one.facets["topic"]] == [f.count for f in other.facets["topic"]]
        assert other.facets["topic"][0].count == 600
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], rel=1e-4)
    seen = [i for start in range(0, 600, 100) for i in ids(ask(parted, "peat", offset=start, limit=100))]
    assert sorted(seen) == list(range(600))


def test_pages_end_politely_where_the_cluster_looks_no_further(opensearch_url: str) -> None:
    mine = engine_at(opensearch_url)
    put(mine, *(entry(n, "peat", moment=n) for n in range(30)))
    far = 10**18
    assert (ask(mine, "peat", offset=far).count, ask(mine, "peat", offset=far).hits) == (30, ())
    assert (ask(mine, offset=far).count, ask(mine, offset=far).hits) == (30, ())


def test_a_question_beyond_what_a_cluster_takes_is_refused_in_a_sentence(opensearch_url: str) -> None:
    bracket: Atom = Term(("peat",), "peat", is_also_exact=True)
    for _ in range(9):
        bracket = All(((bracket, Prefix("moss")), (bracket,)))
    with pytest.raises(BadInput, match="Please ask with fewer words"):
        ask(engine_at(opensearch_url), required=((bracket,),))


@pytest.fixture
def nobody(settings: Settings) -> Iterator[Callable[[], None]]:
    """A function after which the product's cluster is one that nobody answers for."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listened on: a port that refuses

        def go_away() -> None:
            settings.SEARCH_URL = f"opensearch://127.0.0.1:{taken.getsockname()[1]}/away"

        yield go_away


@pytest.mark.django_db
def test_while_the_service_is_away_people_are_told_and_changes_keep_their_marks(
    nobody: Callable[[], None], client: Client
) -> None:
    nobody()
    made = asset("Peat")
    with pytest.raises(SearchAway, match="Search is away for the moment"):
        indexer.catch_up()
    assert Dirty.objects.filter(asset_id=made.pk, consumer=indexer.CONSUMER).exists()
    page = client.get("/en/search/", {"q": "peat"})
    assert page.status_code == 503
    assert "Search is away for the moment; everything else works." in page.content.decode()
    assert overview(reader()).is_building
    assert more_like(reader(), made) == []
    assert suggestions(reader(), "peat").count == 0
    assert client.get(reverse("asset_page", args=[made.public_id])).status_code == 200
    assert client.get(reverse("home")).status_code == 200
    told = client.get("/api/v1/search", {"q": "peat"})
    assert told.status_code == 503
    assert told["Content-Type"].startswith("application/problem+json")


@pytest.mark.django_db
def test_the_indexer_outlives_a_service_that_is_away(
    nobody: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody()
    monkeypatch.setattr(indexer, "_AWAY_SECONDS", 0.0)
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    indexer.run(stop=enough)
    assert asked == 4


def test_another_host_answers_for_one_that_is_away(opensearch_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{taken.getsockname()[1]}"
        url = opensearch_url.replace("opensearch://", f"opensearch://{dead},")
        mine = engine_at(url)
        put(mine, entry(1, "peat"))
        assert ids(ask(mine, "peat")) == [1]


@pytest.mark.django_db
def test_the_product_finds_what_changed_and_rebuilds_beside_changes(cluster: str) -> None:
    made = [asset(f"Peat {number}") for number in range(450)]
    add_file(made[7], ["a page on moss", "a page on fens"])
    assert indexer.catch_up()
    assert (count("peat"), count("fens")) == (450, 1)
    (hit,) = search(reader(), SearchRequest(q="fens")).hits
    assert (hit.file_number, hit.page) == (1, 2)

    def change(done: int, total: int) -> None:
        if done == 200:
            made[0].texts.update(title="Clay")
            Asset.objects.filter(pk=made[0].pk).update(title="Clay")
            mark_dirty([made[0].pk])

    before = new_shelf(cluster)._state().current
    indexer.rebuild(report=change)
    assert indexer.catch_up()
    assert (count("peat"), count("clay"), count("moss")) == (449, 1, 1)
    assert new_shelf(cluster)._state().current != before
    there = shelf().current()
    assert there is not None
    assert sorted(there.asset_ids()) == sorted(asset.pk for asset in made)


@pytest.mark.django_db
def test_an_index_that_somebody_deleted_is_built_again(cluster: str) -> None:
    asset("Peat")
    assert indexer.catch_up()
    place = new_shelf(cluster)
    place.cluster.ask("DELETE", f"/{place._state().current}")
    asset("Moss")
    assert indexer.catch_up()
    assert (count("peat"), count("moss")) == (1, 1)


def test_a_reader_with_very_many_labels_is_answered(opensearch_url: str) -> None:
    mine = engine_at(opensearch_url)
    put(mine, entry(1, "peat"), entry(2, "peat", labels=frozenset({"group:69999"})))
    labels = frozenset(f"group:{n}" for n in range(70_000))
    assert mine.search(EngineQuery(Sight(labels))).count == 1
    assert mine.search(EngineQuery(Sight(labels | PUBLIC))).count == 2


@pytest.mark.django_db
def test_how_the_service_is_can_be_asked(
    cluster: str, nobody: Callable[[], None], settings: Settings
) -> None:
    with shelf().lock():
        shelf().build()
        shelf().adopt()
    found = service_health()
    assert (found.version.split(".")[0], found.nodes, found.status) == ("2", 1, "green")
    assert is_service()
    (told,) = [finding for finding in findings() if "OpenSearch 2." in finding.sentence]
    assert told.is_well
    nobody()
    (told,) = [finding for finding in findings() if "does not answer" in finding.sentence]
    assert (told.is_well, told.is_optional) == (False, False)
    settings.SEARCH_URL = "memory://here"
    assert not is_service()


@pytest.mark.slow
def test_a_node_that_dies_takes_nothing_with_it() -> None:
    needs("opensearch")
    with Server(nodes=2) as server:
        url = server.url("baobab")
        mine, other = new_shelf(url), new_shelf(url)
        with mine.lock():
            built, _ = mine.build()
            put(built, *(entry(n, "peat") for n in range(50)))
            mine.adopt()
            wait = "/_cluster/health/baobab.*?wait_for_status=green&timeout=60s"
            assert mine.cluster.ask("GET", wait, seconds=90)["status"] == "green"
            server.kill(1)
            there = other.current()
            assert there is not None
            assert ask(there, "peat").count == 50
            put(built, entry(50, "peat"))
            assert ask(there, "peat").count == 51
