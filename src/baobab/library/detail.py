"""A product's own fields: cleaned, written, read, described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from baobab.assets.classification.queries import given_concepts, given_places
from baobab.assets.description import Description
from baobab.assets.kinds import Badge
from baobab.assets.models import Asset, AssetText, Contribution
from baobab.kernel import clock
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, fold
from baobab.vocabularies.models import Concept, Scheme
from baobab.vocabularies.queries import concept_labels, find_concept, place_names

from .identifiers import read_doi, read_isbn
from .models import Edition, Product, Series, Version

# The kind's own fields, as forms, rows and requests name them.
FIELDS = ("type", "series", "licence", "rights", "doi", "isbn")
# Types of the starter vocabulary: the notation of each is the name of its picture.
_PICTURED_TYPES = frozenset(
    {
        "article",
        "audiovisual",
        "brief",
        "dataset",
        "e-learning",
        "external",
        "guidance",
        "policy",
        "presentation",
        "procedure",
        "publication",
        "report",
        "template",
        "tool",
    }
)
_LENGTHS = {"series": 300, "licence": 200, "rights": 500}


def clean_detail(given: Mapping[str, object]) -> dict[str, Any]:
    """`type` as a concept's id, `doi` and `isbn` in one form, the rest as lines.

    Raises `BadInput` by field.
    """
    problems: dict[str, list[str]] = {}
    cleaned: dict[str, Any] = {}
    for name in FIELDS:
        if name not in given:
            continue
        text = clean_line(str(given[name] or ""))
        try:
            cleaned[name] = _clean_field(name, text)
        except BadInput as error:
            problems[name] = [str(error)]
    if problems:
        raise BadInput(fields=problems)
    return cleaned


def _clean_field(name: str, text: str) -> Any:
    if name == "type":
        if not text:
            return None
        concept = find_concept(text, scheme_use=Scheme.Use.PRODUCT_TYPES)
        if concept is None:
            raise BadInput(_("“%s” is no type of product in this library.") % text[:60])
        return concept.pk
    if name == "doi":
        return read_doi(text) if text else None
    if name == "isbn":
        return read_isbn(text) if text else None
    if len(text) > _LENGTHS[name]:
        raise BadInput(_("This is too long; at most %s characters fit.") % _LENGTHS[name])
    return text


def write_details(pairs: Sequence[tuple[Asset, Mapping[str, Any]]]) -> None:
    """Store the products' own fields.

    A new product gets its first version and the edition of its original language; an only edition
    follows when that language is corrected.
    Raises `BadInput` when a DOI or ISBN belongs to another product. Bounded queries however many.
    """
    products = Product.objects.in_bulk([asset.pk for asset, _detail in pairs])
    series = _series_named({detail["series"] for _asset, detail in pairs if detail.get("series")})
    new = []
    for asset, detail in pairs:
        product = products.get(asset.pk)
        if product is None:
            product = Product(asset=asset)
            new.append(product)
        if "type" in detail:
            product.type_id = detail["type"]
        if "series" in detail:
            product.series = series.get(fold(detail["series"])) if detail["series"] else None
        for name in ("licence", "rights"):
            if name in detail:
                setattr(product, name, detail[name])
        products[asset.pk] = product
    Product.objects.bulk_create(new, batch_size=200)
    fresh = {product.pk for product in new}
    Product.objects.bulk_update(
        [p for p in products.values() if p.pk not in fresh], ["type", "series", "licence", "rights"]
    )
    _write_versions(pairs, fresh)


def _series_named(names: set[str]) -> dict[str, Series]:
    wanted = {fold(name): name for name in names}
    known = {row.folded: row for row in Series.objects.filter(folded__in=wanted)}
    missing = [Series(name=name, folded=folded) for folded, name in wanted.items() if folded not in known]
    for row in Series.objects.bulk_create(missing):
        known[row.folded] = row
    return known


def _write_versions(pairs: Sequence[tuple[Asset, Mapping[str, Any]]], fresh: set[int]) -> None:
    now = clock.now()
    Version.objects.bulk_create(
        [Version(asset=asset, number=1, created_at=now) for asset, _detail in pairs if asset.pk in fresh],
        batch_size=200,
    )
    versions = {
        v.asset_id: v
        for v in Version.objects.filter(asset__in=[a.pk for a, _d in pairs], is_in_force=True).order_by(
            "number"
        )
    }
    _refuse_taken(pairs)
    changed: list[Version] = []
    editions = {
        (edition.version_id, edition.language): edition
        for edition in Edition.objects.filter(version__in=[v.pk for v in versions.values()])
    }
    of_version: dict[int, list[Edition]] = {}
    for known in editions.values():
        of_version.setdefault(known.version_id, []).append(known)
    new_editions: list[Edition] = []
    old_editions: list[Edition] = []
    for asset, detail in pairs:
        version = versions[asset.pk]
        if "doi" in detail and version.doi != detail["doi"]:
            version.doi = detail["doi"]
            changed.append(version)
        edition = editions.get((version.pk, asset.original_language))
        if edition is None and len(only := of_version.get(version.pk, [])) == 1 and not only[0].isbn:
            # The language of the original was corrected: its only edition follows.
            edition = only[0]
            edition.language = asset.original_language
        if edition is None:
            edition = Edition(version=version, language=asset.original_language)
            new_editions.append(edition)
        else:
            old_editions.append(edition)
        if "isbn" in detail:
            edition.isbn = detail["isbn"]
        edition.issued = asset.issued
    Version.objects.bulk_update(changed, ["doi"], batch_size=200)
    Edition.objects.bulk_create(new_editions, batch_size=200)
    Edition.objects.bulk_update(old_editions, ["language", "isbn", "issued"], batch_size=200)


def _refuse_taken(pairs: Sequence[tuple[Asset, Mapping[str, Any]]]) -> None:
    ids = {asset.pk for asset, _detail in pairs}
    for name, table, path in (("doi", Version, "asset"), ("isbn", Edition, "version__asset")):
        owners: dict[str, int] = {}
        for asset, detail in pairs:
            value = detail.get(name)
            if value and owners.setdefault(value, asset.pk) != asset.pk:
                raise BadInput(
                    fields={
                        name: [
                            _("%(name)s %(value)s is given twice.") % {"name": name.upper(), "value": value}
                        ]
                    }
                )
        rows = table._default_manager.filter(**{f"{name}__in": list(owners)}).values_list(name, path)
        for value, asset_id in rows:
            if asset_id not in ids or owners[value] != asset_id:
                raise BadInput(
                    fields={
                        name: [
                            _("%(name)s %(value)s belongs to another product already.")
                            % {"name": name.upper(), "value": value}
                        ]
                    }
                )


def read_details(asset_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The products' own fields as JSON, versions and editions included (five queries).

    Files stand as their numbers in the asset, which never change.
    """
    details: dict[int, dict[str, Any]] = {}
    for product in Product.objects.filter(pk__in=asset_ids).select_related("type", "series"):
        details[product.pk] = {
            "type": product.type.notation if product.type else "",
            "series": product.series.name if product.series else "",
            "licence": product.licence,
            "rights": product.rights,
            "doi": "",
            "isbn": "",
            "versions": [],
        }
    versions: dict[int, dict[str, Any]] = {}
    for version in Version.objects.filter(asset__in=asset_ids).order_by("asset", "number"):
        versions[version.pk] = {
            "number": version.number,
            "label": version.label,
            "note": version.note,
            "doi": version.doi or "",
            "is_in_force": version.is_in_force,
            "editions": [],
        }
        detail = details.get(version.asset_id)
        if detail is not None:
            detail["versions"].append(versions[version.pk])
            if version.is_in_force:
                detail["doi"] = version.doi or ""
    editions = (
        Edition.objects.filter(version__in=list(versions))
        .select_related("version__asset")
        .prefetch_related("files__file")
    )
    for edition in editions.order_by("version", "language"):
        versions[edition.version_id]["editions"].append(
            {
                "language": edition.language,
                "isbn": edition.isbn or "",
                "issued": edition.issued,
                "files": sorted(row.file.number for row in edition.files.all()),
            }
        )
        asset = edition.version.asset
        if edition.version.is_in_force and edition.language == asset.original_language:
            details[asset.pk]["isbn"] = edition.isbn or ""
    return details


