"""What is compared of an asset, taken from the database: its files' texts, its own words, its record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from baobab.assets.models import Asset, AssetFile, AssetPlace, AssetText, FilePage, FileReading

from ..entries import words_of_text
from .comparing import Said
from .models import TextSketch
from .records import Record, runs_of_titles
from .sketches import MOST_CHARACTERS, Sketch, sketch_of_hashes, unpacked

_PAGES_AT_ONCE = 200
# A text of 600 pages taken apart fills some fifty megabytes.
_TEXTS_KEPT = 3


@dataclass(frozen=True)
class Portrait:
    """One asset as it is compared. `files`: the blobs of its current files, and when they were read."""

    asset: Asset
    record: Record
    files: dict[int, datetime | None]
    texts: tuple[AssetText, ...]

    @property
    def own_words(self) -> str:
        """Summaries and bodies in all its languages."""
        return "\n\n".join(words for text in self.texts if (words := words_of_text(text)))

    @property
    def record_sketch(self) -> Sketch:
        """By which the record is found. Its digest is of all that is compared: equal when nothing changed."""
        said = repr((self.record, sorted(self.files.items()), self.own_words))
        digest = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
        return sketch_of_hashes(runs_of_titles(self.record.titles), digest=digest)


def portraits(assets: Sequence[Asset]) -> dict[int, Portrait]:
    """The portrait of each of these assets, by id (three queries)."""
    ids = [asset.pk for asset in assets]
    texts: dict[int, list[AssetText]] = {}
    for text in AssetText.objects.filter(asset__in=ids).defer("body_html").order_by("asset", "language"):
        texts.setdefault(text.asset_id, []).append(text)
    files: dict[int, dict[int, datetime | None]] = {}
    read = AssetFile.objects.filter(asset__in=ids, is_current=True, blob__reading__isnull=False)
    read = read.exclude(blob__reading__status=FileReading.WAITING)
    for asset_id, blob_id, read_at in read.values_list("asset_id", "blob_id", "blob__reading__read_at"):
        files.setdefault(asset_id, {})[blob_id] = read_at
    places: dict[int, set[int]] = {}
    given = AssetPlace.objects.filter(asset__in=ids, is_given=True)
    for asset_id, place_id in given.values_list("asset_id", "place_id"):
        places.setdefault(asset_id, set()).add(place_id)
    return {
        asset.pk: Portrait(
            asset,
            _record(asset, texts.get(asset.pk, []), frozenset(places.get(asset.pk, ()))),
            files.get(asset.pk, {}),
            tuple(texts.get(asset.pk, ())),
        )
        for asset in assets
    }


def _record(asset: Asset, texts: Sequence[AssetText], places: frozenset[int]) -> Record:
    original = next((text for text in texts if text.language == asset.original_language), None)
    return Record(
        titles=tuple(dict.fromkeys([asset.title, *(text.title for text in texts)])),
        byline=asset.byline,
        year=asset.year,
        summary=words_of_text(original) if original else asset.summary,
        places=places,
    )


def text_of_blob(blob_id: int) -> str:
    """The text of a file, page after page, as far as it is compared (one query)."""
    pages = FilePage.objects.filter(blob=blob_id).order_by("position").values_list("text", flat=True)
    return "\n".join(_up_to(MOST_CHARACTERS, pages.iterator(chunk_size=_PAGES_AT_ONCE)))


def _up_to(characters: int, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield text
        characters -= len(text)
        if characters <= 0:
            return


class Texts:
    """Texts taken apart for one round of comparing: the few that were asked for last are kept."""

    def __init__(self) -> None:
        self._kept: dict[str, Said] = {}

    def of_file(self, blob_id: int) -> Said:
        """The text of a file (one query unless it is kept)."""
        return self._taken_apart(f"file {blob_id}", lambda: text_of_blob(blob_id))

    def of_words(self, portrait: Portrait) -> Said:
        """The asset's own words."""
        return self._taken_apart(f"words {portrait.asset.pk}", lambda: portrait.own_words)

    def _taken_apart(self, name: str, text: Callable[[], str]) -> Said:
        said = self._kept.pop(name, None) or Said(text())
        self._kept[name] = said
        while len(self._kept) > _TEXTS_KEPT:
            del self._kept[next(iter(self._kept))]
        return said


def stored_sketch(row: TextSketch) -> Sketch:
    """The sketch that a row holds."""
    return Sketch(row.digest, row.word_count, row.ceiling, unpacked(bytes(row.hashes)))
