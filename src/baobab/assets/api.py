"""The API of assets: one by its id, and the text read from its files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from baobab.kernel.errors import NotFound
from baobab.organisation.middleware import reader_of_request
from baobab.vocabularies.models import Concept, Place
from baobab.vocabularies.queries import concept_labels, place_names

from .addresses import permanent_address
from .card.queries import asset_for, contributors_of
from .classification.queries import given_concepts, given_places
from .files.models import AssetFile, FileReading
from .files.queries import file_of, files_of, pages_of
from .kinds import kind_of
from .origins.queries import origin_of
from .quality.queries import marks_of
from .texts.queries import texts_of

router = Router(tags=["assets"])
# The reader gives at most so many pages of a document (`reading.Limits`).
MOST_PAGES = 3000


class TextOut(Schema):
    """An asset's words in one language; `body` is CommonMark."""

    language: str
    title: str
    summary: str
    body: str
    provenance: str
    version: int
    follows_version: int | None


class PersonOut(Schema):
    """Somebody's part in the asset."""

    name: str
    role: str


class TopicOut(Schema):
    """A topic: its public identifier, its URI, and its label in the language of the request."""

    id: str
    uri: str
    label: str


class PlaceOut(Schema):
    """A place: ISO 3166-1 alpha-2 or M49 code, and its name in the language of the request."""

    code: str
    label: str


class FileOut(Schema):
    """A file of the asset and how reading it ended."""

    number: int
    name: str
    language: str
    media_type: str
    size: int
    sha256: str
    is_current: bool
    status: str
    reason: str
    page_count: int
    download: str
    pages: str


class MarkOut(Schema):
    """A check that was made."""

    check: str
    by: str | None
    on: str
    note: str


class AssetOut(Schema):
    """Everything that the asset's page says, as JSON."""

    id: str
    kind: str
    state: str
    url: str
    title: str
    original_language: str
    texts: list[TextOut]
    contributors: list[PersonOut]
    topics: list[TopicOut]
    places: list[PlaceOut]
    issued: str
    published_at: str | None
    updated_at: str
    review_by: str | None
    unit: str
    revision: int
    quality: list[MarkOut]
    files: list[FileOut]
    detail: dict[str, Any]
    source: str | None
    source_id: str | None


class PageOut(Schema):
    """The text of a page; `page` is null for flowing text, `label` what a person calls the place."""

    page: int | None
    label: str
    text: str


class PageRange(Schema):
    """Which pages; by default all that any document may have."""

    offset: int = Field(0, ge=0, le=MOST_PAGES)
    limit: int = Field(MOST_PAGES, ge=1, le=MOST_PAGES)


# What these addresses answer besides what every address of the API may.
_GONE: dict[str, Any] = {
    "responses": {
        308: {"description": "Merged into another asset, to which `Location` leads."},
        410: {"description": "Withdrawn; `detail` says why."},
    }
}


@router.get("/assets/{asset_id}", response=AssetOut, summary="One asset", openapi_extra=_GONE)
def get_asset(request: HttpRequest, asset_id: str) -> AssetOut:
    """The asset, as the caller may read it. 404 alike for absent and closed, 410 for withdrawn."""
    reader = reader_of_request(request)
    asset = asset_for(reader, asset_id)
    concepts, places = (
        given_concepts([asset.pk]).get(asset.pk, []),
        given_places([asset.pk]).get(asset.pk, []),
    )
    labels, names = concept_labels(concepts, reader.language), place_names(places, reader.language)
    origin = origin_of(asset)
    return AssetOut(
        id=asset.public_id,
        kind=asset.kind,
        state=asset.state,
        url=permanent_address(asset.public_id, request),
        title=asset.title,
        original_language=asset.original_language,
        texts=[TextOut.from_orm(text) for text in texts_of([asset.pk]).get(asset.pk, [])],
        contributors=[PersonOut(name=c.name, role=c.role) for c in contributors_of(asset)],
        topics=[
            TopicOut(id=concept.public_id, uri=concept.uri, label=labels.get(concept.pk, concept.uri))
            for concept in Concept.objects.filter(pk__in=concepts)
        ],
        places=[
            PlaceOut(code=place.code, label=names.get(place.pk, place.code))
            for place in Place.objects.filter(pk__in=places)
        ],
        issued=asset.issued,
        published_at=asset.published_at.isoformat() if asset.published_at else None,
        updated_at=asset.updated_at.isoformat(),
        review_by=asset.review_by.isoformat() if asset.review_by else None,
        unit=str(asset.unit),
        revision=asset.revision,
        quality=[
            MarkOut(check=m.check_made, by=m.by.name if m.by else None, on=m.made_on.isoformat(), note=m.note)
            for m in marks_of(asset)
        ],
        files=[_file_out(file, asset_id) for file in files_of(asset)],
        detail=kind_of(asset).read_details([asset.pk]).get(asset.pk, {}),
        source=origin.source if origin else None,
        source_id=origin.source_id if origin else None,
    )


def _file_out(file: AssetFile, asset_id: str) -> FileOut:
    reading = getattr(file.blob, "reading", None)
    return FileOut(
        number=file.number,
        name=file.name,
        language=file.language,
        media_type=file.blob.media_type,
        size=file.blob.size,
        sha256=file.blob.sha256,
        is_current=file.is_current,
        status=reading.status if reading else FileReading.WAITING,
        reason=reading.reason if reading else "",
        page_count=reading.page_count if reading else 0,
        download=reverse("download", args=[asset_id, file.number, file.name.replace("/", "_")]),
        pages=reverse("api:file_pages", args=[asset_id, file.number]),
    )


@router.get(
    "/assets/{asset_id}/files/{number}/pages",
    response=list[PageOut],
    summary="The text of a file",
    openapi_extra=_GONE,
    url_name="file_pages",
)
def file_pages(
    request: HttpRequest, response: HttpResponse, asset_id: str, number: int, wanted: Query[PageRange]
) -> list[PageOut]:
    """The text read from a file, page by page, in reading order.

    The header `Reading-Status` tells how reading ended (waiting, read, partly, encrypted, no_text, garbled,
    too_big, timed_out, broken, unsupported, wrong_type), `Page-Count` how many pages there are.
    """
    if not 0 < number < 2**31:
        raise NotFound(_("This asset has no such file."))
    file = file_of(asset_for(reader_of_request(request), asset_id), number)
    reading = getattr(file.blob, "reading", None)
    pages = pages_of(file.blob)
    response["Reading-Status"] = reading.status if reading else FileReading.WAITING
    response["Page-Count"] = str(pages.count())
    return [
        PageOut(page=page.number, label=page.label, text=page.text)
        for page in pages[wanted.offset : wanted.offset + wanted.limit]
    ]
