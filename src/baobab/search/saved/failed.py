"""Searches of people that found nothing: noted in a file as they happen, counted later by a job.

A page that is looked at writes no row, so `note` appends a line to a file of its own process below
`run/failed-searches/` of the data folder. A file holds what happened within `WINDOW`; once that is over, the
job counts the file and removes it.

What must never be seen is the question of somebody alone. So a question counts the different people
who asked it, and neither its words nor who they are is kept until there are enough of them:

* A person is a keyed hash (HMAC-SHA-256 under the site's secret key) over who she is *and* the question. With
  the key it stays the same over days and restarts, so that the same person is not counted twice; since the
  question is part of it, what one person asked elsewhere cannot be put together. Without the key nothing
  can be tried out.
* Until `ENOUGH` different people asked, the database holds a keyed hash of the question, and these hashes.
  When enough did, the words are written, and the hashes of the people are deleted for good.
* Visitors without an account are told apart by their session, where they have one. All who have none count
  as one person together: fewer are counted than asked, never more.
* What looks like a person's address, number or like a pasted text is not noted at all (`is_personal`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from baobab.jobs.waking import run_folder
from baobab.kernel import clock
from baobab.kernel.text import clean_line, fold, shorten
from baobab.organisation.readers import Reader

log = logging.getLogger(__name__)

# So many different people must have asked before anybody can see a question.
ENOUGH = 3
# A file is counted when its window is over and nobody can still be writing into it.
WINDOW = timedelta(minutes=5)
_GRACE = timedelta(minutes=1)
# Longer than anybody types: what is pasted may be a private letter.
LONGEST = 200
# More failing searches than this in one window of one process are no people.
_MOST_BYTES = 1_000_000

_ADDRESS = re.compile(r"@\w|\w@")
# Seven figures or more, however they are parted: telephone, passport, account and file numbers.
_NUMBER = re.compile(r"(?:\d[\s().,/+\-–]*){7,}")
# Two years are no number of a person: "2015..2020", "1990-2020".
_YEARS = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Noted:
    """One search that found nothing, as it stands in a file."""

    question: str
    person: str
    language: str
    filters: tuple[str, ...]
    month: str


def note(
    q: str, *, language: str, reader: Reader, session_key: str | None, filters: Iterable[str] = ()
) -> None:
    """Note that this search found nothing. Never raises; costs one short write to a local file.

    To be called for searches of people on pages only, for the first page of an answer that holds nothing,
    not while the index is being built, and not where a correction was searched instead. `session_key`: of a
    visitor without an account, empty or None where there is no session. `filters`: the names of the
    facets that were narrowed by ("topic", "year").
    """
    try:
        question = clean_line(q)
        if not question or is_personal(question):
            return
        _append(
            {
                "q": question,
                "who": _person(question, reader, session_key or ""),
                "language": language[:12],
                "filters": sorted({name[:20] for name in filters})[:10],
            }
        )
    except (OSError, ValueError) as error:
        log.warning("A search that found nothing could not be noted: %s", error)


def is_personal(question: str) -> bool:
    """Whether a question looks as if it were about one person, or private: such are not kept anywhere.

    E-mail addresses and account names, numbers of seven figures and more, and what is longer than
    `LONGEST`. A name is not recognised as one: for names there is `ENOUGH`.
    """
    if len(question) > LONGEST or _ADDRESS.search(question):
        return True
    return _NUMBER.search(_YEARS.sub(" year ", question)) is not None


def digest_of(question: str) -> str:
    """What stands for a question until enough people asked it: the same for the same words in any case."""
    return _keyed("question", normalised(question))


def normalised(question: str) -> str:
    """The form by which two questions are the same: without case, accents and needless spaces."""
    return fold(question)


def files_to_count() -> list[Path]:
    """The files whose window is over, oldest first."""
    now = clock.now()
    over = [
        place
        for place in _folder().glob("*.jsonl")
        if (begun := _window_of(place)) is not None and begun + WINDOW + _GRACE <= now
    ]
    return sorted(over)


def noted_in(place: Path) -> Iterator[Noted]:
    """What a file holds. A last line that a dying process cut off is passed over."""
    begun = _window_of(place) or clock.now()
    month = begun.strftime("%Y-%m")
    for line in place.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
            question, person = str(row["q"]), str(row["who"])
            language, filters = str(row["language"]), tuple(map(str, row["filters"]))
        except (ValueError, KeyError, TypeError):
            continue
        yield Noted(question, person, language, filters, month)


def _person(question: str, reader: Reader, session_key: str) -> str:
    if reader.user_id is not None:
        who = f"user:{reader.user_id}"
    else:
        who = f"session:{session_key}" if session_key else "visitors"
    return _keyed("person", f"{who}\n{normalised(question)}")[:20]


def _keyed(purpose: str, text: str) -> str:
    key = hashlib.sha256(f"baobab.search.failed/{purpose}/{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _folder() -> Path:
    folder = run_folder() / "failed-searches"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


_NAME = "%Y%m%dT%H%M"


def _append(row: dict[str, object]) -> None:
    now = clock.now()
    begun = now - timedelta(
        minutes=now.minute % (WINDOW.seconds // 60), seconds=now.second, microseconds=now.microsecond
    )
    place = _folder() / f"{begun.strftime(_NAME)}-{os.getpid()}.jsonl"
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.fstat(descriptor).st_size < _MOST_BYTES:
            # One write: lines of two threads never run into each other.
            os.write(descriptor, f"{json.dumps(row, ensure_ascii=False)}\n".encode())
    finally:
        os.close(descriptor)


def _window_of(place: Path) -> datetime | None:
    try:
        return datetime.strptime(place.name.partition("-")[0], _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def shown(question: str) -> str:
    """A question as the page of failed searches shows it: one line, in small letters, not too long."""
    return shorten(clean_line(question).lower(), characters=LONGEST)
