"""All writes to classification. The asset's ancestors rows are always those of its given ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from baobab.jobs.actions import enqueue
from baobab.organisation.readers import Reader
from baobab.vocabularies.queries import ancestors_of_concepts, ancestors_of_places

from ..card.models import Asset
from ..indexing.actions import mark_dirty
from ..kinds import kind_of
from ..revisions.actions import record_revisions
from .models import AssetConcept, AssetPlace, Suggestion
from .queries import given_concepts, given_places

_BATCH = 500


def write_concepts(wanted: Sequence[tuple[Asset, Collection[int]]]) -> None:
    """Make these the given concepts of each asset, with rows for all that are broader (three statements for all)."""
    above = ancestors_of_concepts({concept for _asset, concepts in wanted for concept in concepts})
    rows = [
        AssetConcept(asset=asset, concept_id=concept, is_given=concept in given, dated_on=asset.dated_on)
        for asset, given in wanted
        for concept in sorted({ancestor for concept in given for ancestor in above.get(concept, {concept})} | set(given))
    ]
    AssetConcept.objects.filter(asset__in=[asset.pk for asset, _given in wanted]).delete()
    AssetConcept.objects.bulk_create(rows, batch_size=_BATCH)


def write_places(wanted: Sequence[tuple[Asset, Collection[int]]]) -> None:
    """Make these the given places of each asset, with rows for all that hold them (three statements for all)."""
    above = ancestors_of_places({place for _asset, places in wanted for place in places})
    rows = [
        AssetPlace(asset=asset, place_id=place, is_given=place in given, dated_on=asset.dated_on)
        for asset, given in wanted
        for place in sorted({ancestor for place in given for ancestor in above.get(place, {place})} | set(given))
    ]
    AssetPlace.objects.filter(asset__in=[asset.pk for asset, _given in wanted]).delete()
    AssetPlace.objects.bulk_create(rows, batch_size=_BATCH)


def copy_dates(assets: Sequence[Asset]) -> None:
    """Bring the copies of `dated_on` beside the filters up to date, in the action that changed it."""
    for asset in assets:
        AssetConcept.objects.filter(asset=asset).exclude(dated_on=asset.dated_on).update(dated_on=asset.dated_on)
        AssetPlace.objects.filter(asset=asset).exclude(dated_on=asset.dated_on).update(dated_on=asset.dated_on)


def refresh_concept_ancestors(concept_ids: Iterable[int]) -> None:
    """Recompute the rows of all assets that carry one of these concepts: their hierarchy changed."""
    ids = sorted(set(concept_ids))
    touched: set[int] = set()
    for start in range(0, len(ids), _BATCH):
        chunk = ids[start : start + _BATCH]
        touched.update(AssetConcept.objects.filter(concept__in=chunk, is_given=True).values_list("asset_id", flat=True))
    for batch in _batches(sorted(touched)):
        given: dict[int, list[int]] = {asset.pk: [] for asset in batch}
        rows = AssetConcept.objects.filter(asset__in=batch, is_given=True).values_list("asset_id", "concept_id")
        for asset_id, concept_id in rows:
            given[asset_id].append(concept_id)
        write_concepts([(asset, given[asset.pk]) for asset in batch])
        mark_dirty(given)


def _batches(asset_ids: Sequence[int]) -> Iterable[list[Asset]]:
    for start in range(0, len(asset_ids), _BATCH):
        yield list(Asset.objects.filter(pk__in=asset_ids[start : start + _BATCH]))


def suggest(asset: Asset, *, concepts: Mapping[int, float], places: Mapping[int, float], title: str = "", language: str = "") -> None:
    """Store what a machine proposes for the asset (ids with scores). What a person dismissed stays dismissed."""
    rows = [Suggestion(asset=asset, field=Suggestion.Field.CONCEPT, concept_id=pk, score=score) for pk, score in concepts.items()]
    rows += [Suggestion(asset=asset, field=Suggestion.Field.PLACE, place_id=pk, score=score) for pk, score in places.items()]
    if title:
        rows.append(Suggestion(asset=asset, field=Suggestion.Field.TITLE, value=title[:1000]))
    if language:
        rows.append(Suggestion(asset=asset, field=Suggestion.Field.LANGUAGE, value=language))
    with transaction.atomic():
        dismissed = {
            (row.field, row.value, row.concept_id, row.place_id)
            for row in Suggestion.objects.filter(asset=asset, is_dismissed=True)
        }
        Suggestion.objects.filter(asset=asset, is_dismissed=False).delete()
        Suggestion.objects.bulk_create(
            row for row in rows if (row.field, row.value, row.concept_id, row.place_id) not in dismissed
        )


def settle_suggestions(asset: Asset) -> None:
    """A person has seen the proposals and decided: what she did not take is dismissed."""
    Suggestion.objects.filter(asset=asset).update(is_dismissed=True)


def ask_for_suggestions(asset_ids: Sequence[int], *, accept: bool = False) -> None:
    """Have topics and places proposed for these assets in the background, and taken as given when `accept`."""
    from ..jobs import suggest_many  # jobs imports this module

    if asset_ids:
        enqueue(suggest_many, asset_ids=list(asset_ids), accept=accept)


def accept_suggestions(asset: Asset, *, by: Reader) -> None:
    """Make the open proposals of topics and places the asset's own, beside those given already."""
    kind_of(asset).policy.may_change(by, asset).require()
    with transaction.atomic():
        proposed = list(Suggestion.objects.filter(asset=asset, is_dismissed=False))
        concepts = [row.concept_id for row in proposed if row.concept_id]
        places = [row.place_id for row in proposed if row.place_id]
        if not concepts and not places:
            return
        if concepts:
            write_concepts([(asset, [*given_concepts([asset.pk]).get(asset.pk, ()), *concepts])])
        if places:
            write_places([(asset, [*given_places([asset.pk]).get(asset.pk, ()), *places])])
        Suggestion.objects.filter(pk__in=[row.pk for row in proposed if row.concept_id or row.place_id]).delete()
        record_revisions([asset], by=by, act="accept-suggestions")
        mark_dirty([asset.pk])
