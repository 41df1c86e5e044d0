"""What a format's reader is given and what it hands back, before titles, language and status are settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from baobab.reading.budget import Budget
from baobab.reading.model import Member, Metadata, Page, Unit
from baobab.reading.steps import Steps


@dataclass(frozen=True, slots=True)
class Source:
    """An open document. `tesseract` is the program's path, empty where it is not installed or not asked
    for; `inner` says that it came out of another document, so that what it carries itself stays closed."""

    file: BinaryIO
    size: int
    name: str
    format: str
    media_type: str
    tesseract: str = ""
    ocr_languages: tuple[str, ...] = ()
    steps: Steps = field(default_factory=Steps)
    inner: bool = False

    def whole(self, limit: int) -> bytes:
        """All bytes up to `limit`."""
        self.file.seek(0)
        return self.file.read(limit)


@dataclass(slots=True)
class Content:
    """A format reader's result. `code` is the reason of a partial or failed reading; `picture` holds the
    bytes of an embedded preview or cover (untrusted); `title_guess` is what looks like a title on page 1."""

    unit: Unit
    pages: list[Page] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)
    warnings: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    page_count: int = 0
    code: str = ""
    picture: bytes | None = None
    title_guess: str = ""
    tables: bool = False

    def add(
        self, number: int | None, label: str, text: str, budget: Budget, headings: tuple[str, ...] = ()
    ) -> None:
        """Append a page, cut to what the budget still allows."""
        self.pages.append(Page(number, label, budget.add_text(text), headings))
