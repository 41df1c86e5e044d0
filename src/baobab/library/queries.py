"""All reads of products beyond those of every asset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from baobab.assets.models import Asset, AssetFile
from baobab.kernel.errors import NotFound
from baobab.vocabularies.languages import language_name
from baobab.vocabularies.models import Concept, Scheme
from baobab.vocabularies.queries import concept_labels
from baobab.web.presenting import shown_date

from .models import Edition, Product, Version


def product_types(language: str) -> list[tuple[str, str]]:
    """The types of products as (notation, label), by label (two queries)."""
    concepts = list(Concept.objects.filter(scheme__use=Scheme.Use.PRODUCT_TYPES, is_deprecated=False))
    labels = concept_labels([concept.pk for concept in concepts], language)
    return sorted(
        ((c.notation, labels.get(c.pk, c.notation)) for c in concepts), key=lambda pair: pair[1].casefold()
    )


def edition_in_force(asset: Asset, language: str) -> Edition:
    """The edition in this language of the version in force (one query). Raises `NotFound` without one."""
    editions = Edition.objects.filter(version__asset=asset, version__is_in_force=True)
    edition = editions.filter(language=language[:35].replace("\x00", "?")).first()
    if edition is None:
        raise NotFound(_("There is no edition in this language."))
    return edition


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file of an edition as a page names it."""

    title: str
    url: str
    language_name: str


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition and its files."""

    edition: Edition
    language_name: str
    is_original: bool
    links: tuple[FileLink, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version under the name that people know it by, and its editions, the original's language first."""

    version: Version
    name: str
    editions: tuple[EditionView, ...]


@dataclass(frozen=True, slots=True)
class ProductView:
    """What the page of a product shows beyond the card.

    `facts` are (label, value) in the reader's language.
    """

    product: Product | None
    type_label: str
    facts: tuple[tuple[str, str | SafeString], ...]
    versions: tuple[VersionView, ...]

    @property
    def translations(self) -> tuple[EditionView, ...]:
        """The editions in force that have an ISBN and date of their own: all but the original's."""
        current = next((view for view in self.versions if view.version.is_in_force), None)
        return tuple(view for view in current.editions if not view.is_original) if current else ()


def product_view(asset: Asset, language: str, files: Sequence[AssetFile] = ()) -> ProductView:
    """The product with its versions, newest first (four queries). `files` are those of the asset."""
    product = Product.objects.filter(pk=asset.pk).select_related("series").first()
    label = (
        concept_labels([product.type_id], language).get(product.type_id, "")
        if product and product.type_id
        else ""
    )
    by_id = {file.pk: file for file in files}
    editions: dict[Version, list[EditionView]] = {}
    rows = Edition.objects.filter(version__asset=asset).select_related("version").prefetch_related("files")
    ordered = sorted(
        rows, key=lambda row: (-row.version.number, row.language != asset.original_language, row.language)
    )
    for edition in ordered:
        held = (by_id[row.file_id] for row in edition.files.all() if row.file_id in by_id)
        links = tuple(_file_link(asset, file, edition, language) for file in held)
        view = EditionView(
            edition,
            language_name(edition.language, language),
            edition.language == asset.original_language,
            links,
        )
        editions.setdefault(edition.version, []).append(view)
    versions = tuple(
        VersionView(version, _name_of(version), tuple(found)) for version, found in editions.items()
    )
    return ProductView(product, label, tuple(_facts(product, versions, language)), versions)


def _file_link(asset: Asset, file: AssetFile, edition: Edition, language: str) -> FileLink:
    url = reverse("reader_page", args=[asset.public_id, file.number])
    return FileLink(file.title or file.name, url, language_name(edition.language, language))


def _name_of(version: Version) -> str:
    return version.label or _("Version %s") % version.number


def _facts(
    product: Product | None, versions: Sequence[VersionView], language: str
) -> Iterator[tuple[str, str | SafeString]]:
    if product is not None and product.series is not None:
        yield _("Series"), product.series.name
    current = next((view for view in versions if view.version.is_in_force), None)
    if current is not None:
        if current.version.doi:
            address = f"https://doi.org/{current.version.doi}"
            yield _("DOI"), format_html('<a href="{}" dir="ltr">{}</a>', address, current.version.doi)
        for view in current.editions:
            if view.edition.issued and not view.is_original:
                yield _("Date (%s)") % view.language_name, shown_date(view.edition.issued, language)
            if view.edition.isbn:
                isbn = format_html('<bdi class="number">{}</bdi>', view.edition.isbn)
                yield _("ISBN (%s)") % view.language_name, isbn
    if product is not None and product.licence:
        yield _("Licence"), product.licence
    if product is not None and product.rights:
        yield _("Rights"), product.rights
