"""Real documents: one chapter in many formats is one text, its translations and other reports are others."""

from __future__ import annotations

import itertools
import random

import pytest

from baobab.reading import Reader as FileReader
from baobab.search.lookalikes.comparing import Said, are_worth_comparing, compare
from baobab.search.lookalikes.models import Likeness
from tests.conftest import DATA, needs

KNOWN = DATA / "documents" / "known-text"
REPORTS = DATA / "documents" / "reports"


@pytest.fixture(name="said", scope="module")
def read() -> dict[str, Said]:
    """The texts of some real files, by name, as the product reads them."""
    needs("data")
    paths = [KNOWN / f"en_chapter-01.{ending}" for ending in ("c1.docx", "c2.pdf", "pptx")]
    paths += [
        KNOWN / "fr_chapter-01.epub",
        KNOWN / "zh_exec-summary.c1.docx",
        KNOWN / "zh_exec-summary.c2.pdf",
    ]
    paths += [REPORTS / "2014__hum-figures-survey.pdf", REPORTS / "2014_unicef_hum-caseloads-def.pdf"]
    with FileReader() as reader:
        return {
            path.name: Said("\n".join(page.text for page in reader.read(path, name=path.name).pages))
            for path in paths
        }


def verdict(one: Said, other: Said) -> str:
    found = compare(one, other) if are_worth_comparing(one.sketch, other.sketch) else None
    return found.how if found else ""


def test_formats_are_one_text_and_translations_are_others(said: dict[str, Said]) -> None:
    known = {name: each for name, each in said.items() if name[2] == "_"}
    for (one, left), (other, right) in itertools.combinations(known.items(), 2):
        is_one = one[:2] == other[:2]
        assert (verdict(left, right) in (Likeness.How.SAME, Likeness.How.NEARLY)) == is_one, (one, other)


def test_an_annex_stands_in_the_survey_that_has_it(said: dict[str, Said]) -> None:
    survey, annex = said["2014__hum-figures-survey.pdf"], said["2014_unicef_hum-caseloads-def.pdf"]
    assert verdict(survey, annex) == Likeness.How.LEFT_HOLDS
    assert verdict(annex, survey) == Likeness.How.RIGHT_HOLDS


def test_one_letter_in_twenty_wrong_is_nearly_the_same(said: dict[str, Said]) -> None:
    chance = random.Random(1)
    for name in ("en_chapter-01.c2.pdf", "zh_exec-summary.c2.pdf"):
        words = " ".join(said[name].words)
        wrong = "".join(
            chance.choice("abcxyz") if letter != " " and chance.random() < 0.05 else letter
            for letter in words
        )
        assert verdict(said[name], Said(wrong)) == Likeness.How.NEARLY
