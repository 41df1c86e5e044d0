"""Files inside other files, one level deep: members of archives and attachments of messages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from baobab.reading.budget import Budget
from baobab.reading.choice import READERS, read_content, reason_in_text
from baobab.reading.content import Content, Source
from baobab.reading.model import Member, Page
from baobab.reading.reasons import Refused
from baobab.reading.sniffing import IMAGES, sniff, sniff_file

HEAD = 8_192
ARCHIVES = frozenset({"zip", "gz", "7z", "rar"})
# Nobody expects words of these; all other reasons mean that text is missing which could have been there.
EXPECTED = frozenset({"unsupported", "wrong_type", "no_text", "no_words", "empty", "legacy_missing"})
# What is said of the whole because a file inside it gave cause.
HANDED_ON = frozenset({"macros", "javascript", "launch", "external"})
LONGEST_NAME = 120


def read_members(
    found: Iterable[tuple[Member, Iterator[bytes]]], of: int, source: Source, into: Content, budget: Budget
) -> None:
    """Append the pages of `of` files inside, and each file as a member with the reason where it has no pages.

    What is itself inside another file keeps its own closed. A file that ended an earlier process is left out.
    """
    for number, (member, chunks) in enumerate(found, start=1):
        if source.inner:
            code = "nested"
        elif not source.steps.begin(number, of + 1):
            code = "crashed"
        elif budget.full:
            code = budget.stopped_by
        else:
            code = _reason(member.name, chunks, into, budget)
        into.members.append(replace(member, reason_code=code))
    source.steps.end()
    into.code = into.code or budget.stopped_by
    _conclude(into)


def _conclude(into: Content) -> None:
    """Name all that was not read in the metadata; what one would miss makes the reading partial."""
    unread = [member for member in into.members if member.reason_code]
    if unread:
        into.warnings.append("members_unread")
        named = tuple(f"{member.reason_code}: {member.name}" for member in unread)
        into.metadata = replace(into.metadata, unread=named)
    if not into.code and any(member.reason_code not in EXPECTED for member in unread):
        into.code = "partly_members"


def _reason(name: str, chunks: Iterator[bytes], into: Content, budget: Budget) -> str:
    """Read one file inside, which stands in the sandbox's own folder so that a parser may map it."""
    with tempfile.TemporaryFile() as file:
        try:
            return _read(name, chunks, file, into, budget)
        except Refused as refusal:
            return refusal.code
        except MemoryError:
            return "memory"
        except RecursionError:
            return "structure"


def _read(name: str, chunks: Iterator[bytes], file: BinaryIO, into: Content, budget: Budget) -> str:
    """The reason code of what is missing, "" when all was read."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    found, _ = sniff(head, name)
    if found not in READERS and found not in ARCHIVES:
        return "unsupported" if head else "empty"
    if found in IMAGES:
        return "no_text"
    file.write(head)
    size = len(head) + sum(map(file.write, chunks))
    kind = sniff_file(file, size, name)
    if kind.format in ARCHIVES:
        return "nested"
    source = Source(file, size, name, kind.format, kind.media_type, inner=True)
    content = read_content(source, budget)
    code = content.code or reason_in_text(source, content)
    if code not in {"", "no_text", "no_words", "garbled"} and not code.startswith("partly"):
        return code
    into.warnings += [warning for warning in content.warnings if warning in HANDED_ON]
    if not code or code.startswith("partly"):
        into.pages += _named(name, content.pages)
    return code


def _named(name: str, pages: list[Page]) -> Iterator[Page]:
    """The pages under the file's name; those of a file in one piece bear it alone."""
    shown = name if len(name) <= LONGEST_NAME else "…" + name[-LONGEST_NAME + 1 :]
    for page in pages:
        label = f"{shown} · {page.label}" if page.label and len(pages) > 1 else shown
        yield Page(None, label, page.text, page.headings)
