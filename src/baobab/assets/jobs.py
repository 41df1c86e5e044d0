"""Background work on assets: reading files, and proposing what they are about."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from baobab.jobs.registry import job
from baobab.jobs.run import Run
from baobab.organisation.readers import system
from baobab.reading import READER_VERSION, Reading, Status
from baobab.reading import Reader as FileReader

from .card.models import LISTED_STATES, WORKING_STATES, Asset
from .classification.actions import accept_suggestions
from .classification.suggesting import suggest_from_files
from .files import storage
from .files.actions import receive_blob, store_reading
from .files.models import AssetFile, Blob, FileReading


@cache
def file_reader() -> FileReader:
    """This process's reading service, started when it is first needed."""
    return FileReader()


@job("files.read", attempts=3, title=_("Read a file"))
def read_file(run: Run, *, blob_id: int) -> None:
    """Read a blob in the sandbox, store its pages, and propose topics and places. Safe to run twice."""
    blob = Blob.objects.filter(pk=blob_id).first()
    if blob is None:
        return
    reading_row = FileReading.objects.filter(blob=blob).first()
    if (
        reading_row is None
        or reading_row.reader_version != READER_VERSION
        or reading_row.status == FileReading.WAITING
    ):
        file = AssetFile.objects.filter(blob=blob).order_by("pk").first()
        read_blob(blob, name=file.name if file else blob.sha256)
    for file in AssetFile.objects.filter(blob=blob).select_related("asset"):
        suggest_from_files(file.asset)


def read_blob(blob: Blob, *, name: str) -> FileReading:
    """Read the blob now and store what came of it. Never raises for what the file holds."""
    reading = _read(storage.path_of(blob.sha256), name)
    thumbnail = receive_blob([reading.thumbnail]) if reading.thumbnail else None
    return store_reading(blob, reading, thumbnail=thumbnail)


def _read(path: Path, name: str) -> Reading:
    if not path.exists():
        return Reading(
            status=Status.BROKEN, reason_code="lost", reason="The file's bytes are missing from the store."
        )
    return file_reader().read(path, name=name)


@job("assets.suggest", attempts=3, priority=-10, title=_("Propose topics and places"))
def suggest_many(run: Run, *, asset_ids: list[int], accept: bool = False) -> None:
    """Propose topics and places for these assets from their words. Safe to run twice."""
    assets = Asset.objects.filter(pk__in=asset_ids, state__in=(*LISTED_STATES, *WORKING_STATES)).order_by(
        "pk"
    )
    for number, asset in enumerate(assets, start=1):
        run.progress(done=number, total=len(asset_ids))
        suggest_from_files(asset)
        if accept:
            accept_suggestions(asset, by=system())
