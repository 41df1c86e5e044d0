"""What the index holds of an asset, taken from the database: a bounded number of queries for many assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from operator import itemgetter
from typing import Protocol, TypeVar

from baobab.assets.kinds import kinds
from baobab.assets.models import (
    Asset,
    AssetConcept,
    AssetFile,
    AssetPlace,
    AssetText,
    Contribution,
    FilePage,
    LabelSet,
    State,
)
from baobab.organisation.models import UnitAncestor
from baobab.vocabularies.models import ConceptLabel, PlaceName

from .engine import LONGEST_PASSAGE, PASSAGE_CHARACTERS, Entry, Passage, PassageAt

# What nobody finds any more, whoever may still read its tombstone.
GONE_STATES = (State.WITHDRAWN, State.MERGED, State.PURGED)
# Pages held in memory at a time.
_PAGES_AT_ONCE = 100
# Room for ids below the day in the number that assets are sorted by: 63 bits hold both.
_ID_BITS = 40
# Each looks at a run of equal characters once: a body of nothing but spaces or underscores costs no more.
_ESCAPES = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_LINK_TARGETS = re.compile(r"\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_PICTURES = re.compile(r"!(?=\[)")
_RULES = re.compile(r"^[-=|: \t]{3,}$", re.MULTILINE)
_INLINE_MARKS = re.compile(r"[*`~\[\]]+|(?<!\w)_+|(?<!_)_++(?!\w)")
_LINE_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|>|[-+]|\d{1,9}[.)])[ \t]+", re.MULTILINE)
# Where a long text is cut, the best place first.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?؟])\s|[。！？]"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True)
class _PageKey:
    """A page without its text. `file_number` is that of the asset's file, `pk` the page's own."""

    asset_id: int
    file_number: int
    position: int
    pk: int


def entries(asset_ids: Sequence[int]) -> Iterator[Entry]:
    """The entries of those of these assets that can be found; for the others, whatever is indexed must go.

    In order of id. Each entry's passages are to be read before the next entry is taken. Eleven queries and
    two per kind, and one per hundred pages of files. Call it with some hundred assets at most.
    """
    assets = list(Asset.objects.filter(pk__in=asset_ids).exclude(state__in=GONE_STATES).order_by("pk"))
    ids = [asset.pk for asset in assets]
    labels = {
        pk: labels.labels for pk, labels in LabelSet.objects.in_bulk({a.readers_id for a in assets}).items()
    }
    texts = _by_asset(AssetText.objects.filter(asset__in=ids).order_by("pk"))
    files = _by_asset(
        AssetFile.objects.filter(asset__in=ids, is_current=True).select_related("blob__reading")
    )
    names = _values_by_asset(
        Contribution.objects.filter(asset__in=ids).order_by("pk").values_list("asset_id", "name")
    )
    concepts = _values_by_asset(
        AssetConcept.objects.filter(asset__in=ids).values_list("asset_id", "concept_id")
    )
    places = _values_by_asset(AssetPlace.objects.filter(asset__in=ids).values_list("asset_id", "place_id"))
    concept_words = _words_of(
        ConceptLabel.objects.filter(
            concept__in=AssetConcept.objects.filter(asset__in=ids, is_given=True).values("concept")
        )
        .exclude(role=ConceptLabel.Role.HIDDEN)
        .values_list("concept_id", "language", "text")
    )
    place_words = _words_of(
        PlaceName.objects.filter(
            place__in=AssetPlace.objects.filter(asset__in=ids, is_given=True).values("place")
        ).values_list("place_id", "language", "text")
    )
    units = _values_by_asset(_units_of(assets))
    types = _types_of_kinds(assets)
    further = _words_of_kinds(assets)
    pages = _pages(ids, _languages_of_files(assets, files), {asset.pk: asset.title for asset in assets})
    ahead = next(pages, None)
    for asset in assets:
        own_pages: Iterable[Passage] = ()
        if ahead and ahead[0] == asset.pk:
            own_pages, ahead = ahead[1], None
        about = [(asset.original_language, further[asset.pk])] if further.get(asset.pk) else []
        about += [(file.language, file.title) for file in files.get(asset.pk, ()) if file.title]
        tags = [words for concept in concepts.get(asset.pk, ()) for words in concept_words.get(concept, ())]
        tags += [words for place in places.get(asset.pk, ()) for words in place_words.get(place, ())]
        yield Entry(
            asset_id=asset.pk,
            labels=labels[asset.readers_id],
            facets={
                "kind": (asset.kind,),
                "type": tuple(str(concept) for concept in types.get(asset.pk, ())),
                "topic": tuple(str(concept) for concept in concepts.get(asset.pk, ())),
                "place": tuple(str(place) for place in places.get(asset.pk, ())),
                "language": _languages(asset, texts.get(asset.pk, ()), files.get(asset.pk, ())),
                "year": (str(asset.year),) if asset.year else (),
                "unit": tuple(str(unit) for unit in units.get(asset.pk, ())),
                "quality": (asset.quality,) if asset.quality else (),
            },
            passages=_passages(asset, texts.get(asset.pk, ()), own_pages),
            titles=tuple(dict.fromkeys([asset.title, *(text.title for text in texts.get(asset.pk, ()))])),
            about=about,
            tags=tags,
            authors=names.get(asset.pk, ()),
            moment=_moment(asset),
        )
        if ahead is None:
            ahead = next(pages, None)


def words_of_text(text: AssetText) -> str:
    """An asset's summary and body as plain words: what its passages are cut from, and snippets taken."""
    return without_marks("\n\n".join(part for part in (text.summary, text.body) if part))


