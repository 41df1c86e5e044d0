"""Search by meaning, from a published asset to a hit in another language, and what a reader never learns."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import Asset, Dirty, State
from baobab.assets.queries import listed_or_own
from baobab.config.health import findings
from baobab.jobs.actions import prepare_schedules, queue_due_schedules
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.organisation.readers import PUBLIC
from baobab.search import meaning
from baobab.search.indexer import catch_up
from baobab.search.queries import FoundBy, SearchRequest, search, sight_of

from .factory import add_file, asset, change_readers, reader
from .models_of_meaning import make_model, needs_packages

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(tmp_path: Path, settings: Settings) -> Path:
    """An installation of its own that searches by meaning; the folder of its model."""
    needs_packages()
    settings.BAOBAB_HOME = tmp_path
    settings.EMBEDDING_URL = make_model(tmp_path / "model")
    return tmp_path / "model"


def embed() -> None:
    """Let a worker embed all that waits."""
    from baobab.jobs.actions import enqueue
    from baobab.search.meaning.jobs import embed_passages

    enqueue(embed_passages, key="schedule")
    Worker(names=["search.embed"]).work_off()


def found(q: str, *labels: str, language: str = "en") -> dict[str, FoundBy]:
    hits = search(reader(*labels, language=language), SearchRequest(q=q)).hits
    return {hit.asset.title: hit.found_by for hit in hits}


def test_a_question_in_one_language_finds_what_says_it_in_another_and_the_hit_says_how(model: Path) -> None:
    add_file(asset("Atlas of Doñana", language="es"), ["índice", "restaurar el humedal"], language="es")
    asset("Wind power", body="How a turbine is built.")
    assert catch_up()
    embed()
    results = search(reader(), SearchRequest(q="wetland"))
    (hit,) = results.hits
    assert (hit.asset.title, hit.found_by, hit.page) == ("Atlas of Doñana", FoundBy.MEANING, 2)
    assert "restaurar el humedal" in hit.snippet
    assert results.count == 1
    assert {value.value: value.count for value in results.facets["language"]} == {"es": 1}


def test_what_has_the_words_and_what_means_them_stand_in_one_order(model: Path) -> None:
    asset("Restoration", body="The wetland was dry. " * 3)
    asset("Restauración", body="El humedal estaba seco.", language="es")
    asset("Molino", language="es")
    assert catch_up()
    embed()
    assert found("wetland") == {"Restoration": FoundBy.WORDS, "Restauración": FoundBy.MEANING}


def test_a_question_that_means_nothing_to_the_model_is_answered_by_words(model: Path) -> None:
    asset("Peat and moss")
    asset("Humedal", language="es")
    assert catch_up()
    embed()
    assert found("peat") == {"Peat and moss": FoundBy.WORDS}
    assert found("bog") == {}


def test_words_that_must_stand_as_typed_are_not_answered_by_meaning(model: Path) -> None:
    asset("Humedal", language="es")
    asset("The wetland")
    assert catch_up()
    embed()
    assert set(found("wetland")) == {"Humedal", "The wetland"}
    assert set(found('"wetland"')) == {"The wetland"}
    assert set(found("wetland*")) == {"The wetland"}
    assert set(found("wetland language:en")) == {"The wetland"}
    assert set(found("wetland -humedal")) == {"The wetland"}


def test_filters_hold_for_what_is_found_by_meaning(model: Path) -> None:
    asset("Humedal", language="es", issued=date(2015, 5, 1))
    asset("Marais", language="fr", issued=date(2020, 5, 1))
    assert catch_up()
    embed()
    results = search(reader(), SearchRequest(q="wetland", years=(2020,)))
    assert [hit.asset.title for hit in results.hits] == ["Marais"]
    assert results.count == 1


def test_a_typing_error_is_corrected_before_anything_is_asked_for_its_meaning(model: Path) -> None:
    asset("The wetland")
    asset("Humedal", language="es")
    assert catch_up()
    embed()
    results = search(reader(), SearchRequest(q="wetlnad"))
    assert results.corrected == "wetland"
    assert {hit.asset.title for hit in results.hits} == {"The wetland", "Humedal"}


def test_until_everything_is_embedded_search_goes_by_words(model: Path) -> None:
    asset("Humedal", language="es")
    assert catch_up()
    assert found("wetland") == {}
    embed()
    assert found("wetland") == {"Humedal": FoundBy.MEANING}


def test_the_schedule_embeds_what_changed_and_leaves_no_job_behind_when_nothing_did(model: Path) -> None:
    asset("Humedal", language="es")
    assert catch_up()
    prepare_schedules()
    queue_due_schedules()
    assert Worker(names=["search.embed"]).work_off() == 1
    assert found("wetland") == {"Humedal": FoundBy.MEANING}
    assert meaning_is_not_needed()
    assert (Job.objects.get(name="search.embed").result or {})["passages"] == 1
    queue_due_schedules()
    assert Job.objects.filter(name="search.embed").count() == 1


def meaning_is_not_needed() -> bool:
    from baobab.search.meaning.queries import is_needed

    return not is_needed()


def test_changed_words_are_embedded_and_the_same_words_are_not_embedded_again(model: Path) -> None:
    from baobab.search.meaning.embedding import embed_some

    made = asset("Humedal", language="es")
    add_file(made, ["manglar", "nada", "nada más"], language="es")
    embed()
    change_readers(made, ["staff"])
    progress = embed_some(seconds=60, check=lambda done: None)
    assert progress is not None
    assert (progress.taken_in, progress.embedded) == (1, 0)
    made.texts.update(title="Molino")
    Asset.objects.filter(pk=made.pk).update(title="Molino")
    mark_dirty([made.pk])
    embed()
    assert catch_up()
    assert set(found("turbine", "staff")) == {"Molino"}
    assert found("turbine") == {}


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.MERGED, State.PURGED])
def test_what_is_withdrawn_merged_or_purged_goes_at_once_and_from_the_disk_with_the_job(
    model: Path, tmp_path: Path, state: State
) -> None:
    from baobab.search.meaning.queries import how_far
    from baobab.search.meaning.store import store

    gone = asset("Humedal", language="es")
    asset("Manglar", language="es")
    assert catch_up()
    embed()
    held = store().snapshot()
    assert held is not None
    bytes_of_it = held.segments[0].codes(held.segments[0].rows["asset"] == gone.pk).tobytes()
    Asset.objects.filter(pk=gone.pk).update(state=state)
    mark_dirty([gone.pk], is_narrowed=True)
    assert found("wetland") == {}
    embed()
    left = how_far()
    assert left is not None
    assert (left.passages, left.waiting) == (1, 0)
    assert not any(bytes_of_it in place.read_bytes() for place in (tmp_path / "meaning").glob("vectors-*"))


def test_another_model_embeds_everything_again(model: Path, settings: Settings, tmp_path: Path) -> None:
    from baobab.search.meaning.queries import how_far

    asset("Humedal", language="es")
    assert catch_up()
    embed()
    settings.EMBEDDING_URL = make_model(tmp_path / "other", same=[("wetland", "marisma")], dimension=12)
    asset("Marisma", language="es")
    assert catch_up()
    assert found("wetland") == {}
    embed()
    assert set(found("wetland")) == {"Marisma"}
    state = how_far()
    assert state is not None
    assert (state.dimension, state.passages, state.waiting, state.is_whole) == (12, 2, 0, True)


def test_a_lost_file_leaves_search_by_words_and_is_made_again(model: Path, tmp_path: Path) -> None:
    from baobab.search.meaning.store import _store_at

    asset("Humedal", language="es")
    asset("The wetland")
    assert catch_up()
    embed()
    for place in (tmp_path / "meaning").glob("vectors-*"):
        place.unlink()
    _store_at.cache_clear()  # as in a process that starts
    assert set(found("wetland")) == {"The wetland"}
    asset("Humedales", language="es")
    assert catch_up()
    embed()
    assert set(found("wetland")) == {"Humedal", "Humedales", "The wetland"}


def test_a_model_that_went_away_leaves_search_by_words_and_the_marks(model: Path, settings: Settings) -> None:
    asset("The wetland")
    assert catch_up()
    embed()
    settings.EMBEDDING_URL = f"onnx://{model}/nowhere"
    asset("A second wetland")
    assert catch_up()
    assert set(found("wetland")) == {"The wetland", "A second wetland"}
    embed()
    job = Job.objects.filter(name="search.embed").latest("pk")
    assert "nowhere" in (job.result or {})["problem"]
    assert job.state == Job.State.DONE
    assert Dirty.objects.filter(consumer=meaning.CONSUMER).exists()


def test_changes_while_it_is_switched_off_are_embedded_when_it_is_on_again(
    model: Path, settings: Settings
) -> None:
    made = asset("Humedal", language="es")
    embed()
    url, settings.EMBEDDING_URL = settings.EMBEDDING_URL, ""
    made.texts.update(title="Molino")
    Asset.objects.filter(pk=made.pk).update(title="Molino")
    mark_dirty([made.pk])
    assert catch_up()
    assert found("turbine") == {}
    settings.EMBEDDING_URL = url
    embed()
    assert set(found("turbine")) == {"Molino"}
    assert set(found("wetland")) == set()


def test_the_check_says_how_far_the_embedding_is_and_what_is_wrong(model: Path, settings: Settings) -> None:
    def said() -> list[tuple[bool, str]]:
        return [(one.is_well, one.sentence) for one in findings()]

    asset("Humedal", language="es")
    assert (True, f"The model {model} gives vectors of 8 numbers.") in said()
    assert (True, "Nothing was embedded yet; a worker will, or: baobab embed") in said()
    embed()
    asset("Marais", language="fr")
    assert (True, "1 passages are embedded; assets that wait: 1.") in said()
    settings.EMBEDDING_URL = f"onnx://{model}/nowhere"
    assert any(not is_well and "nowhere" in sentence for is_well, sentence in said())
    settings.EMBEDDING_URL = ""
    assert (True, "Search goes by words only: EMBEDDING_URL names no model.") in said()


def test_without_a_model_nothing_is_marked_and_nothing_is_made(tmp_path: Path, settings: Settings) -> None:
    settings.BAOBAB_HOME = tmp_path
    settings.EMBEDDING_URL = ""
    made = asset("Peat")
    assert catch_up()
    assert set(found("peat")) == {"Peat"}
    assert not Dirty.objects.filter(consumer=meaning.CONSUMER, asset_id=made.pk).exists()
    assert list(tmp_path.iterdir()) == []


def test_the_product_starts_and_searches_without_the_packages_of_the_extra(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('numpy', 'faiss', 'onnxruntime', 'tokenizers', 'onnx'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import django; django.setup()\n"
        "import baobab.config.urls, baobab.search.jobs, baobab.search.queries, baobab.config.health\n"
        "from baobab.jobs.registry import schedules\n"
        "print([one.is_needed() for one in schedules() if one.name == 'search.embed'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "", "DJANGO_SETTINGS_MODULE": "baobab.config.settings", "BAOBAB_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.stdout, ended.returncode) == ("[False]\n", 0), ended.stderr


_LABELS = ("staff", "unit:1", "unit:2", "group:3", "person:4")
_TITLES = ("wetland", "humedal", "marais", "humedales", "mangrove")


def test_nothing_leaks_under_random_changes_without_waiting_for_the_job(model: Path) -> None:
    """A reader is told the same as if the library held nothing but what she may read."""
    from baobab.search.meaning.queries import answers

    chance = random.Random(20261120)

    def some_labels() -> list[str]:
        return [PUBLIC] if chance.random() < 0.3 else chance.sample(_LABELS, chance.randint(1, 3))

    def body() -> str:
        return " ".join(chance.choices((*_TITLES, "vaccine", "peat"), k=4))

    assets = [asset(chance.choice(_TITLES), body=body(), labels=some_labels()) for _ in range(40)]
    assert catch_up()
    embed()
    for trial in range(300):
        changed = chance.choice(assets)
        change_readers(changed, some_labels())
        if chance.random() < 0.1:
            assert catch_up()
        if chance.random() < 0.1:
            embed()
        who = reader(*chance.sample(_LABELS, chance.randint(0, 2)))
        word = chance.choice(_TITLES)
        readable = set(listed_or_own(who).values_list("pk", flat=True))
        told = answers(who, word, sight=sight_of(who))
        assert set(told) <= readable, trial
        results = search(who, SearchRequest(q=word, size=100))
        assert {hit.asset_id for hit in results.hits} <= readable, trial
        assert results.count <= len(readable), trial
        # The same question where what she may not read was never there.
        waiting = frozenset(set(Asset.objects.values_list("pk", flat=True)) - readable)
        sight = sight_of(who)
        alone = answers(who, word, sight=type(sight)(sight.labels, sight.without | waiting))
        assert list(told.items()) == list(alone.items()), trial
