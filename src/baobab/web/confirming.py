"""What machines propose for an asset, ready to be confirmed by a person on its form."""

from __future__ import annotations

from dataclasses import dataclass

from baobab.assets.classification.queries import given_concepts, given_places, open_suggestions
from baobab.assets.models import Asset, Suggestion
from baobab.organisation.readers import Reader
from baobab.vocabularies.queries import concept_labels, place_names

# Proposals from this score on are ticked beforehand; the rest stand beside them, unticked.
LIKELY_FROM = 0.6


@dataclass(frozen=True, slots=True)
class Proposals:
    """Titles, topics and places that were found in the asset's files, best first.

    Empty where there are none.
    """

    title: str = ""
    language: str = ""
    topics: tuple[tuple[int, str], ...] = ()
    places: tuple[tuple[int, str], ...] = ()
    likely_topics: tuple[int, ...] = ()
    likely_places: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title or self.topics or self.places)


def proposals_for(asset: Asset, reader: Reader) -> Proposals:
    """What is proposed and was neither dismissed nor taken, in the reader's language (five queries)."""
    rows = open_suggestions(asset.pk)
    if not rows:
        return Proposals()
    by_field: dict[str, list[Suggestion]] = {}
    for row in rows:
        by_field.setdefault(row.field, []).append(row)
    taken = set(given_concepts([asset.pk]).get(asset.pk, ()))
    taken_places = set(given_places([asset.pk]).get(asset.pk, ()))
    topics = {
        row.concept_id: row.score
        for row in by_field.get("concept", ())
        if row.concept_id and row.concept_id not in taken
    }
    places = {
        row.place_id: row.score
        for row in by_field.get("place", ())
        if row.place_id and row.place_id not in taken_places
    }
    labels = concept_labels(topics, reader.language) if topics else {}
    names = place_names(places, reader.language) if places else {}
    return Proposals(
        title=next((row.value for row in by_field.get("title", ()) if row.value != asset.title), ""),
        language=next((row.value for row in by_field.get("language", ())), ""),
        topics=tuple((number, labels[number]) for number in topics if number in labels),
        places=tuple((number, names[number]) for number in places if number in names),
        likely_topics=tuple(number for number, score in topics.items() if score >= LIKELY_FROM),
        likely_places=tuple(number for number, score in places.items() if score >= LIKELY_FROM),
    )
