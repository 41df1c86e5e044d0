"""E-mail messages (EML, RFC 5322), by the standard library."""

from __future__ import annotations

import email
import email.errors
import email.policy
from collections.abc import Iterator
from email.message import Message

from baobab.reading import inner
from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.formats.markup import blocks_of
from baobab.reading.model import Member, Metadata
from baobab.reading.reasons import Refused

LARGEST = 100 << 20
PARTS = 2_000
DEPTH = 20
HEADERS = ("From", "To", "Cc", "Date", "Subject")
# What malformed headers and bodies make the library raise; each costs its own part, never the message.
PARSER_ERRORS = (LookupError, ValueError, TypeError, AttributeError, email.errors.MessageError)


def read(source: Source, budget: Budget) -> Content:
    """One page of the headers people read and the text, with messages inside; then those of attachments."""
    if source.size > LARGEST:
        raise Refused("file_size")
    raw = source.whole(LARGEST)
    if raw.lower().count(b"\ncontent-type:") > PARTS:
        raise Refused("entries")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    content = Content(unit="message")
    attachments: list[Message] = []
    texts = [_headers(message), *_texts(message, attachments, budget, 0)]
    subject = _header(message, "Subject")
    content.add(1, subject or "1", "\n\n".join(filter(None, texts)), budget, (subject,) if subject else ())
    content.metadata = Metadata(
        title=subject,
        authors=(_header(message, "From"),) if _header(message, "From") else (),
        created=_sent(message),
        language=_header(message, "Content-Language"),
        identifier=_header(message, "Message-ID"),
    )
    inner.read_members(map(_opened, attachments), len(attachments), source, content, budget)
    content.page_count = len(content.pages)
    return content


def _opened(part: Message) -> tuple[Member, Iterator[bytes]]:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    return Member(_file_name(part), len(body), part.get_content_type()), iter((body,))


def _headers(message: Message) -> str:
    return "\n".join(f"{name}: {value}" for name in HEADERS if (value := _header(message, name)))


def _header(message: Message, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except PARSER_ERRORS:
        return ""


def _sent(message: Message) -> str:
    try:
        moment = getattr(message["Date"], "datetime", None)
        return moment.isoformat() if moment else ""
    except PARSER_ERRORS:
        return ""


def _texts(message: Message, attachments: list[Message], budget: Budget, depth: int) -> Iterator[str]:
    if depth > DEPTH:
        raise Refused("structure")
    kind = message.get_content_type()
    if kind == "multipart/alternative":
        parts = _inner(message)
        plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
        chosen = plain if plain is not None and _decoded(plain).strip() else None
        for part in [chosen] if chosen else parts[-1:]:
            yield from _texts(part, attachments, budget, depth + 1)
    elif message.is_multipart():
        for part in _inner(message):
            if kind == "message/rfc822":
                yield _headers(part)
            yield from _texts(part, attachments, budget, depth + 1)
    elif _attached(message):
        attachments.append(message)
    elif kind == "text/html":
        yield "\n".join(block.text for block in blocks_of(_decoded(message), budget).blocks)
    elif kind.startswith("text/"):
        yield _decoded(message).replace("\r\n", "\n").strip()


def _inner(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _attached(message: Message) -> bool:
    return message.get_content_disposition() == "attachment" or message.get_content_maintype() != "text"


def _file_name(message: Message) -> str:
    try:
        return message.get_filename() or ""
    except PARSER_ERRORS:
        return ""


def _decoded(message: Message) -> str:
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(message.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return payload.decode("utf-8", "replace")
