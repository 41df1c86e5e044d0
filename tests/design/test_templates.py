"""Rules over every template of the product: nothing inline, nothing reached from below."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import baobab

PACKAGE = Path(baobab.__file__).parent
ARCHITECTURE = PACKAGE.parents[1] / "docs" / "architecture.md"
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)


def inline_parts(source: str) -> list[str]:
    """What the security policy of the site would refuse: styles, scripts and handlers inside the page."""
    source = COMMENT.sub("", source)
    return [
        *re.findall(r"<style\b", source, re.IGNORECASE),
        *re.findall(r"<[a-z][^<>]*\sstyle\s*=", source, re.IGNORECASE),
        *re.findall(r"<[a-z][^<>]*\son[a-z]+\s*=", source, re.IGNORECASE),
        *re.findall(r"javascript:", source, re.IGNORECASE),
        *re.findall(r"<script(?![^>]*\ssrc=)", source, re.IGNORECASE),
        *re.findall(r"<script[^>]*>\s*[^<\s]", source, re.IGNORECASE),
        *re.findall(r"\bhx-on\b|\bhx-vals\s*=\s*[\"']js:", source),
    ]


def _name(place: Path) -> str:
    return str(place.relative_to(PACKAGE))


@pytest.mark.parametrize("place", TEMPLATES, ids=_name)
def test_a_template_holds_no_inline_style_script_or_handler(place: Path) -> None:
    assert inline_parts(place.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">',
        "<style>a {}</style>",
        "<script>go()</script>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_the_rule_about_inline_parts_finds_what_it_is_meant_to_find(bad: str) -> None:
    assert inline_parts(bad)


def test_the_rule_about_inline_parts_lets_files_and_words_pass() -> None:
    assert inline_parts('<script src="/a.js" defer></script><p class="style">on = off</p>{# <style> #}') == []


def app_order() -> list[str]:
    """The apps from the top down, as the tree in the architecture shows them."""
    tree = ARCHITECTURE.read_text(encoding="utf-8").split("```")[1]
    return re.findall(r"^  (\w+)/", tree, re.MULTILINE)


def _app(place: Path) -> str:
    return place.relative_to(PACKAGE).parts[0]


def reached(place: Path) -> set[str]:
    """The apps whose templates or tags this template names."""
    source = COMMENT.sub("", place.read_text(encoding="utf-8"))
    names = re.findall(r"{%\s*(?:extends|include)\s+[\"']([^\"'#]+)", source)
    owners = {_app(found) for name in names for found in PACKAGE.glob(f"*/templates/{name}")}
    libraries = {word for line in re.findall(r"{%\s*load\s+([^%]+)%}", source) for word in line.split()}
    return owners | {_app(found) for word in libraries for found in PACKAGE.glob(f"*/templatetags/{word}.py")}


@pytest.mark.parametrize("place", TEMPLATES, ids=_name)
def test_a_template_reaches_only_downwards(place: Path) -> None:
    order = app_order()
    own = order.index(_app(place))
    assert [app for app in reached(place) if order.index(app) < own] == []


def test_the_order_of_apps_is_known() -> None:
    assert app_order()[-1] == "kernel"
    assert {_app(place) for place in TEMPLATES} <= set(app_order())
    assert "design" in reached(PACKAGE / "design" / "templates" / "404.html")
