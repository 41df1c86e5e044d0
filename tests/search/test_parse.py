"""Whatever is typed is taken apart without complaint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.search._understand import understand
from baobab.search.parse import LONGEST_QUESTION, MOST_PREFIXES, MOST_WORDS, Quoted, Word, parse, years

_OPERATORS = 'OR AND NOT - * " “ topic: year:2019 place:" : ( ) x* ** || \\ \''
_WORDS = "wetland 湿地 الأراضي a-b é … \u202e"
_pieces = st.sampled_from([*_OPERATORS.split(), *_WORDS.split(), "\x00", "0" * 99])


def test_words_phrases_exclusions_alternatives_and_prefixes() -> None:
    parsed = parse('peat OR moss "raised bog" -sand NOT clay wetl* -"old fen"')
    assert parsed.clauses == [
        (Word("peat"), Word("moss")),
        (Quoted("raised bog"),),
        (Word("wetl", is_prefix=True),),
    ]
    assert parsed.excluded == [Word("sand"), Word("clay"), Quoted("old fen")]


def test_typographic_quotes_are_quotes() -> None:
    assert parse("“raised bog” «old fen»").clauses == [(Quoted("raised bog"),), (Quoted("old fen"),)]


def test_an_unclosed_quote_is_ignored() -> None:
    assert parse('"raised bog').clauses == [(Word("raised"),), (Word("bog"),)]


def test_fields_are_taken_and_other_words_with_a_colon_are_words() -> None:
    parsed = parse('topic:"water policy" Year:2019 ratio:high')
    assert parsed.fields == {"topic": ["water policy"], "year": ["2019"]}
    assert parsed.clauses == [(Word("ratio"),), (Word("high"),)]


@pytest.mark.parametrize("text", ["", " ", "OR", "AND OR NOT", '- * "" ()', "\x00\x07", "::", "🙂"])
def test_operators_alone_ask_nothing(text: str) -> None:
    assert parse(text).is_empty


def test_very_long_questions_are_cut() -> None:
    assert len(parse("peat " * 10_000).clauses) == MOST_WORDS
    (clause,) = parse("x" * 10_000).clauses
    assert clause == (Word("x" * LONGEST_QUESTION),)


def test_beginnings_of_one_letter_and_too_many_of_them_are_words() -> None:
    assert parse("a*").clauses == [(Word("a"),)]
    clauses = parse(" ".join(f"ab{n}*" for n in range(20))).clauses
    assert [part.is_prefix for (part,) in clauses if isinstance(part, Word)] == [True] * MOST_PREFIXES + [
        False
    ] * (20 - MOST_PREFIXES)


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("2019", "2019", "2019", 1),
        ("2015..2020", "2015", "2020", 6),
        ("..2003", "1703", "2003", 301),
        ("2020..", "2020", "2320", 301),
    ],
)
def test_years_and_spans_of_years(text: str, first: str, last: str, count: int) -> None:
    found = years(text)
    assert (found[0], found[-1], len(found)) == (first, last, count)


@pytest.mark.parametrize("text", ["", "..", "soon", "20199", "2020..2010", "٢٠١٩", "-5", "1e3"])
def test_what_is_no_year_names_none(text: str) -> None:
    assert years(text) == []


@given(
    st.one_of(
        st.text(max_size=400),
        st.lists(_pieces, max_size=40).map(" ".join),
        st.lists(_pieces, max_size=40).map("".join),
    )
)
def test_no_question_is_refused(text: str) -> None:
    understood = understand(parse(text))
    assert 0 <= understood.minimum <= max(len(understood.words), 0)
    understood.marks()
