"""The like of one asset: candidates from one query on the index of runs, then both texts side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from baobab.assets.models import Asset, AssetFile

from .comparing import FEWEST_WORDS, WORTH_RUNS, Found, are_worth_comparing, compare
from .gathering import Portrait, Texts, portraits, stored_sketch
from .models import Likeness, SketchedRun, TextSketch
from .records import are_one, are_series
from .sketches import Sketch, containments

# Of the texts that share runs with one, so many are read and compared; of the records, so many.
_MOST_TEXTS = 8
_MOST_RECORDS = 30
# A record is looked at when it shares so many pairs of words in its title.
_TITLE_RUNS = 2
_VALUES_AT_ONCE = 2000
# Records speak less plainly than texts do.
_RECORD_WEIGHT = 0.9


@dataclass(frozen=True, slots=True)
class OwnSketches:
    """The sketches of one asset: of its files by blob, of its own words if they are enough, of its record."""

    files: Mapping[int, Sketch]
    words: Sketch | None
    record: Sketch


def own_sketches(portrait: Portrait, texts: Texts) -> OwnSketches:
    """The asset's sketches: those kept of its files where they are up to date, the others made now.

    Nothing is stored (one query, and one for each file that has no sketch yet).
    """
    kept = {}
    if portrait.files:
        kept = {row.blob_id: row for row in TextSketch.objects.filter(blob__in=list(portrait.files))}
    files = {
        blob_id: stored_sketch(kept[blob_id])
        if blob_id in kept and kept[blob_id].read_at == read_at
        else texts.of_file(blob_id).sketch
        for blob_id, read_at in portrait.files.items()
    }
    words = texts.of_words(portrait)
    return OwnSketches(
        files=files,
        words=words.sketch if len(words.words) >= FEWEST_WORDS else None,
        record=portrait.record_sketch,
    )


def like_of(
    portrait: Portrait, own: OwnSketches, texts: Texts, *, among: QuerySet[Asset]
) -> dict[int, Found]:
    """What among these assets is like this one, by id. Nothing else is looked at, nor counted.

    Seven queries, and one for each file that is compared.
    """
    rows = _candidates(own)
    rows = [row for row in rows if row.asset_id != portrait.asset.pk]
    holders = _holders(rows, own, among.exclude(pk=portrait.asset.pk))
    found: dict[int, Found] = {}
    if not holders.assets:
        return {}
    others = portraits(list(holders.assets.values()))
    for mine, row in _worth_comparing(own, [row for row in rows if row.pk in holders.of_sketch]):
        verdicts: dict[bool, Found | None] = {}
        for asset_id in holders.of_sketch[row.pk]:
            other = others[asset_id]
            is_series = are_series(portrait.record, other.record)
            if is_series not in verdicts:
                left = texts.of_words(portrait) if mine is None else texts.of_file(mine)
                right = texts.of_words(other) if row.blob_id is None else texts.of_file(row.blob_id)
                verdicts[is_series] = compare(left, right, is_series=is_series)
            _keep(found, asset_id, verdicts[is_series])
    for asset_id in holders.of_same_file:
        _keep(found, asset_id, Found(Likeness.How.SAME, 1.0))
    for asset_id in holders.of_record:
        sure = are_one(portrait.record, others[asset_id].record)
        if sure:
            _keep(found, asset_id, Found(Likeness.How.RECORD, _RECORD_WEIGHT * sure))
    return found


def _keep(found: dict[int, Found], asset_id: int, one: Found | None) -> None:
    if one is not None and (asset_id not in found or one.score > found[asset_id].score):
        found[asset_id] = one


def _candidates(own: OwnSketches) -> list[TextSketch]:
    """The sketches that share enough with one of these, most in common first (two queries)."""
    texts = [*own.files.values(), *([own.words] if own.words else [])]
    values = sorted({value for sketch in (*texts, own.record) for value in sketch.hashes})
    counts: dict[int, int] = {}
    for start in range(0, len(values), _VALUES_AT_ONCE):
        some = values[start : start + _VALUES_AT_ONCE]
        rows = SketchedRun.objects.filter(value__in=some).values_list("sketch").annotate(n=Count("value"))
        for sketch_id, count in rows.filter(n__gte=min(_TITLE_RUNS, len(own.record.hashes))):
            counts[sketch_id] = counts.get(sketch_id, 0) + count
    digests = [sketch.digest for sketch in texts if sketch.word_count >= FEWEST_WORDS]
    found = TextSketch.objects.filter(Q(pk__in=list(counts)) | Q(digest__in=digests))
    enough = [
        row
        for row in found
        if row.sort == TextSketch.Sort.RECORD or counts.get(row.pk, WORTH_RUNS) >= WORTH_RUNS
    ]
    return sorted(enough, key=lambda row: (-counts.get(row.pk, 0), row.pk))


@dataclass(frozen=True, slots=True)
class _Holders:
    """Which assets the candidates belong to."""

    assets: dict[int, Asset]
    of_sketch: dict[int, list[int]]
    of_same_file: set[int]
    of_record: list[int]


def _holders(rows: Sequence[TextSketch], own: OwnSketches, among: QuerySet[Asset]) -> _Holders:
    """The assets whose texts and records these are, none but those looked among (two queries)."""
    blobs = {row.blob_id for row in rows if row.blob_id is not None} | set(own.files)
    of_blob: dict[int, list[int]] = {}
    if blobs:
        files = AssetFile.objects.filter(blob__in=blobs, is_current=True).order_by("asset", "number")
        for asset_id, blob_id in files.values_list("asset_id", "blob_id"):
            of_blob.setdefault(blob_id, []).append(asset_id)
    named = {row.asset_id for row in rows if row.asset_id is not None}
    wanted = named.union(*of_blob.values())
    assets = {asset.pk: asset for asset in among.filter(pk__in=wanted)} if wanted else {}
    of_sketch: dict[int, list[int]] = {}
    of_record: list[int] = []
    for row in rows:
        holders = of_blob.get(row.blob_id, []) if row.blob_id is not None else [row.asset_id or 0]
        seen = [asset_id for asset_id in dict.fromkeys(holders) if asset_id in assets]
        if row.sort == TextSketch.Sort.RECORD:
            of_record += seen
        elif seen and row.blob_id not in own.files:
            of_sketch[row.pk] = seen
    same = {asset_id for blob_id in own.files for asset_id in of_blob.get(blob_id, ()) if asset_id in assets}
    of_record = of_record[:_MOST_RECORDS]
    looked_at = {*of_record, *same, *(asset_id for seen in of_sketch.values() for asset_id in seen)}
    return _Holders({pk: assets[pk] for pk in looked_at}, of_sketch, same, of_record)


def _worth_comparing(own: OwnSketches, rows: Iterable[TextSketch]) -> list[tuple[int | None, TextSketch]]:
    """Pairs of own text (a blob's id; None for the asset's words) and candidate, the likeliest first."""
    mine: list[tuple[int | None, Sketch]] = list(own.files.items())
    if own.words:
        mine.append((None, own.words))
    pairs = [
        (max(containments(sketch, other)), key, row)
        for row in rows
        for other in [stored_sketch(row)]
        for key, sketch in mine
        if are_worth_comparing(sketch, other)
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[2].pk))
    return [(key, row) for _share, key, row in pairs[:_MOST_TEXTS]]
