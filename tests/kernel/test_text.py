"""Text as people and files give it: what is stored, what is compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.kernel.text import clean_line, clean_text, fold, shorten, storable

# Every character, lone surrogates included, with those that do harm more often than chance has them.
ANY = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from("\x00\r\n\t \u202e\u2066\u200b\u0301"),
    )
)
HARMFUL = "\x00\x08\x1b\x7f\x85\u202a\u202e\u2066\u2069\ufeff\ud800"


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(ANY)
def test_what_was_cleaned_can_be_stored_and_shown(text: str) -> None:
    for cleaned in (clean_line(text), clean_text(text)):
        cleaned.encode()
        assert not set(cleaned) & set(HARMFUL)
        assert unicodedata.is_normalized("NFC", cleaned)
        assert storable(cleaned) == cleaned
    assert "\n" not in clean_line(text)
    assert "\r" not in clean_text(text)


@given(ANY)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zones Humides", "zones  humides"), ("Écosystème", "ecosysteme"), ("STRASSE", "straße"),
        ("ﬁsh", "fish"), ("Ｗａｔｅｒ", "water"), ("™", "tm"), ("مَاء", "ماء"), ("İzmir", "izmir"),
    ],
)  # fmt: skip
def test_labels_that_people_take_for_the_same_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_labels_that_differ_in_a_letter_stay_apart() -> None:
    assert len({fold(word) for word in ("peat", "pear", "peats", "ماء", "سماء")}) == 5


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\u200b\u200b", "\u202e\u2060", "\u00ad", "\ufeff \n"])
def test_what_cannot_be_seen_is_nothing(nothing: str) -> None:
    assert clean_line(nothing) == clean_text(nothing) == ""


def test_joiners_that_scripts_need_are_kept() -> None:
    assert clean_line("می\u200cخواهم 👩\u200d🔬") == "می\u200cخواهم 👩\u200d🔬"


def test_an_override_cannot_disguise_a_name() -> None:
    assert clean_line("invoice\u202efdp.exe") == "invoicefdp.exe"


def test_paragraphs_stay_and_walls_of_blank_lines_go() -> None:
    assert clean_text("a\r\n\r\n\r\n\r\nb\rc\td") == "a\n\nb\nc\td"


@given(ANY)
def test_what_is_kept_as_typed_loses_only_what_no_database_holds(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    assert len(kept) == len(text) - text.count("\x00")


@given(st.text(), st.integers(1, 80))
def test_shortened_text_fits(text: str, characters: int) -> None:
    short = shorten(text, characters=characters)
    assert len(short) <= characters or (short == text and len(text) <= characters)
    assert short == text or short.endswith("…")
