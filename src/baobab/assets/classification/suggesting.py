"""What the words of an asset propose: title, language, topics and places, for a person to confirm."""

from __future__ import annotations

from baobab.vocabularies.matching import Matcher

from ..card.models import Asset
from ..files.models import AssetFile, FilePage
from ..texts.queries import texts_of
from .actions import suggest
from .queries import given_concepts, given_places

MOST_TOPICS = 8
MOST_PLACES = 6
# Below this score (0 to 1) a proposal is more often wrong than right: judged by eye on twenty reports.
WORTH_SAYING = 0.3
# The beginning of a document says what it is about; the rest adds time, not truth.
_MOST_CHARACTERS = 300_000


def suggest_from_files(asset: Asset) -> None:
    """Propose topics, places, a title and a language from the asset's texts and the pages of its files.

    What was given already is not proposed. Safe to repeat; dismissed proposals stay dismissed.
    """
    texts = texts_of([asset.pk]).get(asset.pk, [])
    original = next((text for text in texts if text.language == asset.original_language), None)
    words = [part for text in texts[:1] if original is None for part in (text.summary, text.body)]
    title = original.title if original else asset.title
    if original is not None:
        words = [original.summary, original.body]
    proposed_title = proposed_language = ""
    length = sum(map(len, words))
    files = AssetFile.objects.filter(asset=asset, is_current=True).select_related("blob__reading")
    for file in files:
        reading = getattr(file.blob, "reading", None)
        if reading is None:
            continue
        proposed_title = proposed_title or reading.suggested_title
        proposed_language = proposed_language or reading.language
        for text in (
            FilePage.objects.filter(blob=file.blob).order_by("position").values_list("text", flat=True)
        ):
            if length > _MOST_CHARACTERS:
                break
            words.append(text)
            length += len(text)
    language = proposed_language or asset.original_language
    found = Matcher.current().match("\n".join(words), language=language, title=title)
    concepts, places = (
        set(given_concepts([asset.pk]).get(asset.pk, ())),
        set(given_places([asset.pk]).get(asset.pk, ())),
    )
    suggest(
        asset,
        concepts={
            s.concept_id: s.score
            for s in found.concepts[:MOST_TOPICS]
            if s.score >= WORTH_SAYING and s.concept_id not in concepts
        },
        places={
            s.place_id: s.score
            for s in found.places[:MOST_PLACES]
            if s.score >= WORTH_SAYING and s.place_id not in places
        },
        title=proposed_title if proposed_title != asset.title else "",
        language=proposed_language if proposed_language != asset.original_language else "",
    )
