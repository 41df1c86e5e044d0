"""The log of searches that found nothing: what several people miss is seen, and nobody alone is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from baobab.accounts.actions import add_user
from baobab.accounts.models import User
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.kernel import clock
from baobab.kernel.errors import NotFound, Refused
from baobab.organisation.readers import PUBLIC, Reader, anonymous
from baobab.search.saved import failed, queries
from baobab.search.saved.actions import count_noted, forget_old_failures, resolve_failed_search
from baobab.search.saved.jobs import send_alerts
from baobab.search.saved.models import CountedFile, FailedSearch

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.BAOBAB_HOME = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return tmp_path / "run" / "failed-searches"


def user(number: int) -> Reader:
    return Reader(labels=frozenset({PUBLIC}), user_id=number)


def note(
    q: str, *who: Reader, session: str = "", language: str = "en", filters: tuple[str, ...] = ()
) -> None:
    for reader in who:
        failed.note(q, language=language, reader=reader, session_key=session, filters=filters)


def count(monkeypatch: pytest.MonkeyPatch, *, later: timedelta = timedelta(minutes=10)) -> None:
    """The job, when the window of what was noted is over."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + later)
    for place in failed.files_to_count():
        count_noted(place)


def questions() -> list[str]:
    return [line.question for line in queries.failed_searches()]


