"""Whether an installation can do its work: each part tried for real, each answer a sentence."""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from baobab.notifications.transport import open_server
from baobab.reading import ocr
from baobab.search import meaning
from baobab.search.away import SearchAway
from baobab.search.service import is_service, service_health
from baobab.web.mapping import geometry_sentence, has_outlines

from . import sandbox
from .prepare import pending_migrations


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried, and a sentence about it; what is optional may be absent."""

    is_well: bool
    sentence: str
    is_optional: bool = False


def findings() -> list[Finding]:
    """Try everything. Nothing is changed that stays changed, and no mail is sent."""
    return [
        *_database(), *_folders(), *_storage(), *_search(), *_meaning(), *_mail(), *_sandbox(),
        *_maps(), *_extras(),
    ]  # fmt: skip


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
    if is_service():
        yield from _search_service()
        return
    scheme, _sign, place = settings.SEARCH_URL.partition("://")
    if scheme != "tantivy":
        return
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    is_writable = os.access(folder, os.W_OK)
    sentence = (
        _("The search folder %(folder)s can be written to.")
        if is_writable
        else _("The search folder %(folder)s cannot be written to.")
    )
    yield Finding(is_writable, sentence % {"folder": folder})
    if is_writable:
        yield Finding(True, _("Its index serves this machine; several web machines need OpenSearch."))


def _search_service() -> Iterator[Finding]:
    try:
        found = service_health()
    except SearchAway as error:
        sentence = _("The search service does not answer: %(reason)s. Until it does, nobody can search.")
        yield Finding(False, sentence % {"reason": error.reason})
        return
    if found.status == "red":
        sentence = _(
            "The search service lost a part of the index. Bring its node back, or run: baobab reindex"
        )
        yield Finding(False, sentence)
        return
    named = {"version": found.version, "nodes": found.nodes, "status": found.status}
    yield Finding(
        True, _("The search service answers (OpenSearch %(version)s, nodes: %(nodes)s, %(status)s).") % named
    )
    if found.nodes == 1:
        sentence = _("The search service is a single node: while it is away, nobody can search.")
        yield Finding(False, sentence, is_optional=True)


def _meaning() -> Iterator[Finding]:
    if not meaning.is_on():
        yield Finding(True, _("Search goes by words only: EMBEDDING_URL names no model."))
        return
    try:
        dimension = meaning.try_model()
    except meaning.Unavailable as reason:
        sentence = _("Search goes by words only: %(reason)s")
        yield Finding(False, sentence % {"reason": reason})
        return
    named = {"model": meaning.model_name(), "dimension": dimension}
    yield Finding(True, _("The model %(model)s gives vectors of %(dimension)s numbers.") % named)
    try:
        embedding = meaning.how_far()
    except DatabaseError:
        return  # said above
    if embedding is None:
        yield Finding(True, _("Nothing was embedded yet; a worker will, or: baobab embed"))
        return
    counts = {"passages": embedding.passages, "waiting": embedding.waiting}
    sentence = (
        _("%(passages)s passages are embedded; assets that wait: %(waiting)s.")
        if embedding.is_whole
        else _(
            "%(passages)s passages are embedded; assets that wait: %(waiting)s. "
            "Until all are, search goes by words."
        )
    )
    yield Finding(True, sentence % counts)


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


def _sandbox() -> Iterator[Finding]:
    landlock = sandbox.landlock_version()
    if landlock:
        yield Finding(True, _("Documents are read where no other file can be seen (Landlock)."))
    else:
        sentence = _(
            "The kernel offers no Landlock: a document that takes over its parser could read Baobab's files. "
            "Linux 5.13 and newer have it."
        )
        yield Finding(False, sentence, is_optional=True)
    if sandbox.has_user_namespaces():
        yield Finding(True, _("Documents are read without a network (user namespaces)."))
    elif landlock >= sandbox.LANDLOCK_WITH_NETWORK:
        yield Finding(True, _("Documents are read without TCP connections (Landlock)."))
    else:
        sentence = _(
            "User namespaces are forbidden here: a document that takes over its parser could reach the "
            "network. Allow them, or run the workers where no way leads out."
        )
        yield Finding(False, sentence, is_optional=True)


def _maps() -> Iterator[Finding]:
    wrong = geometry_sentence()
    if wrong:
        yield Finding(False, _("Maps are drawn as tiles. %(reason)s") % {"reason": wrong})
    elif has_outlines():
        yield Finding(True, _("Maps are drawn with the outlines of countries."))
    else:
        sentence = _("Maps are drawn as tiles. For outlines of countries: .venv/bin/pip install geopip")
        yield Finding(False, sentence, is_optional=True)


def _extras() -> Iterator[Finding]:
    if shutil.which("tesseract") is None:
        sentence = _(
            "The text of scans is not recognised. For that: apt install tesseract-ocr tesseract-ocr-fra "
            "tesseract-ocr-spa tesseract-ocr-ara"
        )
        yield Finding(False, sentence, is_optional=True)
    else:
        languages = _recognised_languages()
        missing = [name for name in ocr.USUAL if name not in languages]
        yield Finding(
            True, _("The text of scans is recognised (%(languages)s).") % {"languages": ", ".join(languages)}
        )
        if missing:
            packages = " ".join(f"tesseract-ocr-{name}" for name in missing)
            sentence = _("Scans in other languages of the site need: apt install %(packages)s")
            yield Finding(False, sentence % {"packages": packages}, is_optional=True)
    if find_spec("kreuzberg") is None:
        sentence = _(
            "Old Word and PowerPoint files (.doc, .ppt) are kept, but not read. "
            "For that: .venv/bin/pip install kreuzberg"
        )
        yield Finding(False, sentence, is_optional=True)
    else:
        yield Finding(True, _("Old Word and PowerPoint files (.doc, .ppt) are read."))


def _recognised_languages() -> list[str]:
    told = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return [name for name in told.stdout.split("\n")[1:] if name and name != "osd"]
