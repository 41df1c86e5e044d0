"""What pages ask beyond one app's own reads: counts beside topics and places, and what an asset is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, QuerySet

from baobab.assets.models import Asset, AssetConcept, AssetPlace, Origin
from baobab.assets.queries import listed
from baobab.organisation.models import Unit, UnitAncestor
from baobab.organisation.queries import units_in_order, units_of_person
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import base_language, best_text
from baobab.vocabularies.models import ConceptLabel, ConceptNote, Place, PlaceName, Scheme
from baobab.vocabularies.queries import concept_labels, place_names

from .presenting import shown_number


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic or a place as a page names it: `key` is what stands in its address."""

    id: int
    key: str
    label: str
    count: int = 0

    @property
    def counted(self) -> str:
        """The label with the count behind it, where there is one."""
        return f"{self.label} ({shown_number(self.count)})" if self.count else self.label


@dataclass(frozen=True, slots=True)
class Topic(Subject):
    """A topic of an asset: its preferred labels by language, and whether its vocabulary explains it."""

    labels: Mapping[str, str] = field(default_factory=dict)
    is_explained: bool = False

    def label_in(self, language: str) -> str:
        """Its label in this language or its base; empty where it has none."""
        return self.labels.get(language) or self.labels.get(base_language(language), "")


def topics_of(asset: Asset, language: str) -> list[Topic]:
    """The topics that persons gave the asset, by label (one query)."""
    explaining = (ConceptNote.Role.DEFINITION, ConceptNote.Role.SCOPE)
    rows = ConceptLabel.objects.filter(
        concept__assets__asset=asset, concept__assets__is_given=True, role=ConceptLabel.Role.PREFERRED
    ).annotate(
        is_explained=Exists(ConceptNote.objects.filter(concept=OuterRef("concept"), role__in=explaining))
    )
    named: dict[tuple[int, str, bool], dict[str, str]] = defaultdict(dict)
    for number, key, is_explained, tag, text in rows.values_list(
        "concept_id", "concept__public_id", "is_explained", "language", "text"
    ):
        named[number, key, is_explained][tag] = text
    found = [
        Topic(number, key, best_text(labels, wanted=language), labels=labels, is_explained=is_explained)
        for (number, key, is_explained), labels in named.items()
    ]
    return sorted(found, key=lambda topic: topic.label.casefold())


def places_of(asset: Asset, language: str) -> list[Subject]:
    """The places that persons gave the asset, by name (one query)."""
    rows = PlaceName.objects.filter(
        place__assets__asset=asset, place__assets__is_given=True, is_preferred=True
    ).values_list("place_id", "place__code", "language", "text")
    return _named(rows, language)


def _named(rows: Iterable[tuple[int, str, str, str]], language: str) -> list[Subject]:
    keys: dict[int, str] = {}
    names: dict[int, dict[str, str]] = defaultdict(dict)
    for number, key, tag, text in rows:
        keys[number] = key
        names[number][tag] = text
    found = [Subject(number, key, best_text(names[number], wanted=language)) for number, key in keys.items()]
    return sorted(found, key=lambda subject: subject.label.casefold())


def topic_counts(reader: Reader, concept_ids: Iterable[int]) -> dict[int, int]:
    """How many listed assets the reader finds under each concept, narrower ones included (one query)."""
    rows = AssetConcept.objects.filter(asset__in=listed(reader).order_by(), concept__in=list(concept_ids))
    return dict(rows.values_list("concept").annotate(n=Count("asset")).order_by())


def place_counts(reader: Reader) -> dict[int, int]:
    """How many listed assets the reader finds under each place that has any (one query)."""
    rows = AssetPlace.objects.filter(asset__in=listed(reader).order_by())
    return dict(rows.values_list("place").annotate(n=Count("asset")).order_by())


def topics_to_start_from(reader: Reader, *, limit: int) -> list[Subject]:
    """The topics with nothing broader that hold most of what the reader may read (two queries)."""
    rows = (
        AssetConcept.objects.filter(
            asset__in=listed(reader).order_by(),
            concept__scheme__use=Scheme.Use.TOPICS,
            concept__is_deprecated=False,
            concept__parents__isnull=True,
        )
        .values_list("concept", "concept__public_id")
        .annotate(n=Count("asset"))
        .order_by("-n", "concept")[:limit]
    )
    found = list(rows)
    labels = concept_labels([row[0] for row in found], reader.language)
    return [Subject(number, key, labels.get(number, key), count) for number, key, count in found]


def places_to_start_from(reader: Reader, *, limit: int) -> list[Subject]:
    """The countries that most of what the reader may read is about, most first (two queries)."""
    rows = (
        AssetPlace.objects.filter(asset__in=listed(reader).order_by(), place__level=Place.Level.COUNTRY)
        .values_list("place", "place__code")
        .annotate(n=Count("asset"))
        .order_by("-n", "place")[:limit]
    )
    found = list(rows)
    names = place_names([row[0] for row in found], reader.language)
    return [Subject(number, key, names.get(number, key), count) for number, key, count in found]


def subjects_among(
    asset_ids: Iterable[int], *, concepts: Iterable[int], places: Iterable[int]
) -> dict[int, set[tuple[str, int]]]:
    """Which of these topics and places each asset is about, as ("topic", id) and ("place", id).

    Two queries, and none where nothing is asked for.
    """
    ids = list(asset_ids)
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    if wanted := list(concepts):
        rows = AssetConcept.objects.filter(asset__in=ids, concept__in=wanted)
        for asset_id, pk in rows.values_list("asset_id", "concept_id"):
            found[asset_id].add(("topic", pk))
    if wanted := list(places):
        for asset_id, pk in AssetPlace.objects.filter(asset__in=ids, place__in=wanted).values_list(
            "asset_id", "place_id"
        ):
            found[asset_id].add(("place", pk))
    return found


def titles_by_address(reader: Reader, public_ids: Iterable[str]) -> dict[str, str]:
    """The titles of those of these assets that lists show the reader (one query)."""
    rows = listed(reader).order_by().filter(public_id__in=list(public_ids))
    return dict(rows.values_list("public_id", "title"))


def origin_of(asset: Asset) -> Origin | None:
    """Where the asset was imported from, if it was (one query)."""
    return Origin.objects.filter(asset=asset).first()


def narrowed_list(
    reader: Reader, *, kind: str = "", language: str = "", year: str = "", concept_id: int | None = None
) -> QuerySet[Asset]:
    """The library as lists show it, newest first, narrowed by what is given.

    Anything unknown finds nothing.
    """
    assets = listed(reader)
    if kind:
        assets = assets.filter(kind=kind)
    if language:
        assets = assets.filter(texts__language=language)
    if year:
        is_year = year.isdecimal() and len(year) == 4 and year >= "0001"
        assets = assets.filter(issued_from__year=int(year)) if is_year else assets.none()
    if concept_id is not None:
        assets = assets.filter(concepts__concept=concept_id)
    return assets


def units_open_to(reader: Reader) -> list[Unit]:
    """The units for which the reader may write: her own, all below those she edits, all for administrators.

    In the order of the tree; four queries at most.
    """
    if reader.person_id is None and not reader.is_administrator:
        return []
    units = [unit for unit, _depth in units_in_order()]
    if reader.is_administrator:
        return units
    own = set(units_of_person(reader.person_id or 0))
    own |= set(UnitAncestor.objects.filter(ancestor__in=reader.edits_units).values_list("unit_id", flat=True))
    return [unit for unit in units if unit.pk in own]
