"""The glossary: order and initials per language, how words are found, what is contested."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.collation import HAN, NO_LETTER, initial, sort_key
from baobab.vocabularies.models import Concept, Scheme
from baobab.vocabularies.queries import Glossary, concepts_called, is_contested, meanings_of

pytestmark = pytest.mark.django_db

PREFIX = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
ONE = (
    PREFIX
    + """
<urn:one> a skos:ConceptScheme ; skos:prefLabel "Words of one"@en, "Mots d’un"@fr .
<urn:one:risk> a skos:Concept ; skos:inScheme <urn:one> ; skos:prefLabel "Risk"@en, "Risque"@fr ;
  skos:altLabel "hazard × exposure"@en ;
  skos:definition "What may happen, and how likely it is."@en, "Ce qui peut arriver."@fr .
<urn:one:marsh> a skos:Concept ; skos:inScheme <urn:one> ;
  skos:prefLabel "Marsh"@en, "Marais"@fr, "مستنقع"@ar ;
  skos:scopeNote "Use for wetlands without trees."@en .
<urn:one:elan> a skos:Concept ; skos:inScheme <urn:one> ; skos:prefLabel "Elk"@en, "Élan"@fr ;
  skos:definition "A large deer."@en .
<urn:one:silent> a skos:Concept ; skos:inScheme <urn:one> ; skos:prefLabel "Silent"@en .
"""
)
OTHER = (
    PREFIX
    + """
<urn:other> a skos:ConceptScheme ; skos:prefLabel "Words of others"@en .
<urn:other:risk> a skos:Concept ; skos:inScheme <urn:other> ; skos:prefLabel "risk"@en ;
  skos:definition "The effect of uncertainty on objectives."@en .
<urn:other:elk> a skos:Concept ; skos:inScheme <urn:other> ; skos:prefLabel "Elk"@en ;
  skos:definition "A large  deer."@en .
"""
)


@pytest.fixture
def vocabularies(tmp_path: Path) -> None:
    for name, text in (("one", ONE), ("other", OTHER)):
        file = tmp_path / f"{name}.ttl"
        file.write_text(text)
        import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)


def words(language: str = "en", **given: int) -> list[str]:
    return [term.label for term in Glossary.current().terms(language, **given)]


@pytest.mark.usefixtures("vocabularies")
def test_only_what_is_explained_is_in_it_and_one_word_stands_once() -> None:
    assert words() == ["Elk", "Marsh", "Risk"]
    assert [len(term.concept_ids) for term in Glossary.current().terms("en")] == [2, 1, 2]


@pytest.mark.usefixtures("vocabularies")
def test_each_language_has_its_own_words_and_order_and_others_where_it_has_none() -> None:
    assert words("fr") == ["Élan", "Elk", "Marais", "risk", "Risque"]
    assert words("ar") == ["مستنقع", "Elk", "Risk"]


@pytest.mark.usefixtures("vocabularies")
def test_one_vocabulary_can_be_looked_at_alone() -> None:
    other = Scheme.objects.get(uri="urn:other")
    assert words(scheme_id=other.pk) == ["Elk", "Risk"]
    assert [t.label for t in Glossary.current().find("marsh", "en", scheme_id=other.pk)] == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("RISK", ["Risk"]),
        ("risque", ["Risk"]),
        ("mar", ["Marsh"]),
        ("elan", ["Elk"]),
        ("exposure", ["Risk"]),
        ("مُستنقع", ["Marsh"]),
        ("is", []),
        ("ستنقع", ["Marsh"]),
        ("nothing like it", []),
        ("  ", []),
        ("%", []),
        ("\x00", []),
    ],
)
@pytest.mark.usefixtures("vocabularies")
def test_words_are_found_in_any_language_without_accents_and_by_their_other_names(
    typed: str, found: list[str]
) -> None:
    assert [term.label for term in Glossary.current().find(typed, "en")] == found


@pytest.mark.usefixtures("vocabularies")
def test_a_definition_comes_in_the_readers_language_or_says_in_which_it_is() -> None:
    risk = Concept.objects.get(uri="urn:one:risk")
    french, arabic = meanings_of([risk.pk], "fr")[risk.pk], meanings_of([risk.pk], "ar")[risk.pk]
    assert (french.texts, french.language) == (("Ce qui peut arriver.",), "fr")
    assert (arabic.language, arabic.languages) == ("en", ("en", "fr"))
    assert french.scheme_title == "Mots d’un"


@pytest.mark.usefixtures("vocabularies")
def test_a_note_on_use_is_no_definition() -> None:
    marsh = Concept.objects.get(uri="urn:one:marsh")
    assert not meanings_of([marsh.pk], "en")[marsh.pk].is_definition


@pytest.mark.usefixtures("vocabularies")
def test_contested_is_what_two_vocabularies_define_differently_in_one_language() -> None:
    by_label = {term.label: term.concept_ids for term in Glossary.current().terms("en")}
    meanings = {label: list(meanings_of(ids, "en").values()) for label, ids in by_label.items()}
    assert {label: is_contested(these) for label, these in meanings.items()} == {
        "Risk": True,
        "Elk": False,
        "Marsh": False,
    }


@pytest.mark.usefixtures("vocabularies")
def test_it_follows_the_vocabularies_without_a_restart(tmp_path: Path) -> None:
    assert "Fen" not in words()
    file = tmp_path / "other.ttl"
    file.write_text(
        OTHER
        + '<urn:other:fen> a skos:Concept ; skos:inScheme <urn:other> ; skos:prefLabel "Fen"@en ;'
        + ' skos:definition "Wet."@en .'
    )
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    assert "Fen" in words()


@pytest.mark.usefixtures("vocabularies")
def test_it_asks_one_question_once_it_is_known(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    words()
    with django_assert_num_queries(1):
        words()


@pytest.mark.usefixtures("vocabularies")
def test_a_label_leads_to_all_concepts_that_bear_it() -> None:
    found = Concept.objects.in_bulk(concepts_called("rISK"))
    assert {concept.uri for concept in found.values()} == {"urn:one:risk", "urn:other:risk"}
    assert concepts_called("") == concepts_called("--no such word--") == []


def test_letters_that_a_language_counts_apart_come_after_the_one_they_are_drawn_from() -> None:
    spanish = ["oso", "ñandú", "nube", "nácar", "niño"]
    assert sorted(spanish, key=lambda word: sort_key(word, "es")) == ["nácar", "niño", "nube", "ñandú", "oso"]
    assert initial("ñandú", "es") == "Ñ"
    assert initial("ñandú", "fr") == "N"
    assert sorted(["йод", "ива", "кедр"], key=lambda word: sort_key(word, "ru")) == ["ива", "йод", "кедр"]


def test_arabic_words_stand_under_their_letter_without_the_article_before_latin_ones() -> None:
    arabic = ["Peat", "نهر", "الأراضي", "بحيرة"]
    assert sorted(arabic, key=lambda word: sort_key(word, "ar")) == ["الأراضي", "بحيرة", "نهر", "Peat"]
    assert initial("الأراضي", "ar") == "ا"


def test_words_without_letters_and_chinese_words_have_headings_of_their_own() -> None:
    assert initial("3R principle", "en") == NO_LETTER
    assert initial("", "en") == NO_LETTER
    assert initial("泥炭地", "zh") == HAN
    assert initial("école", "fr") == "E"
