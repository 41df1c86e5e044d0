"""All writes to blobs, readings and the files of assets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text
from baobab.organisation.readers import Reader
from baobab.reading import READER_VERSION, Reading

from ..card.holding import hold
from ..card.models import Asset
from ..indexing.actions import mark_dirty
from ..kinds import kind_of
from ..revisions.actions import record_revisions
from ..texts.actions import clean_language
from . import storage
from .metadata import plain_metadata
from .models import AssetFile, Blob, FilePage, FileReading

_PAGE_BATCH = 200


def receive_blob(pieces: Iterable[bytes], *, limit: int | None = None) -> Blob:
    """Keep bytes, durably, and give the row that names them. The same bytes give the same row."""
    sha256, size = storage.keep(pieces, limit=limit or settings.UPLOAD_LIMIT_BYTES)
    return _blob_row(sha256, size)


def receive_blob_from(source: Path, *, limit: int | None = None) -> Blob:
    """Keep a copy of a file on disk; see `receive_blob`."""
    sha256, size = storage.keep_file(source, limit=limit or settings.UPLOAD_LIMIT_BYTES)
    return _blob_row(sha256, size)


def _blob_row(sha256: str, size: int) -> Blob:
    blob, _made = Blob.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "created_at": clock.now()}
    )
    return blob


def attach_file(
    asset: Asset,
    blob: Blob,
    *,
    name: str,
    by: Reader,
    language: str = "",
    title: str = "",
    is_recorded: bool = True,
) -> AssetFile:
    """Make the blob a file of the asset and have it read. The same bytes again give the file that is there.

    `is_recorded=False` leaves the revision to the caller, who changes more in the same transaction.
    """
    name = clean_file_name(name)
    language = clean_language(language) if language else ""
    with transaction.atomic():
        hold(asset)
        kind_of(asset).policy.may_change(by, asset).require()
        existing = AssetFile.objects.filter(asset=asset, blob=blob).first()
        if existing is not None:
            if not existing.is_current:
                existing.is_current = True
                existing.save(update_fields=["is_current"])
                mark_dirty([asset.pk])
            return existing
        number = (AssetFile.objects.filter(asset=asset).aggregate(last=Max("number"))["last"] or 0) + 1
        file = AssetFile.objects.create(
            asset=asset,
            number=number,
            blob=blob,
            name=name,
            language=language,
            title=clean_line(title)[:300],
            added_at=clock.now(),
        )
        FileReading.objects.get_or_create(blob=blob)
        ask_for_reading(blob)
        adopt_thumbnail(asset)
        if is_recorded:
            record_revisions([asset], by=by, act="attach-file", note=name)
        mark_dirty([asset.pk])
    return file


def clean_file_name(name: str) -> str:
    """The file's own name without folders and controls, at most 255 characters.

    Raises `BadInput` when nothing is left.
    """
    cleaned = clean_line(name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    if not cleaned:
        raise BadInput(fields={"file": [_("The file has no name.")]})
    if len(cleaned) > 255:
        stem, dot, ending = cleaned.rpartition(".")
        cleaned = stem[: 255 - len(ending) - 1] + dot + ending if dot and len(ending) < 20 else cleaned[:255]
    return cleaned


def ask_for_reading(blob: Blob) -> None:
    """Queue the reading of the blob, unless this version of the reader has read it already."""
    from baobab.jobs.actions import enqueue

    from ..jobs import read_file  # jobs imports this module

    if (
        not FileReading.objects.filter(blob=blob, reader_version=READER_VERSION)
        .exclude(status=FileReading.WAITING)
        .exists()
    ):
        enqueue(read_file, key=f"blob:{blob.pk}", blob_id=blob.pk)


def store_reading(blob: Blob, reading: Reading, *, thumbnail: Blob | None) -> FileReading:
    """Keep what was read of a blob in place of what stood there, and have every asset that has it indexed.

    One transaction: pages and status change together or not at all. Safe to repeat.
    """
    with transaction.atomic():
        FilePage.objects.filter(blob=blob).delete()
        FilePage.objects.bulk_create(
            (
                FilePage(
                    blob=blob, position=position, number=page.number, label=clean_line(page.label)[:300],
                    headings=[clean_line(heading)[:300] for heading in page.headings],
                    text=clean_text(page.text),
                )
                for position, page in enumerate(reading.pages, start=1)
            ),
            batch_size=_PAGE_BATCH,
        )  # fmt: skip
        values = {
            "status": reading.status.value,
            "reason_code": reading.reason_code,
            "reason": clean_text(reading.reason),
            "format": reading.format,
            "unit": reading.unit,
            "page_count": reading.page_count,
            "characters": reading.characters,
            "is_truncated": reading.truncated,
            "language": reading.language,
            "suggested_title": clean_line(reading.suggested_title)[:1000],
            "metadata": plain_metadata(reading.metadata),
            "warnings": [clean_line(warning) for warning in reading.warnings],
            "thumbnail": thumbnail,
            "reader_version": READER_VERSION,
            "milliseconds": int(reading.milliseconds),
            "peak_memory": reading.peak_memory,
            "read_at": clock.now(),
        }
        kept, _made = FileReading.objects.update_or_create(blob=blob, defaults=values)
        if blob.media_type != reading.media_type:
            blob.media_type = reading.media_type[:120]
            blob.save(update_fields=["media_type"])
        assets = list(Asset.objects.filter(files__blob=blob).distinct())
        for asset in assets:
            adopt_thumbnail(asset)
        mark_dirty([asset.pk for asset in assets])
    return kept


def adopt_thumbnail(asset: Asset) -> None:
    """Give the card the picture of its first current file that has one."""
    picture = (
        AssetFile.objects.filter(asset=asset, is_current=True, blob__reading__thumbnail__isnull=False)
        .order_by("number")
        .values_list("blob__reading__thumbnail", flat=True)
        .first()
    )
    if picture != asset.thumbnail_id:
        asset.thumbnail_id = picture
        Asset.objects.filter(pk=asset.pk).update(thumbnail=picture)


def set_file_details(file: AssetFile, *, by: Reader, language: str, title: str) -> AssetFile:
    """Say in which language the file is and what it is called. Raises `BadInput` for an unknown language."""
    language = clean_language(language) if language else ""
    with transaction.atomic():
        hold(file.asset)
        kind_of(file.asset).policy.may_change(by, file.asset).require()
        file.language, file.title = language, clean_line(title)[:300]
        file.save(update_fields=["language", "title"])
        record_revisions([file.asset], by=by, act="describe-file", note=file.name)
        mark_dirty([file.asset_id])
    return file


def retire_files(asset: Asset, *, keeping: Iterable[int] = ()) -> None:
    """Say that the asset's files, but these ids, belong to a version no longer in force."""
    AssetFile.objects.filter(asset=asset).exclude(pk__in=list(keeping)).update(is_current=False)
    mark_dirty([asset.pk])


