"""Dates as documents give them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.kernel.errors import BadInput
from baobab.kernel.partial_dates import parse

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(DAYS)
def test_a_day_is_that_day(day: date) -> None:
    found = parse(day.isoformat())
    assert (found.first, found.last, found.edtf) == (day, day, day.isoformat())


@given(DAYS)
def test_month_year_decade_and_century_hold_their_days(day: date) -> None:
    year = f"{day.year:04}"
    texts = [f"{year}-{day.month:02}", year, f"{year}~"]
    texts += [f"{year[:3]}X"] if day.year >= 10 else []
    texts += [f"{year[:2]}XX"] if day.year >= 100 else []
    for text in texts:
        found = parse(text)
        assert found.first <= day <= found.last


@given(DAYS, DAYS)
def test_an_interval_goes_from_its_first_to_its_last_day_or_is_refused(one: date, other: date) -> None:
    text = f"{one.isoformat()}/{other.isoformat()}"
    if other < one:
        with pytest.raises(BadInput, match="ends before it begins"):
            parse(text)
    else:
        assert (parse(text).first, parse(text).last) == (one, other)


@given(st.text(max_size=60))
def test_any_text_is_a_date_in_ascii_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        found = parse(text)
    except BadInput as error:
        refusal = str(error)
    else:
        refusal = "."
        assert found.edtf.isascii()
        assert len(found.edtf) <= 30
        assert found.first <= found.last
        assert parse(found.edtf) == found
    assert refusal.endswith(".")


@pytest.mark.parametrize(
    ("text", "edtf", "first", "last"),
    [
        ("2014", "2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2016-02", "2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("201x", "201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("20uu", "20XX", date(2000, 1, 1), date(2099, 12, 31)),
        ("2012/..", "2012/..", date(2012, 1, 1), date(2012, 12, 31)),
        (" 2014-05-03T10:00:00Z ", "2014-05-03", date(2014, 5, 3), date(2014, 5, 3)),
        ("٢٠١٤-٠٥", "2014-05", date(2014, 5, 1), date(2014, 5, 31)),
    ],
)
def test_dates_are_read_as_they_are_printed(text: str, edtf: str, first: date, last: date) -> None:
    found = parse(text)
    assert (found.edtf, found.first, found.last) == (edtf, first, last)


@pytest.mark.parametrize(
    "text",
    ["", "May 2014", "2014-13", "2014-02-30", "0000", "99999", "2014-5", "2014//", "²⁰¹⁴", "9" * 10_000],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text)
    assert len(str(refused.value)) < 200
