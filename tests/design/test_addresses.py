"""Addresses in other languages stay on this site and on this page."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from baobab.design.addresses import in_language, page_links, site_language_links


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/en/search/?q=a%20b&page=2", "/fr/search/?q=a%20b&page=2"),
        ("/ar/", "/fr/"),
        ("/no/language/", "/fr/"),
        ("/", "/fr/"),
        ("/en//elsewhere.example/", "/fr/elsewhere.example/"),
        ("//elsewhere.example/en/", "/fr/"),
    ],
)
def test_another_language_is_the_same_page_on_this_site(address: str, expected: str) -> None:
    assert in_language(address, "fr") == expected


def test_every_language_of_the_interface_is_offered_in_its_own_name() -> None:
    links = site_language_links(RequestFactory().get("/en/search/?q=x"), current="en")
    assert [(link.code, link.is_current) for link in links] == [
        ("en", True),
        ("fr", False),
        ("es", False),
        ("ar", False),
    ]
    assert links[3].name.startswith("العربي")
    assert links[1].name == "Français"
    assert links[1].url == "/fr/search/?q=x"


def test_page_links_show_both_ends_the_neighbours_and_gaps() -> None:
    links = page_links(RequestFactory().get("/"), page=7, pages=40)
    assert [link.number for link in links] == [1, 0, 5, 6, 7, 8, 9, 0, 40]
