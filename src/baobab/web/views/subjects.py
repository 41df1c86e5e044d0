"""Topics and places: the trees to look through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from baobab.organisation.middleware import reader_of_request
from baobab.vocabularies.models import Scheme
from baobab.vocabularies.queries import (
    ConceptNode,
    PlaceNode,
    concept_tree,
    place_tree,
    schemes,
)

from .. import queries
from ..mapping import by_code, place_map

LIST_SIZE = 20
# A scheme of more concepts shows two levels of its tree; the rest is reached from a topic's own page.
SMALL_SCHEME = 600


def topics_page(request: HttpRequest) -> HttpResponse:
    """The topics of one scheme as a tree with counts; tabs lead to the other schemes (six queries)."""
    reader = reader_of_request(request)
    lines = schemes(reader.language, use=Scheme.Use.TOPICS)
    lines = [line for line in lines if line.concepts]
    wanted = request.GET.get("scheme", "")
    chosen = next((line for line in lines if str(line.scheme.pk) == wanted), None)
    if chosen is None and lines:
        chosen = min(lines, key=lambda line: line.scheme.pk)
    tree: list[dict[str, Any]] = []
    if chosen is not None:
        nodes = concept_tree(
            chosen.scheme, reader.language, levels=3 if chosen.concepts <= SMALL_SCHEME else 2
        )
        counts = queries.topic_counts(reader, _ids(nodes)) if chosen.concepts <= SMALL_SCHEME else {}
        tree = [_topic_node(node, counts) for node in nodes]
    context = {
        "tree": tree,
        "chosen": chosen,
        "tabs": [
            {
                "label": line.title,
                "url": f"?scheme={line.scheme.pk}",
                "is_current": line is chosen,
                "count": line.concepts,
            }
            for line in lines
        ],
    }
    return render(request, "web/topics.html", context)


def _ids(nodes: Iterable[ConceptNode]) -> set[int]:
    found: set[int] = set()
    for node in nodes:
        found |= {node.id} | _ids(node.children)
    return found


def _topic_node(node: ConceptNode, counts: Mapping[int, int]) -> dict[str, Any]:
    return {
        "label": node.label,
        "url": reverse("topic_page", args=[node.public_id]),
        "count": counts.get(node.id, 0) if counts else None,
        "children": [_topic_node(child, counts) for child in node.children],
    }


def places_page(request: HttpRequest) -> HttpResponse:
    """A map, and regions with the countries in them that something is about, with counts (six queries)."""
    reader = reader_of_request(request)
    counts = queries.place_counts(reader)
    tops = place_tree(reader.language)
    regions = [child for top in tops for child in top.children] or list(tops)
    context = {
        "regions": [_place_node(node, counts) for node in regions],
        "map": place_map(by_code(counts), language=reader.language) if regions else None,
    }
    return render(request, "web/places.html", context)


def _place_node(node: PlaceNode, counts: Mapping[int, int]) -> dict[str, Any]:
    return {
        "label": node.link.name,
        "url": reverse("place_page", args=[node.link.code]),
        "count": counts.get(node.link.id, 0),
        "children": [_place_node(child, counts) for child in node.children if counts.get(child.link.id)],
        "is_open": bool(counts.get(node.link.id)),
    }
