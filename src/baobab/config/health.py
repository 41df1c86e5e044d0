"""Whether an installation can do its work: each part tried for real, each answer a sentence."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from baobab.notifications.transport import open_server

from .prepare import pending_migrations


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried, and a sentence about it."""

    is_well: bool
    sentence: str


def findings() -> list[Finding]:
    """Try everything. Nothing is changed that stays changed, and no mail is sent."""
    return [*_database(), *_folders(), *_storage(), *_search(), *_mail()]


def _database() -> Iterator[Finding]:
    engine = connection.settings_dict["ENGINE"].rsplit(".", 1)[-1]
    try:
        pending = pending_migrations()
    except DatabaseError as error:
        reason = str(error).strip()
        yield Finding(False, _("The database does not answer: %(reason)s") % {"reason": reason})
        return
    yield Finding(True, _("The database answers (%(engine)s).") % {"engine": engine})
    if pending:
        named = {"count": len(pending)}
        yield Finding(False, _("The database is %(count)s steps behind. Run: baobab migrate") % named)


def _folders() -> Iterator[Finding]:
    home = Path(settings.BAOBAB_HOME)
    is_writable = os.access(home, os.W_OK)
    sentence = (
        _("The data folder %(folder)s can be written to.")
        if is_writable
        else _("The data folder %(folder)s cannot be written to.")
    )
    yield Finding(is_writable, sentence % {"folder": home})


def _storage() -> Iterator[Finding]:
    try:
        name = default_storage.save("check/written-by-check", ContentFile(b"check"))
        default_storage.delete(name)
    except OSError as error:
        yield Finding(False, _("Files cannot be stored: %(reason)s") % {"reason": error})
    else:
        yield Finding(True, _("Files can be stored."))


def _search() -> Iterator[Finding]:
    address = urlsplit(settings.SEARCH_URL)
    if address.scheme != "tantivy":
        return
    folder = Path(address.path)
    folder.mkdir(parents=True, exist_ok=True)
    is_writable = os.access(folder, os.W_OK)
    sentence = (
        _("The search folder %(folder)s can be written to.")
        if is_writable
        else _("The search folder %(folder)s cannot be written to.")
    )
    yield Finding(is_writable, sentence % {"folder": folder})
    if connection.vendor != "sqlite":
        yield Finding(
            True,
            _(
                "The search index lives in this data folder, so only one web machine can serve it. "
                "More than one needs a search cluster (SEARCH_URL)."
            ),
        )


def _mail() -> Iterator[Finding]:
    backend = settings.EMAIL_CONFIG["EMAIL_BACKEND"]
    if not backend.endswith("smtp.EmailBackend"):
        yield Finding(True, _("Mail is written to the log, not sent: EMAIL_URL names no mail server."))
        return
    server = f"{settings.EMAIL_CONFIG['EMAIL_HOST']}:{settings.EMAIL_CONFIG['EMAIL_PORT']}"
    try:
        open_server().close()
    except (OSError, smtplib.SMTPException) as error:
        named = {"server": server, "reason": error}
        yield Finding(False, _("The mail server %(server)s does not answer: %(reason)s") % named)
    else:
        yield Finding(True, _("The mail server %(server)s answers.") % {"server": server})
