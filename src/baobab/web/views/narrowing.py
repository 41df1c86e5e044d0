"""How a search is narrowed: facets as lists and trees of plain links, filters in force, their addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baobab.search.engine import FACETS
from baobab.search.parse import years
from baobab.search.queries import FacetValue
from baobab.search.saved.questions import Asked, filter_labels

from ..presenting import capital, shown_number

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TITLES: Mapping[str, _StrPromise] = {
    "kind": _("Kind"),
    "type": _("Type"),
    "topic": _("Topic"),
    "place": _("Place"),
    "year": _("Year"),
    "language": _("Language"),
    "unit": _("Unit"),
    "quality": _("Quality"),
}
SORTS = ("relevance", "newest", "oldest")
# Lines of a facet beside the hits, and of each branch that is open in a tree; the rest has a page of its own.
MOST_LINES = 8
# More years than this are shown by decade.
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses one step away from a search: each keeps all else that was asked, and begins anew."""

    asked: Asked

    def here(self, name: str = "search", *args: str) -> str:
        """This search, on the search page or on another page that takes the same question."""
        query = self.question()
        return reverse(name, args=args) + (f"?{query}" if query else "")

    def having(self, facet: str, values: Iterable[str]) -> str:
        """With these values of the facet and no others."""
        chosen = {**self.asked.chosen, facet: tuple(values)}
        return self._at(replace(self.asked, chosen=chosen))

    def sorted_by(self, sort: str) -> str:
        """In another order."""
        return self._at(replace(self.asked, sort=sort))

    def asking(self, q: str, *, is_as_typed: bool = False) -> str:
        """With other words, or the same ones taken as they were typed."""
        return self._at(replace(self.asked, q=q, is_as_typed=is_as_typed))

    def without_filters(self) -> str:
        """With the words alone."""
        return self._at(replace(self.asked, chosen={}))

    def kept(self) -> list[tuple[str, str]]:
        """What goes along when other words are typed: names and values of hidden fields."""
        sort = [("sort", self.asked.sort)] if self.asked.sort else []
        return [(name, value) for name, values in self.asked.chosen.items() for value in values] + sort

    def question(self) -> str:
        """This search as a query string without its question mark."""
        return _query(self.asked)

    def _at(self, asked: Asked) -> str:
        query = _query(asked)
        return f"{reverse('search')}?{query}" if query else reverse("search")


def _query(asked: Asked) -> str:
    pairs = [("q", asked.q)] if asked.q else []
    pairs += [(facet, value) for facet in FACETS for value in asked.chosen.get(facet, ())]
    if asked.sort:
        pairs.append(("sort", asked.sort))
    if asked.is_as_typed:
        pairs.append(("exact", "1"))
    return urlencode(pairs)


@dataclass(slots=True)
class _Line:
    """A value of a facet with what stands below it."""

    value: FacetValue
    below: list[_Line]
    is_open: bool = False


class Facet:
    """One facet of an answer, with the addresses that narrow by it."""

    def __init__(self, name: str, values: Sequence[FacetValue], addresses: Addresses) -> None:
        self.name = name
        self.title = TITLES[name]
        self._addresses = addresses
        self._chosen = addresses.asked.chosen.get(name, ())
        # Where nothing was chosen, addresses differ in nothing but their end.
        here = addresses.here()
        self._adding = f"{here}{'&' if '?' in here else '?'}{name}="
        self.lines = _tree(by_decade(values, self._chosen) if name == "year" else values)
        if name == "year" and not self._chosen and self.lines and self.lines[0].below:
            self.lines[0].is_open = True
        self._counts = [value.count for value in values]

    def is_worth_showing(self, count: int) -> bool:
        """Whether there is anything to choose: of `count` results, a value does not hold all."""
        if self._chosen:
            return bool(self._counts)
        return len(self._counts) > 1 or any(one < count for one in self._counts)

    def beside(self) -> dict[str, Any]:
        """As it stands beside the hits: the most frequent, and all that leads to what was chosen."""
        options, is_cut = self._options(self.lines, is_whole=False)
        more = self._addresses.here("search_facet", self.name) if is_cut else ""
        return {
            "name": self.name,
            "title": self.title,
            "options": options,
            "more_url": more,
            "is_open": bool(self._chosen) or self.name in ("kind", "type", "topic", "place"),
        }

    def whole(self) -> list[dict[str, Any]]:
        """All values, everything below them included."""
        return self._options(self.lines, is_whole=True)[0]

    def _options(self, lines: Sequence[_Line], *, is_whole: bool) -> tuple[list[dict[str, Any]], bool]:
        shown = list(lines) if is_whole else _first(lines)
        is_cut = len(shown) < len(lines)
        options = []
        for line in shown:
            below: list[dict[str, Any]] = []
            if line.below and (is_whole or line.is_open or len(lines) == 1):
                below, is_cut_below = self._options(line.below, is_whole=is_whole)
                is_cut |= is_cut_below
            else:
                is_cut |= bool(line.below)
            options.append(self._option(line, below))
        return options, is_cut

    def _option(self, line: _Line, below: list[dict[str, Any]]) -> dict[str, Any]:
        value = line.value
        return {
            "value": value.value,
            "label": capital(value.label),
            "count": shown_number(value.count),
            "is_chosen": value.is_selected,
            "url": self._switched(line),
            "children": below,
        }

    def _switched(self, line: _Line) -> str:
        value = line.value.value
        if value in self._chosen:
            return self._addresses.having(self.name, [one for one in self._chosen if one != value])
        if not self._chosen:
            return f"{self._adding}{quote(value)}"
        # Somebody who chooses what lies in a chosen region means only that, and the other way round.
        near = {one.value.value for one in _all_below(line.below)} | self._above(value)
        return self._addresses.having(self.name, [*(o for o in self._chosen if o not in near), value])

    def _above(self, value: str) -> set[str]:
        return _path_to(value, self.lines) or set()


