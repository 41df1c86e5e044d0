"""Dates as documents give them: a year, a month, a day, an interval, a guess (EDTF, ISO 8601-2:2019).

Levels 0 and 1 as far as publications need them: `2014`, `2014-05`, `2014-05-03`, `2014~`, `2014?`, `201X`,
`20XX`, `2012/2014`, `2012/..`. Anything else is refused with a sentence.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from .errors import BadInput


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogues; whoever shows it translates it."""
    return sentence


UNREADABLE = gettext_noop(
    "“%s” is not a date Baobab can read. Write 2014, 2014-05, 2014-05-31, 201X or 2012/2014."
)
NO_SUCH_DAY = gettext_noop("“%s” names a day that is in no calendar.")
ENDS_FIRST = gettext_noop("The date “%s” ends before it begins.")
_SHOWN = 40


class NotADate(BadInput):
    """The text is no date.

    `sentence` is one of those above, to be translated; `given` is what stands in it.
    """

    def __init__(self, sentence: str, given: str) -> None:
        super().__init__(sentence % given[:_SHOWN])
        self.sentence = sentence
        self.given = given[:_SHOWN]


_ONE = re.compile(r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?P<mark>[?~%])?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of known precision: its EDTF text and the first and last day that it may mean."""

    edtf: str
    first: date
    last: date

    @property
    def year(self) -> int:
        return self.first.year


def parse(text: str) -> PartialDate:
    """The date that `text` means; figures of any script count.

    Raises `NotADate` with a sentence when it is none.
    """
    text = _in_ascii_figures(text.strip()).upper().replace("U", "X")
    if "T" in text and _ONE.fullmatch(text.split("T", 1)[0]):
        text = text.split("T", 1)[0]
    begin, slash, end = text.partition("/")
    if slash and _ONE.fullmatch(begin):
        first = _one(begin, given=text)
        last = first if end in ("..", "") else _one(end, given=text)
        if last.last < first.first:
            raise NotADate(ENDS_FIRST, text)
        return PartialDate(text, first.first, last.last)
    return _one(text, given=text)


def _in_ascii_figures(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _one(text: str, *, given: str) -> PartialDate:
    found = _ONE.fullmatch(text)
    if not found:
        raise NotADate(UNREADABLE, given)
    year, month, day = found["year"], found["month"], found["day"]
    try:
        first = date(int(year.replace("X", "0")), int(month or 1), int(day or 1))
        last_year = int(year.replace("X", "9"))
        last_month = int(month or 12)
        last = date(last_year, last_month, int(day or calendar.monthrange(last_year, last_month)[1]))
    except ValueError:
        raise NotADate(NO_SUCH_DAY, given) from None
    return PartialDate(text, first, last)
