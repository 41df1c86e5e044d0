"""A document from outside: its bytes kept, read, made an asset, in an order that no crash can confuse."""

from __future__ import annotations

from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from baobab.assets.actions import create_asset
from baobab.assets.classification.actions import ask_for_suggestions
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files.models import FileReading
from baobab.assets.files.queries import asset_with_blob
from baobab.assets.kinds import kind_of
from baobab.assets.models import LISTED_STATES, Asset, Origin, State
from baobab.assets.origins.actions import refresh_origins, write_origins
from baobab.assets.origins.queries import origins_of
from baobab.assets.titles import title_from_name
from baobab.kernel.errors import BaobabError
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import read_language

from .actions import Verdict, refuse_removed, refuse_source, settle_document
from .attachments import Attachment, keep_and_read
from .dates import as_edtf
from .models import ImportSource
from .options import Options, Standing, sentence_of

_MOST_AUTHORS = 20


def take_document(source: ImportSource, options: Options, standing: Standing, *, by: Reader) -> None:
    """Take in one file: created, changed (a new version), unchanged, or the same bytes as something there.

    The bytes are kept and read first; the asset, its file, its origin, the wish for suggestions and the
    source's verdict are then written in one transaction. Repeating after a crash at any point ends in
    the same state.
    """
    try:
        refuse_removed(source.source, [source.source_id])
        file = keep_and_read(Path(source.path))
        try:
            _settle(source, file, options, standing, by=by)
        except IntegrityError:  # another import of the same folder wrote it meanwhile: now it is known
            _settle(source, file, options, standing, by=by)
    except OSError as error:
        why = error.strerror or type(error).__name__
        refuse_source(source, _("The file could not be read from the disk: %s.") % why)
    except BaobabError as error:
        refuse_source(source, sentence_of(error))


def _settle(
    source: ImportSource, file: Attachment, options: Options, standing: Standing, *, by: Reader
) -> None:
    with transaction.atomic():
        if ImportSource.objects.select_for_update().filter(pk=source.pk, is_done=True).exists():
            return
        verdict, asset, message = _write(source, file, options, standing, by=by)
        if verdict in (Verdict.CREATED, Verdict.CHANGED):
            ask_for_suggestions([asset.pk], accept=options.accept_suggestions)
        settle_document(source, verdict, asset, message)


def _write(
    source: ImportSource, file: Attachment, options: Options, standing: Standing, *, by: Reader
) -> tuple[str, Asset, str]:
    reading = FileReading.objects.get(blob=file.blob)
    origin = origins_of(source.source, [source.source_id]).get(source.source_id)
    if origin is not None and origin.digest == file.blob.sha256:
        return Verdict.UNCHANGED, origin.asset, ""
    if origin is not None:
        if origin.asset.state not in LISTED_STATES:
            return (
                Verdict.UNCHANGED,
                origin.asset,
                _("It was withdrawn here; the changed file was left out."),
            )
        _add_version(origin, file, by=by)
        return Verdict.CHANGED, origin.asset, reading.reason
    twin = asset_with_blob(file.blob, by)
    if twin is not None:
        return Verdict.DUPLICATE, twin, _("The same file is in the library already: “%s”.") % twin.title
    asset = create_asset(
        options.kind,
        _fields(reading, file.name, options, standing),
        by=by,
        state=State.PUBLISHED,
        note=_("Imported from %s.") % source.source,
    )
    kind_of(asset).add_file(asset, file.blob, name=file.name, by=by, language=asset.original_language)
    write_origins(
        [
            Origin(
                asset=asset, source=source.source, source_id=source.source_id, digest=file.blob.sha256,
                last_run=source.run.public_id,
            )
        ]
    )  # fmt: skip
    return Verdict.CREATED, asset, reading.reason


def _add_version(origin: Origin, file: Attachment, *, by: Reader) -> None:
    asset = origin.asset
    kind = kind_of(asset)
    if kind.add_version is not None:
        kind.add_version(asset, by=by, note=_("The file changed at its source."))
    kind.add_file(asset, file.blob, name=file.name, by=by, language=asset.original_language)
    origin.digest = file.blob.sha256
    refresh_origins([origin])


def _fields(reading: FileReading, name: str, options: Options, standing: Standing) -> AssetFields:
    language = options.language or read_language(reading.language) or "en"
    metadata = reading.metadata
    authors = [str(author)[:300] for author in metadata.get("authors", [])][:_MOST_AUTHORS]
    return AssetFields(
        texts={language: Words(reading.suggested_title or title_from_name(name))},
        original_language=language,
        audience=standing.audience,
        owner=standing.owner,
        unit=standing.unit,
        issued=as_edtf(str(metadata.get("created", ""))) or "",
        contributors=[Contributor(author) for author in authors if author.strip()],
    )