def without_marks(text: str) -> str:
    """CommonMark as plain words: marks, the targets of links and the walls of tables go.

    Patterns instead of the parser, which takes twenty times as long: the texts of twenty hits are
    read for one page.
    """
    text = _LINK_TARGETS.sub("]", _ESCAPES.sub("", _RULES.sub("", text)))
    text = _LINE_MARKS.sub("", _INLINE_MARKS.sub("", _PICTURES.sub("", text)))
    return unescape(text.replace("|", " "))


def cut(text: str) -> Iterator[tuple[int, str]]:
    """The passages of a page or text, each with its first character's index: all of it unless it is long.

    Long texts are cut between paragraphs, sentences or words, into pieces of some 200 words.
    """
    start = 0
    while len(text) - start > (LONGEST_PASSAGE if start == 0 else PASSAGE_CHARACTERS * 3 // 2):
        window = text[start : start + PASSAGE_CHARACTERS]
        end = next((found for rule in _CUTS if (found := _last_cut(rule, window))), len(window))
        yield start, window[:end]
        start += end
    yield start, text[start:]


def _last_cut(rule: re.Pattern[str], window: str) -> int:
    ends = [found.end() for found in rule.finditer(window, PASSAGE_CHARACTERS // 2)]
    return ends[-1] if ends else 0


def _passages(asset: Asset, texts: Sequence[AssetText], pages: Iterable[Passage]) -> Iterator[Passage]:
    has_title = False
    for text in texts:
        for start, piece in cut(words_of_text(text)):
            # The original's title stands on every page; a translated title has no other place than here.
            if piece or text.language != asset.original_language:
                yield Passage(PassageAt(text.language, start=start), text.title, piece)
                has_title = has_title or text.language == asset.original_language
    for passage in pages:
        yield passage
        has_title = True
    if not has_title:
        yield Passage(PassageAt(asset.original_language), asset.title, without_marks(asset.summary))


def _pages(
    asset_ids: Sequence[int], languages: dict[tuple[int, int], str], titles: dict[int, str]
) -> Iterator[tuple[int, Iterator[Passage]]]:
    """(asset id, its pages) for each asset with pages, in order of id; texts are fetched as they are read."""
    keys = [
        _PageKey(*row)
        for row in FilePage.objects.filter(blob__files__asset__in=asset_ids, blob__files__is_current=True)
        .order_by("blob__files__asset_id", "blob__files__number", "position")
        .values_list("blob__files__asset_id", "blob__files__number", "position", "pk")
    ]

    def passages() -> Iterator[tuple[int, Passage]]:
        for begin in range(0, len(keys), _PAGES_AT_ONCE):
            some = keys[begin : begin + _PAGES_AT_ONCE]
            texts = dict(FilePage.objects.filter(pk__in=[key.pk for key in some]).values_list("pk", "text"))
            for key in some:
                language = languages.get((key.asset_id, key.file_number), "")
                for start, piece in cut(texts.get(key.pk, "")):
                    at = PassageAt(language, key.file_number, key.position, start)
                    yield key.asset_id, Passage(at, titles[key.asset_id], piece)

    for asset_id, own in groupby(passages(), key=itemgetter(0)):
        yield asset_id, (passage for _, passage in own)


def _languages_of_files(
    assets: Sequence[Asset], files: dict[int, list[AssetFile]]
) -> dict[tuple[int, int], str]:
    return {
        (asset.pk, file.number): language_of_file(file, asset)
        for asset in assets
        for file in files.get(asset.pk, ())
    }


def language_of_file(file: AssetFile, asset: Asset) -> str:
    """The language in which the file's text is read: as stated, as detected, or that of the asset."""
    reading = getattr(file.blob, "reading", None)
    return file.language or (reading.language if reading else "") or asset.original_language


def _languages(asset: Asset, texts: Sequence[AssetText], files: Sequence[AssetFile]) -> tuple[str, ...]:
    tags = [asset.original_language, *(text.language for text in texts), *(file.language for file in files)]
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _moment(asset: Asset) -> int:
    # The order of all lists: by day, on one day the latest made first.
    return (asset.dated_on.toordinal() << _ID_BITS) + asset.pk


def _units_of(assets: Sequence[Asset]) -> Iterator[tuple[int, int]]:
    """(asset id, unit id) for the unit of each asset and all above it."""
    above: dict[int, list[int]] = {}
    tree = UnitAncestor.objects.filter(unit__in={asset.unit_id for asset in assets})
    for unit, ancestor in tree.values_list("unit_id", "ancestor_id"):
        above.setdefault(unit, []).append(ancestor)
    for asset in assets:
        for unit in above.get(asset.unit_id, ()):
            yield asset.pk, unit


def _types_of_kinds(assets: Sequence[Asset]) -> dict[int, Sequence[int]]:
    types: dict[int, Sequence[int]] = {}
    for kind in kinds():
        if own := [asset.pk for asset in assets if asset.kind == kind.name]:
            types.update(kind.types(own))
    return types


def _words_of_kinds(assets: Sequence[Asset]) -> dict[int, str]:
    words: dict[int, str] = {}
    for kind in kinds():
        if own := [asset.pk for asset in assets if asset.kind == kind.name]:
            words |= kind.index_words(own)
    return words


class _OfAsset(Protocol):
    asset_id: int


_Row = TypeVar("_Row", bound=_OfAsset)
_Value = TypeVar("_Value")


def _by_asset(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.asset_id, []).append(row)
    return found


def _values_by_asset(rows: Iterable[tuple[int, _Value]]) -> dict[int, list[_Value]]:
    found: dict[int, list[_Value]] = {}
    for asset_id, value in rows:
        found.setdefault(asset_id, []).append(value)
    return found


def _words_of(rows: Iterable[tuple[int, str, str]]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for key, language, text in rows:
        found.setdefault(key, []).append((language, text))
    return found
