"""A document from outside: its bytes kept, read, and made an asset, in an order that a crash cannot confuse."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from baobab.assets.actions import create_asset
from baobab.assets.classification.actions import accept_suggestions
from baobab.assets.classification.suggesting import suggest_from_files
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files.actions import clean_file_name, receive_blob_from
from baobab.assets.files.models import FileReading
from baobab.assets.files.queries import asset_with_blob, reading_of
from baobab.assets.jobs import read_blob
from baobab.assets.kinds import kind_named
from baobab.assets.models import LISTED_STATES, Asset, Blob, Origin, State
from baobab.assets.titles import title_from_name
from baobab.kernel.errors import BaobabError
from baobab.organisation.readers import Reader

from .actions import Verdict, count, finish_source, refuse_source
from .mapping import as_edtf
from .models import ImportOutcome, ImportSource
from .options import Options, Standing


def take_document(source: ImportSource, options: Options, standing: Standing, *, by: Reader) -> None:
    """Take in one file: created, changed (a new version), unchanged, or the same bytes as something there.

    The bytes are kept and read first; the asset, its file, its origin and the source's verdict are then
    written in one transaction. Repeating after a crash at any point ends in the same state.
    """
    path = Path(source.path)
    try:
        name = clean_file_name(path.name)
        blob = receive_blob_from(path, limit=settings.UPLOAD_LIMIT_BYTES)
        reading = reading_of(blob) or read_blob(blob, name=name)
        with transaction.atomic():
            if ImportSource.objects.select_for_update().filter(pk=source.pk, is_done=True).exists():
                return
            verdict, asset, message = _write(source, blob, reading, name, options, standing, by=by)
            ImportOutcome.objects.create(
                run_id=source.run_id, file=source, record_id=source.source_id, verdict=verdict, message=message, asset=asset
            )
            count(source.run_id, {verdict: 1})
            finish_source(source)
        if verdict in (Verdict.CREATED, Verdict.CHANGED):
            suggest_from_files(asset)
            if options.accept_suggestions:
                accept_suggestions(asset, by=by)
    except OSError as error:
        refuse_source(source, _("The file could not be read from the disk: %s.") % (error.strerror or type(error).__name__))
    except BaobabError as error:
        refuse_source(source, str(error))


def _write(
    source: ImportSource, blob: Blob, reading: FileReading, name: str, options: Options, standing: Standing, *, by: Reader
) -> tuple[str, Asset, str]:
    origin = Origin.objects.filter(source=source.source, source_id=source.source_id).select_related("asset").first()
    sentence = reading.reason
    if origin is not None and origin.digest == blob.sha256:
        return Verdict.UNCHANGED, origin.asset, ""
    if origin is not None:
        if origin.asset.state not in LISTED_STATES:
            return Verdict.UNCHANGED, origin.asset, _("It was withdrawn here; the changed file was left out.")
        _add_version(origin, blob, reading, name, by=by)
        return Verdict.CHANGED, origin.asset, sentence
    twin = asset_with_blob(blob, by)
    if twin is not None:
        return Verdict.DUPLICATE, twin, _("The same file is in the library already: “%s”.") % twin.title
    asset = create_asset(
        options.kind, _fields(reading, name, options, standing), by=by, state=State.PUBLISHED, note=_("Imported from %s.") % source.source
    )
    kind_named(asset.kind).add_file(asset, blob, name=name, by=by, language=asset.original_language)
    Origin.objects.create(asset=asset, source=source.source, source_id=source.source_id, digest=blob.sha256)
    return Verdict.CREATED, asset, sentence


def _add_version(origin: Origin, blob: Blob, reading: FileReading, name: str, *, by: Reader) -> None:
    kind = kind_named(origin.asset.kind)
    if kind.add_version is not None:
        kind.add_version(origin.asset, by=by, note=_("The file changed at its source."))
    kind.add_file(origin.asset, blob, name=name, by=by, language=origin.asset.original_language)
    origin.digest = blob.sha256
    origin.save(update_fields=["digest"])


def _fields(reading: FileReading, name: str, options: Options, standing: Standing) -> AssetFields:
    language = options.language or reading.language or "en"
    metadata = reading.metadata
    created = as_edtf(str(metadata.get("created", ""))) or ""
    authors = [str(author) for author in metadata.get("authors", [])][:20]
    return AssetFields(
        texts={language: Words(reading.suggested_title or title_from_name(name))},
        original_language=language,
        audience=standing.audience,
        owner=standing.owner,
        unit=standing.unit,
        issued=created,
        contributors=_contributors(authors),
    )


def _contributors(names: list[str]) -> list[Contributor]:
    return [Contributor(name[:300]) for name in names if name.strip()]


