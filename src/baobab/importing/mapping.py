"""From a record to what the card says: columns to fields, words to topics and places, dates to EDTF."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from baobab.assets.fields import UNCHANGED, AssetFields, Contributor, Words
from baobab.assets.kinds import Kind, kind_named
from baobab.kernel.errors import BadInput, BaobabError
from baobab.kernel.text import clean_line, clean_text, shorten
from baobab.reading import detect_language
from baobab.vocabularies.languages import CONTENT_LANGUAGES, read_language
from baobab.vocabularies.queries import find_concepts, find_places

from .dates import as_edtf
from .options import FIELDS, Options, Standing, audience_labels, sentence_of
from .records import Record

_SEVERAL = re.compile(r"\s*[;|\n]\s*")
# An author, topic or place given as an object is called by the first of these that it has.
_NAMES = ("name", "label", "title", "uri", "id")
# A record's text beyond this is cut for language detection only.
_LANGUAGE_SAMPLE = 4000
_TITLE_LENGTH = 120
_LONGEST_ID = 500
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Mapped:
    """A record, understood: `notes` are sentences about what was kept aside; `problem` refuses it.

    `files` are paths relative to the folder of the records.
    """

    record: Record
    kind: Kind
    source_id: str
    digest: str
    fields: AssetFields
    url: str = ""
    files: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    record: Record
    kind: Kind
    given: dict[str, Any]  # by field
    extra: dict[str, Any]  # by the source's own names
    problem: str = ""


def map_records(records: Sequence[Record], options: Options, standing: Standing) -> list[Mapped]:
    """Understand a batch of records; topics and places are looked up for all at once (four queries)."""
    rows = [_row(record, options) for record in records]
    topics = find_concepts(sorted({w for row in rows for w in _candidates(row.given.get("topics"))}))
    places = find_places(sorted({w for row in rows for w in _candidates(row.given.get("places"))}))
    return [
        _refused(row, row.problem) if row.problem else _mapped(row, options, standing, topics, places)
        for row in rows
    ]


def _row(record: Record, options: Options) -> _Row:
    kind = kind_named(options.kind)
    columns: dict[str, str] = {}
    for name in record.values:
        columns.setdefault(name.casefold(), name)

    def column_of(name: str) -> str:
        wanted = options.mapping.get(name, name)
        return wanted if wanted in record.values else columns.get(wanted.casefold(), "")

    problem = record.problem
    named = clean_line(_text(record.values.get(column_of("kind"))))
    if named and not problem:
        try:
            kind = kind_named(named)
        except BaobabError as error:
            problem = str(error)
    own = {"type"} if "type" not in kind.import_fields else set()
    taken = {
        name: column
        for name in dict.fromkeys((*FIELDS, *kind.import_fields))
        if name not in own and (column := column_of(name))
    }
    if taken.get("body") and taken.get("text"):
        del taken["text"]  # one of them is the body; the other is kept as the source's own
    given = {name: record.values[column] for name, column in taken.items()}
    extra = {}
    try:
        kept_aside = {name: value for name, value in record.values.items() if name not in taken.values()}
        extra = {clean_line(name)[:300]: plain(value) for name, value in kept_aside.items()}
    except BadInput as error:
        problem = problem or str(error)
    return _Row(record, kind, given, extra, problem)


def plain(value: object, *, depth: int = 0) -> Any:
    """A value as JSON that every database stores. Raises `BadInput` when it is nested too deeply."""
    if depth > _DEEPEST:
        raise BadInput(_("The record is nested more than %s levels deep.") % _DEEPEST)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else _text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {clean_line(str(key))[:300]: plain(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item, depth=depth + 1) for item in value]
    return clean_text(str(value))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n\n".join(_text(item) for item in value)
    if isinstance(value, Mapping):
        return json.dumps(plain(value), ensure_ascii=False)
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _words(value: object) -> list[str]:
    """A list, or a cell with several values between semicolons, bars or line breaks, as lines."""
    if isinstance(value, list | tuple):
        return [word for item in value for word in _words(item)]
    if isinstance(value, Mapping):
        called = next((value[name] for name in _NAMES if value.get(name)), None)
        return _words(called) if called is not None else _words(plain(list(value.values())))
    text = _text(value)
    if text.startswith(("http://", "https://", "urn:")) and not _SEVERAL.search(text):
        return [clean_line(text)]
    return [clean_line(word) for word in _SEVERAL.split(text) if clean_line(word)]


def _pieces(word: str) -> list[str]:
    return [piece for part in word.split(",") if (piece := part.strip())] if "," in word else []


def _candidates(value: object) -> Iterator[str]:
    for word in _words(value):
        yield word
        yield from _pieces(word)


def _mapped(
    row: _Row, options: Options, standing: Standing, topics: Mapping[str, Any], places: Mapping[str, Any]
) -> Mapped:
    notes: list[str] = []
    extra = dict(row.extra)
    given = row.given
    try:
        summary = clean_text(_text(given.get("summary")))
        body = clean_text(_text(given.get("body") or given.get("text")))
        title = clean_line(_text(given.get("title"))) or _title_from(summary or body, notes)
        language = _language(row, options, " ".join((title, summary, body)), notes)
        issued = _date(row, notes, extra)
        said = _text(given.get("audience"))
        labels = audience_labels(said, standing.unit) if said.strip() else standing.audience
        fields = AssetFields(
            texts={language: Words(title, summary, body)},
            original_language=language,
            audience=labels,
            owner=standing.owner,
            unit=standing.unit,
            issued=issued or UNCHANGED,
            contributors=_contributors(given) or UNCHANGED,
            concepts=_found(row, "topics", topics, notes, extra) or UNCHANGED,
            places=_found(row, "places", places, notes, extra) or UNCHANGED,
            detail=_usable(row, notes, extra),
        )
        return Mapped(
            row.record, row.kind, _source_id(row), digest(row.record.values, options), fields,
            url=clean_line(_text(given.get("url")))[:2000], files=tuple(_words(given.get("files"))),
            extra=extra, notes=tuple(notes),
        )  # fmt: skip
    except BadInput as error:
        return _refused(row, sentence_of(error))


def _contributors(given: Mapping[str, Any]) -> list[Contributor]:
    names = [*_words(given.get("authors")), *_words(given.get("author"))]
    return [Contributor(name) for name in dict.fromkeys(names)]


def _title_from(words: str, notes: list[str]) -> str:
    first = clean_line(re.split(r"(?<=[.!?؟。])\s|\n", words.strip(), maxsplit=1)[0])
    if not first:
        raise BadInput(_("The record has neither a title nor a text."))
    notes.append(_("The record has no title; it got the first words of its text."))
    return shorten(first, characters=_TITLE_LENGTH)


def _refused(row: _Row, problem: str) -> Mapped:
    named = clean_line(_text(row.given.get("id")))[:_LONGEST_ID]
    return Mapped(row.record, row.kind, named, "", AssetFields(), problem=problem)


def _usable(row: _Row, notes: list[str], extra: dict[str, Any]) -> dict[str, object]:
    """The kind's fields that can be stored; one that cannot is kept aside with a note."""
    usable: dict[str, object] = {}
    for name in row.kind.import_fields:
        value = clean_line(_text(row.given.get(name)))
        if not value:
            continue
        try:
            row.kind.clean_detail({name: value})
        except BadInput as error:
            notes.append(_("%(why)s It is kept under “%(name)s”.") % {"why": str(error), "name": name})
            extra[name] = value
        else:
            usable[name] = value
    return usable


