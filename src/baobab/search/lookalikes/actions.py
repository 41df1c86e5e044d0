"""All writes of look-alikes: what is kept to compare by, the pairs found, and a person's word on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.assets.card.holding import held
from baobab.assets.indexing.actions import mark_unknown, settle
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
_VALUES_AT_ONCE = 2000
_MARKED_AT_ONCE = 5000


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


def mark_unknown_some(*, after: int) -> list[int]:
    """Mark the next assets beyond this id that were never compared; their ids, none at the end."""
    known = TextSketch.objects.filter(sort=TextSketch.Sort.RECORD).values("asset")
    unknown = Asset.objects.filter(pk__gt=after).exclude(state__in=GONE_STATES).exclude(pk__in=known)
    ids = list(unknown.order_by("pk").values_list("pk", flat=True)[:_MARKED_AT_ONCE])
    mark_unknown(CONSUMER, ids)
    return ids


def take_in(asset_ids: Sequence[int]) -> None:
    """Store the sketches of these assets as they are now, and the pairs they make with all others.

    What is gone (withdrawn, merged, purged) leaves nothing behind. What says the same as before costs five
    queries for all. Call it with some hundred assets at most.
    """
    assets = list(Asset.objects.filter(pk__in=asset_ids).exclude(state__in=GONE_STATES).order_by("pk"))
    _forget(set(asset_ids) - {asset.pk for asset in assets})
    records = TextSketch.objects.filter(sort=TextSketch.Sort.RECORD, asset__in=assets)
    known = dict(records.values_list("asset_id", "digest"))
    changed = [
        _Own(portrait, own_sketches(portrait, Texts()))
        for pk, portrait in portraits(assets).items()
        if portrait.record_sketch.digest != known.get(pk)
    ]
    if not changed:
        return
    # All sketches before any pair: what changed together finds one another.
    with transaction.atomic():
        held(own.asset_id for own in changed)
        records_made = _store_sketches(changed)
    everything = Asset.objects.exclude(state__in=GONE_STATES)
    found = {own.asset_id: like_of(own.portrait, own.sketches, Texts(), among=everything) for own in changed}
    with transaction.atomic():
        _store_pairs(found)
        for own in changed:
            records_made[own.asset_id].digest = own.sketches.record.digest
        TextSketch.objects.bulk_update(records_made.values(), ["digest"], batch_size=200)


@dataclass(frozen=True, slots=True)
class _Own:
    """One asset that is taken in."""

    portrait: Portrait
    sketches: OwnSketches

    @property
    def asset_id(self) -> int:
        return self.portrait.asset.pk


def _forget(asset_ids: Iterable[int]) -> None:
    ids = list(asset_ids)
    if not ids:
        return
    with transaction.atomic():
        _delete_sketches(TextSketch.objects.filter(asset__in=ids))
        for model in (Likeness, SetApart):
            model.objects.filter(Q(left__in=ids) | Q(right__in=ids)).delete()


def _delete_sketches(sketches: QuerySet[TextSketch]) -> None:
    ids = list(sketches.values_list("pk", flat=True))
    if ids:
        SketchedRun.objects.filter(sketch__in=ids).delete()
        TextSketch.objects.filter(pk__in=ids).delete()


def _store_sketches(changed: Sequence[_Own]) -> dict[int, TextSketch]:
    """Replace what is kept of these assets and of those of their files that were read anew.

    Records are stored without their digest, and given by asset: with it they would pass for compared.
    """
    read = {blob_id: at for own in changed for blob_id, at in own.portrait.files.items()}
    sketches = {blob_id: sketch for own in changed for blob_id, sketch in own.sketches.files.items()}
    there = [blob.pk for blob in Blob.objects.select_for_update().filter(pk__in=read).order_by("pk")]
    kept = dict(TextSketch.objects.filter(blob__in=there).values_list("blob_id", "read_at"))
    stale = [blob_id for blob_id in there if blob_id not in kept or kept[blob_id] != read[blob_id]]
    _delete_sketches(TextSketch.objects.filter(Q(asset__in=[own.asset_id for own in changed])))
    _delete_sketches(TextSketch.objects.filter(blob__in=stale))
    sort = TextSketch.Sort
    records = {
        own.asset_id: _row(
            replace(own.sketches.record, digest=""), sort=sort.RECORD, asset=own.portrait.asset
        )
        for own in changed
    }
    made = [(records[own.asset_id], own.sketches.record.hashes) for own in changed]
    for own in changed:
        if own.sketches.words is not None:
            words = _row(own.sketches.words, sort=sort.WORDS, asset=own.portrait.asset)
            made.append((words, own.sketches.words.hashes))
    for blob_id in stale:
        file = _row(sketches[blob_id], sort=sort.FILE, blob_id=blob_id, read_at=read[blob_id])
        made.append((file, sketches[blob_id].hashes))
    TextSketch.objects.bulk_create((row for row, _hashes in made), batch_size=200)
    _store_runs(made)
    return records


def _row(sketch: Sketch, **of: object) -> TextSketch:
    return TextSketch(
        digest=sketch.digest,
        word_count=sketch.word_count,
        ceiling=sketch.ceiling,
        hashes=sketch.packed(),
        **of,
    )


def _store_runs(made: Sequence[tuple[TextSketch, Sequence[int]]]) -> None:
    values = sorted({value for _row, hashes in made for value in hashes})
    common: set[int] = set()
    for some in _chunks(values):
        common |= set(CommonRun.objects.filter(value__in=some).values_list("value", flat=True))
    SketchedRun.objects.bulk_create(
        (
            SketchedRun(sketch=row, value=value)
            for row, hashes in made
            for value in hashes
            if value not in common
        ),
        batch_size=2000,
    )
    for some in _chunks(values):
        sharing = SketchedRun.objects.filter(value__in=some).values("value").annotate(n=Count("sketch"))
        crowded = list(sharing.filter(n__gte=MOST_SHARING).values_list("value", flat=True))
        if crowded:
            new = (CommonRun(value=value) for value in crowded)
            CommonRun.objects.bulk_create(new, ignore_conflicts=True)
            SketchedRun.objects.filter(value__in=crowded).delete()


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _VALUES_AT_ONCE):
        yield values[start : start + _VALUES_AT_ONCE]


def _store_pairs(found: Mapping[int, Mapping[int, Found]]) -> None:
    """Replace the pairs of these assets."""
    pairs: dict[tuple[int, int], Found] = {}
    for asset_id, others in found.items():
        for other_id, one in sorted(others.items(), key=lambda item: (-item[1].score, item[0]))[:_MOST_PAIRS]:
            is_left = asset_id < other_id
            pair = (asset_id, other_id) if is_left else (other_id, asset_id)
            pairs[pair] = one if is_left else one.turned()
    Likeness.objects.filter(Q(left__in=list(found)) | Q(right__in=list(found))).delete()
    # Should another process take the other in at this moment too, either row will do.
    Likeness.objects.bulk_create(
        (
            Likeness(left_id=left, right_id=right, how=one.how, score=one.score)
            for (left, right), one in pairs.items()
        ),
        ignore_conflicts=True,
    )


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
