"""Importing and re-importing schemes: what is added, changed, left alone, deprecated, cut, refused."""

from __future__ import annotations

import pytest

from baobab.accounts.models import AuditEntry
from baobab.kernel.errors import BadInput
from baobab.vocabularies import changes
from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, ConceptAncestor, ConceptLabel, ConceptParent, Scheme
from baobab.vocabularies.queries import ancestors_of_concepts, find_concept
from baobab.vocabularies.reports import ImportReport

from .schemes import SCHEME, WATER, concept, turtle

pytestmark = pytest.mark.django_db

C = "https://example.org/c/"


def take(body: str = WATER, **options: str) -> ImportReport:
    return import_scheme(turtle(body), by_user_id=None, **options)


def ids() -> dict[str, int]:
    return {uri.removeprefix(C): pk for uri, pk in Concept.objects.values_list("uri", "pk")}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    monkeypatch.setattr(changes, "_concept_listeners", [])
    calls: list[set[int]] = []
    changes.on_hierarchy_changed(calls.append)
    return calls


def test_a_new_scheme_comes_in_whole() -> None:
    report = take()
    assert (report.added, report.changed, report.unchanged, report.deprecated) == (5, 0, 0, 0)
    assert report.labels == ConceptLabel.objects.count() == 18
    assert report.problems == []
    assert report.cycles == []
    scheme = Scheme.objects.get()
    assert (scheme.uri, scheme.use, scheme.licence) == (SCHEME, "topics", "CC0")
    assert report.scheme == scheme


def test_ancestors_are_stored_with_the_shortest_distance() -> None:
    take()
    known = ids()
    rows = ConceptAncestor.objects.filter(concept=known["mangroves"]).values_list("ancestor_id", "distance")
    assert dict(rows) == {known["mangroves"]: 0, known["wetlands"]: 1, known["water"]: 1}


def test_the_same_file_again_writes_nothing() -> None:
    take()
    before = list(Concept.objects.order_by("pk").values())
    labels = list(ConceptLabel.objects.order_by("pk").values())
    stamped = Scheme.objects.get().updated_at
    report = take()
    assert (report.added, report.changed, report.unchanged) == (0, 0, 5)
    assert list(Concept.objects.order_by("pk").values()) == before
    assert list(ConceptLabel.objects.order_by("pk").values()) == labels
    assert Scheme.objects.get().updated_at == stamped
    assert AuditEntry.objects.filter(act="vocabulary.import").count() == 1


def test_only_the_concept_that_changed_is_written_and_keeps_its_identity() -> None:
    take()
    before = {c.uri: (c.pk, c.public_id, c.digest) for c in Concept.objects.all()}
    report = take(WATER.replace('"swamps"@en', '"bogs"@en'))
    assert (report.added, report.changed, report.unchanged) == (0, 1, 4)
    after = {c.uri: (c.pk, c.public_id, c.digest) for c in Concept.objects.all()}
    assert {uri for uri in before if before[uri] != after[uri]} == {C + "wetlands"}
    assert before[C + "wetlands"][:2] == after[C + "wetlands"][:2]
    assert find_concept("bogs") is not None
    assert find_concept("swamps") is None


def test_a_concept_that_left_the_source_is_deprecated_and_comes_back() -> None:
    take()
    without = WATER[: WATER.index(":birds a")]
    report = take(without.replace("skos:related :birds ;", ""))
    assert report.deprecated == 2
    birds = Concept.objects.get(uri=C + "birds")
    assert birds.is_deprecated
    assert birds.labels.count() == 2
    assert take(without.replace("skos:related :birds ;", "")).deprecated == 0
    again = take()
    assert (again.added, again.changed) == (0, 3)  # the two, and the wetlands that are related to the birds
    birds.refresh_from_db()
    assert not birds.is_deprecated


def test_a_deprecated_concept_leads_to_the_one_that_replaces_it() -> None:
    take()
    body = WATER.replace(":birds a skos:Concept", ":fowl a skos:Concept").replace(
        "related :birds", "related :fowl"
    )
    take(body.replace('"Water birds"@en', '"Fowl"@en') + ":birds dct:isReplacedBy :fowl .")
    found = find_concept("Water birds")
    assert found is not None
    assert found.uri == C + "fowl"


