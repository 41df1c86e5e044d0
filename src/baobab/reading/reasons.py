"""Why a file could not be read, or only in part: stable codes and the sentences people see."""

from __future__ import annotations

from collections.abc import Sequence

from baobab.reading.model import Status


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogues; whoever shows it translates it."""
    return sentence


KEPT = gettext_noop("The file itself is kept.")

# code: (status, sentence). Codes are stored; never rename one.
REASONS: dict[str, tuple[Status, str]] = {
    "encrypted": (
        Status.ENCRYPTED,
        gettext_noop(
            "This file is protected by a password. Upload an unlocked copy to make its text searchable; "
            "the file itself is kept."
        ),
    ),
    "no_text": (
        Status.NO_TEXT,
        gettext_noop(
            "No text was found: the pages are probably pictures of text. The file itself is kept and can be "
            "found by its title; recognising the text (OCR) may help."
        ),
    ),
    "empty": (Status.BROKEN, gettext_noop("The file is empty: it has no bytes at all. Upload it again.")),
    "no_words": (
        Status.NO_TEXT,
        gettext_noop("The file holds no text. It is kept and can be found by its title."),
    ),
    "garbled": (
        Status.GARBLED,
        gettext_noop(
            "The text in this file is scrambled by its fonts and cannot be searched. The file itself is "
            "kept; recognising the text from the page images (OCR) may help."
        ),
    ),
    "memory": (
        Status.TOO_BIG,
        gettext_noop(
            "Reading this file took more memory than is allowed and was stopped. The file itself is kept."
        ),
    ),
    "unpacked": (
        Status.TOO_BIG,
        gettext_noop(
            "The file unpacks to far more than is allowed and was not read: it may be made to do harm. "
            "The file itself is kept."
        ),
    ),
    "file_size": (Status.TOO_BIG, gettext_noop("The file is too large to be read. The file itself is kept.")),
    "pixels": (
        Status.TOO_BIG,
        gettext_noop("The picture has too many pixels to be opened safely. The file itself is kept."),
    ),
    "entries": (
        Status.TOO_BIG,
        gettext_noop("The file holds too many parts to be read. The file itself is kept."),
    ),
    "structure": (
        Status.TOO_BIG,
        gettext_noop(
            "The file is too deeply nested or has too many elements to be read. The file itself is kept."
        ),
    ),
    "output": (
        Status.TOO_BIG,
        gettext_noop("The text of this file is larger than is allowed. The file itself is kept."),
    ),
    "time": (
        Status.TIMED_OUT,
        gettext_noop("Reading this file took too long and was stopped. The file itself is kept."),
    ),
    "broken": (
        Status.BROKEN,
        gettext_noop(
            "The file is damaged or incomplete and could not be read. The file itself is kept; "
            "upload a good copy if you have one."
        ),
    ),
    "crashed": (
        Status.BROKEN,
        gettext_noop(
            "The file is damaged in a way that stopped the reader. Nothing else was affected; it is kept."
        ),
    ),
    "unsupported": (
        Status.UNSUPPORTED,
        gettext_noop(
            "Files of this type cannot be read yet. The file itself is kept and can be found by its title."
        ),
    ),
    "legacy_missing": (
        Status.UNSUPPORTED,
        gettext_noop(
            "Old Word and PowerPoint files need an extra part that is not installed. Save the file as "
            ".docx or .pptx and upload it again, or ask your administrator to install Baobab with the "
            "[legacy] extra."
        ),
    ),
    "wrong_type": (
        Status.WRONG_TYPE,
        gettext_noop(
            "The file is not what its name says. It is kept as it is; check that it is the right file, "
            "or give it the ending that fits and upload it again."
        ),
    ),
    "partly_pages": (
        Status.PARTLY,
        gettext_noop("The file is very long: only its first part was read and can be searched."),
    ),
    "partly_time": (
        Status.PARTLY,
        gettext_noop("Reading took too long: only the first part was read and can be searched."),
    ),
    "partly_damaged": (
        Status.PARTLY,
        gettext_noop("Parts of the file are damaged: what could be read can be searched."),
    ),
    "partly_stopped": (
        Status.PARTLY,
        gettext_noop(
            "A page of this file stopped the reader and was left out: the other pages were read and can be "
            "searched."
        ),
    ),
    "partly_members": (
        Status.PARTLY,
        gettext_noop(
            "Some of the files inside could not be read: the text of the others can be searched. "
            "The file itself is kept."
        ),
    ),
    "partly_unsafe": (
        Status.PARTLY,
        gettext_noop(
            "The archive holds links, or entries that try to leave its folder, as no honest archive does. "
            "They were neither unpacked nor read; only the rest can be searched. Ask where it comes from "
            "before you open it."
        ),
    ),
    "nested": (
        Status.UNSUPPORTED,
        gettext_noop("Archives inside other files are not opened. Upload it by itself to have it read."),
    ),
    "partly_ocr": (
        Status.PARTLY,
        gettext_noop(
            "The text of some page images could not be recognised: what could be read can be searched."
        ),
    ),
}

# "partly_stopped" with the pages that `Metadata.unread` names.
STOPPED_AT = gettext_noop(
    "The reader could not get past page %s and left it out: the other pages were read and can be searched."
)

# Remarks on files that were read: shown beside them, never a reason to refuse.
WARNINGS: dict[str, str] = {
    "macros": gettext_noop("The file contains macros: small programs that run when it is opened."),
    "javascript": gettext_noop("The file contains JavaScript."),
    "launch": gettext_noop("The file asks to start another program when it is opened."),
    "attachments": gettext_noop("The file carries other files inside it; their text was not read."),
    "members_unread": gettext_noop("The text of some of the files inside was not read."),
    "external": gettext_noop("The file loads content from other addresses when it is opened."),
    "name_differs": gettext_noop("The ending of the file's name does not fit what the file is."),
    "encoding_guessed": gettext_noop("The encoding of the text is not stated and was guessed."),
    "unsafe_names": gettext_noop(
        "The archive holds entries that try to leave its folder; they are never unpacked."
    ),
    "picture_failed": gettext_noop("A picture of the first page could not be made."),
    "ocr": gettext_noop("The text was recognised from page images and may contain mistakes."),
    "ocr_missing": gettext_noop(
        "Text recognition is not installed, so text in page images was not read. An administrator can "
        "install Tesseract to have it recognised."
    ),
    "hidden_text_skipped": gettext_noop("Text outside the visible part of some pages was left out."),
}


class Refused(Exception):
    """The file cannot be read; `code` names the reason in REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def status_of(code: str) -> Status:
    """The status that belongs to a reason code; "" means that all went well."""
    return REASONS[code][0] if code else Status.READ


def sentence_of(code: str, unread: Sequence[str] = ()) -> str:
    """The English sentence of a reason code, "" for none; with the pages that `unread` names."""
    pages = unread_pages(unread)
    if code == "partly_stopped" and pages:
        return STOPPED_AT % pages
    return REASONS[code][1] if code else ""


def unread_pages(unread: Sequence[str]) -> str:
    """The labels of the pages that stopped the reader, out of `Metadata.unread`, joined by commas."""
    begin = "partly_stopped: "
    return ", ".join(line.removeprefix(begin) for line in unread if line.startswith(begin))
