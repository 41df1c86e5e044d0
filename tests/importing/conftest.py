"""Imports as the product runs them, on files that the tests make."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from baobab.importing import actions
from baobab.importing.jobs import run_import
from baobab.importing.models import ImportRun
from baobab.importing.options import Options
from baobab.importing.sources import find_sources
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.vocabularies.actions import import_scheme, write_places
from baobab.vocabularies.models import Concept, Place, Scheme
from tests import factories
from tests.factories import House

_names = itertools.count()


@pytest.fixture(autouse=True)
def own_index(settings: Settings) -> None:
    """An index in memory that no other test sees."""
    settings.SEARCH_URL = f"memory://importing-{next(_names)}"


@pytest.fixture
def house(db: None) -> House:
    """The organisation and its cast."""
    return factories.house()


@pytest.fixture
def topics(db: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Concept]:
    """Three topics by notation."""
    file = tmp_path_factory.mktemp("scheme") / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    return {concept.notation: concept for concept in Concept.objects.all()}


@pytest.fixture
def places(db: None) -> None:
    """The countries and areas of the world, as every installation has them."""
    if not Place.objects.exists():
        write_places()


Import = Callable[..., ImportRun]


@pytest.fixture
def imported(house: House) -> Import:
    """Import paths with these options, as the command does; gives the run. Suggestions are left waiting."""

    def take_in(*paths: Path, **options: Any) -> ImportRun:
        checked = actions.checked(Options(**options))
        run = actions.start_run(checked)
        actions.list_sources(run, list(find_sources([str(path) for path in paths], checked)))
        job = enqueue(run_import, key=run.public_id, run_id=run.pk)
        Worker(names=["importing.run"]).work_off()
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.failure
        run.refresh_from_db()
        return run

    return take_in


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """A JSON Lines file of these records; the same name again replaces it."""

    def write(*records: Mapping[str, Any], name: str = "records.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    return write


def figures(run: ImportRun) -> Sequence[int]:
    """New, changed, unchanged, duplicates, refused."""
    return run.created, run.changed, run.unchanged, run.duplicates, run.refused