def everything_stored(folder: Path) -> str:
    """Every word that tables and files hold of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM search_failedsearch")
        rows = repr(cursor.fetchall())
    return rows + "".join(place.read_text() for place in folder.glob("*"))


def test_a_question_appears_when_three_different_people_asked_it(monkeypatch: pytest.MonkeyPatch) -> None:
    note("Peat Fire", user(1), user(1), user(2))
    count(monkeypatch)
    assert questions() == []
    note("peat  fire", user(2), user(1))
    count(monkeypatch)
    assert questions() == [], "the same two again are two"
    note("PEAT FIRE", user(3))
    count(monkeypatch)
    (line,) = queries.failed_searches()
    assert (line.question, line.count) == ("peat fire", 6)


def test_before_that_neither_words_nor_people_stand_anywhere(
    monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    note("zeppelin over peatland", user(1), user(2))
    count(monkeypatch)
    assert FailedSearch.objects.get().question == ""
    stored = everything_stored(own_folder)
    assert "zeppelin" not in stored
    assert not list(own_folder.glob("*"))


def test_afterwards_nothing_is_kept_of_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    note("zeppelin", user(1), user(2), user(3))
    count(monkeypatch)
    assert FailedSearch.objects.get().people == {}


def test_a_person_is_another_hash_in_each_question_and_under_each_key(settings: Settings) -> None:
    def hashes(*asked: str) -> set[str]:
        for q in asked:
            note(q, user(1))
        folder = Path(settings.BAOBAB_HOME) / "run" / "failed-searches"
        return {
            json.loads(line)["who"] for place in folder.glob("*") for line in place.read_text().splitlines()
        }

    assert len(hashes("zeppelin", "Zeppelin")) == 1
    assert len(hashes("airship")) == 2
    settings.SECRET_KEY = "another"
    assert len(hashes("zeppelin")) == 3


def test_visitors_are_told_apart_by_session_and_count_as_one_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(5):
        note("zeppelin", anonymous())
    note("zeppelin", user(1))
    count(monkeypatch)
    assert questions() == []
    note("airship", anonymous(), session="a")
    note("airship", anonymous(), session="b")
    note("airship", anonymous(), session="c")
    count(monkeypatch)
    assert questions() == ["airship"]


@pytest.mark.parametrize(
    "q",
    [
        "amina@house.example",
        "@amina",
        "+33 6 12 34 56 78",
        "(020) 7946-0958",
        "passport 12345678",
        "x" * 201,
        "",
        "   ",
        "\u200b\x00",
    ],
)
def test_what_looks_personal_is_not_even_noted(q: str, own_folder: Path) -> None:
    note(q, user(1))
    assert not list(own_folder.glob("*"))


@pytest.mark.parametrize("q", ["peat 2015..2020", "COP 27 2022", "1990 1995 2000", "مياه 2020", "ISO 14001"])
def test_years_and_short_numbers_are_not_personal(q: str, own_folder: Path) -> None:
    note(q, user(1))
    assert len(list(own_folder.glob("*"))) == 1


def test_noting_never_raises_and_writes_no_row(
    settings: Settings, tmp_path: Path, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        note("zeppelin \ud800 \x00", user(1))
    (tmp_path / "file").write_text("")
    settings.BAOBAB_HOME = tmp_path / "file"
    note("zeppelin", user(1))


def test_a_flood_stops_being_noted(monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> None:
    monkeypatch.setattr(failed, "_MOST_BYTES", 500)
    for number in range(100):
        note(f"flood{number}", user(number))
    (place,) = own_folder.glob("*")
    assert place.stat().st_size < 800


def test_months_languages_and_filters_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    note("zeppelin", user(1), user(2), filters=("topic", "year"))
    note("zeppelin", user(3), language="fr")
    count(monkeypatch, later=timedelta(days=31))
    note("zeppelin", user(4), language="fr", filters=("topic",))
    note("zeppelin", user(4), language="fr")
    count(monkeypatch)
    (line,) = queries.failed_searches()
    assert (line.count, line.first_month, line.last_month) == (5, "2026-11", "2026-12")
    assert line.languages == ("fr", "en")
    assert line.filters == ("topic", "year")


def test_the_most_frequent_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    note("rare", user(1), user(2), user(3))
    note("frequent", user(1), user(2), user(3), user(4))
    count(monkeypatch)
    assert questions() == ["frequent", "rare"]


def test_a_file_is_counted_when_its_window_is_over_and_once(
    monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    note("zeppelin", user(1), user(2), user(3))
    assert failed.files_to_count() == []
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=10))
    (place,) = failed.files_to_count()
    content = place.read_bytes()
    count_noted(place)
    assert not place.exists()
    assert not CountedFile.objects.exists()
    # A process that died after the count and before the file was gone:
    place.write_bytes(content)
    CountedFile.objects.create(name=place.name)
    count_noted(place)
    assert not place.exists()
    assert queries.failed_searches()[0].count == 3


def test_a_line_that_a_dying_process_cut_off_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    note("zeppelin", user(1), user(2), user(3))
    (place,) = own_folder.glob("*")
    with place.open("a") as file:
        file.write('[1]\n{"q": 3}\n{"q": "zepp')
    count(monkeypatch)
    assert queries.failed_searches()[0].count == 3


def test_the_schedule_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    note("zeppelin", user(1), user(2), user(3))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=10))
    assert queries.is_alerting_needed()
    job = enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.failure
    assert questions() == ["zeppelin"]
    assert not queries.is_alerting_needed()


def test_after_twelve_months_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    note("zeppelin", user(1), user(2), user(3))
    note("balloon", user(1), user(2))
    count(monkeypatch)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 10, 31, tzinfo=UTC))
    forget_old_failures()
    assert questions() == ["zeppelin"]
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 11, 1, tzinfo=UTC))
    assert questions() == [], "even before the night's work"
    forget_old_failures()
    assert not FailedSearch.objects.exists()


def test_who_asked_long_ago_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    note("zeppelin", user(1), user(2))
    count(monkeypatch)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 11, 20, tzinfo=UTC))
    note("zeppelin", user(3))
    count(monkeypatch)
    forget_old_failures()
    row = FailedSearch.objects.get()
    assert (len(row.people), row.question, list(row.months)) == (1, "", ["2027-11"])


def test_what_is_resolved_is_set_aside_until_somebody_misses_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note("zeppelin", user(1), user(2), user(3))
    count(monkeypatch)
    (line,) = queries.failed_searches()
    for by in (user(1), anonymous()):
        with pytest.raises(Refused):
            resolve_failed_search(line.number, by=by)
    assert questions() == ["zeppelin"]
    resolve_failed_search(line.number, by=manager())
    assert questions() == []
    assert [line.question for line in queries.failed_searches(is_resolved=True)] == ["zeppelin"]
    note("zeppelin", user(1))
    count(monkeypatch)
    assert questions() == ["zeppelin"]


def test_nobody_resolves_what_nobody_can_see(monkeypatch: pytest.MonkeyPatch) -> None:
    note("zeppelin", user(1))
    count(monkeypatch)
    for number in (FailedSearch.objects.get().pk, 0):
        with pytest.raises(NotFound):
            resolve_failed_search(number, by=manager())


def manager() -> Reader:
    """A knowledge manager who has an account."""
    known = User.objects.filter(email="manager@house.example").first()
    account = known or add_user("manager@house.example", by_user_id=None)
    return Reader(labels=frozenset({PUBLIC}), user_id=account.pk, is_knowledge_manager=True)
