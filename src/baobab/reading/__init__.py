"""Reading: a file becomes pages of text, metadata, a language and a picture, in a harmless process.

Nothing here knows Django. Everything that parses runs in a confined child (`sandbox` in docs/decisions/0002);
only `sniff`, `rows` and `detect_language` may be called in any process.
"""

from baobab.reading.encoding import Encoding, detect_encoding
from baobab.reading.language import detect_language
from baobab.reading.model import (
    READER_VERSION,
    ExtractedMember,
    Limits,
    Member,
    Metadata,
    Page,
    Reading,
    Status,
    Unit,
)
from baobab.reading.reader import Reader, read_once
from baobab.reading.reasons import REASONS, STOPPED_AT, WARNINGS, Refused, unread_pages
from baobab.reading.sniffing import MEDIA_TYPES, sniff
from baobab.reading.tables import rows, sheet_names
from baobab.reading.titles import guess_title

__all__ = [
    "MEDIA_TYPES",
    "READER_VERSION",
    "REASONS",
    "STOPPED_AT",
    "WARNINGS",
    "Encoding",
    "ExtractedMember",
    "Limits",
    "Member",
    "Metadata",
    "Page",
    "Reader",
    "Reading",
    "Refused",
    "Status",
    "Unit",
    "detect_encoding",
    "detect_language",
    "guess_title",
    "read_once",
    "rows",
    "sheet_names",
    "sniff",
    "unread_pages",
]
