"""Which module reads which format, and what its text alone says about how reading went."""

from __future__ import annotations

import importlib
from types import ModuleType

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.quality import is_garbled
from baobab.reading.reasons import Refused
from baobab.reading.sniffing import IMAGES, is_kin, name_fits, sniff_file

# Format to the module that reads it.
READERS = {
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "odt": "odf",
    "ods": "odf",
    "odp": "odf",
    "epub": "epub",
    "html": "html",
    "md": "plain",
    "csv": "plain",
    "tsv": "plain",
    "txt": "plain",
    "json": "plain",
    "xml": "plain",
    "rtf": "rtf",
    "eml": "mail",
    "msg": "msg",
    "doc": "legacy",
    "ppt": "legacy",
    "xls": "legacy",
    "zip": "archive",
    **dict.fromkeys(IMAGES, "image"),
}
MODULES = tuple(dict.fromkeys(READERS.values()))


def load_formats() -> None:
    """Import every format's reader; the zygote does it once for all children."""
    for name in MODULES:
        module(name)


def module(name: str) -> ModuleType:
    """The reader of that name."""
    return importlib.import_module(f"baobab.reading.formats.{name}")


def read_content(source: Source, budget: Budget) -> Content:
    """What the format's reader makes of the document. Refused with the reason when it makes nothing."""
    if source.size == 0:
        raise Refused("empty")
    if source.size > budget.limits.upload:
        raise Refused("file_size")
    if sniff_file(source.file, source.size, source.name).locked:
        raise Refused("encrypted")
    reader = READERS.get(source.format)
    if reader is None:
        fits = name_fits(source.format, source.name) or is_kin(source.format, source.name)
        raise Refused("unsupported" if fits else "wrong_type")
    content: Content = module(reader).read(source, budget)
    if budget.stopped_by and not content.code:
        content.code = budget.stopped_by
    return content


def reason_in_text(source: Source, content: Content) -> str:
    """The reason that the text itself gives: there is none, or it is not language. "" when all is well."""
    if source.format == "zip":
        return ""
    if not any(any(letter.isalnum() for letter in page.text) for page in content.pages):
        return "no_text" if source.format in IMAGES | {"pdf"} else "no_words"
    if source.format == "pdf" and is_garbled([page.text for page in content.pages]):
        return "garbled"
    return ""
