"""Alerts: told once, in time, under the rights of the moment, and easily stopped."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from pytest_django import Settings

from baobab.accounts.actions import change_preferences
from baobab.accounts.models import User
from baobab.assets.actions import change_asset, withdraw
from baobab.assets.fields import AssetFields, Words
from baobab.assets.indexing.actions import settle
from baobab.assets.models import Asset
from baobab.assets.queries import listed
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.kernel import clock
from baobab.notifications.models import QueuedMail
from baobab.organisation.actions import add_membership
from baobab.organisation.models import Membership
from baobab.organisation.readers import PUBLIC, STAFF, person_label, system, unit_label
from baobab.search.indexer import catch_up
from baobab.search.saved import actions, queries
from baobab.search.saved.actions import change_saved_search, compare_arrivals, save_search, tell
from baobab.search.saved.jobs import send_alerts
from baobab.search.saved.models import News, SavedSearch
from tests import factories
from tests.factories import House, Somebody, published, with_file

from .alerting import SEARCHES

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    return factories.house()


@pytest.fixture(autouse=True)
def queueing(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "baobab.notifications.backend.QueueingBackend"
    settings.SITE_URL = "https://knowledge.example.org"


def look() -> None:
    """What the schedule does every half minute, once the index has taken in what changed."""
    assert catch_up()
    job = enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.failure


def save(who: Somebody, rhythm: str = "immediate", query: str = "q=peat") -> SavedSearch:
    assert catch_up()
    return save_search(query, by=who.reader, rhythm=rhythm)


def mails() -> list[EmailMessage]:
    rows = QueuedMail.objects.order_by("pk").values_list("content", flat=True)
    return [message_from_bytes(bytes(content), policy=default) for content in rows]


def text_of(mail: EmailMessage, sort: str = "plain") -> str:
    body = mail.get_body((sort,))
    assert body is not None
    return str(body.get_content())


def at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


# What is told ---------------------------------------------------------------------------------------


def test_what_is_new_is_told_at_once_and_never_again(house: House) -> None:
    saved = save(house.bruno)
    asset = published(house.amina.reader, "Peat atlas")
    look()
    look()
    change_asset(asset, AssetFields(texts={"en": Words("Peat atlas, revised")}), by=house.amina.reader)
    look()
    (mail,) = mails()
    assert mail["To"] == "bruno@house.example"
    assert mail["Subject"] == "New: peat (1 result)"
    assert "Peat atlas" in text_of(mail)
    assert f"https://knowledge.example.org/assets/{asset.public_id}" in text_of(mail)
    assert News.objects.get(saved=saved).told_at is not None


def test_a_mail_has_both_forms_says_why_it_came_and_how_to_stop_it(house: House) -> None:
    save(house.bruno, query="q=sphagnum")
    asset = published(house.amina.reader, "Marsh & <atlas>")
    with_file(asset, "Here the sphagnum returns & stays", by=house.amina.reader)
    look()
    (mail,) = mails()
    plain, html = text_of(mail), text_of(mail, "html")
    assert mail.get_content_type() == "multipart/alternative"
    for text in (plain, html):
        assert "because you saved this search on" in text
        assert "Wetlands House" in text
        assert "/alerts/stop/" in text
        assert "/en/search/?q=sphagnum" in text
    assert "Marsh & <atlas>" in plain
    assert "Marsh &amp; &lt;atlas&gt;" in html
    assert "Here the sphagnum returns & stays" in plain
    assert "<mark>sphagnum</mark> returns &amp; stays" in html
    stop = str(mail["List-Unsubscribe"]).strip(" <>")
    assert stop in plain
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_mail_speaks_the_language_of_the_account_and_runs_its_way(house: House) -> None:
    change_preferences(house.bruno.user, language="ar", time_zone="")
    save(house.bruno)
    published(house.amina.reader, "Peat atlas", translations={"ar": Words("أطلس الخث")})
    look()
    (mail,) = mails()
    html = text_of(mail, "html")
    assert '<html lang="ar" dir="rtl">' in html
    assert "أطلس الخث" in html
    assert "https://knowledge.example.org/ar/saved/" in html


def test_many_at_once_are_one_mail_that_shows_some_and_counts_all(house: House) -> None:
    saved = save(house.bruno)
    for number in range(25):
        published(house.amina.reader, f"Peat {number}")
    look()
    (mail,) = mails()
    assert "(25 results)" in mail["Subject"]
    assert text_of(mail).count("https://knowledge.example.org/assets/") == 20
    assert "And 5 more:" in text_of(mail)
    assert not News.objects.filter(saved=saved, told_at=None).exists()


def test_no_mail_without_news_and_none_where_none_is_wanted(house: House) -> None:
    save(house.bruno)
    save(house.chen, rhythm="none")
    published(house.amina.reader, "River atlas")
    look()
    assert mails() == []
    published(house.amina.reader, "Peat of the staff", audience=[STAFF])
    look()
    assert [mail["To"] for mail in mails()] == ["bruno@house.example"]


def test_daily_and_weekly_mail_gathers_and_leaves_at_its_hour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(MONDAY - timedelta(days=2), monkeypatch)
    daily, weekly = save(house.bruno, "daily"), save(house.chen, "weekly")
    published(house.amina.reader, "Peat atlas")
    published(house.amina.reader, "Peat manual")
    look()
    assert mails() == []
    at(MONDAY - timedelta(days=1) + timedelta(hours=1), monkeypatch)
    look()
    (mail,) = mails()
    assert (mail["To"], mail["Subject"]) == ("bruno@house.example", "New: peat (2 results)")
    at(MONDAY + timedelta(hours=1), monkeypatch)
    look()
    assert [mail["To"] for mail in mails()] == ["bruno@house.example", "chen@elsewhere.example"]
    daily.refresh_from_db()
    weekly.refresh_from_db()
    assert daily.due_at == MONDAY + timedelta(days=1, hours=1)
    assert weekly.due_at == MONDAY + timedelta(days=7, hours=1)


def test_mail_is_due_on_the_clock_of_the_account(house: House) -> None:
    change_preferences(house.bruno.user, language="", time_zone="Asia/Tokyo")
    saved = save(house.bruno, "daily")
    assert saved.due_at is not None
    assert saved.due_at.hour == 22, "7 in Tokyo"


def test_whoever_wants_mail_from_now_on_gets_no_mail_about_before(house: House) -> None:
    saved = save(house.bruno, "none")
    published(house.amina.reader, "Peat atlas")
    look()
    change_saved_search(saved, by=house.bruno.reader, name="Peat", rhythm="immediate")
    look()
    assert mails() == []
    published(house.amina.reader, "Peat manual")
    look()
    (mail,) = mails()
    assert "Peat atlas" not in text_of(mail)


# Rights at the moment of sending --------------------------------------------------------------------


def found_but_not_told(house: House, **given: object) -> tuple[SavedSearch, Asset]:
    """News that waits for the hour of its mail."""
    saved = save(house.chen, "daily")
    asset = published(house.amina.reader, "Peat atlas", **given)
    look()
    assert News.objects.filter(saved=saved).exists()
    return saved, asset


def when_due(saved: SavedSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    saved.refresh_from_db()
    assert saved.due_at is not None
    at(saved.due_at, monkeypatch)


def test_what_was_closed_meanwhile_is_not_told_though_the_index_does_not_know(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, asset = found_but_not_told(house)
    change_asset(asset, AssetFields(audience=frozenset({STAFF})), by=house.amina.reader)
    when_due(saved, monkeypatch)
    assert tell(saved.pk) is False
    assert mails() == []
    change_asset(asset, AssetFields(audience=frozenset({PUBLIC})), by=house.amina.reader)
    look()
    when_due(saved, monkeypatch)
    look()
    (mail,) = mails()
    assert "Peat atlas" in text_of(mail), "opened again, it is news again"


def test_what_was_withdrawn_meanwhile_is_not_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, asset = found_but_not_told(house)
    withdraw(asset, by=house.amina.reader, reason="Wrong.")
    when_due(saved, monkeypatch)
    look()
    assert mails() == []


def test_whoever_lost_a_membership_or_the_account_is_told_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save(house.bruno, "daily")
    published(house.amina.reader, "Peat of the staff", audience=[STAFF])
    look()
    membership = Membership.objects.get(person=house.bruno.person)
    membership.ends = clock.today() - timedelta(days=1)
    membership.save()
    when_due(saved, monkeypatch)
    assert tell(saved.pk) is False
    published(house.amina.reader, "Peat atlas")
    look()
    User.objects.filter(pk=house.bruno.user.pk).update(is_active=False)
    when_due(saved, monkeypatch)
    look()
    assert mails() == []


def test_no_alert_leaks_under_random_changes_of_audience_and_membership(house: House) -> None:
    """Nothing waits for the index: whatever a mail names, its reader may read when it is queued."""
    chance = random.Random(20261120)
    amina = house.amina.reader
    cast = (house.bruno, house.chen, house.esi)
    sets = [[PUBLIC], [STAFF], [unit_label(house.commission.pk)], [person_label(house.chen.person.pk)]]
    word = ("peat", "moss", "bog")
    saved = {save(who, query=f"q={one}").pk: who for who in cast for one in word}
    assets = [
        published(amina, f"{chance.choice(word)} title{number}end", audience=chance.choice(sets))
        for number in range(15)
    ]
    told: Counter[tuple[int, str]] = Counter()
    stale = 0
    for _trial in range(250):
        changed = chance.choice(assets)
        if chance.random() < 0.85:
            before = changed.readers.labels
            changed = change_asset(
                Asset.objects.get(pk=changed.pk),
                AssetFields(audience=frozenset(chance.choice(sets))),
                by=amina,
            )
            stale += before != changed.readers.labels
        else:
            who = chance.choice(cast)
            unit = chance.choice((house.africa, house.commission))
            own = Membership.objects.filter(person=who.person, group=unit.group)
            if not own.delete()[0]:
                add_membership(unit.group, who.person, by=system())
        if chance.random() < 0.4:
            assert catch_up()
        one_run(told, saved)
    assert catch_up()
    one_run(told, saved)
    assert len(told) > 30, "the trials are worth something only when much is told"
    assert stale > 100
    assert max(told.values()) == 1


def one_run(told: Counter[tuple[int, str]], saved: dict[int, Somebody]) -> None:
    """The job by hand, each mail looked at in the moment it was queued."""
    arrived = queries.arrivals()
    for owner_id in queries.owners():
        compare_arrivals(owner_id, [row.asset_id for row in arrived])
    settle(arrived)
    for saved_id in queries.searches_to_tell(clock.now()):
        if tell(saved_id):
            text = text_of(mails()[-1])
            readable = {asset.public_id for asset in listed(saved[saved_id].reader)}
            named = {line.rsplit("/", 1)[1] for line in text.splitlines() if "/assets/" in line}
            titles = {asset.title: asset.public_id for asset in Asset.objects.all()}
            assert named
            assert named <= readable
            assert {pk for title, pk in titles.items() if title in text} <= readable
            told.update((saved_id, public_id) for public_id in named)


# Many, and dying ------------------------------------------------------------------------------------


def test_a_search_that_is_removed_while_it_is_compared_leaves_nothing(house: House) -> None:
    saved = save(house.bruno)
    published(house.amina.reader, "Peat atlas")
    assert catch_up()
    actions.remove_saved_search(saved, by=house.bruno.reader)
    look()
    assert mails() == []
    assert tell(saved.pk) is False


def test_a_run_that_ends_between_finding_and_telling_tells_at_the_next(house: House) -> None:
    saved = save(house.bruno)
    published(house.amina.reader, "Peat atlas")
    assert catch_up()
    arrived = queries.arrivals()
    compare_arrivals(house.bruno.user.pk, [row.asset_id for row in arrived])
    compare_arrivals(house.bruno.user.pk, [row.asset_id for row in arrived])
    assert News.objects.filter(saved=saved).count() == 1
    look()
    look()
    assert len(mails()) == 1


def test_what_a_failed_run_left_untold_is_told_by_the_next_though_nothing_changed(house: House) -> None:
    save(house.bruno)
    published(house.amina.reader, "Peat atlas")
    assert catch_up()
    arrived = queries.arrivals()
    compare_arrivals(house.bruno.user.pk, [row.asset_id for row in arrived])
    settle(arrived)
    assert queries.is_alerting_needed()
    look()
    assert len(mails()) == 1
    assert not queries.is_alerting_needed()


def test_a_closed_account_keeps_nothing_waiting(house: House) -> None:
    saved = save(house.bruno)
    published(house.amina.reader, "Peat atlas")
    assert catch_up()
    compare_arrivals(house.bruno.user.pk, [row.asset_id for row in queries.arrivals()])
    User.objects.filter(pk=house.bruno.user.pk).update(is_active=False)
    look()
    assert mails() == []
    assert not News.objects.filter(saved=saved).exists()
    assert not queries.is_alerting_needed()


def test_two_at_once_that_tell_send_one_mail(house: House) -> None:
    saved = save(house.bruno)
    published(house.amina.reader, "Peat atlas")
    assert catch_up()
    compare_arrivals(house.bruno.user.pk, [row.asset_id for row in queries.arrivals()])
    assert [tell(saved.pk), tell(saved.pk)] == [True, False]
    assert len(mails()) == 1


def test_comparing_costs_few_queries_for_each_search(
    house: House, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        save(house.bruno, "none", query=f"q=word{number}")
    asset = published(house.amina.reader, "Peat atlas")
    assert catch_up()
    compare_arrivals(house.bruno.user.pk, [asset.pk])
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        compare_arrivals(house.bruno.user.pk, [asset.pk])


def test_what_an_owner_may_not_read_costs_no_search_at_all(
    house: House, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        save(house.chen, "none", query=f"q=word{number}")
    asset = published(house.amina.reader, "Peat of the staff", audience=[STAFF])
    assert catch_up()
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        compare_arrivals(house.chen.user.pk, [asset.pk])


@pytest.mark.slow
def test_however_often_the_job_is_killed_everything_is_told_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.run("-m", "django", "migrate", "-v0")
    site.run("-m", "tests.search.alerting", "fill")
    chance = random.Random(7)
    killed = 0
    for _round in range(3):
        site.run("-m", "tests.search.alerting", "publish", "4")
        for _time in range(4):
            process = site.start("-m", "tests.search.alerting", "alert")
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                process.wait(chance.uniform(0.0, 0.5))
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
            process.wait()
    for _time in range(2):
        site.run("-m", "tests.search.alerting", "alert")
    told: Counter[tuple[str, str]] = Counter()
    for mail in site.mails():
        stop = str(mail["List-Unsubscribe"])
        told.update((stop, line) for line in text_of(mail).splitlines() if "/assets/" in line)
    assert killed > 3, "the trials are worth something only when the job was cut off"
    assert len(told) == 3 * len(SEARCHES) * 12
    assert set(told.values()) == {1}


class Site:
    """A data folder of its own, and real processes on it."""

    def __init__(self, home: Path) -> None:
        foreign = ("DATABASE_URL", "SEARCH_URL", "BAOBAB_TEST_HOME")
        self._home = home
        self._environment = {name: value for name, value in os.environ.items() if name not in foreign} | {
            "BAOBAB_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
            "CACHE_URL": "locmemcache://",
            "EMAIL_URL": "dummymail://",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=self._environment, cwd=ROOT, text=True, stdout=subprocess.PIPE
        )

    def run(self, *arguments: str) -> None:
        process = self.start(*arguments)
        process.communicate(timeout=120)
        assert process.returncode == 0, arguments

    def mails(self) -> list[EmailMessage]:
        with closing(sqlite3.connect(self._home / "baobab.sqlite3")) as database:
            rows = database.execute("SELECT content FROM notifications_queuedmail").fetchall()
        return [message_from_bytes(content, policy=default) for (content,) in rows]
