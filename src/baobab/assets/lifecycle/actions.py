"""All writes that make, change and end assets. They take many and are called with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, Refused, Stale
from baobab.organisation.models import Person, Unit
from baobab.organisation.queries import root_unit
from baobab.organisation.readers import STAFF, Reader

from ..card.access import audience_set, refresh_readers
from ..card.holding import held
from ..card.models import LISTED_STATES, WORKING_STATES, Asset, Contribution, State
from ..classification.actions import copy_dates, write_concepts, write_places
from ..fields import AssetFields, Contributor, Unchanged
from ..indexing.actions import mark_dirty
from ..kinds import Kind, kind_named, kind_of
from ..policy import is_gone
from ..revisions.actions import record_revisions
from ..texts.actions import relabel_original, write_texts
from .cleaning import CleanFields, byline, clean, clean_reason


@dataclass(frozen=True, slots=True)
class Change:
    """One asset and what is said of it. `revision`: the one the change was made from; None accepts any."""

    asset: Asset
    fields: AssetFields
    revision: int | None = None


def create_asset(
    kind_name: str, fields: AssetFields, *, by: Reader, state: str = State.DRAFT, note: str = ""
) -> Asset:
    """Make one asset; see `create_assets`."""
    return create_assets(kind_name, [fields], by=by, state=state, note=note)[0]


def create_assets(
    kind_name: str, batch: Sequence[AssetFields], *, by: Reader, state: str = State.DRAFT, note: str = ""
) -> list[Asset]:
    """Make assets of a kind, as drafts or published at once, in one transaction.

    Each has an owner (the maker, unless another is named; none for the product itself) and a unit (unless
    named: the root, or for members outside the staff the first of their units). Raises `BadInput` by
    field, or `Refused`; then nothing was written.
    """
    kind = kind_named(kind_name)
    if state not in (*WORKING_STATES, *LISTED_STATES):
        raise BadInput(fields={"state": [_("Nothing begins as “%s”.") % state[:40]]})
    cleaned = [clean(kind, fields, is_new=True) for fields in batch]
    now = clock.now()
    usual: Unit | None = None
    assets: list[Asset] = []
    with transaction.atomic():
        sets = {
            labels: audience_set(labels) for labels in {c.audience or frozenset({STAFF}) for c in cleaned}
        }
        for fields, checked in zip(batch, cleaned, strict=True):
            if isinstance(fields.unit, Unchanged):
                usual = usual or _usual_unit(by)
                unit = usual
            else:
                unit = fields.unit
            kind.policy.may_create(by, unit).require()
            owner_id = (
                by.person_id
                if isinstance(fields.owner, Unchanged)
                else (fields.owner.pk if fields.owner else None)
            )
            audience = sets[checked.audience or frozenset({STAFF})]
            asset = Asset(
                kind=kind.name, state=state, audience=audience, readers=audience,
                owner_id=owner_id, unit=unit,
                created_at=now, updated_at=now, published_at=now if state in LISTED_STATES else None,
                original_language=checked.original_language or "en",
            )  # fmt: skip
            _copy_to_card(asset, fields, checked)
            assets.append(asset)
        Asset.objects.bulk_create(assets, batch_size=200)
        _write_behaviours(kind, assets, cleaned)
        kind.write_details([(asset, checked.detail) for asset, checked in zip(assets, cleaned, strict=True)])
        if state in LISTED_STATES:
            for asset in assets:
                kind.policy.may_publish(by, asset).require()
        refresh_readers(assets)
        record_revisions(assets, by=by, act="create", note=note)
    return assets


def _usual_unit(by: Reader) -> Unit:
    if by.units and not by.is_administrator and STAFF not in by.labels:
        return Unit.objects.select_related("group").get(pk=min(by.units))
    return root_unit()


def change_asset(
    asset: Asset, fields: AssetFields, *, by: Reader, revision: int | None = None, note: str = ""
) -> Asset:
    """Change one asset; see `change_assets`."""
    return change_assets([Change(asset, fields, revision)], by=by, note=note)[0]


def change_assets(changes: Sequence[Change], *, by: Reader, note: str = "") -> list[Asset]:
    """Change assets in one transaction.

    Raises `Stale` when one was changed since `revision`, `BadInput`, `Refused`.
    """
    cleaned = [clean(kind_of(change.asset), change.fields, is_new=False) for change in changes]
    with transaction.atomic():
        current = held(change.asset.pk for change in changes)
        assets = []
        for change, checked in zip(changes, cleaned, strict=True):
            asset = current[change.asset.pk]
            kind_of(asset).policy.may_change(by, asset).require()
            if change.revision is not None and change.revision != asset.revision:
                raise Stale(
                    _("Somebody else changed “%s” since you opened it. Nothing was overwritten.")
                    % asset.title
                )
            fields = change.fields
            if not isinstance(fields.owner, Unchanged):
                asset.owner = fields.owner
            if not isinstance(fields.unit, Unchanged) and fields.unit.pk != asset.unit_id:
                kind_of(asset).policy.may_create(by, fields.unit).require()
                asset.unit = fields.unit
            if checked.audience is not None:
                asset.audience = audience_set(checked.audience)
            if checked.original_language not in (None, asset.original_language):
                relabel_original(asset, language=checked.original_language)
            if checked.original_language is not None:
                asset.original_language = checked.original_language
            _copy_to_card(asset, fields, checked)
            assets.append(asset)
        Asset.objects.bulk_update(
            assets,
            [
                "owner",
                "unit",
                "audience",
                "original_language",
                "title",
                "summary",
                "byline",
                "issued",
                "issued_from",
                "dated_on",
                "review_by",
            ],
            batch_size=200,
        )
        for name in {asset.kind for asset in assets}:
            pairs = [(a, c) for a, c in zip(assets, cleaned, strict=True) if a.kind == name]
            _write_behaviours(kind_named(name), [a for a, _c in pairs], [c for _a, c in pairs])
            kind_named(name).write_details([(a, c.detail) for a, c in pairs])
        copy_dates(assets)
        refresh_readers(assets)
        record_revisions(assets, by=by, act="change", note=note)
    return assets


def _date(asset: Asset) -> None:
    asset.dated_on = asset.issued_from or (asset.published_at or asset.created_at).date()


def _copy_to_card(asset: Asset, fields: AssetFields, checked: CleanFields) -> None:
    if checked.texts and asset.original_language in checked.texts:
        words = checked.texts[asset.original_language]
        asset.title, asset.summary = words.title, words.summary
    if checked.contributors is not None:
        asset.byline = byline(checked.contributors)
    if checked.issued is not None:
        asset.issued, asset.issued_from = checked.issued.edtf, checked.issued.first
    elif checked.empties_issued:
        asset.issued, asset.issued_from = "", None
    if not isinstance(fields.review_by, Unchanged):
        asset.review_by = fields.review_by
    _date(asset)


def _write_behaviours(kind: Kind, assets: Sequence[Asset], cleaned: Sequence[CleanFields]) -> None:
    pairs = list(zip(assets, cleaned, strict=True))
    write_texts([(asset, checked.texts) for asset, checked in pairs if checked.texts])
    _write_contributions(
        [(asset, checked.contributors) for asset, checked in pairs if checked.contributors is not None]
    )
    concepts = [(asset, checked.concepts) for asset, checked in pairs if checked.concepts is not None]
    places = [(asset, checked.places) for asset, checked in pairs if checked.places is not None]
    if concepts:
        write_concepts(concepts)
    if places:
        write_places(places)


def _write_contributions(wanted: Sequence[tuple[Asset, Sequence[Contributor]]]) -> None:
    Contribution.objects.filter(asset__in=[asset.pk for asset, _people in wanted]).delete()
    Contribution.objects.bulk_create(
        [
            Contribution(
                asset=asset, position=position, role=person.role, name=person.name, person=person.person
            )
            for asset, people in wanted
            for position, person in enumerate(people, start=1)
        ],
        batch_size=500,
    )


def publish(asset: Asset, *, by: Reader, note: str = "") -> Asset:
    """Open the asset to its audience. Publishing what is published changes nothing."""
    return publish_many([asset], by=by, note=note)[0]


def publish_many(assets: Sequence[Asset], *, by: Reader, note: str = "") -> list[Asset]:
    """Open assets to their audiences in one transaction; those published already stay as they are."""
    with transaction.atomic():
        current = held(asset.pk for asset in assets)
        published = [current[asset.pk] for asset in assets]
        opened = []
        for asset in published:
            kind_of(asset).policy.may_publish(by, asset).require()
            if asset.state == State.PUBLISHED:
                continue
            asset.state = State.PUBLISHED
            asset.state_reason = ""
            asset.published_at = asset.published_at or clock.now()
            _date(asset)
            opened.append(asset)
        Asset.objects.bulk_update(
            opened, ["state", "state_reason", "published_at", "dated_on"], batch_size=200
        )
        copy_dates(opened)
        refresh_readers(opened)
        record_revisions(opened, by=by, act="publish", note=note)
    return published


def submit_for_review(asset: Asset, *, by: Reader) -> Asset:
    """Hand a draft to the editors of its unit."""
    return _move(asset, State.IN_REVIEW, by=by, act="submit", reason="", from_states=(State.DRAFT,))


def archive(asset: Asset, *, by: Reader, reason: str = "") -> Asset:
    """Keep a published asset readable, marked as no longer current."""
    return _move(asset, State.ARCHIVED, by=by, act="archive", reason=reason, from_states=(State.PUBLISHED,))


def withdraw(asset: Asset, *, by: Reader, reason: str) -> Asset:
    """Take the asset away and leave a tombstone with the reason. Lists and search forget it at once."""
    reason = clean_reason(reason, if_missing=_("Say why: the reason stands on the tombstone."))
    return _move(
        asset,
        State.WITHDRAWN,
        by=by,
        act="withdraw",
        reason=reason,
        from_states=(*LISTED_STATES, *WORKING_STATES),
    )


def _move(
    asset: Asset, state: State, *, by: Reader, act: str, reason: str, from_states: Sequence[str]
) -> Asset:
    reason = clean_reason(reason)
    with transaction.atomic():
        asset = held([asset.pk])[asset.pk]
        policy = kind_of(asset).policy
        (policy.may_withdraw if state == State.WITHDRAWN else policy.may_change)(by, asset).require()
        if asset.state == state:
            return asset
        if asset.state not in from_states:
            raise Refused(
                _("“%(title)s” is %(state)s, so this cannot be done with it.")
                % {"title": asset.title, "state": State(asset.state).label}
            )
        asset.state, asset.state_reason = state, reason
        Asset.objects.filter(pk=asset.pk).update(state=asset.state, state_reason=asset.state_reason)
        refresh_readers([asset])
        record_revisions([asset], by=by, act=act, note=reason)
        record(f"asset.{act}", by_user_id=by.user_id, subject=asset.public_id, reason=reason)
    return asset


def merge(asset: Asset, *, into: Asset, by: Reader, reason: str = "") -> Asset:
    """Say that `asset` is the same as `into`: its address leads there for good, lists and search forget it.

    The same again changes nothing. Raises `BadInput` for an asset and itself, `Refused` when either is gone.
    """
    reason = clean_reason(reason)
    if asset.pk == into.pk:
        raise BadInput(fields={"into": [_("Something cannot be merged into itself.")]})
    with transaction.atomic():
        rows = held([asset.pk, into.pk])
        asset, into = rows[asset.pk], rows[into.pk]
        kind_of(asset).policy.may_withdraw(by, asset).require()
        kind_of(into).policy.may_change(by, into).require()
        if asset.state == State.MERGED and asset.merged_into_id == into.pk:
            return asset
        if is_gone(asset):
            raise Refused(_("“%s” was withdrawn and cannot be merged into something else.") % asset.title)
        asset.state, asset.merged_into, asset.state_reason = State.MERGED, into, reason
        asset.save(update_fields=["state", "merged_into", "state_reason"])
        Asset.objects.filter(merged_into=asset).update(merged_into=into)
        refresh_readers([asset])
        record_revisions([asset], by=by, act="merge", note=reason)
        mark_dirty([into.pk])
        record("asset.merge", by_user_id=by.user_id, subject=asset.public_id, into=into.public_id)
    return asset


def reassign(asset: Asset, *, owner: Person | None, unit: Unit, by: Reader) -> Asset:
    """Give the asset another owner and unit: nothing is ever without somebody who answers for it."""
    return change_asset(asset, AssetFields(owner=owner, unit=unit), by=by, note="reassign")
