"""All writes to classification. The asset's ancestors rows are always those of its given ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from baobab.jobs.actions import enqueue
from baobab.kernel.errors import BadInput
from baobab.organisation.readers import Reader
from baobab.vocabularies.models import Concept, Place
from baobab.vocabularies.queries import ancestors_of_concepts, ancestors_of_places

from ..card.holding import held, hold
from ..card.models import Asset
from ..indexing.actions import mark_dirty
from ..kinds import kind_of
from ..revisions.actions import record_revisions
from .models import AssetConcept, AssetPlace, Suggestion
from .queries import given_concepts, given_places

_BATCH = 500


def write_concepts(wanted: Sequence[tuple[Asset, Collection[int]]]) -> None:
    """Make these the given concepts of each asset, with rows for all that are broader (four statements).

    Raises `BadInput` when one of them does not exist.
    """
    named = {concept for _asset, concepts in wanted for concept in concepts}
    _require_known(
        named, set(Concept.objects.filter(pk__in=named).values_list("pk", flat=True)), field="topics"
    )
    above = ancestors_of_concepts(named)
    rows = [
        AssetConcept(asset=asset, concept_id=concept, is_given=concept in given, dated_on=asset.dated_on)
        for asset, given in wanted
        for concept in sorted(
            {ancestor for concept in given for ancestor in above.get(concept, {concept})} | set(given)
        )
    ]
    AssetConcept.objects.filter(asset__in=[asset.pk for asset, _given in wanted]).delete()
    AssetConcept.objects.bulk_create(rows, batch_size=_BATCH)


def write_places(wanted: Sequence[tuple[Asset, Collection[int]]]) -> None:
    """Make these the given places of each asset, with rows for all that hold them (four statements).

    Raises `BadInput` when one of them does not exist.
    """
    named = {place for _asset, places in wanted for place in places}
    _require_known(
        named, set(Place.objects.filter(pk__in=named).values_list("pk", flat=True)), field="places"
    )
    above = ancestors_of_places(named)
    rows = [
        AssetPlace(asset=asset, place_id=place, is_given=place in given, dated_on=asset.dated_on)
        for asset, given in wanted
        for place in sorted(
            {ancestor for place in given for ancestor in above.get(place, {place})} | set(given)
        )
    ]
    AssetPlace.objects.filter(asset__in=[asset.pk for asset, _given in wanted]).delete()
    AssetPlace.objects.bulk_create(rows, batch_size=_BATCH)


def _require_known(named: set[int], known: set[int], *, field: str) -> None:
    if missing := named - known:
        raise BadInput(fields={field: [_("There is no such topic or place: %s.") % min(missing)]})


def copy_dates(assets: Sequence[Asset]) -> None:
    """Bring the copies of `dated_on` beside the filters up to date, where it changed (two statements)."""
    ids = [asset.pk for asset in assets]
    for table in (AssetConcept, AssetPlace):
        behind = table._default_manager.filter(asset__in=ids).exclude(dated_on=F("asset__dated_on"))
        behind.update(dated_on=Subquery(Asset.objects.filter(pk=OuterRef("asset_id")).values("dated_on")))


def refresh_concept_ancestors(concept_ids: Iterable[int]) -> None:
    """Recompute the rows of all assets that carry one of these concepts: their hierarchy changed."""
    for assets in _carriers(AssetConcept, "concept", concept_ids):
        given = given_concepts(assets)
        write_concepts([(asset, given.get(pk, ())) for pk, asset in assets.items()])
        mark_dirty(assets)


def refresh_place_ancestors(place_ids: Iterable[int]) -> None:
    """Recompute the rows of all assets that carry one of these places: what holds them changed."""
    for assets in _carriers(AssetPlace, "place", place_ids):
        given = given_places(assets)
        write_places([(asset, given.get(pk, ())) for pk, asset in assets.items()])
        mark_dirty(assets)


def _carriers(
    table: type[AssetConcept | AssetPlace], field: str, ids: Iterable[int]
) -> Iterator[dict[int, Asset]]:
    """The assets to which one of these was given, held, a batch at a time."""
    wanted = sorted(set(ids))
    touched: set[int] = set()
    for start in range(0, len(wanted), _BATCH):
        chunk = {f"{field}__in": wanted[start : start + _BATCH]}
        touched.update(
            table._default_manager.filter(is_given=True, **chunk).values_list("asset_id", flat=True)
        )
    carriers = sorted(touched)
    for start in range(0, len(carriers), _BATCH):
        yield held(carriers[start : start + _BATCH])


def suggest(
    asset: Asset,
    *,
    concepts: Mapping[int, float],
    places: Mapping[int, float],
    title: str = "",
    language: str = "",
) -> None:
    """Store what a machine proposes for the asset (ids with scores).

    What a person dismissed stays dismissed.
    """
    rows = [
        Suggestion(asset=asset, field=Suggestion.Field.CONCEPT, concept_id=pk, score=score)
        for pk, score in concepts.items()
    ]
    rows += [
        Suggestion(asset=asset, field=Suggestion.Field.PLACE, place_id=pk, score=score)
        for pk, score in places.items()
    ]
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
            [row for row in rows if (row.field, row.value, row.concept_id, row.place_id) not in dismissed]
        )


def settle_suggestions(
    asset: Asset, *, except_concepts: Collection[int] = (), except_places: Collection[int] = ()
) -> None:
    """A person has seen the proposals and decided: all but these are dismissed, and not proposed again."""
    kept = Q(concept__in=except_concepts) | Q(place__in=except_places)
    Suggestion.objects.filter(asset=asset).exclude(kept).update(is_dismissed=True)


def put_aside_suggestions(asset: Asset, *, concepts: Collection[int], places: Collection[int]) -> None:
    """A person has seen these proposals and not decided yet: they stay, and no machine vouches for them.

    Their score becomes 0, so that no form ticks them again. A language is chosen whenever a form is stored:
    what was proposed for it is dismissed.
    """
    seen = Suggestion.objects.filter(asset=asset, is_dismissed=False)
    seen.filter(Q(concept__in=concepts) | Q(place__in=places)).update(score=0)
    seen.filter(field=Suggestion.Field.LANGUAGE).update(is_dismissed=True)


def ask_for_suggestions(asset_ids: Sequence[int], *, accept: bool = False) -> None:
    """Have topics and places proposed for these assets in the background; `accept` takes them as given."""
    from ..jobs import suggest_many  # jobs imports this module

    if asset_ids:
        enqueue(suggest_many, asset_ids=list(asset_ids), accept=accept)


def accept_suggestions(asset: Asset, *, by: Reader) -> None:
    """Make the open proposals of topics and places the asset's own, beside those given already."""
    with transaction.atomic():
        hold(asset)
        kind_of(asset).policy.may_change(by, asset).require()
        proposed = list(Suggestion.objects.filter(asset=asset, is_dismissed=False))
        concepts = [row.concept_id for row in proposed if row.concept_id]
        places = [row.place_id for row in proposed if row.place_id]
        if not concepts and not places:
            return
        if concepts:
            write_concepts([(asset, [*given_concepts([asset.pk]).get(asset.pk, ()), *concepts])])
        if places:
            write_places([(asset, [*given_places([asset.pk]).get(asset.pk, ()), *places])])
        Suggestion.objects.filter(
            pk__in=[row.pk for row in proposed if row.concept_id or row.place_id]
        ).delete()
        record_revisions([asset], by=by, act="accept-suggestions")
        mark_dirty([asset.pk])
