"""Outlook messages (MSG), by python-oxmsg."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from oxmsg import Message

from baobab.reading import inner
from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.formats.markup import blocks_of
from baobab.reading.model import Member, Metadata
from baobab.reading.reasons import Refused

ATTACHMENTS = 2_000
# What damaged compound files make the library raise.
PARSER_ERRORS = (
    AttributeError, AssertionError, IndexError, KeyError, LookupError, OSError, OverflowError, TypeError,
    ValueError, struct.error,
)  # fmt: skip


def read(source: Source, budget: Budget) -> Content:
    """Sender, recipients, date, subject and text as one page, then the pages of attachments."""
    source.file.seek(0)
    try:
        message = Message.load(source.file)
        subject = str(message.subject or "")
        sender = str(message.sender or "")
        sent = message.sent_date.isoformat() if message.sent_date else ""
        recipients = ", ".join(
            f"{r.name or ''} <{r.email_address or ''}>".strip() for r in message.recipients
        )
    except PARSER_ERRORS:
        raise Refused("broken") from None
    content = Content(unit="message")
    named = (("From", sender), ("To", recipients), ("Date", sent), ("Subject", subject))
    headers = "\n".join(f"{name}: {value}" for name, value in named if value)
    body = _body(message, budget, content)
    content.add(1, subject or "1", f"{headers}\n\n{body}".strip(), budget, (subject,) if subject else ())
    content.metadata = Metadata(title=subject, authors=(sender,) if sender else (), created=sent)
    attachments = _attachments(message, content)
    inner.read_members(attachments, len(attachments), source, content, budget)
    content.page_count = len(content.pages)
    return content


def _body(message: Message, budget: Budget, content: Content) -> str:
    try:
        plain = message.body
    except PARSER_ERRORS:
        plain = ""
        content.code = "partly_damaged"
    if plain and plain.strip():
        return str(plain).replace("\r\n", "\n").strip()
    try:
        html = message.html_body
    except PARSER_ERRORS:
        html = ""
    return "\n".join(block.text for block in blocks_of(str(html), budget).blocks) if html else ""


def _attachments(message: Message, content: Content) -> list[tuple[Member, Iterator[bytes]]]:
    found: list[tuple[Member, Iterator[bytes]]] = []
    try:
        for attachment in message.attachments[:ATTACHMENTS]:
            kind = str(attachment.mime_type or "application/octet-stream")
            body = attachment.file_bytes or b""
            found.append((Member(str(attachment.file_name or ""), len(body), kind), iter((body,))))
    except PARSER_ERRORS:
        content.code = content.code or "partly_damaged"
    return found
