"""Two to four places side by side: what is known about each, and what one has that the others lack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from baobab.assets.kinds import kinds
from baobab.assets.queries import assets_in_order
from baobab.kernel import clock
from baobab.kernel.text import fold
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.search.overview import Overview, overview
from baobab.search.queries import sight_of
from baobab.vocabularies.models import Concept, Place, Scheme
from baobab.vocabularies.queries import find_places

from ..portals.gaps import YEARS_THAT_COUNT
from ..portals.reading import Name, Names, names_of
from ..portals.subjects import Subject
from ..presenting import ShownCard, capital, listed, named_language, shown_cards, shown_number

MOST_PLACES = 4
NEWEST = 3
PEOPLE = 3
MOST_TOPICS = 12
MOST_LANGUAGES = 8
MOST_MISSING = 6
_LONGEST_NAME = 200
# Topics named of each place: only the most frequent can be among those shown.
_TOPICS_NAMED = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A place in the comparison: what it is, and what was found of it."""

    subject: Subject
    found: Overview


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, where it leads, and the length of its bar in hundredths of the row's greatest."""

    number: str
    address: str = ""
    share: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of numbers, one for each place."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What others in the comparison have and this place lacks, by sort."""

    topics: tuple[tuple[str, str], ...]
    languages: str
    kinds: str

    def __bool__(self) -> bool:
        return bool(self.topics or self.languages or self.kinds)


def compare_page(request: HttpRequest) -> HttpResponse:
    """Places side by side, by code or name in any language; `topic` narrows to one (twelve queries).

    With one place and `with=neighbours`, leads to it beside those of its subregion that most is about.
    """
    reader = reader_of_request(request)
    given = [text for value in request.GET.getlist("place")[: 2 * MOST_PLACES] if (text := _clean(value))]
    found = find_places(given) if given else {}
    places = list({found[text].pk: found[text] for text in given if text in found}.values())[:MOST_PLACES]
    if len(places) == 1 and request.GET.get("with") == "neighbours":
        return _with_neighbours(places[0], reader)
    concept = _topic(_clean(request.GET.get("topic", "")))
    columns = _columns(reader, places, concept) if len(places) > 1 else []
    names = _names(reader, columns, places, concept)
    columns = [_named(column, names) for column in columns]
    context = {
        "columns": columns,
        "given": _inputs(places, names),
        "unknown": [text for text in given if text not in found],
        "choices": sorted(
            (n.label for n in names.places.values() if n.sort == Place.Level.COUNTRY), key=fold
        ),
        "topic": concept,
        "topic_name": names.concepts[concept.pk].label if concept and concept.pk in names.concepts else "",
        "is_building": any(column.found.is_building for column in columns),
        "trail": [(_("Home"), reverse("home")), (_("Places"), reverse("places")), (_("Compare"), "")],
    }
    if columns:
        context |= _table(columns, names, reader)
    return render(request, "web/compare.html", context)


def _clean(text: str) -> str:
    return text[:_LONGEST_NAME].replace("\0", " ").strip()


def _topic(public_id: str) -> Concept | None:
    found = (
        Concept.objects.select_related("replaced_by").filter(public_id=public_id).first()
        if public_id
        else None
    )
    return found.replaced_by if found and found.is_deprecated and found.replaced_by else found


def _with_neighbours(place: Place, reader: Reader) -> HttpResponse:
    """Lead to the place beside those of its subregion about which the reader finds most."""
    siblings = Place.objects.filter(parent=place.parent_id, level=Place.Level.COUNTRY).exclude(pk=place.pk)
    known = overview(reader, place_id=place.parent_id, with_people=False)
    ordered = sorted(siblings, key=lambda one: (-known.number("place", one.pk), one.code))
    codes = [place.code, *(one.code for one in ordered[: MOST_PLACES - 1])]
    return redirect(f"{reverse('compare')}?{urlencode([('place', code) for code in codes])}")


def _columns(reader: Reader, places: Sequence[Place], concept: Concept | None) -> list[Column]:
    sight = sight_of(reader)
    concept_id = concept.pk if concept else None
    return [
        Column(
            Subject(concept, place), overview(reader, concept_id=concept_id, place_id=place.pk, sight=sight)
        )
        for place in places
    ]


def _names(
    reader: Reader, columns: Sequence[Column], places: Sequence[Place], concept: Concept | None
) -> Names:
    """The names of the places, of every country to choose from, and of all that is counted (one query)."""
    concepts = {concept.pk} if concept else set()
    for column in columns:
        frequent = sorted(column.found.facets.get("topic", {}).items(), key=lambda item: -item[1])
        concepts |= {int(value) for value, _number in frequent[:_TOPICS_NAMED]}
        concepts |= {int(value) for value in column.found.facets.get("type", {})}
    return names_of(
        reader.language,
        concept_ids=concepts,
        place_ids=[place.pk for place in places],
        levels=[Place.Level.COUNTRY],
    )


def _named(column: Column, names: Names) -> Column:
    subject = column.subject
    place = subject.place
    label = names.places[place.pk].label if place and place.pk in names.places else subject.place_key
    return Column(Subject(subject.concept, place, "", label), column.found)


