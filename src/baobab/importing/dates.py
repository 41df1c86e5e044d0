"""Dates as sheets and file properties give them, in EDTF."""

from __future__ import annotations

import re

from baobab.kernel import partial_dates
from baobab.kernel.errors import BadInput

_MONTHS = {name: number for number, names in enumerate(
    ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
     "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()}  # fmt: skip
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[ -]?([A-Za-z]{3,9})\.?[ -]?,? ?(\d{4})")
_MONTH_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})\.?,? (\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: .*)?")


def as_edtf(text: str) -> str | None:
    """A date such as 31/12/2014, 26nov1996, May 3, 2014 or 2014-05 in EDTF; None when it cannot be told.

    With slashes the day comes first unless that is impossible, as everywhere but in one country.
    """
    text = text.strip()
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found and found[2].lower() in _MONTHS:
        text = f"{found[3]}-{_MONTHS[found[2].lower()]:02}-{int(found[1]):02}"
    elif (found := _MONTH_DAY_YEAR.fullmatch(text)) and found[1].lower() in _MONTHS:
        text = f"{found[3]}-{_MONTHS[found[1].lower()]:02}-{int(found[2]):02}"
    elif (found := _MONTH_YEAR.fullmatch(text)) and found[1].lower() in _MONTHS:
        text = f"{found[2]}-{_MONTHS[found[1].lower()]:02}"
    elif found := _SLASHED.fullmatch(text):
        day, month = int(found[1]), int(found[2])
        day, month = (month, day) if month > 12 else (day, month)
        text = f"{found[3]}-{month:02}-{day:02}"
    elif found := _YEAR_FIRST.fullmatch(text):
        text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T].*", text):
        text = text[:10]
    elif re.fullmatch(r"\d{4}\.0", text):
        text = text[:4]
    try:
        return partial_dates.parse(text).edtf
    except BadInput:
        return None