def type_badges(asset_ids: Sequence[int], language: str) -> dict[int, Badge]:
    """What a card says more closely: the product's type in the reader's language (two queries)."""
    rows = list(
        Product.objects.filter(pk__in=asset_ids, type__isnull=False).values_list(
            "pk", "type_id", "type__notation"
        )
    )
    labels = concept_labels({type_id for _pk, type_id, _notation in rows if type_id}, language)
    return {
        asset_id: Badge(labels.get(type_id or 0, ""), icon_of_type(notation or ""))
        for asset_id, type_id, notation in rows
    }


def types(asset_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The concept of each product's type, where it has one (one query)."""
    rows = Product.objects.filter(pk__in=asset_ids, type__isnull=False).values_list("pk", "type_id")
    return {asset_id: (type_id,) for asset_id, type_id in rows if type_id}


def icon_of_type(notation: str) -> str:
    """The name of the type's own picture in the sprite; empty for types that an organisation made itself."""
    return notation if notation in _PICTURED_TYPES else ""


def index_words(asset_ids: Sequence[int]) -> dict[int, str]:
    """Identifiers, series and type labels by which a product is also found (three queries)."""
    words: dict[int, list[str]] = {}
    for product in Product.objects.filter(pk__in=asset_ids).select_related("series"):
        words.setdefault(product.pk, []).append(product.series.name if product.series else "")
    for asset_id, doi in Version.objects.filter(asset__in=asset_ids, doi__isnull=False).values_list(
        "asset_id", "doi"
    ):
        words.setdefault(asset_id, []).append(doi or "")
    rows = Edition.objects.filter(version__asset__in=asset_ids, isbn__isnull=False)
    for asset_id, isbn in rows.values_list("version__asset_id", "isbn"):
        words.setdefault(asset_id, []).append(isbn or "")
    return {asset_id: " ".join(filter(None, parts)) for asset_id, parts in words.items()}


def describe(asset: Asset, language: str) -> Description:
    """The product in DCMI terms, from which citations and metadata formats are made (eight queries)."""
    detail = read_details([asset.pk]).get(asset.pk, {})
    text = AssetText.objects.filter(asset=asset, language=language).first()
    people = list(Contribution.objects.filter(asset=asset).order_by("position"))
    concepts = given_concepts([asset.pk]).get(asset.pk, [])
    places = given_places([asset.pk]).get(asset.pk, [])
    genre = (
        find_concept(detail.get("type", ""), scheme_use=Scheme.Use.PRODUCT_TYPES)
        if detail.get("type")
        else None
    )
    identifiers: dict[str, tuple[str, ...]] = {
        scheme: (detail[scheme],) for scheme in ("doi", "isbn") if detail.get(scheme)
    }
    return Description(
        title=text.title if text else asset.title,
        language=text.language if text else asset.original_language,
        creators=tuple(p.name for p in people if p.role == Contribution.Role.AUTHOR),
        contributors=tuple(p.name for p in people if p.role != Contribution.Role.AUTHOR),
        publisher=str(asset.unit),
        issued=asset.issued,
        type="Dataset" if genre and genre.notation == "dataset" else "Text",
        genre=_label_of(genre, language),
        abstract=text.summary if text else asset.summary,
        subjects=tuple(concept_labels(concepts, language).values()),
        coverage=tuple(place_names(places, language).values()),
        rights=detail.get("rights", ""),
        licence=detail.get("licence", ""),
        is_part_of=detail.get("series", ""),
        identifiers=identifiers,
    )


def _label_of(concept: Concept | None, language: str) -> str:
    return concept_labels([concept.pk], language).get(concept.pk, "") if concept else ""
