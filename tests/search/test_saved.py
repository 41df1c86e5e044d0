"""Saved searches: what is saved, who can change it, and what counts as news."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.accounts.models import AuditEntry, User
from baobab.assets.actions import change_asset, publish, withdraw
from baobab.assets.fields import AssetFields, Words
from baobab.assets.models import Dirty
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.kernel.errors import BadInput, NotFound, Refused
from baobab.organisation.readers import PUBLIC, STAFF, Reader, anonymous
from baobab.search.indexer import catch_up
from baobab.search.saved import CONSUMER, matching, queries
from baobab.search.saved.actions import (
    change_saved_search,
    mark_as_seen,
    remove_saved_search,
    renew_feed,
    save_search,
    searches,
)
from baobab.search.saved.jobs import send_alerts
from baobab.search.saved.models import News, SavedSearch
from baobab.search.saved.packing import packed, unpacked
from baobab.search.saved.questions import asked_by, canonical, described
from baobab.search.saved.rhythms import next_mail
from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, Scheme
from tests import factories
from tests.factories import House, draft, published, with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.house()


def look() -> None:
    """What the schedule does every half minute, once the index has taken in what changed."""
    assert catch_up()
    job = enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.failure


def save(query: str, by: Reader, **given: str) -> SavedSearch:
    assert catch_up()
    return save_search(query, by=by, **given)


def news(saved: SavedSearch) -> list[str]:
    return [row.asset.title for row in News.objects.filter(saved=saved).order_by("pk")]


def open_to(*labels: str) -> AssetFields:
    return AssetFields(audience=frozenset(labels))


# Saving ---------------------------------------------------------------------------------------------


def test_a_search_is_saved_under_the_name_of_what_it_asks_and_written_in_the_trail(house: House) -> None:
    saved = save("?q=peat+fire&year=2020&page=3", house.bruno.reader, rhythm="daily")
    assert (saved.query, saved.name, saved.owner) == (
        "q=peat+fire&year=2020",
        "peat fire · 2020",
        house.bruno.user,
    )
    assert saved.due_at is not None
    assert AuditEntry.objects.get(act="search.save").subject == f"search:{saved.public_id}"


def test_the_same_search_saved_again_is_the_one_that_is_there(house: House) -> None:
    first = save("q=peat&topic=b&topic=a", house.bruno.reader)
    again = save("topic=a&topic=b&q=peat", house.bruno.reader, name="Peat", rhythm="weekly")
    assert (again.pk, again.name, again.rhythm) == (first.pk, "Peat", "weekly")
    other = save("q=peat&topic=a&topic=b", house.chen.reader)
    assert other.pk != first.pk


def test_whoever_has_no_account_saves_nothing(house: House) -> None:
    with pytest.raises(Refused):
        save("q=peat", anonymous())
    assert not SavedSearch.objects.exists()


def test_bad_input_is_refused_by_field_and_changes_nothing(house: House) -> None:
    for field, wrong in (("rhythm", "hourly"), ("name", "x" * 201)):
        with pytest.raises(BadInput) as refused:
            save("q=peat", house.bruno.reader, **{field: wrong})
        assert list(refused.value.fields) == [field]
    assert not SavedSearch.objects.exists()


def test_nobody_saves_more_than_can_be_compared(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "MOST_OF_ONE", 2)
    save("q=a", house.bruno.reader)
    save("q=b", house.bruno.reader)
    with pytest.raises(BadInput):
        save("q=c", house.bruno.reader)
    save("q=c", house.chen.reader)
    assert SavedSearch.objects.count() == 3


def test_only_its_owner_changes_removes_or_renews_a_search(house: House) -> None:
    saved = save("q=peat", house.bruno.reader)
    secret = saved.feed_secret
    for by in (house.dora.reader, anonymous()):
        with pytest.raises(Refused):
            change_saved_search(saved, by=by, name="Mine", rhythm="daily")
        with pytest.raises(Refused):
            remove_saved_search(saved, by=by)
        with pytest.raises(Refused):
            renew_feed(saved, by=by)
        with pytest.raises(Refused):
            mark_as_seen(saved, by=by)
        with pytest.raises(NotFound):
            queries.saved_search_of(by, saved.public_id)
        assert queries.saved_searches_of(by) == []
    saved.refresh_from_db()
    assert (saved.name, saved.rhythm, saved.feed_secret) == ("peat", "none", secret)


def test_a_removed_search_leaves_nothing_behind(house: House) -> None:
    saved = save("q=peat", house.bruno.reader)
    published(house.amina.reader, "Peat atlas")
    look()
    assert news(saved)
    remove_saved_search(saved, by=house.bruno.reader)
    assert not SavedSearch.objects.exists()
    assert not News.objects.exists()


@given(st.text(max_size=300))
def test_any_query_string_has_one_spelling(query: str) -> None:
    once = canonical(query)
    assert canonical(once) == once
    assert asked_by(once) == asked_by(query)


def test_what_a_search_asks_for_is_said_in_the_readers_language(house: House) -> None:
    query = f"q=peat&language=fr&unit={house.headquarters.group.public_id}&year=2020&topic=gone"
    assert described(query, "fr") == [
        ("Search words", ["peat"]),
        ("Topic", ["gone"]),
        ("Language", ["français"]),
        ("Year", ["2020"]),
        ("Unit", [factories.HEADQUARTERS["fr"]]),
    ]


# News -----------------------------------------------------------------------------------------------


def test_what_appears_after_a_search_was_saved_is_news_and_what_was_there_is_not(house: House) -> None:
    amina = house.amina.reader
    old = published(amina, "Peat manual")
    saved = save("q=peat", house.bruno.reader)
    published(amina, "Peat atlas")
    published(amina, "River atlas")
    change_asset(old, AssetFields(texts={"en": Words("Peat manual, revised")}), by=amina)
    look()
    look()
    assert news(saved) == ["Peat atlas"]


def test_an_old_work_that_is_opened_to_the_reader_is_news_to_her(house: House) -> None:
    amina = house.amina.reader
    closed = published(amina, "Peat of the staff", audience=[STAFF])
    outside, inside = save("q=peat", house.chen.reader), save("q=peat", house.bruno.reader)
    look()
    assert news(outside) == news(inside) == []
    change_asset(closed, open_to(PUBLIC), by=amina)
    look()
    assert news(outside) == ["Peat of the staff"]
    assert news(inside) == [], "he could find it before"


def test_an_old_work_that_begins_to_fit_is_news(house: House) -> None:
    amina = house.amina.reader
    asset = published(amina, "Atlas of mires")
    saved = save("q=sphagnum", house.bruno.reader)
    with_file(asset, "Here stands sphagnum", by=amina)
    look()
    assert news(saved) == ["Atlas of mires"]


def test_drafts_are_no_news_to_those_who_work_on_them_until_they_are_published(house: House) -> None:
    before = draft(house.amina.reader, "Peat draft")
    saved = save("q=peat", house.amina.reader)
    after = draft(house.amina.reader, "Peat draft too")
    look()
    assert news(saved) == []
    publish(before, by=house.amina.reader)
    publish(after, by=house.amina.reader)
    look()
    assert news(saved) == ["Peat draft", "Peat draft too"]


def test_what_only_nearly_fits_is_no_news(house: House) -> None:
    saved = save("q=peat+fire", house.bruno.reader)
    published(house.amina.reader, "Peat atlas")
    published(house.amina.reader, "Peet fyre atlas")
    look()
    assert news(saved) == []


def test_filters_count_and_one_that_names_nothing_finds_nothing(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("skos") / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    peat = Concept.objects.get(notation="peat")
    water = Concept.objects.get(notation="water")
    by = house.bruno.reader
    fitting = save(f"q=atlas&topic={water.public_id}", by)
    unit = save(f"unit={house.africa.group.public_id}", by)
    gone = save("q=atlas&topic=0000000000", by)
    published(house.amina.reader, "Peat atlas", concepts=[peat.pk])
    published(house.amina.reader, "Bird atlas", unit=house.africa)
    look()
    assert news(fitting) == ["Peat atlas"]
    assert news(unit) == ["Bird atlas"]
    assert news(gone) == []
    assert fitting.name == "atlas · Water"


def test_beyond_what_is_known_the_day_of_publishing_decides(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_KNOWN", 2)
    old = [published(house.amina.reader, f"Peat {number}") for number in range(3)]
    saved = save("q=peat", house.bruno.reader)
    assert not saved.is_known_whole
    for asset in old:
        change_asset(asset, AssetFields(texts={"en": Words(f"{asset.title} again")}), by=house.amina.reader)
    published(house.amina.reader, "Peat new")
    look()
    assert news(saved) == ["Peat new"]


def test_nothing_is_forgotten_while_the_index_is_behind(house: House) -> None:
    saved = save("q=peat", house.bruno.reader)
    published(house.amina.reader, "Peat atlas")
    enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()
    assert news(saved) == []
    assert Dirty.objects.filter(consumer=CONSUMER).exists()
    look()
    assert news(saved) == ["Peat atlas"]
    assert not Dirty.objects.filter(consumer=CONSUMER).exists()


def test_a_run_is_needed_only_when_something_changed_or_is_due(house: House) -> None:
    save("q=peat", house.bruno.reader)
    look()
    assert not queries.is_alerting_needed()
    published(house.amina.reader, "Peat atlas")
    assert queries.is_alerting_needed()
    look()
    assert not queries.is_alerting_needed()


def test_the_news_of_a_closed_account_are_not_looked_for(house: House) -> None:
    saved = save("q=peat", house.bruno.reader)
    User.objects.filter(pk=house.bruno.user.pk).update(is_active=False)
    published(house.amina.reader, "Peat atlas")
    look()
    assert news(saved) == []


def test_what_was_withdrawn_is_neither_shown_nor_counted(house: House) -> None:
    saved = save("q=peat", house.bruno.reader)
    asset = published(house.amina.reader, "Peat atlas")
    look()
    by = house.bruno.reader
    assert queries.new_counts(by, [saved]) == {saved.pk: 1}
    assert [found.asset for found in queries.news_of(by, saved)] == [asset]
    withdraw(asset, by=house.amina.reader, reason="Wrong.")
    assert queries.new_counts(by, [saved]) == {}
    assert queries.news_of(by, saved) == []


# Small parts ----------------------------------------------------------------------------------------


@given(st.sets(st.integers(min_value=1, max_value=2**62)))
def test_packed_ids_come_out_as_they_went_in(ids: set[int]) -> None:
    assert unpacked(packed(ids)) == ids


def test_ten_thousand_known_ids_take_little_room() -> None:
    assert len(packed(range(1, 200_000, 17))) < 30_000


@pytest.mark.parametrize(
    ("now", "zone", "daily", "weekly"),
    [
        ("2026-11-20T05:59", "UTC", "2026-11-20T07:00", "2026-11-23T07:00"),
        ("2026-11-20T07:00", "UTC", "2026-11-21T07:00", "2026-11-23T07:00"),
        ("2026-11-23T06:59", "UTC", "2026-11-23T07:00", "2026-11-23T07:00"),
        ("2026-11-23T07:00", "UTC", "2026-11-24T07:00", "2026-11-30T07:00"),
        ("2026-11-22T23:00", "Asia/Tokyo", "2026-11-23T22:00", "2026-11-29T22:00"),
        ("2026-11-22T21:00", "Asia/Tokyo", "2026-11-22T22:00", "2026-11-22T22:00"),
        ("2026-03-28T12:00", "Europe/Paris", "2026-03-29T05:00", "2026-03-30T05:00"),
    ],
)
def test_mail_leaves_at_seven_on_the_owners_clock(now: str, zone: str, daily: str, weekly: str) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert next_mail(instant(now), zone=zone, is_weekly=False) == instant(daily)
    assert next_mail(instant(now), zone=zone, is_weekly=True) == instant(weekly)
