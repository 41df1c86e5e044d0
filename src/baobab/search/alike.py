"""More like this: what an asset's telling words and topics lead to."""

from __future__ import annotations

from dataclasses import replace

from baobab.assets.classification.queries import given_concepts, given_places
from baobab.assets.models import Asset, AssetText, FilePage
from baobab.assets.queries import assets_in_order
from baobab.organisation.readers import Reader

from .away import SearchAway
from .engine import About, Passage, PassageAt
from .entries import words_of_text
from .queries import sight_of
from .shelf import shelf

# The first pages of a report say what it is about; its annexes say what everything is about.
_PAGES = 4
_CHARACTERS = 6_000


def more_like(reader: Reader, asset: Asset, *, limit: int = 6) -> list[Asset]:
    """What the reader may see that is most like the asset, best first.

    Nothing while the index is not there, or away. Compared are the words that tell it from others, in its
    own language, and its topics and places. The asset must be one that she may read. Six queries.
    """
    sight = sight_of(reader)
    about = [About("topic", str(pk)) for pk in given_concepts([asset.pk]).get(asset.pk, ())]
    about += [About("place", str(pk)) for pk in given_places([asset.pk]).get(asset.pk, ())]
    others = replace(sight, without=sight.without | {asset.pk})
    try:
        engine = shelf().current() if limit > 0 else None
        hits = engine.like(_passages(asset), about, others, limit=limit) if engine else ()
    except SearchAway:
        hits = ()
    return assets_in_order(reader, [hit.asset_id for hit in hits])


def _passages(asset: Asset) -> list[Passage]:
    language = asset.original_language
    texts = AssetText.objects.filter(asset=asset, language=language).defer("body_html")
    found = [Passage(PassageAt(language), t.title, words_of_text(t)[:_CHARACTERS]) for t in texts]
    pages = FilePage.objects.filter(blob__files__asset=asset, blob__files__is_current=True)
    rows = pages.order_by("blob__files__number", "position").values_list("blob__reading__language", "text")
    return found + [
        Passage(PassageAt(tag or language), "", text[:_CHARACTERS]) for tag, text in rows[:_PAGES]
    ]