def test_circles_are_cut_named_and_the_same_again() -> None:
    body = (
        concept("a", "Alpha", "; skos:broader :b ")
        + concept("b", "Beta", "; skos:broader :c ")
        + concept("c", "Gamma", "; skos:broader :a , :c ")
    )
    report = take(body)
    assert report.cycles == ["Gamma → Alpha"]
    assert ConceptParent.objects.count() == 2
    assert any("Gamma → Alpha" in sentence for sentence in report.sentences())
    assert take(body).unchanged == 3


def test_a_broader_concept_that_is_not_in_the_file_is_reported() -> None:
    report = take(concept("a", "Alpha", '; skos:broader <urn:nowhere> ; skos:notation "1" '))
    assert any("urn:nowhere" in problem for problem in report.problems)


def test_a_notation_borne_twice_is_reported() -> None:
    report = take(concept("a", "A", '; skos:notation "7" ') + concept("b", "B", '; skos:notation "7" '))
    assert any("7" in problem for problem in report.problems)


def test_a_moved_branch_tells_the_apps_above_which_concepts_have_other_ancestors(
    heard: list[set[int]],
) -> None:
    take()
    assert heard == []  # nothing can be tagged with what is new
    take(WATER.replace("skos:broader :wetlands , :water", "skos:broader :birds"))
    assert heard == [{ids()["mangroves"]}]
    known = ids()
    assert ancestors_of_concepts([known["mangroves"]])[known["mangroves"]] == {
        known["mangroves"],
        known["birds"],
    }


def test_a_listener_that_fails_undoes_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    take()

    def fail(_ids: set[int]) -> None:
        raise BadInput("No.")

    monkeypatch.setattr(changes, "_concept_listeners", [fail])
    with pytest.raises(BadInput):
        take(WATER.replace("skos:broader :wetlands , :water", "skos:broader :birds"))
    assert ConceptParent.objects.filter(concept__uri=C + "mangroves").count() == 2


def test_concepts_in_several_schemes_go_to_the_largest_unless_one_is_chosen() -> None:
    body = WATER + "<urn:part> a skos:ConceptScheme . :birds skos:inScheme <urn:part> ."
    report = take(body)
    assert [scheme.uri for scheme in report.schemes] == [SCHEME]
    assert len(report.remarks) == 1
    Concept.objects.all().delete()
    chosen = take(body, scheme_uri="urn:part")
    assert (chosen.scheme.uri, chosen.added) == ("urn:part", 1)


def test_a_chosen_scheme_that_the_file_lacks_is_refused() -> None:
    with pytest.raises(BadInput, match="urn:other"):
        take(scheme_uri="urn:other")


def test_two_schemes_in_one_file_both_come_in() -> None:
    report = take(WATER + '<urn:two> a skos:ConceptScheme . <urn:two:a> a skos:Concept ; '
                  'skos:inScheme <urn:two> ; skos:prefLabel "Fire"@en .')  # fmt: skip
    assert [scheme.uri for scheme in report.schemes] == [SCHEME, "urn:two"]


def test_concepts_without_a_scheme_go_to_the_only_one() -> None:
    report = take(WATER + ':new a skos:Concept ; skos:prefLabel "New"@en .')
    assert (report.added, report.problems) == (6, [])


def test_a_file_without_any_scheme_gets_one_named_by_its_uris() -> None:
    report = take(':a a skos:Concept ; skos:prefLabel "A"@en . :b a skos:Concept ; skos:prefLabel "B"@en .')
    assert report.scheme.uri == C


def test_a_concept_of_another_vocabulary_is_not_taken_over() -> None:
    take()
    report = take('<urn:s> a skos:ConceptScheme . :water skos:inScheme <urn:s> ; a skos:Concept ; '
                  'skos:prefLabel "Mine"@en . <urn:s:x> a skos:Concept ; skos:inScheme <urn:s> ; '
                  'skos:prefLabel "X"@en .')  # fmt: skip
    assert report.added == 1
    assert len(report.problems) == 1
    assert find_concept("Mine") is None


def test_the_use_is_kept_unless_said() -> None:
    take(use="reference")
    assert take().scheme.use == "reference"
    assert take(use="topics").scheme.use == "topics"


def test_a_hierarchy_without_bottom_is_refused_and_nothing_stays() -> None:
    chain = "".join(concept(f"n{i:03}", f"N{i}", f"; skos:broader :n{i + 1:03} ") for i in range(60))
    with pytest.raises(BadInput, match="50 levels"):
        take(chain + concept("n060", "Top"))
    assert not Concept.objects.exists()
    assert not Scheme.objects.exists()