def drop_files(asset: Asset) -> None:
    """Remove the asset's files, and pages, pictures and (after the commit) bytes that no other has."""
    blob_ids = list(AssetFile.objects.filter(asset=asset).values_list("blob_id", flat=True))
    Asset.objects.filter(pk=asset.pk).update(thumbnail=None)
    AssetFile.objects.filter(asset=asset).delete()
    alone = Blob.objects.filter(pk__in=blob_ids, files__isnull=True)
    pictures_of_others = (
        FileReading.objects.exclude(blob__in=alone).filter(thumbnail__in=alone).values("thumbnail")
    )
    orphans = list(alone.exclude(pk__in=pictures_of_others).select_related("reading"))
    pictures = [b.reading.thumbnail_id for b in orphans if hasattr(b, "reading") and b.reading.thumbnail_id]
    digests = [blob.sha256 for blob in orphans]
    Blob.objects.filter(pk__in=[blob.pk for blob in orphans]).delete()
    for picture in Blob.objects.filter(pk__in=pictures):
        if (
            not FileReading.objects.filter(thumbnail=picture).exists()
            and not AssetFile.objects.filter(blob=picture).exists()
        ):
            digests.append(picture.sha256)
            picture.delete()
    for digest in digests:
        transaction.on_commit(partial(_forget, digest))


def _forget(digest: str) -> None:
    # The same bytes may have arrived again since.
    if not Blob.objects.filter(sha256=digest).exists():
        storage.forget(digest)
