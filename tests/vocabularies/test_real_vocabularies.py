"""Whole vocabularies in use: each comes in, and the same again changes nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept
from baobab.vocabularies.queries import find_concept

pytestmark = [pytest.mark.django_db, pytest.mark.data, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "concepts", "label"),
    [
        ("unesco-thesaurus-2021.ttl", 4433, "Enseignement des langues"),
        ("eurovoc-en-fr.ttl", 7317, "zone humide"),
        ("stw-skos.ttl", 6244, "Wirtschaftspolitik"),
        ("sdg-6lang.ttl", 438, "1.1.1"),
        ("hcrt.ttl", 26, "Lesson Plan"),
    ],
)
def test_a_vocabulary_in_use_comes_in_whole_and_again_unchanged(
    data: Path, name: str, concepts: int, label: str
) -> None:
    started = time.perf_counter()
    first = import_scheme(data / "vocabularies" / name, by_user_id=None)
    between = time.perf_counter()
    again = import_scheme(data / "vocabularies" / name, by_user_id=None)
    print(f"{name}: {between - started:.1f} s, again {time.perf_counter() - between:.1f} s")
    assert (first.added, len(first.schemes), first.problems, first.cycles) == (concepts, 1, [], [])
    assert Concept.objects.count() == concepts
    assert (again.added, again.changed, again.unchanged, again.deprecated) == (0, 0, concepts, 0)
    assert find_concept(label) is not None
