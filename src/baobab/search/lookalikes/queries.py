"""All reads of look-alikes: never more than what this reader may read herself, asked at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from baobab.assets.models import Asset, Dirty, FileReading
from baobab.assets.queries import listed_or_own
from baobab.organisation.models import UnitAncestor
from baobab.organisation.readers import Reader

from . import CONSUMER
from .comparing import Found
from .finding import like_of, own_sketches
from .gathering import Texts, portraits
from .models import Likeness, SetApart

# Of an asset's look-alikes, so many are shown beside it.
_SHOWN = 5
# Longer texts are not compared while somebody waits; the report has them some minutes later.
_MOST_CHARACTERS_AT_ONCE = 600_000


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another asset that may be the same. `found.how` names the asset that was asked about as left."""

    asset: Asset
    found: Found


def lookalikes_of(reader: Reader, asset: Asset) -> list[Lookalike]:
    """What may be the same as this asset, surest first, among what the reader may read (one query).

    As last compared: some minutes behind a change at most. Pairs that were set apart are left out.
    """
    pairs = _pairs(reader).filter(Q(left=asset.pk) | Q(right=asset.pk)).select_related("left", "right")
    found: list[Lookalike] = []
    for pair in pairs[:_SHOWN]:
        told = Found(Likeness.How(pair.how), pair.score)
        is_left = pair.left_id == asset.pk
        found.append(Lookalike(pair.right if is_left else pair.left, told if is_left else told.turned()))
    return found


def lookalikes_now(reader: Reader, asset: Asset) -> list[Lookalike]:
    """The same for an asset that was made or changed a moment ago: compared now, nothing stored.

    Texts of more than some 200 pages wait for the background. 25 queries at most, eight of them for the
    texts that are compared.
    """
    if not Dirty.objects.filter(consumer=CONSUMER, asset_id=asset.pk).exists():
        return lookalikes_of(reader, asset)
    portrait = portraits([asset])[asset.pk]
    if _is_long(portrait.files):
        return []
    apart = SetApart.objects.filter(Q(left=asset.pk) | Q(right=asset.pk)).values_list("left_id", "right_id")
    excluded = {pk for pair in apart for pk in pair}
    among = listed_or_own(reader).exclude(pk__in=excluded)
    texts = Texts()
    found = like_of(portrait, own_sketches(portrait, texts), texts, among=among)
    best = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[:_SHOWN]
    others = Asset.objects.in_bulk([pk for pk, _found in best])
    return [Lookalike(others[pk], one) for pk, one in best if pk in others]


def _is_long(blob_ids: Iterable[int]) -> bool:
    read = FileReading.objects.filter(blob__in=list(blob_ids))
    return sum(read.values_list("characters", flat=True)) > _MOST_CHARACTERS_AT_ONCE


def pairs_for(reader: Reader, *, kind: str = "", unit_id: int | None = None) -> QuerySet[Likeness]:
    """The pairs that the reader may look into, surest first: she may read both, and has a say in one.

    Who has a say: the owner, the editors of the unit and of those above it, and knowledge managers. `kind`
    and `unit_id` (with all below it) narrow to pairs of which one is such.
    """
    pairs = _pairs(reader).filter(_has_say(reader))
    if kind:
        pairs = pairs.filter(Q(left__kind=kind) | Q(right__kind=kind))
    if unit_id is not None:
        below = UnitAncestor.objects.filter(ancestor=unit_id).values("unit")
        pairs = pairs.filter(Q(left__unit__in=below) | Q(right__unit__in=below))
    return pairs


def pairs_set_apart(reader: Reader) -> QuerySet[SetApart]:
    """The pairs that were said not to be the same, latest first, of those the reader has a say in."""
    seen = listed_or_own(reader).values("pk")
    return SetApart.objects.filter(_has_say(reader), left__in=seen, right__in=seen).order_by("-at", "-pk")


def with_lookalikes(assets: QuerySet[Asset]) -> int:
    """How many of these assets may be the same as others, whoever may read those (one query).

    For who runs the installation; no reader is told.
    """
    pairs = Likeness.objects.filter(Q(left=OuterRef("pk")) | Q(right=OuterRef("pk")))
    return assets.filter(Exists(pairs)).count()


def pair_of(one: Asset, other: Asset) -> Likeness | SetApart:
    """What is known of two assets: that they were set apart, else what was found (two queries).

    Where nothing was found, a pair that is not stored and says nothing. Both are assets the reader may read.
    """
    left, right = (one, other) if one.pk < other.pk else (other, one)
    for model in (SetApart, Likeness):
        found = model.objects.filter(left=left, right=right).first()
        if found is not None:
            found.left, found.right = left, right
            return found
    return Likeness(left=left, right=right, how="", score=0.0)


def _pairs(reader: Reader) -> QuerySet[Likeness]:
    seen = listed_or_own(reader).values("pk")
    apart = SetApart.objects.filter(left=OuterRef("left"), right=OuterRef("right"))
    found = Likeness.objects.filter(left__in=seen, right__in=seen).exclude(Exists(apart))
    return found.order_by("-score", "pk")


def _has_say(reader: Reader) -> Q:
    if reader.is_knowledge_manager:
        return Q()
    says = Q(left__unit__in=reader.edits_units) | Q(right__unit__in=reader.edits_units)
    if reader.person_id is not None:
        says |= Q(left__owner=reader.person_id) | Q(right__owner=reader.person_id)
    return says
