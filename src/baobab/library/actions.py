"""All writes to products that are not those of every asset: where files belong, versions, editions."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.assets.card.holding import hold
from baobab.assets.files.actions import attach_file, retire_files
from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.kinds import kind_of
from baobab.assets.lifecycle.cleaning import clean_date
from baobab.assets.models import Asset, AssetFile, Blob
from baobab.assets.revisions.actions import record_revisions
from baobab.assets.texts.actions import clean_language
from baobab.kernel import clock
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text
from baobab.organisation.readers import Reader

from .identifiers import read_doi, read_isbn
from .models import Edition, EditionFile, Version

KIND = "product"


def add_file(asset: Asset, blob: Blob, *, name: str, by: Reader, language: str = "") -> AssetFile:
    """Attach a file and put it into the edition of its language, in the version in force."""
    language = clean_language(language) if language else ""
    with transaction.atomic():
        file = attach_file(asset, blob, name=name, by=by, language=language)
        edition = edition_in(asset, language or asset.original_language)
        EditionFile.objects.update_or_create(file=file, defaults={"edition": edition})
    return file


def version_in_force(asset: Asset) -> Version:
    """The version that is searched and shown first; made when the product has none."""
    version = Version.objects.filter(asset=asset, is_in_force=True).order_by("-number").first()
    return version or Version.objects.create(asset=asset, number=1, created_at=clock.now())


def edition_in(asset: Asset, language: str) -> Edition:
    """The edition in the language of the version in force, made if it is new."""
    edition, _made = Edition.objects.get_or_create(version=version_in_force(asset), language=language)
    return edition


def add_version(asset: Asset, *, by: Reader, note: str, label: str = "", doi: str = "") -> Version:
    """Begin a new version: the files of the old ones stay reachable but are searched no more.

    Raises `BadInput` without a note of what changed, and when the DOI is none or belongs to another version.
    """
    note = clean_text(note)
    if not note:
        raise BadInput(fields={"note": [_("Say what changed in this version.")]})
    doi = read_doi(doi) if doi.strip() else ""
    with transaction.atomic():
        hold(asset)
        kind_of(asset).policy.may_change(by, asset).require()
        if doi and Version.objects.filter(doi=doi).exists():
            raise BadInput(fields={"doi": [_("DOI %s belongs to another version already.") % doi]})
        before = version_in_force(asset)
        Version.objects.filter(asset=asset).update(is_in_force=False)
        version = Version.objects.create(
            asset=asset,
            number=before.number + 1,
            label=clean_line(label)[:60],
            note=note,
            doi=doi or None,
            created_at=clock.now(),
        )
        Edition.objects.create(version=version, language=asset.original_language, issued=asset.issued)
        retire_files(asset)
        record_revisions([asset], by=by, act="add-version", note=note)
        mark_dirty([asset.pk])
    return version


def set_edition(
    asset: Asset, *, by: Reader, language: str, isbn: str = "", issued: str | None = None
) -> Edition:
    """Say the ISBN and date (EDTF) of the edition in a language, in the version in force.

    Without an ISBN it has none; a date of None leaves the old one. The date of the original's edition
    is that of the product, which its next change brings back.
    Raises `BadInput` when language, ISBN or date are none, or the ISBN belongs to another edition.
    """
    language = clean_language(language)
    number = read_isbn(isbn) if isbn.strip() else None
    day = clean_date(issued).edtf if issued and issued.strip() else ""
    with transaction.atomic():
        hold(asset)
        kind_of(asset).policy.may_change(by, asset).require()
        edition = edition_in(asset, language)
        if number and Edition.objects.filter(isbn=number).exclude(pk=edition.pk).exists():
            raise BadInput(fields={"isbn": [_("ISBN %s belongs to another edition already.") % number]})
        edition.isbn, edition.issued = number, edition.issued if issued is None else day
        edition.save(update_fields=["isbn", "issued"])
        record_revisions([asset], by=by, act="set-edition", note=language)
        mark_dirty([asset.pk])
    return edition
