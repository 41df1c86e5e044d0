"""All reads of products beyond those of every asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baobab.assets.models import Asset, AssetFile
from baobab.vocabularies.models import Concept, Scheme
from baobab.vocabularies.queries import concept_labels

from .models import Edition, Product, Version


def product_types(language: str) -> list[tuple[str, str]]:
    """The types of products as (notation, label), by label (two queries)."""
    concepts = list(Concept.objects.filter(scheme__use=Scheme.Use.PRODUCT_TYPES, is_deprecated=False))
    labels = concept_labels([concept.pk for concept in concepts], language)
    return sorted(((c.notation, labels.get(c.pk, c.notation)) for c in concepts), key=lambda pair: pair[1].casefold())


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition and its files."""

    edition: Edition
    files: tuple[AssetFile, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version and its editions, the original's language first."""

    version: Version
    editions: tuple[EditionView, ...]


@dataclass(frozen=True, slots=True)
class ProductView:
    """What the page of a product shows beyond the card."""

    product: Product | None
    type_label: str
    versions: tuple[VersionView, ...]


def product_view(asset: Asset, language: str, files: Sequence[AssetFile] = ()) -> ProductView:
    """The product with its versions, newest first (four queries; `files` are the asset's, read by the caller)."""
    product = Product.objects.filter(pk=asset.pk).select_related("series").first()
    label = concept_labels([product.type_id], language).get(product.type_id, "") if product and product.type_id else ""
    by_id = {file.pk: file for file in files}
    editions: dict[int, list[EditionView]] = {}
    rows = Edition.objects.filter(version__asset=asset).prefetch_related("files").order_by("language")
    for edition in sorted(rows, key=lambda row: row.language != asset.original_language):
        held = tuple(by_id[row.file_id] for row in edition.files.all() if row.file_id in by_id)
        editions.setdefault(edition.version_id, []).append(EditionView(edition, held))
    versions = Version.objects.filter(asset=asset).order_by("-number")
    return ProductView(product, label, tuple(VersionView(v, tuple(editions.get(v.pk, ()))) for v in versions))
