"""Snippets: the right words marked, everything else harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.search._understand import understand
from baobab.search.entries import without_marks
from baobab.search.highlight import Marks, opening, snippet
from baobab.search.parse import parse


def marked(question: str, text: str, language: str = "en") -> list[str]:
    html = snippet(text, understand(parse(question)).marks(), language=language)
    return re.findall("<mark>(.*?)</mark>", html)


@pytest.mark.parametrize(
    ("language", "question", "text", "words"),
    [
        ("en", "wetland", "Restored Wetlands here", ["Wetlands"]),
        ("fr", "evaluation", "l’évaluation des évaluations", ["évaluation", "évaluations"]),
        ("ar", "اراضي", "حماية الأراضي الرطبة", ["الأراضي"]),
        ("zh", "湿地保护", "关于湿地保护政策", ["湿地保护"]),
        ("zh", "水", "喝水 水", ["水", "水"]),
        ("ru", "болото", "Живые болота", ["болота"]),
        ("en", "wetl*", "wetland wet", ["wetland"]),
        ("en", '"raised bog"', "raised bogs", ["raised", "bogs"]),
        ("en", "peat -moss", "peat moss", ["peat"]),
        ("und", "moore", "Moore und Sümpfe", ["Moore"]),
    ],
)
def test_words_are_marked_in_whatever_form_they_stand(
    language: str, question: str, text: str, words: list[str]
) -> None:
    assert marked(question, text, language) == words


def test_the_window_holds_most_different_words() -> None:
    text = "peat " + "sand " * 200 + "peat and moss in a bog " + "sand " * 200
    assert marked("peat moss bog", text) == ["peat", "moss", "bog"]


def test_without_any_word_there_is_no_snippet() -> None:
    assert snippet("sand", Marks(frozenset({"peat"})), language="en") == ""


@given(st.text(max_size=500), st.sampled_from(["peat", "湿地", "b", "amp lt", "الأراضي"]))
def test_any_text_comes_out_as_text_and_marks_only(text: str, question: str) -> None:
    marks = understand(parse(question)).marks()
    for html in (snippet(text + " peat <b>&amp;", marks, language="en"), opening(text)):
        bare = html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert ">" not in bare
        assert not re.search(r"&(?!(?:amp|lt|gt|quot|#x27);)", bare)
        assert html.count("<mark>") == html.count("</mark>")


def test_marks_of_markdown_are_left_out_of_passages() -> None:
    source = (
        "# Peat\n\n* **Raised** [bog](https://example.org/x_y) and snake_case, 2 \\* 3 &amp; more\n\n"
        "![Map](map.png)\n\n| Site | Depth |\n|:---|---:|\n| **310** | 250 |\n"
    )
    words = without_marks(source)
    assert " ".join(words.split()) == ("Peat Raised bog and snake_case, 2 3 & more Map Site Depth 310 250")


@pytest.mark.parametrize("character", [" ", "_", "|", "-", "\\", "`", "#", "["])
def test_endless_runs_of_one_character_are_read_like_any_text(character: str) -> None:
    assert without_marks("a" + character * 200_000 + "b").startswith("a")
