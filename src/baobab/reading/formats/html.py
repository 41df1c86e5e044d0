"""Web pages (HTML, XHTML)."""

from __future__ import annotations

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.encoding import decode
from baobab.reading.flow import lay_out
from baobab.reading.formats.markup import HtmlBlocks, blocks_of
from baobab.reading.formats.office import people, words
from baobab.reading.model import Metadata
from baobab.reading.reasons import Refused

LARGEST = 30 << 20


def read(source: Source, budget: Budget) -> Content:
    """The visible text by section, what the head says, and whether the page runs scripts."""
    if source.size > LARGEST:
        raise Refused("file_size")
    raw = source.whole(LARGEST)
    text, encoding = decode(raw, stated=True)
    page = blocks_of(text, budget)
    content = Content(unit="flow")
    lay_out(page.blocks, content, budget)
    content.metadata = metadata_of(page)
    if "<script" in text.lower():
        content.warnings.append("javascript")
    if encoding.guessed:
        content.warnings.append("encoding_guessed")
    return content


def metadata_of(page: HtmlBlocks) -> Metadata:
    """Dublin Core, Open Graph and the plain names of meta elements, whichever is there."""

    def first(*names: str) -> str:
        return next((page.metadata[name] for name in names if page.metadata.get(name)), "")

    return Metadata(
        title=page.title.strip() or first("dc.title", "dcterms.title", "og:title", "citation_title"),
        authors=people(first("author", "dc.creator", "dcterms.creator", "citation_author", "article:author")),
        language=page.language or first("dc.language", "dcterms.language", "og:locale"),
        created=first(
            "dcterms.created", "dc.date", "article:published_time", "citation_publication_date", "date"
        ),
        modified=first("dcterms.modified", "article:modified_time", "last-modified"),
        subject=first("dc.subject", "subject"),
        keywords=words(first("keywords", "dcterms.subject")),
        description=first("description", "dc.description", "dcterms.abstract", "og:description"),
        publisher=first("dc.publisher", "dcterms.publisher", "og:site_name"),
        identifier=first("dc.identifier", "dcterms.identifier", "citation_doi"),
        software=first("generator"),
    )