def shortened_id(identifier: str) -> str:
    """An identifier of a source as it is stored: itself, or its SHA-256 where it is too long for the key."""
    if len(identifier) <= _LONGEST_ID:
        return identifier
    return "sha256:" + hashlib.sha256(identifier.encode(errors="replace")).hexdigest()


def _source_id(row: _Row) -> str:
    identifier = clean_line(_text(row.given.get("id")))
    if identifier:
        return shortened_id(identifier)
    return "sha256:" + hashlib.sha256(_as_json(plain(row.record.values))).hexdigest()


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def digest(values: Mapping[str, Any], options: Options) -> str:
    """SHA-256 over the whole record and how it is mapped: the same again changes nothing."""
    return hashlib.sha256(_as_json([plain(values), sorted(options.mapping.items())])).hexdigest()


def _language(row: _Row, options: Options, text: str, notes: list[str]) -> str:
    said = _words(row.given.get("language"))
    if said:
        language = read_language(said[0])
        if language:
            return language
        notes.append(_("“%s” is no language Baobab knows; it was told from the text.") % said[0][:40])
    if options.language:
        return options.language
    found, _score = detect_language(text[:_LANGUAGE_SAMPLE], CONTENT_LANGUAGES)
    return found or "en"


def _found(
    row: _Row, name: str, known: Mapping[str, Any], notes: list[str], extra: dict[str, Any]
) -> list[int]:
    """The ids that the words mean. Words between commas count singly where the whole means nothing."""
    ids: list[int] = []
    unknown: list[str] = []
    for word in _words(row.given.get(name)):
        pieces = [word] if word in known or not any(p in known for p in _pieces(word)) else _pieces(word)
        ids += [known[piece].pk for piece in pieces if piece in known]
        unknown += [piece for piece in pieces if piece not in known]
    if unknown:
        extra[name] = unknown
        shown = ", ".join(f"“{word[:60]}”" for word in unknown[:3])
        said = {"name": name, "words": shown}
        notes.append(_("Not in the vocabularies, kept under “%(name)s”: %(words)s.") % said)
    return list(dict.fromkeys(ids))


def _date(row: _Row, notes: list[str], extra: dict[str, Any]) -> str:
    text = clean_line(_text(row.given.get("date")))
    if not text:
        return ""
    edtf = as_edtf(text)
    if edtf is None:
        extra["date"] = text[:300]
        notes.append(_("“%s” is not a date Baobab can read; it is kept under “date”.") % text[:40])
        return ""
    return edtf
