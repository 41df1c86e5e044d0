"""All reads of cards: one asset by its address, many for a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import NotFound, Withdrawn
from baobab.kernel.identifiers import LENGTH
from baobab.organisation.readers import Reader

from ..kinds import Badge, kind_named
from ..quality.checks import CHECKS
from ..texts.models import AssetText
from ..texts.queries import best_text, titles_of
from .access import listed, readable
from .models import WORKING_STATES, Asset, Contribution, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class MovedTo(NotFound):
    """The asset was merged into another, whose public id is `target`."""

    status = 308
    title = "This has moved"

    def __init__(self, target: str) -> None:
        super().__init__(_("This was merged into something else."))
        self.target = target


def asset_for(reader: Reader, public_id: str) -> Asset:
    """The asset with this address, if the reader may read it (one query; two for what was merged).

    Raises `NotFound` alike for what is absent and what is closed, `Withdrawn` with the tombstone's words for
    those who may see it, `MovedTo` for what was merged into something that they may read.
    """
    found = readable(reader).filter(public_id=public_id[: LENGTH + 1].replace("\x00", "?"))
    asset = found.select_related(
        "merged_into", "unit__group", "owner", "audience", "readers", "thumbnail"
    ).first()
    absent = NotFound(_("There is nothing at this address, or nothing that you may read."))
    if asset is None:
        raise absent
    if asset.state == State.MERGED and asset.merged_into is not None:
        if not readable(reader).filter(pk=asset.merged_into.pk).exists():
            raise absent
        raise MovedTo(asset.merged_into.public_id)
    if asset.state == State.PURGED:
        raise Withdrawn(_("What stood at this address was removed."))
    if asset.state == State.WITHDRAWN:
        sentence = _("“%s” was withdrawn.") % asset.title
        raise Withdrawn(sentence, subject=asset.title, reason=asset.state_reason)
    return asset


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card in a list shows, in the reader's best language."""

    id: int
    public_id: str
    kind: str
    kind_label: _StrPromise
    icon: str
    badge: str
    title: str
    summary: str
    byline: str
    language: str  # of title and summary
    languages: tuple[str, ...]
    original_language: str
    state: str
    quality: str
    quality_label: _StrPromise | str
    issued: str
    year: int | None
    has_thumbnail: bool
    is_stale: bool
    is_translation_behind: bool


def cards(assets: Iterable[Asset], reader: Reader) -> list[Card]:
    """Cards for these assets, in their order (one query, and those of the kinds for their badges)."""
    rows = list(assets)
    texts = titles_of([asset.pk for asset in rows])
    badges: dict[int, Badge] = {}
    for name in {asset.kind for asset in rows}:
        badges |= kind_named(name).badges([asset.pk for asset in rows if asset.kind == name], reader.language)
    today = clock.today(reader.time_zone)
    return [_card(asset, texts.get(asset.pk, ()), badges.get(asset.pk), reader, today) for asset in rows]


def _card(asset: Asset, texts: Sequence[AssetText], badge: Badge | None, reader: Reader, today: date) -> Card:
    kind = kind_named(asset.kind)
    text = best_text(texts, reader.language, original=asset.original_language)
    original = next((t for t in texts if t.language == asset.original_language), None)
    return Card(
        id=asset.pk,
        public_id=asset.public_id,
        kind=asset.kind,
        kind_label=kind.label,
        icon=(badge.icon if badge else "") or kind.icon,
        badge=badge.label if badge else "",
        title=text.title if text else asset.title,
        summary=text.summary if text else asset.summary,
        byline=asset.byline,
        language=text.language if text else asset.original_language,
        languages=tuple(t.language for t in texts),
        original_language=asset.original_language,
        state=asset.state,
        quality=asset.quality,
        quality_label=CHECKS.get(asset.quality, ""),
        issued=asset.issued,
        year=asset.year,
        has_thumbnail=asset.thumbnail_id is not None,
        is_stale=asset.review_by is not None and asset.review_by < today,
        is_translation_behind=bool(
            text and original and text.follows_version is not None and text.follows_version < original.version
        ),
    )


def assets_in_order(reader: Reader, asset_ids: Sequence[int]) -> list[Asset]:
    """These assets in this order, but only those that the reader may still read in a list (one query)."""
    found = listed_or_own(reader).in_bulk(list(asset_ids))
    return [found[asset_id] for asset_id in asset_ids if asset_id in found]


def listed_or_own(reader: Reader) -> QuerySet[Asset]:
    """What the reader finds: published and archived assets, and the drafts that she works on."""
    return readable(reader).exclude(state__in=(State.WITHDRAWN, State.MERGED, State.PURGED)).order_by()


def assets_about(
    reader: Reader, *, concept_id: int | None = None, place_id: int | None = None
) -> QuerySet[Asset]:
    """Listed assets about a concept or a place, what is narrower included, newest first, from one index."""
    assets = listed(reader)
    if concept_id is not None:
        assets = assets.filter(concepts__concept=concept_id).order_by(
            "-concepts__dated_on", "-concepts__asset_id"
        )
    if place_id is not None:
        by_place = assets.filter(places__place=place_id)
        assets = (
            by_place
            if concept_id is not None
            else by_place.order_by("-places__dated_on", "-places__asset_id")
        )
    return assets


def contributors_of(asset: Asset) -> list[Contribution]:
    """Who had a part in the asset, in the printed order (one query)."""
    return list(Contribution.objects.filter(asset=asset).select_related("person").order_by("position"))


def own_work(reader: Reader) -> list[Asset]:
    """The unpublished assets that the reader owns or edits, newest first (one query)."""
    if reader.person_id is None:
        return []
    return list(readable(reader).filter(state__in=WORKING_STATES).order_by("-updated_at")[:100])
