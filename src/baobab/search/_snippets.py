"""Where found words stand: snippets and page numbers, from the database, for all hits of a page at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Value, When
from django.db.models.functions import Substr
from django.utils.safestring import SafeString

from baobab.assets.models import Asset, AssetText, FilePage
from baobab.assets.texts.queries import best_text
from baobab.organisation.readers import Reader

from .engine import LONGEST_PASSAGE, PassageAt
from .entries import without_marks, words_of_text
from .highlight import Marks, opening, snippet


@dataclass(frozen=True, slots=True)
class Spot:
    """What a hit shows of its best passage, and where that stands."""

    snippet: SafeString
    language: str
    at: PassageAt | None = None
    page: int | None = None
    page_label: str = ""
    page_unit: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    number: int | None
    label: str
    unit: str
    text: str


def spots_of(
    found: Sequence[tuple[Asset, PassageAt | None]], marks: Marks, reader: Reader
) -> dict[int, Spot]:
    """The spot of each found asset, by its id. Three queries.

    Where the passage says none of the words (they stand in the title, or the index is a moment
    behind), the summary in the reader's language stands instead.
    """
    texts: dict[int, list[AssetText]] = {}
    for text in (
        AssetText.objects.filter(asset__in=[asset.pk for asset, _ in found])
        .defer("body_html")
        .order_by("language")
    ):
        texts.setdefault(text.asset_id, []).append(text)
    pages = _pages([(asset.pk, at) for asset, at in found if at and at.file_number is not None])
    spots: dict[int, Spot] = {}
    for asset, at in found:
        own = texts.get(asset.pk, [])
        page = pages.get(asset.pk)
        spots[asset.pk] = (
            _in_page(at, page, marks) or _in_text(at, own, marks) or _summary(asset, own, marks, reader)
        )
    return spots


def _in_page(at: PassageAt | None, page: _Page | None, marks: Marks) -> Spot | None:
    if at is None or page is None:
        return None
    html = snippet(page.text, marks, language=at.language) or opening(page.text)
    return Spot(html, at.language, at, page.number, page.label, page.unit)


def _in_text(at: PassageAt | None, texts: Sequence[AssetText], marks: Marks) -> Spot | None:
    if at is None or at.file_number is not None:
        return None
    for text in texts:
        if text.language == at.language:
            words = words_of_text(text)[at.start : at.start + LONGEST_PASSAGE]
            if html := snippet(words, marks, language=at.language):
                return Spot(html, at.language)
    return None


def _summary(asset: Asset, texts: Sequence[AssetText], marks: Marks, reader: Reader) -> Spot:
    text = best_text(texts, reader.language, original=asset.original_language)
    language = text.language if text else asset.original_language
    words = without_marks((text.summary or text.body[:LONGEST_PASSAGE]) if text else asset.summary)
    return Spot(snippet(words, marks, language=language) or opening(words), language)


def _pages(spots: Sequence[tuple[int, PassageAt]]) -> dict[int, _Page]:
    if not spots:
        return {}
    wanted = {(asset_id, at.file_number, at.position or 0): at.start for asset_id, at in spots}
    # Two plain questions: one that names each page costs the ORM more than all the rest of a search.
    keys = FilePage.objects.filter(
        blob__files__asset__in=[asset_id for asset_id, _ in spots],
        position__in={at.position or 0 for _, at in spots},
    ).values_list("pk", "blob__files__asset_id", "blob__files__number", "position")
    starts: dict[int, int] = {}
    holders: dict[int, list[int]] = {}
    for pk, asset_id, number, position in keys:
        if (start := wanted.get((asset_id, number, position))) is not None:
            starts.setdefault(pk, start)
            holders.setdefault(pk, []).append(asset_id)
    later = [When(pk=pk, then=Value(start + 1)) for pk, start in starts.items() if start]
    rows = (
        FilePage.objects.filter(pk__in=list(starts))
        # Only the passage: a chapter can be a whole book.
        .annotate(passage=Substr("text", Case(*later, default=Value(1)) if later else 1, LONGEST_PASSAGE))
        .values_list("pk", "number", "label", "blob__reading__unit", "passage")
    )
    return {
        asset_id: _Page(number, label, unit or "", text)
        for pk, number, label, unit, text in rows
        for asset_id in holders[pk]
    }
