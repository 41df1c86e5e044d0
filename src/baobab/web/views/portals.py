"""The pages of a topic, of a place and of a topic in a place: everything about it on one page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.organisation.middleware import reader_of_request
from baobab.vocabularies.languages import best_text
from baobab.vocabularies.models import Place, Scheme
from baobab.vocabularies.queries import ConceptPage, concept_page, place_page

from ..mapping import place_map
from ..portals.building import Below, portal
from ..portals.finding import topic_in_place
from ..portals.reading import Name
from ..portals.subjects import Subject, portal_address
from ..presenting import capital, direction_of, named_language, shown_number

# So many of the countries that most is about are offered side by side.
COMPARED = 3


def topic_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything about a topic and what is narrower (twelve queries beside who asks)."""
    reader = reader_of_request(request)
    shown = concept_page(public_id, reader.language, with_mappings=False)
    if shown.concept.is_deprecated and shown.concept.replaced_by is not None:
        return redirect("topic_page", shown.concept.replaced_by.public_id)
    subject = Subject(concept=shown.concept, topic_name=shown.label)
    narrower = [Name(link.id, link.public_id, Scheme.Use.TOPICS, link.label) for link in shown.narrower]
    parts = portal(reader, subject, Below(topics=narrower))
    context = {
        **parts,
        **_explained(shown, reader.language),
        "topic": shown,
        "eyebrow": _("Topic"),
        "figures": _figures(parts, with_countries=True),
        "map": _map(parts, reader.language),
        "compare_url": _comparison(parts, subject),
        "trail": [
            (_("Home"), reverse("home")),
            (_("Topics"), reverse("topics")),
            *[
                (link.label, reverse("topic_page", args=[link.public_id]))
                for link in (shown.paths[0] if shown.paths else ())
            ],
            (shown.label, ""),
        ],
    }
    return render(request, "web/portal.html", context)


def place_page_view(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about a place and what lies in it (twelve queries, ten for a country)."""
    reader = reader_of_request(request)
    shown = place_page(code, reader.language)
    if shown.place.code != code:
        return redirect("place_page", shown.place.code, permanent=True)
    subject = Subject(place=shown.place, place_name=capital(shown.name))
    inside = [Name(link.id, link.code, link.level, link.name) for link in shown.children]
    parts = portal(reader, subject, Below(places=inside))
    is_country = shown.place.level == Place.Level.COUNTRY
    context = {
        **parts,
        "place": shown,
        "eyebrow": _("Country or area") if is_country else _("Region"),
        "figures": _figures(parts),
        "map": None if is_country else _map(parts, reader.language, region=shown.place.code),
        "compare_url": f"{reverse('compare')}?{urlencode({'place': shown.place.code, 'with': 'neighbours'})}"
        if is_country
        else "",
        "labels": [
            (capital(named_language(tag, reader.language)), text, tag, direction_of(tag))
            for tag, text in sorted(shown.names.items())
            if tag in _NAMES_SHOWN and tag != reader.language
        ],
        "trail": [
            (_("Home"), reverse("home")),
            (_("Places"), reverse("places")),
            *[(capital(link.name), reverse("place_page", args=[link.code])) for link in shown.path],
            (capital(shown.name), ""),
        ],
    }
    return render(request, "web/portal.html", context)


# Places are named in very many languages; a page shows those in which the United Nations write.
_NAMES_SHOWN = frozenset({"en", "fr", "es", "ar", "ru", "zh", "pt"})


def topic_in_place_page(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    """Everything about a topic in a place (twelve queries)."""
    reader = reader_of_request(request)
    found = topic_in_place(public_id, code, reader.language)
    subject = found.subject
    if (subject.topic_key, subject.place_key) != (public_id, code):
        return redirect(subject.address)
    parts = portal(reader, subject, found.below)
    context = {
        **parts,
        "eyebrow": _("Topic in a place"),
        "figures": _figures(parts),
        "definition": found.definition,
        "definition_direction": direction_of(found.definition.language) if found.definition else "",
        "wider": [subject.without_place(), subject.without_topic()],
        "trail": [
            (_("Home"), reverse("home")),
            (_("Topics"), reverse("topics")),
            (subject.topic_name, portal_address(topic=subject.topic_key)),
            (subject.place_name, ""),
        ],
    }
    return render(request, "web/portal.html", context)


def _explained(shown: ConceptPage, language: str) -> dict[str, Any]:
    definition = shown.notes[0] if shown.notes else None
    scheme = shown.concept.scheme
    return {
        "definition": definition,
        "definition_direction": direction_of(definition.language) if definition else "",
        "scheme_title": best_text(scheme.titles, wanted=language) or scheme.uri,
        "scheme_licence": scheme.licence,
        "permanent": reverse("permanent_topic", args=[shown.concept.public_id]),
        "other_paths": shown.paths[1:],
        "alternatives": shown.alternatives.get(language, []),
        "labels": [
            (named_language(tag, language), text, tag, direction_of(tag))
            for tag, text in sorted(shown.labels.items())
            if tag and tag != language
        ],
    }


def _figures(parts: dict[str, Any], *, with_countries: bool = False) -> list[tuple[str, str, str]]:
    """The numbers on top: works, what they spread over, languages."""
    works, countries = parts["total"], parts["country_count"] if with_countries else 0
    topics, languages = len(parts["topics"]), parts["language_count"]
    found = [
        (works, ngettext("work", "works", works), parts["search_url"]),
        (countries, ngettext("country or area", "countries and areas", countries), "#where"),
        (topics, ngettext("topic", "topics", topics), "#topics"),
        (languages, ngettext("language", "languages", languages), "#languages"),
    ]
    return [(shown_number(n), label, url) for at, (n, label, url) in enumerate(found) if n or not at]


def _map(parts: dict[str, Any], language: str, *, region: str = "") -> Any:
    counts = parts["counts_by_code"]
    return place_map(counts, language=language, region=region) if any(counts.values()) else None


def _comparison(parts: dict[str, Any], subject: Subject) -> str:
    counts = parts["counts_by_code"]
    best = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))[
        :COMPARED
    ]
    pairs = [("place", code) for code in best]
    return f"{reverse('compare')}?{urlencode([*pairs, *subject.query.items()])}" if len(best) > 1 else ""
