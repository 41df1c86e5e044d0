"""Lists in pages, however long: counts are bounded, and a page that is not there is a polite 404."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from baobab.design.addresses import LAST_PAGE
from baobab.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list. `is_counted`: `count` is exact; else there are more than it says."""

    rows: Sequence[Row]
    number: int
    pages: int
    count: int
    is_counted: bool


def page_number(request: HttpRequest) -> int:
    """The page that the address asks for; anything that is no number from 1 is the first."""
    text = request.GET.get("page", "")
    if not text.isdecimal():
        return 1
    return max(1, min(int(text[:9]), LAST_PAGE + 1))


def page_of(request: HttpRequest, rows: QuerySet[Row], *, size: int) -> Page[Row]:
    """The page that the address asks for (two queries). Raises `NotFound` past the end."""
    number = page_number(request)
    most = LAST_PAGE * size
    count = rows[: most + 1].count()
    pages = max(1, -(-min(count, most) // size))
    if number > pages:
        raise NotFound(_("The list has no such page. It may have been longer before."))
    return Page(
        list(rows[(number - 1) * size : number * size]), number, pages, min(count, most), count <= most
    )
