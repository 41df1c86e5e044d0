"""Which topic in which place an address means, with the few words that its portal needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.kernel.text import clean_line
from baobab.vocabularies.languages import closeness
from baobab.vocabularies.models import Concept, ConceptNote, Place
from baobab.vocabularies.queries import Note

from .building import Below
from .reading import Name, names_of
from .subjects import Subject


@dataclass(frozen=True, slots=True)
class TopicInPlace:
    """A topic in a place, what lies below either, and what the topic means."""

    subject: Subject
    below: Below
    definition: Note | None


def topic_in_place(public_id: str, code: str, language: str) -> TopicInPlace:
    """The topic and the place at this address; a topic that was replaced is its successor (six queries).

    Raises `NotFound` where there is no such topic or no such place.
    """
    concept = concept_at(public_id)
    place = place_at(code)
    narrower = Concept.objects.filter(parents__parent=concept, is_deprecated=False)
    inside = Place.objects.filter(parent=place)
    topic_ids = set(narrower.values_list("pk", flat=True))
    place_ids = set(inside.values_list("pk", flat=True))
    names = names_of(language, concept_ids=[concept.pk, *topic_ids], place_ids=[place.pk, *place_ids])
    notes = ConceptNote.objects.filter(concept=concept).order_by("pk")
    best = min(notes, key=lambda note: closeness(note.language, wanted=language), default=None)
    return TopicInPlace(
        Subject(
            concept,
            place,
            _label(names.concepts.get(concept.pk), public_id),
            _label(names.places.get(place.pk), code),
        ),
        Below(
            [name for pk, name in names.concepts.items() if pk in topic_ids],
            [name for pk, name in names.places.items() if pk in place_ids],
        ),
        Note(best.role, best.language, best.text) if best else None,
    )


def concept_at(public_id: str) -> Concept:
    """The topic with this public id, or the one that replaced it (one query). Raises `NotFound`."""
    concept = Concept.objects.select_related("scheme", "replaced_by").filter(public_id=public_id).first()
    if concept is None:
        raise NotFound(_("There is no topic at this address."))
    return concept.replaced_by if concept.is_deprecated and concept.replaced_by else concept


def place_at(code: str) -> Place:
    """The place with this code, in capitals or not (one query). Raises `NotFound`."""
    place = Place.objects.filter(code=clean_line(code).upper()).first()
    if place is None:
        raise NotFound(_("There is no country or region at this address."))
    return place


def _label(name: Name | None, otherwise: str) -> str:
    return name.label if name else otherwise
