"""What is there twice is found; what only resembles it is not; nothing is left of what is gone."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.assets.actions import change_asset, merge, purge, withdraw
from baobab.assets.fields import AssetFields, Words
from baobab.assets.models import Asset, Dirty
from baobab.jobs.actions import claim, enqueue, finish
from baobab.jobs.models import Job
from baobab.jobs.registry import Work, schedules
from baobab.jobs.run import Run
from baobab.kernel.errors import BadInput, Refused
from baobab.organisation.readers import STAFF
from baobab.search.lookalikes import CONSUMER, actions, jobs
from baobab.search.lookalikes.models import CommonRun, Likeness, SetApart, SketchedRun, TextSketch
from baobab.search.lookalikes.queries import lookalikes_now, lookalikes_of, pairs_for, pairs_set_apart
from tests.factories import House, draft, house, published, with_file

pytestmark = pytest.mark.django_db
How = Likeness.How

_WORDS = [
    a + b + c
    for a in ("ba", "ke", "li", "mo", "nu", "ra", "se")
    for b in ("na", "ro", "si", "tu")
    for c in ("", "r", "nd", "l")
]


def ran(work: Work) -> object:
    """What a job answers that a worker leased."""
    enqueue(work)
    job = claim("tests")
    assert job is not None
    answer = work(Run(job.pk, worker="tests", attempt=1))
    finish(job.pk, worker="tests")
    return answer


@pytest.fixture(name="house")
def cast() -> House:
    return house()


def text(seed: int, count: int = 400) -> str:
    """Words that no other seed gives in this order."""
    return " ".join(random.Random(seed).choices(_WORDS, k=count))


def catch_up() -> None:
    while actions.take_in_some():
        pass


def pairs() -> list[tuple[str, str, str]]:
    rows = Likeness.objects.order_by("pk").select_related("left", "right")
    return [(row.left.title, row.right.title, row.how) for row in rows]


def with_pages(house: House, title: str, *pages: str, **fields: object) -> Asset:
    made = published(house.amina.reader, title, **fields)
    with_file(made, *pages, by=house.amina.reader, name=f"{title}.txt")
    return made


def test_the_same_words_in_two_files_are_the_same_text(house: House) -> None:
    with_pages(house, "Herons", text(1).upper(), text(2))
    with_pages(house, "Of birds", text(1), text(2))
    with_pages(house, "Reeds", text(3))
    catch_up()
    assert pairs() == [("Herons", "Of birds", How.SAME)]


def test_a_page_more_is_nearly_the_same_and_a_chapter_stands_in_its_report(house: House) -> None:
    pages = [text(seed, 300) for seed in range(8)]
    with_pages(house, "Report", *pages)
    with_pages(house, "Draft", *pages[:-1])
    with_pages(house, "Chapter", *pages[2:4])
    catch_up()
    assert sorted(pairs()) == [
        ("Draft", "Chapter", How.LEFT_HOLDS),
        ("Report", "Chapter", How.LEFT_HOLDS),
        ("Report", "Draft", How.NEARLY),
    ]


def test_reports_of_one_template_with_other_figures_are_not_the_same(house: House) -> None:
    def report(year: int) -> str:
        chance = random.Random(year)
        return " ".join(f"{text(n, 12)} {chance.randint(1000, 99999)}" for n in range(60))

    with_pages(house, "Water for all", report(1))
    with_pages(house, "Clean rivers", report(2))
    catch_up()
    assert pairs() == []


def test_members_of_a_series_are_not_the_same_though_their_texts_nearly_are(house: House) -> None:
    shared, other = text(1, 500), text(2, 80)
    with_pages(house, "Annual report of the house 2019", shared)
    with_pages(house, "Annual report of the house 2020", shared, other)
    with_pages(house, "Scan of it", shared, other[:100])
    catch_up()
    assert ("Annual report of the house 2019", "Annual report of the house 2020") not in {
        pair[:2] for pair in pairs()
    }
    assert len(pairs()) == 2


def test_chinese_is_compared_by_characters(house: House) -> None:
    chance = random.Random(1)
    characters = "".join(chance.choices([chr(0x4E00 + n) for n in range(800)], k=600))
    with_pages(house, "一", characters)
    with_pages(house, "另外", characters[:560])
    with_pages(house, "无关", "".join(chance.sample(characters, 600)))
    catch_up()
    assert pairs() == [("一", "另外", How.NEARLY)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"title": "Peatlands of the Congo basin", "authors": ["Diallo, Amina"], "issued": "2014"},
            {"title": "Peat-lands of the Congo Basin", "authors": ["Amina Diallo"], "issued": "2014-05"},
        ),
        (
            {"title": "Fire in mires: a guide for wardens", "authors": ["Diallo, Amina"], "issued": "2014"},
            {"title": "Fire in mires", "authors": ["Amina Diallo"], "issued": "2014"},
        ),
        (
            {"title": "Waters, people and peace in the Sahel", "summary": text(1, 60)},
            {"title": "Waters, people and peace in the Sahel", "summary": text(1, 45)},
        ),
        (
            {"title": "Counting herons by boat, on foot and from the air"},
            {"title": "Counting herons by boat, on foot and from the air", "issued": "1999"},
        ),
    ],
)
def test_two_records_of_one_work_are_found(
    house: House, one: dict[str, object], other: dict[str, object]
) -> None:
    for given in (one, other):
        published(house.amina.reader, **given)  # type: ignore[arg-type]
    catch_up()
    assert [how for _left, _right, how in pairs()] == [How.RECORD]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "Annual report"}, {"title": "Annual report"}),
        (
            {"title": "Restoring mires, volume II", "authors": ["Amina Diallo"]},
            {"title": "Restoring mires, volume III", "authors": ["Amina Diallo"]},
        ),
        (
            {"title": "State of the world's wetlands", "issued": "2010"},
            {"title": "State of the world's wetlands", "issued": "2018"},
        ),
        (
            {"title": "A guide to the law of water and land", "authors": ["Amina Diallo"]},
            {"title": "A guide to the law of water and land", "authors": ["Chen Wei"]},
        ),
        (
            {"title": "Map of Asia, sheet AVI", "authors": ["Kiepert"], "issued": "1902"},
            {"title": "Map of Asia, sheet CII", "authors": ["Kiepert"], "issued": "1902"},
        ),
    ],
)
def test_records_of_different_works_are_left_alone(
    house: House, one: dict[str, object], other: dict[str, object]
) -> None:
    for given in (one, other):
        published(house.amina.reader, **given)  # type: ignore[arg-type]
    catch_up()
    assert pairs() == []


def test_what_changes_is_compared_anew(house: House) -> None:
    one, other = published(house.amina.reader, "Reeds", body=text(1)), published(house.amina.reader, "Sedges")
    catch_up()
    assert pairs() == []
    change_asset(other, AssetFields(texts={"en": Words("Sedges", "", text(1))}), by=house.amina.reader)
    catch_up()
    assert pairs() == [("Reeds", "Sedges", How.SAME)]
    change_asset(one, AssetFields(texts={"en": Words("Reeds", "", text(2))}), by=house.amina.reader)
    catch_up()
    assert pairs() == []


@pytest.mark.parametrize("end", ["withdraw", "merge", "purge"])
def test_nothing_is_kept_of_what_is_gone(house: House, end: str) -> None:
    pages = [text(1), text(2)]
    kept = with_pages(house, "Herons", *pages)
    gone = with_pages(house, "Of birds", *pages, text(3, 20))
    alone = with_pages(house, "Alone", text(9))
    catch_up()
    actions.set_apart(gone, alone, by=house.amina.reader)
    assert lookalikes_of(house.amina.reader, kept)
    if end == "withdraw":
        withdraw(gone, by=house.amina.reader, reason="Twice")
    elif end == "merge":
        merge(gone, into=kept, by=house.amina.reader)
    else:
        purge(gone, by=house.dora.reader, reason="Wrong")
        assert not TextSketch.objects.filter(blob__files__asset=gone).exists()
    assert lookalikes_of(house.amina.reader, kept) == [], "before anything was taken in"
    assert lookalikes_now(house.amina.reader, kept) == []
    catch_up()
    assert pairs() == []
    assert not TextSketch.objects.filter(asset=gone).exists()
    assert not SetApart.objects.exists()
    if end == "purge":
        sketches = set(TextSketch.objects.values_list("pk", flat=True))
        assert set(SketchedRun.objects.values_list("sketch", flat=True)) <= sketches
        assert TextSketch.objects.filter(sort="file").count() == 2


def test_the_same_again_writes_nothing(house: House) -> None:
    with_pages(house, "Herons", text(1))
    with_pages(house, "Of birds", text(1))
    catch_up()

    def rows() -> list[Sequence[int]]:
        return [list(model.objects.values_list("pk", flat=True)) for model in (TextSketch, Likeness)]

    before = rows()
    actions.take_in(list(Asset.objects.values_list("pk", flat=True)))
    assert rows() == before


def test_a_mark_made_again_meanwhile_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = published(house.amina.reader, "Herons")
    take_in = actions.take_in

    def changed_meanwhile(ids: Sequence[int]) -> None:
        take_in(ids)
        change_asset(made, AssetFields(texts={"en": Words("Other", "", text(1))}), by=house.amina.reader)

    monkeypatch.setattr(actions, "take_in", changed_meanwhile)
    actions.take_in_some()
    assert Dirty.objects.filter(consumer=CONSUMER, asset_id=made.pk).exists()


def test_what_everything_says_tells_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SHARING", 5)
    notice = text(99, 300)
    for number in range(9):
        with_pages(house, f"Thing {_WORDS[number]}", notice, text(number, 800))
    catch_up()
    assert CommonRun.objects.exists()
    counts: dict[int, int] = {}
    for value in SketchedRun.objects.values_list("value", flat=True):
        counts[value] = counts.get(value, 0) + 1
    assert max(counts.values()) < 5
    assert pairs() == []


def test_a_draft_is_compared_at_once_and_stores_nothing(house: House) -> None:
    kept = with_pages(house, "Herons", text(1))
    catch_up()
    begun = draft(house.bruno.reader, "scan0001", unit=house.africa)
    with_file(begun, text(1), by=house.bruno.reader, name="scan0001.pdf")
    (like,) = lookalikes_now(house.bruno.reader, begun)
    assert (like.asset, like.found.how) == (kept, How.SAME)
    assert not Likeness.objects.exists()
    catch_up()
    (stored,) = lookalikes_now(house.bruno.reader, begun)
    assert (stored.asset, stored.found) == (kept, like.found)


def test_which_holds_which_is_told_from_the_asset_that_is_asked_about(house: House) -> None:
    chapter = with_pages(house, "Chapter", text(1))
    report = with_pages(house, "Report", text(1), text(2), text(3))
    catch_up()
    (from_report,) = lookalikes_of(house.amina.reader, report)
    (from_chapter,) = lookalikes_of(house.amina.reader, chapter)
    assert (from_report.found.how, from_chapter.found.how) == (How.LEFT_HOLDS, How.RIGHT_HOLDS)


def test_a_pair_set_apart_is_named_no_more_until_that_is_taken_back(house: House) -> None:
    one, other = with_pages(house, "Herons", text(1)), with_pages(house, "Of birds", text(1))
    catch_up()
    by = house.amina.reader
    actions.set_apart(other, one, by=by)
    actions.set_apart(one, other, by=by)
    assert list(pairs_for(by)) == []
    assert lookalikes_of(by, one) == []
    change_asset(one, AssetFields(texts={"en": Words("Grey herons")}), by=by)
    assert lookalikes_now(by, one) == []
    catch_up()
    assert list(pairs_for(by)) == []
    assert [(pair.left, pair.right) for pair in pairs_set_apart(by)] == [(one, other)]
    actions.bring_together(one, other, by=by)
    actions.bring_together(one, other, by=by)
    assert [pair.left for pair in pairs_for(by)] == [one]


def test_who_has_no_say_cannot_set_apart(house: House) -> None:
    one, other = with_pages(house, "Herons", text(1)), with_pages(house, "Of birds", text(1))
    catch_up()
    with pytest.raises(Refused):
        actions.set_apart(one, other, by=house.bruno.reader)
    with pytest.raises(BadInput):
        actions.set_apart(one, one, by=house.amina.reader)
    assert not SetApart.objects.exists()


def test_the_report_shows_pairs_in_which_the_reader_has_a_say(house: House) -> None:
    one = with_pages(house, "Herons", text(1))
    with_pages(house, "Of birds", text(1), audience=[STAFF])
    catch_up()
    assert [pair.left for pair in pairs_for(house.amina.reader)] == [one]
    assert list(pairs_for(house.bruno.reader)) == []
    assert list(pairs_for(house.nobody)) == []
    assert list(pairs_for(house.amina.reader, kind="note")) == []
    assert [pair.left for pair in pairs_for(house.amina.reader, unit_id=house.headquarters.pk)] == [one]
    assert list(pairs_for(house.amina.reader, unit_id=house.africa.pk)) == []


def test_what_was_there_before_is_marked_once_and_compared(house: House) -> None:
    one, other = with_pages(house, "Herons", text(1)), with_pages(house, "Of birds", text(1))
    gone = withdraw(with_pages(house, "Gone", text(1)), by=house.amina.reader, reason="Wrong")
    Dirty.objects.all().delete()
    Job.objects.all().delete()
    assert ran(jobs.look_over_all) == {"marked": 2}
    waiting = Dirty.objects.values_list("asset_id", "consumer", "is_in_bulk").order_by("asset_id")
    assert list(waiting) == [(one.pk, CONSUMER, True), (other.pk, CONSUMER, True)]
    assert gone.pk not in {one.pk, other.pk}
    assert ran(jobs.look_for_lookalikes) == {"compared": 2}
    assert pairs() == [("Herons", "Of birds", How.SAME)]
    assert ran(jobs.look_over_all) == {"marked": 0}
    assert ran(jobs.look_for_lookalikes) == {"compared": 0}


def test_both_jobs_are_scheduled() -> None:
    names = {kind.name for kind in schedules()}
    assert {"search.lookalikes", "search.lookalikes-unknown"} <= names


def test_cut_off_in_the_middle_nothing_is_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pages(house, "Herons", text(1))
    with_pages(house, "Of birds", text(1))

    def cut_off(*_given: object, **_further: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(actions, "like_of", cut_off)
        with pytest.raises(KeyboardInterrupt):
            actions.take_in_some()
    assert TextSketch.objects.exists()
    assert Dirty.objects.filter(consumer=CONSUMER).exists()
    catch_up()
    assert pairs() == [("Herons", "Of birds", How.SAME)]


def test_a_file_read_anew_is_compared_anew(house: House) -> None:
    with_pages(house, "Herons", text(1))
    scanned = published(house.amina.reader, "Scan")
    with_file(scanned, by=house.amina.reader, name="scan.pdf", content=b"pixels")
    catch_up()
    assert pairs() == []
    with_file(scanned, text(1), by=house.amina.reader, name="scan.pdf", content=b"pixels")
    catch_up()
    assert pairs() == [("Herons", "Scan", How.SAME)]


def test_what_it_costs_to_be_told(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        with_pages(house, f"Copy of {_WORDS[number]}", text(1), text(2, 20 + number))
    catch_up()
    begun = draft(house.bruno.reader, "Scan")
    with_file(begun, text(1), by=house.bruno.reader, name="scan.pdf")
    reader = house.bruno.reader
    with django_assert_max_num_queries(25):
        assert len(lookalikes_now(reader, begun)) == 5
    catch_up()
    with django_assert_max_num_queries(1):
        assert len(lookalikes_of(reader, begun)) == 5
