"""The map page: what the reader may find, or what a search finds, by country, whole or in part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.search.queries import FacetValue, Results, search
from baobab.search.saved.questions import Asked, asked_by, request_of
from baobab.vocabularies.models import Place
from baobab.vocabularies.queries import PlaceLink, place_page

from .. import queries
from ..mapping import WORLD, by_code, place_map
from ..presenting import capital, shown_number
from .narrowing import TITLES, Addresses, chosen_labels

# There are fewer countries and regions.
EVERY_PLACE = 1000
ORDERS = ("count", "name")


def map_page(request: HttpRequest) -> HttpResponse:
    """Countries shaded by how much the reader finds about each; the same question as on the search page.

    `area` is the code of the part of the world that is shown, `order` the table's: `count` or `name`. A
    country's code shows the area it lies in; any other unknown code is a 404. At most thirty queries.
    """
    reader = reader_of_request(request)
    asked = asked_by(request.META.get("QUERY_STRING", ""))
    order = request.GET.get("order", "")
    order = order if order in ORDERS else ORDERS[0]
    area = place_page(request.GET.get("area", "") or _area_of(asked), reader.language)
    if area.place.level == Place.Level.COUNTRY and area.path:
        area = place_page(area.path[-1].code, reader.language)
    results = _answer(request.META.get("QUERY_STRING", ""), asked, reader)
    counts = _counts(results, reader)

    # Addresses differ in the place only, and a map may have 249 of them.
    somewhere = Addresses(_in_place(asked, "ZZ")).here()

    def search_address(code: str) -> str:
        return somewhere.replace("place=ZZ", f"place={code}")

    is_asking = not asked.is_empty
    figure = place_map(
        counts,
        language=reader.language,
        region=area.place.code,
        is_by_name=order == "name",
        search_address=search_address if is_asking else None,
    )
    here = _Here(asked, area.place.code, order)
    context = {
        "q": asked.q,
        "map": figure,
        "area": area,
        "area_name": capital(area.name),
        "is_world": area.place.code == WORLD,
        "is_building": results is not None and results.is_building,
        "announcement": _announcement(results, asked.q),
        "kept": [*here.kept()],
        "wider": [{"label": capital(link.name), "url": here.over(link.code)} for link in area.path],
        "narrower": _narrower(area.children, counts, here),
        "taken": _taken(results, here, reader.language),
        "orders": [
            {"label": label, "url": here.sorted_by(name), "is_current": name == order}
            for name, label in zip(ORDERS, (_("Most first"), _("By name")), strict=True)
        ],
        "search_url": Addresses(_in_place(asked, area.place.code)).here(),
        "search_count": counts.get(area.place.code, 0),
        "hits_url": Addresses(asked).here(),
        "trail": [(_("Home"), reverse("home")), (_("Places"), reverse("places")), (_("Map"), "")],
    }
    return render(request, "web/map.html", context)


class _Here:
    """Addresses one step away from this map."""

    def __init__(self, asked: Asked, area: str, order: str) -> None:
        self.asked, self.area, self.order = asked, area, order

    def kept(self) -> list[tuple[str, str]]:
        """What goes along when other words are typed."""
        return [*Addresses(self.asked).kept(), *self._own(self.area, self.order)]

    def over(self, area: str) -> str:
        return self._at(self.asked, area, self.order)

    def sorted_by(self, order: str) -> str:
        return self._at(self.asked, self.area, order)

    def without(self, facet: str, value: str) -> str:
        chosen = {**self.asked.chosen, facet: tuple(o for o in self.asked.chosen[facet] if o != value)}
        return self._at(replace(self.asked, chosen=chosen), self.area, self.order)

    def _at(self, asked: Asked, area: str, order: str) -> str:
        query = "&".join(filter(None, (Addresses(asked).question(), urlencode(self._own(area, order)))))
        return f"{reverse('map')}?{query}" if query else reverse("map")

    @staticmethod
    def _own(area: str, order: str) -> list[tuple[str, str]]:
        own = [("area", area)] if area != WORLD else []
        return [*own, ("order", order)] if order != ORDERS[0] else own


def _area_of(asked: Asked) -> str:
    """The one place that the question is narrowed to, else the world."""
    places = asked.chosen.get("place", ())
    return places[0] if len(places) == 1 else WORLD


def _in_place(asked: Asked, code: str) -> Asked:
    chosen = {name: values for name, values in asked.chosen.items() if name != "place"}
    return replace(asked, chosen=chosen if code == WORLD else {**chosen, "place": (code,)})


def _answer(query: str, asked: Asked, reader: Reader) -> Results | None:
    """What the question finds; None where nothing is asked, so that everything is meant."""
    if asked.is_empty:
        return None
    wanted = request_of(query, reader)
    if wanted is None:
        return Results()
    every_place = replace(wanted, page=1, size=1, facet_values=EVERY_PLACE)
    return search(reader, every_place, with_beside=False)


def _counts(results: Results | None, reader: Reader) -> dict[str, int]:
    if results is None:
        return by_code(queries.place_counts(reader))
    return {value.value: value.count for value in results.facets.get("place", ())}


def _announcement(results: Results | None, q: str) -> str:
    if results is None:
        return _("Everything that you may read, by the countries it is about.")
    found = ngettext("%s result", "%s results", results.count) % shown_number(results.count)
    if not q:
        return _("%s, by the countries they are about.") % found
    return _("%(found)s for “%(q)s”, by the countries they are about.") % {"found": found, "q": q}


def _narrower(children: list[PlaceLink], counts: Mapping[str, int], here: _Here) -> list[dict[str, Any]]:
    return [
        {
            "label": f"{link.name} ({shown_number(counts[link.code])})"
            if counts.get(link.code)
            else link.name,
            "url": here.over(link.code),
        }
        for link in children
        if link.level != Place.Level.COUNTRY
    ]


def _taken(results: Results | None, here: _Here, language: str) -> list[tuple[str, str]]:
    """The filters in force with the address of the map without each."""
    facets: Mapping[str, tuple[FacetValue, ...]] = results.facets if results else {}
    found = []
    for facet, chosen in here.asked.chosen.items():
        labels = chosen_labels(facet, chosen, facets.get(facet, ()), language)
        found += [(f"{TITLES[facet]}: {labels[value]}", here.without(facet, value)) for value in chosen]
    return found
