"""What portals read: the assets that stand out, and the names of what is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from baobab.assets.models import Asset, AssetConcept, AssetLink, AssetPlace
from baobab.assets.picks.queries import picks_of
from baobab.assets.queries import assets_about, listed, listed_or_own
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import FALLBACK, base_language, best_text
from baobab.vocabularies.models import ConceptLabel, Place, PlaceAncestor, PlaceName

from .subjects import Subject

MOST_CONNECTED = 6
MOST_CHECKED = 4
MOST_BARE = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """An asset and why it stands out: how many works lead to it, and its place among what was chosen."""

    asset: Asset
    links: int
    pick: int | None


def standing_out(
    reader: Reader, subject: Subject, *, newest: Sequence[int], with_bare: bool
) -> dict[int, Standing]:
    """The newest (given by id), those chosen to stand first, the most connected and the checked (one query).

    `with_bare`: also some without a summary. Only what the reader finds in lists, drafts of her own among
    the newest included; links count where she may read what they come from.
    """
    concept_id = subject.concept.pk if subject.concept else None
    place_id = subject.place.pk if subject.place else None
    about = assets_about(reader, concept_id=concept_id, place_id=place_id)
    picks = picks_of(concept_id=concept_id, place_id=place_id)
    wanted = (
        Q(pk__in=list(newest))
        | Q(pk__in=Subquery(picks.order_by().values("asset")))
        | Q(pk__in=Subquery(_most_connected(reader, concept_id, place_id)))
        | Q(pk__in=Subquery(about.exclude(quality="").values("pk")[:MOST_CHECKED]))
    )
    if with_bare:
        wanted |= Q(pk__in=Subquery(about.filter(summary="").values("pk")[:MOST_BARE]))
    rows = (
        listed_or_own(reader)
        .filter(pk__in=Asset.objects.filter(wanted).values("pk"))
        .annotate(
            pick=Subquery(picks.filter(asset=OuterRef("pk")).values("pk")[:1]),
            links=Subquery(
                _links_seen(reader)
                .filter(target=OuterRef("pk"))
                .values("target")
                .annotate(n=Count("pk"))
                .values("n")
            ),
        )
    )
    return {row.pk: Standing(row, row.links or 0, row.pick) for row in rows}


def _links_seen(reader: Reader) -> QuerySet[AssetLink]:
    sources = listed(reader).order_by().filter(pk=OuterRef("source"))
    return AssetLink.objects.filter(Exists(sources)).order_by()


def _most_connected(reader: Reader, concept_id: int | None, place_id: int | None) -> QuerySet[AssetLink, Any]:
    targets = listed(reader).order_by().filter(pk=OuterRef("target"))
    links = _links_seen(reader).filter(Exists(targets))
    if concept_id is not None:
        links = links.filter(target__in=AssetConcept.objects.filter(concept=concept_id).values("asset"))
    if place_id is not None:
        links = links.filter(target__in=AssetPlace.objects.filter(place=place_id).values("asset"))
    counted = links.values("target").annotate(n=Count("pk"))
    return counted.order_by("-n", "-target").values("target")[:MOST_CONNECTED]


@dataclass(frozen=True, slots=True)
class Name:
    """A topic or a place by name. `sort`: the use of the topic's scheme, or the level of the place."""

    id: int
    key: str
    sort: str
    label: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names asked for, by id."""

    concepts: dict[int, Name]
    places: dict[int, Name]


def names_of(
    language: str,
    *,
    concept_ids: Collection[int] = (),
    narrower_than: int | None = None,
    place_ids: Collection[int] = (),
    inside_of: int | None = None,
    within: int | None = None,
    levels: Iterable[str] = (),
) -> Names:
    """The names of these, of what is just narrower or inside, and of places of some levels (one query).

    `within`: of `place_ids` only those that lie in this place.
    """
    concepts = Q(concept__in=list(concept_ids))
    if narrower_than is not None:
        concepts |= Q(concept__parents__parent=narrower_than, concept__is_deprecated=False)
    places = Q(place__in=list(place_ids))
    if within is not None:
        places &= Q(place__in=PlaceAncestor.objects.filter(ancestor=within).values("place"))
    places |= Q(place__level__in=list(levels))
    if inside_of is not None:
        places |= Q(place__parent=inside_of)
    labels = (
        ConceptLabel.objects.filter(concepts, role=ConceptLabel.Role.PREFERRED)
        .annotate(
            what=Value("concept"),
            holder=F("concept"),
            key=F("concept__public_id"),
            sort=F("concept__scheme__use"),
        )
        .values_list("what", "holder", "key", "sort", "language", "text")
    )
    near = {language, base_language(language), FALLBACK}
    names = (
        PlaceName.objects.filter(places, is_preferred=True, language__in=near)
        .annotate(what=Value("place"), holder=F("place"), key=F("place__code"), sort=F("place__level"))
        .values_list("what", "holder", "key", "sort", "language", "text")
    )
    found: dict[tuple[str, int, str, str], dict[str, str]] = defaultdict(dict)
    for what, holder, key, sort, tag, text in labels.union(names):
        found[what, holder, key, sort][tag] = text
    made: dict[str, dict[int, Name]] = {"concept": {}, "place": {}}
    for (what, holder, key, sort), texts in found.items():
        made[what][holder] = Name(holder, key, sort, best_text(texts, wanted=language))
    return Names(made["concept"], made["place"])


def is_country(name: Name) -> bool:
    """Whether the name is that of a country or area, not of a region."""
    return name.sort == Place.Level.COUNTRY
