"""Public identifiers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from baobab.kernel.identifiers import ALPHABET, LENGTH, PATTERN, new_public_id, read_public_id

IDS = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_new_identifiers_differ_and_are_never_numbers() -> None:
    made = {new_public_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(PATTERN.fullmatch(one) and not one.isdigit() for one in made)


@given(IDS)
def test_an_identifier_is_read_as_people_copy_it(identifier: str) -> None:
    spoken = f" {identifier[:5]}-{identifier[5:]} ".upper().replace("0", "O").replace("1", "I")
    assert read_public_id(spoken) == identifier


@given(st.text(max_size=30))
def test_anything_else_is_none_or_an_identifier(text: str) -> None:
    read = read_public_id(text)
    assert read is None or PATTERN.fullmatch(read)
