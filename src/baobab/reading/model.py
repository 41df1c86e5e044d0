"""What reading a file yields, and the budgets it is read under; plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

# Raise it whenever the same bytes would give another Reading: callers then read their files again.
READER_VERSION = "3"

Unit = Literal["page", "slide", "sheet", "chapter", "flow", "message", "image"]


class Status(StrEnum):
    """How reading ended, in the terms shown to people."""

    READ = "read"
    PARTLY = "partly"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    GARBLED = "garbled"
    TOO_BIG = "too_big"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"
    UNSUPPORTED = "unsupported"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, slide, sheet, chapter or stretch of flowing text.

    `number` counts from 1 and is None for flowing text, which has no pages. `label` is what a person calls
    the place ("12", "iv", "Slide 3", a sheet's name, a heading). `headings` are those that begin here.
    """

    number: int | None
    label: str
    text: str
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says about itself, untrusted. Instants are ISO 8601 strings; empty where it says
    nothing.

    `unread` is the reader's own word: "reason code: name" of each piece (page, file inside) whose text is
    missing from a reading.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    created: str = ""
    modified: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    description: str = ""
    publisher: str = ""
    identifier: str = ""
    software: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive or attached to a message: its name as stored (untrusted), size in bytes,
    type, and the reason code of why its text is not among the pages, "" when it is."""

    name: str
    size: int
    media_type: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class ExtractedMember:
    """A member written to `path`, a plain name chosen by the reader; `name` is the archive's own, for
    display."""

    name: str
    size: int
    media_type: str
    path: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may cost. A document that needs more is read in part or refused, never more.

    `seconds` is wall clock and also processor time; `memory` is bytes above what the reader itself takes,
    and never more than 40 % of the machine. The rest count what a format could multiply without end.
    """

    seconds: float = 30.0
    memory: int = 1 << 30
    output: int = 64 << 20
    upload: int = 500 << 20
    pages: int = 3_000
    characters: int = 20_000_000
    entries: int = 20_000
    unpacked: int = 600 << 20
    part: int = 200 << 20
    events: int = 6_000_000
    depth: int = 256
    cells: int = 500_000
    sheets: int = 500
    members: int = 2_000
    members_size: int = 500 << 20
    pixels: int = 60_000_000
    ocr_pages: int = 300

    def for_ocr(self, pages: int) -> Limits:
        """The same limits with the time that recognising `pages` images needs (about 4 s each, 8 at
        worst)."""
        return replace(self, seconds=self.seconds + 8.0 * min(pages, self.ocr_pages))

    def for_retry(self) -> Limits:
        """Four times the seconds and twice the memory: for one second attempt when the machine is quiet."""
        return replace(self, seconds=self.seconds * 4, memory=self.memory * 2)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was learnt from one file. The same bytes and reader version give the same values, except for
    `milliseconds` and `peak_memory` (bytes), which tell what it cost.

    `reason` is a plain sentence, empty when everything was read; `reason_code` is its stable name, for
    translation. `format` and `media_type` come from the bytes, not from the file's name.
    """

    status: Status
    reason_code: str = ""
    reason: str = ""
    media_type: str = "application/octet-stream"
    format: str = ""
    unit: Unit = "flow"
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    suggested_title: str = ""
    language: str = ""
    language_score: float = 0.0
    thumbnail: bytes | None = None
    warnings: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    page_count: int = 0
    characters: int = 0
    truncated: bool = False
    reader_version: str = READER_VERSION
    milliseconds: int = 0
    peak_memory: int = 0

    @property
    def text(self) -> str:
        """The text of all pages, joined by blank lines."""
        return "\n\n".join(page.text for page in self.pages if page.text)


def reading_as_json(reading: Reading) -> dict[str, Any]:
    """The reading as JSON-ready values; the thumbnail is left out, it travels beside."""
    values = asdict(reading)
    del values["thumbnail"]
    return values


def reading_from_json(values: dict[str, Any], *, thumbnail: bytes | None = None) -> Reading:
    """The reading made of `reading_as_json`'s values. Raises KeyError, TypeError or ValueError on anything
    else."""
    metadata = values["metadata"]
    return Reading(
        **{
            **values,
            "status": Status(values["status"]),
            "metadata": Metadata(
                **{
                    **metadata,
                    "authors": tuple(metadata["authors"]),
                    "keywords": tuple(metadata["keywords"]),
                    "unread": tuple(metadata["unread"]),
                }
            ),
            "pages": tuple(Page(**{**page, "headings": tuple(page["headings"])}) for page in values["pages"]),
            "members": tuple(Member(**member) for member in values["members"]),
            "warnings": tuple(values["warnings"]),
            "thumbnail": thumbnail,
        }
    )
