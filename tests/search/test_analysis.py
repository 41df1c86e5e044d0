"""What words become: per language and script, alike in documents and questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.kernel.text import clean_line
from baobab.search import _analysis
from baobab.search._understand import ALL_OF, understand
from baobab.search.engine import Phrase, Term
from baobab.search.parse import parse


def finds(question: str, language: str, text: str) -> bool:
    """Whether each word of the question meets the stream of the text or, where it must, its exact words."""
    tokens, exact = set(_analysis.stream(language, text)), set(_analysis.exact(text))
    understood = understand(parse(question))
    assert understood.words
    return all(
        bool(tokens & set(atom.stems)) or (atom.is_also_exact and atom.exact in exact)
        for (atom,) in understood.words
        if isinstance(atom, Term)
    )


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "Communities restored wetlands", "community wetland restoring"),
        ("fr", "L’évaluation des zones humides", "evaluations zone humide"),
        ("fr", "Les communautés côtières", "communaute cotiere"),
        ("es", "La gestión de los humedales", "gestion humedal"),
        ("pt", "A conservação das áreas úmidas", "conservacao area umida"),
        ("ru", "Охрана ещё живых болот", "болото живые"),
        ("ru", "Ёлки", "елка"),
        ("ar", "حماية الأراضي الرطبة", "اراضي رطبة"),
        ("ar", "إدارةُ المياهِ", "ادارة مياه"),
        ("ar", "عام ٢٠١٩", "2019"),
        ("zh", "湿地保护政策", "保护"),
        ("zh", "湿地保护政策", "湿地政策"),
        ("zh", "喝水", "水"),
        ("ja", "湿地の保全", "保全"),
        ("ko", "습지를 보호", "습지"),
        ("th", "พื้นที่ชุ่มน้ำ", "ชุ่มน้ำ"),
        ("hi", "आर्द्रभूमि संरक्षण", "संरक्षण"),
        ("de", "Der Schutz der Moore", "moore schutz"),
        ("uk", "болота України", "україни"),
        ("fa", "حفاظت از تالاب", "تالاب"),
        ("ar", "تقرير COVID vaccines", "vaccine"),
        ("zh", "世界WHO报告", "who 报告"),
        ("en", "Plan for São Tomé", "sao tome"),
        ("en", "cafe\u0301", "café"),
        ("en", "the son of the king", "son king"),
    ],
)
def test_a_question_finds_other_forms_of_the_same_words(language: str, text: str, question: str) -> None:
    words = question.replace("湿地政策", "湿地 政策")
    assert finds(words, language, text)


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [("en", "forests", "wetland"), ("zh", "保湿", "湿保"), ("ar", "بحر", "جبل")],
)
def test_other_words_are_not_found(language: str, text: str, question: str) -> None:
    assert not finds(question, language, text)


def test_stop_words_of_the_questions_own_language_do_not_count() -> None:
    assert [
        clause[0].exact
        for clause in understand(parse("the state of the wetlands")).words
        if isinstance(clause[0], Term)
    ] == [
        "state",
        "wetlands",
    ]
    assert len(understand(parse("les zones humides et la gestion")).words) == 3


def test_a_question_of_stop_words_only_is_asked_as_it_is() -> None:
    assert len(understand(parse("to be or not to be")).words) == 4


def test_up_to_three_words_are_all_required_and_of_more_a_stated_part() -> None:
    assert understand(parse("peat moss bog")).minimum == ALL_OF
    assert understand(parse("peat moss bog fen marsh mire swamp carr")).minimum == 2


def test_a_phrase_of_words_that_streams_cannot_hold_is_asked_by_its_exact_words() -> None:
    (clause,) = understand(parse('"to be or not to be"')).required
    assert isinstance(clause[0], Phrase)
    assert clause[0].exact == ("to", "be", "or", "not", "to", "be")


@given(st.sampled_from(["en", "fr", "ar", "ru", "zh", "und", "", "x-y"]), st.text(max_size=300))
def test_any_text_becomes_tokens_without_spaces(language: str, text: str) -> None:
    for token in (*_analysis.stream(language, text), *_analysis.exact(text)):
        assert token
        assert not any(character.isspace() for character in token)


@given(st.text(max_size=60))
def test_every_question_finds_the_document_that_consists_of_it(text: str) -> None:
    text = clean_line(text)  # as it is stored
    understood = understand(parse(text.translate(dict.fromkeys(map(ord, '-*":|“”„«»＂'), " "))))
    for language in ("en", "zh", "ar", "ru", "und"):
        tokens, exact = set(_analysis.stream(language, text)), set(_analysis.exact(text))
        for (atom,) in understood.words:
            assert isinstance(atom, Term)
            assert tokens & set(atom.stems) or (atom.is_also_exact and atom.exact in exact), (language, atom)