def _inputs(places: Sequence[Place], names: Names) -> list[str]:
    """What stands in the four boxes: the places compared, by name, then room for more."""
    shown = [names.places[place.pk].label if place.pk in names.places else place.code for place in places]
    return [*shown, *[""] * (MOST_PLACES - len(shown))]


def _table(columns: Sequence[Column], names: Names, reader: Reader) -> dict[str, Any]:
    year = clock.today(reader.time_zone).year
    ids = [pk for column in columns for pk in column.found.newest[:NEWEST]]
    cards = {card.asset_id: card for card in shown_cards(assets_in_order(reader, ids), reader)}
    topics = _most_frequent(columns, "topic", names.concepts.values(), Scheme.Use.TOPICS)[:MOST_TOPICS]
    types = _most_frequent(columns, "type", names.concepts.values())
    languages = _values(columns, "language")[:MOST_LANGUAGES]
    groups = [
        (_("In numbers"), _in_numbers(columns, year)),
        (
            _("By kind"),
            [
                _line(columns, capital(str(kind.label_plural)), "kind", kind.name, kind=kind.name)
                for kind in kinds()
            ]
            + [_line(columns, capital(name.label), "type", name.id, type=name.key) for name in types],
        ),
        (_("Topics"), [_topic_line(columns, name) for name in topics]),
        (
            _("Languages"),
            [
                _line(columns, named_language(tag, reader.language), "language", tag, language=tag)
                for tag in languages
            ],
        ),
    ]
    return {
        "groups": [(title, lines) for title, lines in groups if lines],
        "newest": [_cards_of(column, cards) for column in columns],
        "people": [
            [
                (
                    person.name,
                    column.subject.search_address(q=f'author:"{person.name.replace(chr(34), " ")}"'),
                )
                for person in column.found.people[:PEOPLE]
            ]
            for column in columns
        ],
        "missing": [_missing(column, columns, topics, languages, reader) for column in columns],
    }


def _in_numbers(columns: Sequence[Column], year: int) -> list[Line]:
    recent = range(year - YEARS_THAT_COUNT, year + 1)
    return [
        _numbers(_("Works"), [(c.found.count, c.subject.search_address()) for c in columns]),
        _numbers(
            _("Of the last five years"),
            [(sum(c.found.number("year", one) for one in recent), "") for c in columns],
        ),
        _numbers(
            _("Checked works"), [(sum(c.found.facets.get("quality", {}).values()), "") for c in columns]
        ),
    ]


def _numbers(label: str, numbers: Sequence[tuple[int, str]]) -> Line:
    greatest = max((number for number, _address in numbers), default=0) or 1
    return Line(
        label,
        tuple(
            Cell(shown_number(number), address, max(2, round(100 * number / greatest)))
            if number
            else Cell("")
            for number, address in numbers
        ),
    )


def _line(columns: Sequence[Column], label: str, facet: str, value: object, **narrowed: str) -> Line:
    return _numbers(
        label, [(c.found.number(facet, value), c.subject.search_address(**narrowed)) for c in columns]
    )


def _topic_line(columns: Sequence[Column], name: Name) -> Line:
    return _numbers(
        name.label, [(c.found.number("topic", name.id), c.subject.under(topic=name.key)) for c in columns]
    )


def _values(columns: Sequence[Column], facet: str) -> list[str]:
    """The values of a facet that any place has, the most frequent over all of them first."""
    totals: dict[str, int] = {}
    for column in columns:
        for value, number in column.found.facets.get(facet, {}).items():
            totals[value] = totals.get(value, 0) + number
    return sorted(totals, key=lambda value: (-totals[value], value))


def _most_frequent(
    columns: Sequence[Column], facet: str, names: Iterable[Name], sort: str = ""
) -> list[Name]:
    known = {str(name.id): name for name in names if not sort or name.sort == sort}
    chosen = {column.subject.topic_key for column in columns}
    return [
        known[value] for value in _values(columns, facet) if value in known and known[value].key not in chosen
    ]


def _cards_of(column: Column, cards: dict[int, ShownCard]) -> list[ShownCard]:
    return [cards[pk] for pk in column.found.newest[:NEWEST] if pk in cards]


def _missing(
    column: Column,
    columns: Sequence[Column],
    topics: Sequence[Name],
    languages: Sequence[str],
    reader: Reader,
) -> Missing:
    others = [one for one in columns if one is not column]
    lacking = [
        name
        for name in topics
        if not column.found.number("topic", name.id) and any(o.found.number("topic", name.id) for o in others)
    ]
    tongues = [
        named_language(tag, reader.language)
        for tag in languages
        if not column.found.number("language", tag) and any(o.found.number("language", tag) for o in others)
    ]
    sorts = [
        capital(str(kind.label_plural))
        for kind in kinds()
        if not column.found.number("kind", kind.name)
        and any(o.found.number("kind", kind.name) for o in others)
    ]
    return Missing(
        tuple((name.label, column.subject.under(topic=name.key)) for name in lacking[:MOST_MISSING]),
        listed(tongues),
        listed(sorts),
    )
