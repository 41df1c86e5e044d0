"""Addresses as the design needs them: pages that may not exist, other languages, other pages of a list."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_info

# A list never offers more pages than this: deeper ones cost much and nobody reads them.
LAST_PAGE = 500
# Page numbers shown on either side of the current one.
NEIGHBOURS = 2


def address_of(name: str, *args: object) -> str:
    """The address of the page called `name`, or an empty string where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def in_language(address: str, language: str) -> str:
    """The same page in another language; an address without a language leads to that language's home.

    Pages live under `/<language>/...` and their addresses are not translated, so only the first part changes.
    Never an address of another site: what follows the language is kept below it.
    """
    first, slash, rest = address.lstrip("/").partition("/")
    if first in dict(settings.LANGUAGES) and slash:
        return f"/{language}/{rest.lstrip('/')}"
    return f"/{language}/"


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language that this page can be read in; `name` is in that language itself."""

    code: str
    name: str
    url: str
    is_current: bool


def site_language_links(request: HttpRequest | None, *, current: str) -> list[LanguageLink]:
    """The links of the language switch for the page that `request` asked for."""
    address = request.get_full_path() if request is not None else "/"
    links = []
    for code, _name in settings.LANGUAGES:
        information = get_language_info(code)
        links.append(
            LanguageLink(
                code=code,
                name=information["name_local"].capitalize(),
                url=in_language(address, code),
                is_current=code == current,
            )
        )
    return links


@dataclass(frozen=True, slots=True)
class PageLink:
    """One place in a row of page links: a number with its address, or a gap (number 0)."""

    number: int
    url: str
    is_current: bool


def page_links(
    request: HttpRequest | None, *, page: int, pages: int, parameter: str = "page"
) -> list[PageLink]:
    """The first, the last and the neighbouring pages, with gaps between; never beyond `LAST_PAGE`.

    Keeps everything else that the address asks for. Empty when there is only one page.
    """
    pages = min(pages, LAST_PAGE)
    if pages < 2:
        return []
    page = min(max(page, 1), pages)
    near = range(max(1, page - NEIGHBOURS), min(pages, page + NEIGHBOURS) + 1)
    links: list[PageLink] = []
    before = 0
    for number in sorted({1, *near, pages}):
        if number - before > 1:
            links.append(PageLink(0, "", is_current=False))
        links.append(PageLink(number, with_parameter(request, parameter, number), is_current=number == page))
        before = number
    return links


def with_parameter(request: HttpRequest | None, parameter: str, value: object) -> str:
    """The query string of this request with one parameter set anew, or gone where `value` is empty."""
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if value in ("", None) or (parameter == "page" and value == 1):
        query.pop(parameter, None)
    else:
        query[parameter] = str(value)
    return f"?{query.urlencode()}"
