"""Words of the glossary in texts: the first place only, whole words, and nothing else of the text changed."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from baobab.kernel.markdown import render
from baobab.vocabularies.models import Concept, Scheme
from baobab.web.terms import with_terms
from tests.factories import House, published

TERMS = {"Peat": "/peat", "Peat fires": "/fires", "R&D": "/rd", "湿地": "/wetland", "ماء": "/water"}


def links(source: str) -> list[tuple[str, str]]:
    return re.findall(r'<a class="in-text" href="([^"]+)">(.*?)</a>', with_terms(render(source), TERMS))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Peat and peat and PEAT.", [("/peat", "Peat")]),
        ("Stop peat fires where peat lies.", [("/fires", "peat fires"), ("/peat", "peat")]),
        ("Peatlands and repeat are other words.", []),
        ("# Peat\n\nThen peat.", [("/peat", "peat")]),
        ("[Peat](https://peat.example) and `peat`, then peat.", [("/peat", "peat")]),
        ("    peat in code\n\nand peat outside", [("/peat", "peat")]),
        ("**Peat** stands out and is a word.", [("/peat", "Peat")]),
        ("Our R&D is good; R&amp;D too.", [("/rd", "R&amp;D")]),
        ("保护湿地很重要", [("/wetland", "湿地")]),
        ("هذا ماء عذب", [("/water", "ماء")]),
        ("Nothing of it.", []),
        ("", []),
    ],
)
def test_the_first_place_of_each_word_leads_to_its_meaning(source: str, found: list[tuple[str, str]]) -> None:
    assert links(source) == found


@given(st.text(alphabet="peat fiRs&<>\"'`*[]()#-\n/=ا湿地", max_size=120))
def test_whatever_the_text_only_links_are_added(source: str) -> None:
    html = render(source)
    marked = with_terms(html, TERMS)
    assert re.sub(r'<a class="in-text" href="[^"]+">(.*?)</a>', r"\1", marked) == html


@pytest.mark.django_db
def test_the_page_of_an_entry_marks_the_words_of_its_own_topics(
    client: Client, house: House, topics: Scheme
) -> None:
    water, fish = Concept.objects.get(notation="water"), Concept.objects.get(notation="fish")
    asset = published(
        house.amina.reader,
        "Read me",
        body="Water rises. The water falls. Fisheries suffer.",
        concepts=[water.pk, fish.pk],
    )
    page = client.get(f"/en/assets/{asset.public_id}/").content.decode()
    address = f"/en/glossary/entry/?concept={water.public_id}"
    assert page.count(f'<a class="in-text" href="{address}">Water</a>') == 1
    # No vocabulary explains Fisheries: the topic has no sign beside it, and the word is no link.
    assert f"concept={fish.public_id}" not in page