def _first(lines: Sequence[_Line]) -> list[_Line]:
    """The open ones and the most frequent others, in the order given."""
    open_ones = sum(line.is_open for line in lines)
    room = max(0, MOST_LINES - open_ones)
    shown = []
    for line in lines:
        if line.is_open:
            shown.append(line)
        elif room:
            shown.append(line)
            room -= 1
    return shown


def _tree(values: Sequence[FacetValue]) -> list[_Line]:
    """The values below those that hold them; a branch is open when it or something below it was chosen."""
    lines = {value.value: _Line(value, []) for value in values}
    tops: list[_Line] = []
    for value in values:
        line = lines[value.value]
        above = lines.get(value.parent)
        (tops if above is None or above is line else above.below).append(line)
    for line in tops:
        _open(line, depth=0)
    return tops


def _open(line: _Line, *, depth: int) -> bool:
    below = [_open(one, depth=depth + 1) for one in line.below] if depth < _DEEPEST else []
    line.is_open = line.value.is_selected or any(below)
    return line.is_open


# No tree of topics, places or units is deeper; a circle in the data ends here.
_DEEPEST = 20


def _all_below(lines: Iterable[_Line]) -> list[_Line]:
    found: list[_Line] = []
    waiting = list(lines)
    while waiting:
        line = waiting.pop()
        found.append(line)
        waiting += line.below
    return found


def _path_to(value: str, lines: Iterable[_Line]) -> set[str] | None:
    for line in lines:
        if line.value.value == value:
            return set()
        path = _path_to(value, line.below)
        if path is not None:
            return path | {line.value.value}
    return None


def by_decade(values: Sequence[FacetValue], chosen: Sequence[str]) -> list[FacetValue]:
    """Years as they are where they are few; else below their decades, whose value is a range of years.

    The latest decade stands open when no year was chosen.
    """
    if len(values) <= MOST_YEARS and not any(".." in value for value in chosen):
        return list(values)
    decades: dict[str, list[FacetValue]] = defaultdict(list)
    for year in values:
        decades[year.value[:-1]].append(year)
    lines = []
    for stem, own in sorted(decades.items(), reverse=True):
        span = f"{stem}0..{stem}9"
        count = sum(year.count for year in own)
        is_whole = span in chosen
        lines.append(FacetValue(span, f"{stem}0–{stem}9", count, is_whole))
        lines += [replace(year, parent=span, is_selected=year.is_selected and not is_whole) for year in own]
    return lines


def taken(
    facets: Mapping[str, Sequence[FacetValue]], addresses: Addresses, *, language: str
) -> list[tuple[str, str, str]]:
    """The filters in force, also those that find nothing: (facet, label, the address without it)."""
    found = []
    for name, chosen in addresses.asked.chosen.items():
        labels = chosen_labels(name, chosen, facets.get(name, ()), language)
        for value in chosen:
            rest = [one for one in chosen if one != value]
            found.append((str(TITLES[name]), labels[value], addresses.having(name, rest)))
    return found


def chosen_labels(
    facet: str, chosen: Sequence[str], counted: Sequence[FacetValue], language: str
) -> dict[str, str]:
    """What the chosen values of a facet are called; what was not counted costs two queries."""
    labels = {value.value: value.label for value in counted}
    uncounted = [value for value in chosen if value not in labels]
    if facet == "year":
        labels |= {value: _span(value) for value in uncounted}
    elif uncounted:
        labels |= zip(uncounted, filter_labels(facet, uncounted, language), strict=True)
    return {value: capital(labels[value]) for value in chosen}


def _span(value: str) -> str:
    named = years(value)
    return f"{named[0]}–{named[-1]}" if len(named) > 1 else value
