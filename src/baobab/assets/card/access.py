"""Who may read an asset: the one place where it is decided, for one, for a list and for the index.

`readers_of` is the rule. Its result is stored as a label set on the card; `readable` compares sets in
SQL; the index holds the same labels. Nothing else in the product decides about reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet
from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput
from baobab.organisation.models import Group, Person, Unit, UnitAncestor
from baobab.organisation.readers import PUBLIC, STAFF, Reader, editors_label, person_label

from ..indexing.actions import mark_dirty
from .models import LISTED_STATES, WORKING_STATES, Asset, Contribution, LabelInSet, LabelSet


def readers_of(
    *,
    state: str,
    was_published: bool,
    audience: frozenset[str],
    owner_id: int | None,
    person_ids: Iterable[int],
    unit_ids: Iterable[int],
) -> frozenset[str]:
    """The labels that may read an asset now.

    `person_ids`: contributors and named reviewers; `unit_ids`: the asset's unit and all above it.
    While it is worked on: its owner, its contributors and the editors of its unit. Afterwards: its
    audience and its owner (a withdrawn or purged asset shows them its tombstone only). What ends without
    ever having been published stays closed: its tombstone would tell the audience of a draft.
    """
    owner = {person_label(owner_id)} if owner_id else set()
    if state in WORKING_STATES or not was_published:
        people = {person_label(person_id) for person_id in person_ids}
        return frozenset(owner | people | {editors_label(unit_id) for unit_id in unit_ids})
    if PUBLIC in audience:
        return frozenset({PUBLIC})
    return audience | owner


def label_set(labels: Iterable[str]) -> LabelSet:
    """The stored set of exactly these labels, made if it is new."""
    text = "\n".join(sorted(set(labels)))
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        found, is_new = LabelSet.objects.get_or_create(digest=digest, defaults={"text": text})
        if is_new:
            LabelInSet.objects.bulk_create([LabelInSet(set=found, label=label) for label in text.split()])
    return found


def audience_set(labels: frozenset[str]) -> LabelSet:
    """As `label_set`, for the labels of an audience.

    Raises `BadInput` when one names a unit, group or person that is not.
    """
    named: dict[str, set[int]] = {}
    for label in labels - {PUBLIC, STAFF}:
        name, _colon, number = label.partition(":")
        named.setdefault("unit" if name == "editors" else name, set()).add(int(number))
    for name, rows in (
        ("unit", Unit.objects.all()),
        ("group", Group.objects.exclude(sort=Group.Sort.UNIT)),
        ("person", Person.objects.all()),
    ):
        wanted = named.get(name, set())
        if missing := wanted and wanted - set(rows.filter(pk__in=wanted).values_list("pk", flat=True)):
            raise BadInput(fields={"audience": [_("“%s” is no audience.") % f"{name}:{min(missing)}"]})
    return label_set(labels)


def readable(reader: Reader) -> QuerySet[Asset]:
    """Every asset that the reader may read, tombstones included: the filter under every list and page."""
    return Asset.objects.filter(readers__in=_sets_of(reader))


def _sets_of(reader: Reader) -> QuerySet[LabelInSet, Any]:
    return LabelInSet.objects.filter(label__in=sorted(reader.labels)).values("set")


def listed(reader: Reader) -> QuerySet[Asset]:
    """What lists show the reader: published and archived assets, newest first."""
    # "+ 0" keeps the planner from gathering whole sets and sorting them, as SQLite does without statistics:
    # the index is walked in the list's own order and the set checked on the way.
    own_set = ExpressionWrapper(F("readers_id") + 0, output_field=BigIntegerField())
    walked = Asset.objects.alias(own_set=own_set).filter(own_set__in=_sets_of(reader))
    return walked.filter(state__in=LISTED_STATES).order_by("-dated_on", "-pk")


def refresh_readers(assets: Sequence[Asset]) -> None:
    """Recompute the readers of these assets and mark them dirty, as narrowed where somebody lost sight.

    Called inside the transaction that changed state, audience, owner, contributors or unit; writes
    the rows whose readers differ. Five queries and one per distinct new set, however many assets.
    """
    people: dict[int, list[int]] = {}
    contributors = Contribution.objects.filter(asset__in=[a.pk for a in assets], person__isnull=False)
    for asset_id, person_id in contributors.values_list("asset_id", "person_id"):
        people.setdefault(asset_id, []).append(person_id or 0)
    above: dict[int, list[int]] = {}
    for unit_id, ancestor_id in UnitAncestor.objects.filter(unit__in={a.unit_id for a in assets}).values_list(
        "unit_id", "ancestor_id"
    ):
        above.setdefault(unit_id, []).append(ancestor_id)
    sets = LabelSet.objects.in_bulk({a.audience_id for a in assets} | {a.readers_id for a in assets})
    by_labels: dict[frozenset[str], LabelSet] = {s.labels: s for s in sets.values()}
    kept: list[int] = []
    narrowed: list[int] = []
    changed: list[Asset] = []
    for asset in assets:
        labels = readers_of(
            state=asset.state,
            was_published=asset.published_at is not None,
            audience=sets[asset.audience_id].labels,
            owner_id=asset.owner_id,
            person_ids=people.get(asset.pk, ()),
            unit_ids=above.get(asset.unit_id, ()),
        )
        before = sets[asset.readers_id].labels
        hidden_now = asset.state not in LISTED_STATES and asset.state not in WORKING_STATES
        if hidden_now or (PUBLIC not in labels and not before <= labels):
            narrowed.append(asset.pk)
        else:
            kept.append(asset.pk)
        if labels not in by_labels:
            by_labels[labels] = label_set(labels)
        if asset.readers_id != by_labels[labels].pk:
            asset.readers = by_labels[labels]
            changed.append(asset)
    Asset.objects.bulk_update(changed, ["readers"], batch_size=200)
    mark_dirty(kept)
    mark_dirty(narrowed, is_narrowed=True)


def refresh_readers_of_units(unit_ids: frozenset[int]) -> None:
    """Recompute the readers of the assets of these units that their editors read, a batch at a time.

    The rows are held: what somebody else is changing is waited for, never overwritten.
    """
    unpublished = Asset.objects.filter(Q(state__in=WORKING_STATES) | Q(published_at=None), unit__in=unit_ids)
    last = 0
    while batch := list(unpublished.filter(pk__gt=last).select_for_update().order_by("pk")[:500]):
        refresh_readers(batch)
        last = batch[-1].pk
