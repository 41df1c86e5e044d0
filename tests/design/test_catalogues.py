"""The interface's languages: compiled rightly, and agreeing with the English sentences."""

from __future__ import annotations

import gettext
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from tools.messages import PLURALS, apps, behind

from baobab.design.catalogues import catalogues, compile_catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
STRICT = "catalogues" in os.environ.get("BAOBAB_REQUIRE", "").split(",")


def write_catalogue(package: Path, entries: list[polib.POEntry], *, language: str = "ar") -> Path:
    place = package / "app" / "locale" / language / "LC_MESSAGES" / "django.po"
    place.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": language,
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": PLURALS[language],
    }
    catalogue.extend(entries)
    catalogue.save(str(place))
    return place


def test_arabic_keeps_its_six_plural_forms(tmp_path: Path) -> None:
    forms = dict(enumerate(["zero", "one", "two", "few", "many", "other"]))
    write_catalogue(tmp_path, [polib.POEntry(msgid="%d file", msgid_plural="%d files", msgstr_plural=forms)])
    [made] = compile_catalogues(tmp_path)
    with made.open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    said = {count: spoken.ngettext("%d file", "%d files", count) for count in (0, 1, 2, 5, 11, 100, 103)}
    assert said == {0: "zero", 1: "one", 2: "two", 5: "few", 11: "many", 100: "other", 103: "few"}


def test_a_catalogue_is_made_anew_only_when_it_changed(tmp_path: Path) -> None:
    source = write_catalogue(tmp_path, [polib.POEntry(msgid="Home", msgstr="Accueil")], language="fr")
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert compile_catalogues(tmp_path) == []
    later = source.stat().st_mtime_ns + 10**9
    os.utime(source, ns=(later, later))
    os.utime(source.with_suffix(".mo"), ns=(later - 1, later - 1))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert sorted(place.name for place in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_an_unwritable_folder_is_left_as_it_is(tmp_path: Path) -> None:
    source = write_catalogue(tmp_path, [polib.POEntry(msgid="Home", msgstr="Accueil")], language="fr")
    # A folder in the place of the file refuses the write for everybody, the superuser too.
    (source.with_suffix(".mo") / "x").mkdir(parents=True)
    os.utime(source.with_suffix(".mo"), ns=(0, 0))
    assert compile_catalogues(tmp_path) == []
    assert sorted(place.name for place in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_doubtful_translations_are_not_spoken(tmp_path: Path) -> None:
    entries = [polib.POEntry(msgid="Home", msgstr="Maison", flags=["fuzzy"])]
    write_catalogue(tmp_path, entries, language="fr")
    [made] = compile_catalogues(tmp_path)
    with made.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Home") == "Home"


def test_catalogues_exist_for_the_languages_of_the_interface_and_no_others() -> None:
    assert set(PLURALS) == {code for code, _name in settings.LANGUAGES} - {"en"}
    assert {place.parent.parent.name for place in catalogues()} == set(PLURALS)


@pytest.mark.parametrize("place", list(catalogues()), ids=str)
def test_plural_rules_are_those_of_the_language(place: Path) -> None:
    language = place.parent.parent.name
    assert polib.pofile(str(place)).metadata["Plural-Forms"] == PLURALS[language]


def _translations(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Each translation beside the English it must agree with."""
    if entry.msgid_plural:
        for text in entry.msgstr_plural.values():
            yield entry.msgid_plural, text
    else:
        yield entry.msgid, entry.msgstr


def disagreements(catalogue: polib.POFile) -> list[str]:
    """Translations that name a placeholder or a tag which the English sentence has not, or that lost one.

    A plural form may leave out the number itself ("no file", "two files").
    """
    wrong = []
    for entry in catalogue.translated_entries():
        for english, text in _translations(entry):
            given, said = sorted(PLACEHOLDER.findall(english)), sorted(PLACEHOLDER.findall(text))
            fits = set(said) <= set(given) if entry.msgid_plural else said == given
            if not fits or sorted(TAG.findall(english)) != sorted(TAG.findall(text)):
                wrong.append(f"{english!r}: {text!r}")
    return wrong


@pytest.mark.parametrize("place", list(catalogues()), ids=str)
def test_translations_keep_placeholders_and_tags(place: Path) -> None:
    assert disagreements(polib.pofile(str(place))) == []


def test_a_lost_placeholder_or_tag_is_found() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="%(n)s of %(m)s", msgstr="%(n)s de"))
    catalogue.append(polib.POEntry(msgid="a <b>c</b>", msgstr="a c"))
    catalogue.append(polib.POEntry(msgid="%(n)s of", msgstr="%(n)s de"))
    assert len(disagreements(catalogue)) == 2


@pytest.mark.skipif(not STRICT, reason="asked for by BAOBAB_REQUIRE=catalogues, when translations are due")
@pytest.mark.parametrize("place", list(catalogues()), ids=str)
def test_nothing_is_left_untranslated(place: Path) -> None:
    catalogue = polib.pofile(str(place))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


@pytest.mark.skipif(not STRICT, reason="asked for by BAOBAB_REQUIRE=catalogues, when translations are due")
@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_catalogues_hold_the_sentences_of_the_sources() -> None:
    assert behind(apps()) == []
