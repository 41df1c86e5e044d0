"""All writes to vocabularies and places."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.kernel import clock

from . import changes, hierarchy, m49, place_names, rdf
from .labels import label_key, place_key
from .models import (
    Concept,
    ConceptAncestor,
    ConceptLabel,
    ConceptMapping,
    ConceptNote,
    ConceptParent,
    ConceptRelation,
    Place,
    PlaceAncestor,
    PlaceName,
    Scheme,
)
from .planning import digest_of, homes_of, parents_of, report_notations
from .reports import ImportReport
from .skos import SkosConcept, Vocabulary, listed, read_skos
from .stems import stem_key

# How many concepts are written or looked up at once; SQLite takes 32,766 parameters in a statement.
AT_ONCE = 500

Item = TypeVar("Item")


@dataclass(frozen=True)
class _Stored:
    """What the import needs to know of a concept in the database."""

    id: int
    scheme_id: int
    digest: str
    is_deprecated: bool


def import_scheme(
    source: Path | bytes,
    *,
    by_user_id: int | None,
    use: str | None = None,
    scheme_uri: str = "",
    name: str = "",
) -> ImportReport:
    """Take a SKOS file (Turtle, RDF/XML, N-Triples, JSON-LD) into the database, or bring it up to date.

    Concepts are known by their URI. New ones are added, changed ones written, unchanged ones left alone;
    those of the scheme that the file no longer has are deprecated and keep their labels, so that nothing
    tagged loses its topic. A concept in several of the file's schemes goes to the largest; `scheme_uri`
    takes that one alone. `use` says what the schemes are for; without it known ones keep theirs,
    new ones are for topics.
    All or nothing: BadInput (a sentence, with the line where known) leaves everything as it was.
    """
    content = rdf.read_bytes(source) if isinstance(source, Path) else source
    vocabulary = read_skos(content, name=name or (source.name if isinstance(source, Path) else ""))
    report = ImportReport(problems=list(vocabulary.problems))
    homes = homes_of(vocabulary, scheme_uri, report)
    concepts = {uri: vocabulary.concepts[uri] for uri in sorted(homes)}
    with transaction.atomic():
        schemes = _write_schemes(vocabulary, homes, use)
        report.schemes = [schemes[uri] for uri, _count in Counter(homes.values()).most_common()]
        stored = _stored(concepts, schemes.values())
        _leave_foreign(concepts, stored, schemes, report)
        report_notations(concepts, homes, report)
        parents = parents_of(concepts, report)
        ids = _write_concepts(concepts, homes, schemes, parents, stored, report)
        _deprecate_gone(concepts, schemes.values(), stored, ids, vocabulary.replacements, report)
        is_new = ids.keys() - stored.keys()
        _renew_ancestors(are_new={ids[uri] for uri in is_new})
        if report.added or report.changed or report.deprecated:
            Scheme.objects.filter(pk__in=[s.pk for s in report.schemes]).update(updated_at=clock.now())
            record(
                "vocabulary.import",
                by_user_id=by_user_id,
                subject=report.scheme.uri,
                added=report.added,
                changed=report.changed,
                deprecated=report.deprecated,
            )
    return report


def _write_schemes(vocabulary: Vocabulary, homes: Mapping[str, str], use: str | None) -> dict[str, Scheme]:
    schemes: dict[str, Scheme] = {}
    for uri in sorted(set(homes.values())):
        said = vocabulary.schemes[uri]
        values = {"titles": said.titles, "descriptions": said.descriptions, "licence": said.licence}
        if use is not None:
            values["use"] = use
        schemes[uri], _is_new = Scheme.objects.update_or_create(uri=uri, defaults=values)
    return schemes


def _stored(concepts: Iterable[str], schemes: Iterable[Scheme]) -> dict[str, _Stored]:
    """What the database holds of these concepts, in whatever scheme, and of these schemes."""
    fields = ("uri", "pk", "scheme_id", "digest", "is_deprecated")
    in_schemes = Concept.objects.filter(scheme__in=list(schemes)).values_list(*fields)
    found = {uri: _Stored(*rest) for uri, *rest in in_schemes.iterator()}
    for some in _batches(uri for uri in concepts if uri not in found):
        elsewhere = Concept.objects.filter(uri__in=some).values_list(*fields)
        found.update({uri: _Stored(*rest) for uri, *rest in elsewhere})
    return found


def _leave_foreign(
    concepts: dict[str, SkosConcept],
    stored: dict[str, _Stored],
    schemes: Mapping[str, Scheme],
    report: ImportReport,
) -> None:
    own = {scheme.pk for scheme in schemes.values()}
    foreign = [uri for uri in concepts if uri in stored and stored[uri].scheme_id not in own]
    for uri in foreign:
        del concepts[uri], stored[uri]
    if foreign:
        report.problems.append(
            _("Concepts of another vocabulary here, left as they are (%(count)d): %(uris)s.")
            % {"count": len(foreign), "uris": listed(foreign)}
        )


def _write_concepts(
    concepts: Mapping[str, SkosConcept],
    homes: Mapping[str, str],
    schemes: Mapping[str, Scheme],
    parents: Mapping[str, list[str]],
    stored: Mapping[str, _Stored],
    report: ImportReport,
) -> dict[str, int]:
    """Write what is new or differs; returns the id of every concept of the file."""
    ids = {uri: stored[uri].id for uri in concepts if uri in stored}
    new: list[Concept] = []
    changed: list[Concept] = []
    for uri, concept in concepts.items():
        digest = digest_of(concept, homes[uri], parents[uri], concepts)
        row = Concept(
            scheme=schemes[homes[uri]],
            uri=uri,
            notation=concept.notation,
            is_deprecated=concept.is_deprecated,
            digest=digest,
        )
        report.labels += len(concept.labels)
        if uri not in stored:
            new.append(row)
        elif stored[uri].digest != digest:
            row.pk = stored[uri].id
            changed.append(row)
        else:
            report.unchanged += 1
    report.added, report.changed = len(new), len(changed)
    ids.update({row.uri: row.pk for row in Concept.objects.bulk_create(new, batch_size=AT_ONCE)})
    fields = ["scheme", "notation", "is_deprecated", "digest"]
    Concept.objects.bulk_update(changed, fields, batch_size=AT_ONCE // 5)
    for some in _batches(row.pk for row in changed):
        for model in (ConceptLabel, ConceptNote, ConceptParent, ConceptRelation, ConceptMapping):
            model._default_manager.filter(concept_id__in=some).delete()
    for rows in _batches([*new, *changed]):
        _write_details(rows, concepts, parents, ids)
    return ids


def _write_details(
    rows: Sequence[Concept],
    concepts: Mapping[str, SkosConcept],
    parents: Mapping[str, list[str]],
    ids: Mapping[str, int],
) -> None:
    said = [(row.pk, concepts[row.uri]) for row in rows]
    ConceptLabel.objects.bulk_create(
        ConceptLabel(
            concept_id=pk,
            language=label.language,
            role=label.role,
            text=label.text,
            folded=label_key(label.text),
            stemmed=stem_key(label.text, label.language),
        )
        for pk, concept in said
        for label in concept.labels
    )
    ConceptNote.objects.bulk_create(
        ConceptNote(concept_id=pk, language=note.language, role=note.role, text=note.text)
        for pk, concept in said
        for note in concept.notes
    )
    ConceptParent.objects.bulk_create(
        ConceptParent(concept_id=row.pk, parent_id=ids[parent]) for row in rows for parent in parents[row.uri]
    )
    ConceptRelation.objects.bulk_create(
        ConceptRelation(concept_id=pk, other_id=ids[uri])
        for pk, concept in said
        for uri in concept.related
        if uri in ids
    )
    ConceptMapping.objects.bulk_create(
        ConceptMapping(concept_id=pk, role=role, target=target)
        for pk, concept in said
        for role, target in concept.mappings
    )


def _deprecate_gone(
    concepts: Mapping[str, SkosConcept],
    schemes: Iterable[Scheme],
    stored: Mapping[str, _Stored],
    ids: Mapping[str, int],
    replacements: Mapping[str, str],
    report: ImportReport,
) -> None:
    """Concepts that the source gave up are marked, and point to their successors (dcterms:isReplacedBy)."""
    gone = [uri for uri, row in stored.items() if uri not in concepts and not row.is_deprecated]
    report.deprecated = len(gone)
    for some in _batches(stored[uri].id for uri in gone):
        # Without a digest it counts as changed should the source take it up again.
        Concept.objects.filter(pk__in=some).update(is_deprecated=True, digest="")
    heirs: dict[int, int] = {}
    for uri, heir in replacements.items():
        pk = ids.get(uri) or (stored[uri].id if uri in stored else None)
        if pk is not None and heir in ids and ids[heir] != pk:
            heirs[pk] = ids[heir]
    known = dict(
        Concept.objects.filter(scheme__in=list(schemes), replaced_by__isnull=False).values_list(
            "pk", "replaced_by_id"
        )
    )
    in_file = set(ids.values())
    for pk in heirs.keys() | known.keys():
        if heirs.get(pk) != known.get(pk) and (pk in heirs or pk in in_file):
            Concept.objects.filter(pk=pk).update(replaced_by_id=heirs.get(pk))


def _renew_ancestors(*, are_new: set[int]) -> None:
    """Bring the ancestor rows in line with the parents, and tell the apps above whose ancestors changed."""
    parents: dict[int, list[int]] = {pk: [] for pk in Concept.objects.values_list("pk", flat=True)}
    for concept, parent in ConceptParent.objects.values_list("concept_id", "parent_id").iterator():
        parents[concept].append(parent)
    wanted = hierarchy.ancestors(parents)
    present: dict[int, dict[int, int]] = defaultdict(dict)
    rows = ConceptAncestor.objects.values_list("concept_id", "ancestor_id", "distance")
    for concept, ancestor, distance in rows.iterator():
        present[concept][ancestor] = distance
    differing = [pk for pk, distances in wanted.items() if distances != present.get(pk)]
    for some in _batches(pk for pk in differing if pk in present):
        ConceptAncestor.objects.filter(concept_id__in=some).delete()
    for some in _batches(differing):
        ConceptAncestor.objects.bulk_create(
            ConceptAncestor(concept_id=pk, ancestor_id=ancestor, distance=distance)
            for pk in some
            for ancestor, distance in wanted[pk].items()
        )
    moved = {pk for pk in differing if pk not in are_new and wanted[pk].keys() != present.get(pk, {}).keys()}
    if moved:
        changes.announce_hierarchy(moved)


def _batches(items: Iterable[Item], size: int = AT_ONCE) -> Iterator[list[Item]]:
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some


def write_places() -> bool:
    """Bring the places of UN M49 and their names up to date with this release; False when nothing was to do.

    A place is never deleted, as assets may name it. Names are replaced as a whole when any differs.
    """
    known = {area.code: area for area in m49.areas()}
    named = [(n.code, n.language, n.text, n.is_preferred) for n in place_names.names(frozenset(known))]
    rows = PlaceName.objects.values_list("place__code", "language", "text", "is_preferred")
    with transaction.atomic():
        stored = {place.code: place for place in Place.objects.select_related("parent")}
        is_same_area = all(code in stored and _area_of(stored[code]) == area for code, area in known.items())
        is_same = is_same_area and set(rows.iterator()) == set(named)
        if is_same:
            return False
        for code, area in known.items():
            values = {
                "m49": area.m49,
                "iso3": area.iso3,
                "level": area.level,
                "parent": stored[area.parent] if area.parent else None,
                "latitude": area.latitude,
                "longitude": area.longitude,
            }
            stored[code], _is_new = Place.objects.update_or_create(code=code, defaults=values)
        PlaceName.objects.all().delete()
        PlaceName.objects.bulk_create(
            PlaceName(
                place=stored[code],
                language=language,
                text=text,
                folded=place_key(text),
                is_preferred=is_preferred,
            )
            for code, language, text, is_preferred in named
        )
        _renew_place_ancestors()
    return True


def _area_of(place: Place) -> m49.Area:
    parent = place.parent.code if place.parent else None
    return m49.Area(place.code, place.m49, place.iso3, place.level, parent, place.latitude, place.longitude)


def _renew_place_ancestors() -> None:
    parents = {pk: [parent] if parent else [] for pk, parent in Place.objects.values_list("pk", "parent_id")}
    present: dict[int, dict[int, int]] = defaultdict(dict)
    for place, ancestor, distance in PlaceAncestor.objects.values_list("place_id", "ancestor_id", "distance"):
        present[place][ancestor] = distance
    wanted = hierarchy.ancestors(parents)
    differing = [pk for pk, distances in wanted.items() if distances != present.get(pk)]
    PlaceAncestor.objects.filter(place_id__in=differing).delete()
    PlaceAncestor.objects.bulk_create(
        PlaceAncestor(place_id=pk, ancestor_id=ancestor, distance=distance)
        for pk in differing
        for ancestor, distance in wanted[pk].items()
    )
    moved = {pk for pk in differing if pk in present}
    if moved:
        changes.announce_places(moved)
