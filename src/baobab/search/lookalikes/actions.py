"""All writes of look-alikes: what is kept to compare by, the pairs found, and a person's word on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.assets.indexing.actions import settle
from baobab.assets.indexing.queries import dirty_batch
from baobab.assets.kinds import kind_of
from baobab.assets.models import Asset, Blob
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, Refused
from baobab.organisation.readers import Reader

from ..entries import GONE_STATES
from . import CONSUMER
from .comparing import Found
from .finding import OwnSketches, like_of, own_sketches
from .gathering import Portrait, Texts, portraits
from .models import CommonRun, Likeness, SetApart, SketchedRun, TextSketch
from .sketches import Sketch

BATCH_ASSETS = 50
# A run of words that so many texts have is boilerplate, or a title that everything bears.
MOST_SHARING = 50
# Of a report kept fifty times over, so many pairs are enough to act on.
_MOST_PAIRS = 20


def take_in_some() -> int:
    """Bring the pairs up to date with one batch of changed assets, single edits first; how many it was.

    Safe to repeat and to kill: marks go after what they asked for is stored, and storing it again changes
    nothing. Not to be called inside a transaction: comparing takes time, writing does not.
    """
    batch = dirty_batch(CONSUMER, in_bulk=False, limit=BATCH_ASSETS)
    batch = batch or dirty_batch(CONSUMER, in_bulk=True, limit=BATCH_ASSETS)
    if batch:
        take_in([row.asset_id for row in batch])
        settle(batch)
    return len(batch)


def take_in(asset_ids: Sequence[int]) -> None:
    """Store the sketches of these assets as they are now, and the pairs they make with all others.

    What is gone (withdrawn, merged, purged) leaves nothing behind. What says the same as before costs five
    queries for all.
    """
    assets = list(Asset.objects.filter(pk__in=asset_ids).exclude(state__in=GONE_STATES).order_by("pk"))
    _forget(set(asset_ids) - {asset.pk for asset in assets})
    known = dict(
        TextSketch.objects.filter(sort=TextSketch.Sort.RECORD, asset__in=assets).values_list(
            "asset_id", "digest"
        )
    )
    for pk, portrait in portraits(assets).items():
        if portrait.record_sketch.digest != known.get(pk):
            _take_in(portrait)


def _take_in(portrait: Portrait) -> None:
    texts = Texts()
    own = own_sketches(portrait, texts)
    found = like_of(portrait, own, texts, among=Asset.objects.exclude(state__in=GONE_STATES))
    with transaction.atomic():
        _store_sketches(portrait, own)
        _store_pairs(portrait.asset.pk, found)


def _forget(asset_ids: Iterable[int]) -> None:
    ids = list(asset_ids)
    with transaction.atomic():
        _delete_sketches(TextSketch.objects.filter(asset__in=ids).values_list("pk", flat=True))
        for model in (Likeness, SetApart):
            model.objects.filter(Q(left__in=ids) | Q(right__in=ids)).delete()


def _delete_sketches(sketch_ids: Iterable[int]) -> None:
    ids = list(sketch_ids)
    SketchedRun.objects.filter(sketch__in=ids).delete()
    TextSketch.objects.filter(pk__in=ids).delete()


def _store_sketches(portrait: Portrait, own: OwnSketches) -> None:
    """Replace what is kept of the asset and of those of its files that were read anew."""
    there = set(Blob.objects.filter(pk__in=list(own.files)).values_list("pk", flat=True))
    kept = dict(TextSketch.objects.filter(blob__in=there).values_list("blob_id", "read_at"))
    stale = [
        blob_id
        for blob_id, read_at in portrait.files.items()
        if blob_id in there and (blob_id not in kept or kept[blob_id] != read_at)
    ]
    old = TextSketch.objects.filter(Q(asset=portrait.asset) | Q(blob__in=stale))
    _delete_sketches(old.values_list("pk", flat=True))
    sort = TextSketch.Sort
    rows = [_row(own.record, sort=sort.RECORD, asset=portrait.asset)]
    if own.words is not None:
        rows.append(_row(own.words, sort=sort.WORDS, asset=portrait.asset))
    rows += [
        _row(own.files[blob_id], sort=sort.FILE, blob_id=blob_id, read_at=portrait.files[blob_id])
        for blob_id in stale
    ]
    sketches = {"record": own.record, "words": own.words}
    TextSketch.objects.bulk_create(rows)
    made = [
        (row, own.files[row.blob_id] if row.blob_id is not None else sketches[row.sort] or own.record)
        for row in rows
    ]
    _store_runs([(row, sketch.hashes) for row, sketch in made])


def _row(sketch: Sketch, **of: object) -> TextSketch:
    return TextSketch(
        digest=sketch.digest,
        word_count=sketch.word_count,
        ceiling=sketch.ceiling,
        hashes=sketch.packed(),
        **of,
    )


def _store_runs(made: Sequence[tuple[TextSketch, Sequence[int]]]) -> None:
    values = {value for _row, hashes in made for value in hashes}
    common = set(CommonRun.objects.filter(value__in=values).values_list("value", flat=True))
    SketchedRun.objects.bulk_create(
        (
            SketchedRun(sketch=row, value=value)
            for row, hashes in made
            for value in hashes
            if value not in common
        ),
        batch_size=2000,
    )
    crowded = SketchedRun.objects.filter(value__in=values - common).values("value").annotate(n=Count("pk"))
    now_common = list(crowded.filter(n__gte=MOST_SHARING).values_list("value", flat=True))
    if now_common:
        CommonRun.objects.bulk_create((CommonRun(value=value) for value in now_common), ignore_conflicts=True)
        SketchedRun.objects.filter(value__in=now_common).delete()


def _store_pairs(asset_id: int, found: dict[int, Found]) -> None:
    Likeness.objects.filter(Q(left=asset_id) | Q(right=asset_id)).delete()
    best = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[:_MOST_PAIRS]
    rows = []
    for other_id, one in best:
        left, right = sorted((asset_id, other_id))
        told = one if left == asset_id else one.turned()
        rows.append(Likeness(left_id=left, right_id=right, how=told.how, score=told.score))
    # Should the other be taken in at this moment too, either row will do.
    Likeness.objects.bulk_create(rows, ignore_conflicts=True)


def set_apart(one: Asset, other: Asset, *, by: Reader) -> None:
    """Remember that two assets are not the same: no report names the pair again. Repeating changes nothing.

    Both are assets that `by` may read. Raises `Refused` for who may change neither (knowledge managers may
    anyway), `BadInput` for an asset and itself.
    """
    left, right = _pair(one, other, by)
    with transaction.atomic():
        _apart, is_new = SetApart.objects.get_or_create(
            left=left, right=right, defaults={"by_id": by.person_id, "at": clock.now()}
        )
        if is_new:
            record("asset.set-apart", by_user_id=by.user_id, subject=left.public_id, other=right.public_id)


def bring_together(one: Asset, other: Asset, *, by: Reader) -> None:
    """Take back that two assets are not the same. Repeating changes nothing. Raises as `set_apart` does."""
    left, right = _pair(one, other, by)
    with transaction.atomic():
        removed, _models = SetApart.objects.filter(left=left, right=right).delete()
        if removed:
            record(
                "asset.bring-together", by_user_id=by.user_id, subject=left.public_id, other=right.public_id
            )


def _pair(one: Asset, other: Asset, by: Reader) -> tuple[Asset, Asset]:
    if one.pk == other.pk:
        raise BadInput(fields={"other": [_("Something cannot be told from itself.")]})
    if not may_judge(by, one, other):
        raise Refused(_("Only who may change one of the two, and knowledge managers, can say this."))
    return (one, other) if one.pk < other.pk else (other, one)


def may_judge(by: Reader, one: Asset, other: Asset) -> bool:
    """Whether somebody who reads both may say that they are not the same."""
    if by.is_system or by.is_knowledge_manager:
        return True
    return any(bool(kind_of(asset).policy.may_change(by, asset)) for asset in (one, other))
