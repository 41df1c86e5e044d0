"""ZIP archives: what is in them, its text, and their members unpacked one level, safely."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import PurePosixPath
from typing import Any

from baobab.reading import inner
from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.model import Member
from baobab.reading.package import HONEST_RATIO, Package, read_member
from baobab.reading.reasons import Refused
from baobab.reading.sniffing import MEDIA_TYPES, format_of_name

# The flag of an entry that a password protects (APPNOTE 4.4.4).
LOCKED = 0x1
# Left by operating systems, of no interest to anyone.
LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def read(source: Source, budget: Budget) -> Content:
    """The names of the members, then the text of each, one level deep; entries that try to escape stay shut.

    Refused("unpacked") for an archive that unpacks to more than is allowed at a ratio no honest file has.
    """
    package = Package(source.file, source.size, budget)
    content = Content(unit="chapter")
    entries = [info for info in package.all_entries() if not info.is_dir() and not _is_litter(info)]
    safe = [info for info in entries if is_safe(info)]
    if len(safe) < len(entries):
        content.warnings.append("unsafe_names")
        content.code = "partly_unsafe"
    elif safe and all(info.flag_bits & LOCKED for info in safe):
        content.code = "encrypted"
    total = sum(info.file_size for info in safe)
    if total > budget.limits.members_size and total > HONEST_RATIO * source.size:
        raise Refused("unpacked")
    if safe:
        content.add(None, "", "\n".join(info.filename for info in safe), budget)
    if len(safe) > budget.limits.members:
        safe = safe[: budget.limits.members]
        content.code = content.code or "partly_pages"
    found = ((_member(info), read_member(package.archive, info, budget)) for info in safe)
    inner.read_members(found, len(safe), source, content, budget)
    content.page_count = len(content.pages)
    return content


def _member(info: zipfile.ZipInfo) -> Member:
    return Member(info.filename, info.file_size, media_type_of(info.filename))


def media_type_of(name: str) -> str:
    """The media type that a member's name promises."""
    return MEDIA_TYPES.get(format_of_name(name), "application/octet-stream")


def is_safe(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file below the archive's own folder."""
    name = info.orig_filename.replace("\\", "/")
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return False
    if "\0" in name or not name.strip("/. ") or name.startswith("/") or name[1:2] == ":":
        return False
    return ".." not in PurePosixPath(name).parts


def extract(source: Source, budget: Budget, folder: int) -> list[dict[str, Any]]:
    """Write the safe members into the open directory `folder`, under numbered names.

    Refused("entries") or ("unpacked") beyond the limits, ("encrypted") or ("broken").
    """
    package = Package(source.file, source.size, budget)
    safe = [
        info for info in package.all_entries() if not info.is_dir() and is_safe(info) and not _is_litter(info)
    ]
    if len(safe) > budget.limits.members:
        raise Refused("entries")
    if sum(info.file_size for info in safe) > budget.limits.members_size:
        raise Refused("unpacked")
    written: list[dict[str, Any]] = []
    for number, info in enumerate(safe, start=1):
        ending = PurePosixPath(info.filename).suffix.lower()
        ending = ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 8 else ""
        plain = f"{number:05}{ending}"
        descriptor = os.open(
            plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder
        )
        with os.fdopen(descriptor, "wb") as file:
            size = sum(file.write(chunk) for chunk in read_member(package.archive, info, budget))
        written.append(
            {"name": info.filename, "size": size, "media_type": media_type_of(info.filename), "file": plain}
        )
    return written


def _is_litter(info: zipfile.ZipInfo) -> bool:
    name = info.filename.lower()
    return name.startswith(LITTER[0]) or name.rpartition("/")[2] in LITTER[1:]
