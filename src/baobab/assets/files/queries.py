"""All reads of files and of what was read from them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.organisation.readers import Reader
from baobab.reading import READER_VERSION

from ..card.access import readable
from ..card.models import LISTED_STATES, Asset
from .models import AssetFile, Blob, FilePage, FileReading


def files_of(asset: Asset) -> list[AssetFile]:
    """The asset's files with their readings, current ones first (one query)."""
    files = AssetFile.objects.filter(asset=asset).select_related(
        "blob", "blob__reading", "blob__reading__thumbnail"
    )
    return sorted(files, key=lambda file: (not file.is_current, file.number))


def file_of(asset: Asset, number: int) -> AssetFile:
    """The asset's file with this number, with its reading; `NotFound` where there is none (one query)."""
    file = (
        AssetFile.objects.filter(asset=asset, number=number)
        .select_related("asset", "blob", "blob__reading")
        .first()
    )
    if file is None:
        raise NotFound(_("This asset has no such file."))
    return file


def pages_of(blob: Blob) -> QuerySet[FilePage]:
    """The pages read from the blob, in reading order."""
    return FilePage.objects.filter(blob=blob).order_by("position")


def page_at(blob: Blob, position: int) -> FilePage:
    """The page at this position; `NotFound` past the end (one query)."""
    page = FilePage.objects.filter(blob=blob, position=position).first()
    if page is None:
        raise NotFound(_("The document has no such page."))
    return page


def pages_with(blob: Blob, words: Iterable[str], *, limit: int = 200) -> list[FilePage]:
    """The pages on which all these words occur, compared without case where the database can (one query)."""
    pages = pages_of(blob)
    for word in words:
        pages = pages.filter(text__icontains=word)
    return list(pages[:limit])


def reading_counts(asset_ids: Iterable[int]) -> tuple[int, int]:
    """How many of the files of these assets wait to be read, and how many there are (two queries)."""
    files = AssetFile.objects.filter(asset__in=list(asset_ids))
    return files.filter(blob__reading__status=FileReading.WAITING).count(), files.count()


def reading_of(blob: Blob) -> FileReading | None:
    """What this version of the reader read from the blob; None where it has yet to (one query)."""
    return (
        FileReading.objects.filter(blob=blob, reader_version=READER_VERSION)
        .exclude(status=FileReading.WAITING)
        .first()
    )


def has_files(asset: Asset, blobs: Iterable[Blob]) -> bool:
    """Whether each of the blobs is a current file of the asset (one query)."""
    wanted = {blob.pk for blob in blobs}
    current = AssetFile.objects.filter(asset=asset, blob__in=wanted, is_current=True)
    return current.values("blob").distinct().count() == len(wanted)


def asset_with_blob(blob: Blob, by: Reader) -> Asset | None:
    """A published asset that already has these very bytes, among those that `by` may read (one query).

    The product itself sees all that is published. Nobody's draft counts: it is told to no one else, and
    keeps nothing out.
    """
    visible = Asset.objects.all() if by.is_system else readable(by)
    found = visible.filter(state__in=LISTED_STATES, files__blob=blob, files__is_current=True)
    return found.order_by("pk").first()
