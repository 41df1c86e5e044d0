"""From a record to what the card says: columns to fields, words to topics and places, dates to EDTF."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.kinds import Kind, kind_named
from baobab.kernel import partial_dates
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text, shorten
from baobab.reading import detect_language
from baobab.vocabularies.languages import CONTENT_LANGUAGES, read_language
from baobab.vocabularies.queries import find_concepts, find_places

from .options import FIELDS, Options, Standing, audience_labels
from .records import Record

_SEVERAL = re.compile(r"\s*[;|\n]\s*")
_MONTHS = {name: number for number, names in enumerate(
    ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
     "sep sept september", "oct october", "nov november", "dec december"), start=1) for name in names.split()}  # fmt: skip
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[ -]?([A-Za-z]{3,9})[ -]?,?(\d{4})")
_MONTH_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: .*)?")
# A record's text beyond this is cut for language detection only.
_LANGUAGE_SAMPLE = 4000
_TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Mapped:
    """A record, understood: `notes` are sentences about what was kept aside; `problem` refuses it."""

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
    given: dict[str, Any]  # by field
    extra: dict[str, Any]  # by the source's own names


def map_records(records: Sequence[Record], options: Options, standing: Standing) -> list[Mapped]:
    """Understand a batch of records; words for topics and places are looked up for all at once (four queries)."""
    rows = [_row(record, options) for record in records]
    topics = find_concepts(sorted({w for row in rows for w in _words(row.given.get("topics"))}))
    places = find_places(sorted({w for row in rows for w in _words(row.given.get("places"))}))
    return [
        _refused(row, options, row.record.problem) if row.record.problem else _mapped(row, options, standing, topics, places)
        for row in rows
    ]


def _row(record: Record, options: Options) -> _Row:
    columns = {name.casefold(): name for name in record.values}
    known = set(FIELDS) | {name for name in kind_named(options.kind).import_fields}
    given: dict[str, Any] = {}
    used: set[str] = set()
    for name in known:
        column = options.mapping.get(name, "" if name in options.mapping else name)
        actual = columns.get(column.casefold())
        if actual is not None:
            given[name] = record.values[actual]
            if name in FIELDS or name in options.mapping or actual.casefold() == name:
                used.add(actual)
    extra = {name: _plain(value) for name, value in record.values.items() if name not in used}
    return _Row(record, given, extra)


def _plain(value: object, depth: int = 0) -> Any:
    if isinstance(value, str):
        return clean_text(value)[:20_000]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)[:400]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth > 20:
        return clean_text(str(value))[:20_000]
    if isinstance(value, Mapping):
        return {clean_line(str(key))[:300]: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [_plain(item, depth + 1) for item in value]
    return clean_text(str(value))[:20_000]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n\n".join(_text(item) for item in value)
    if isinstance(value, Mapping):
        return json.dumps(_plain(value), ensure_ascii=False)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _words(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [word for item in value for word in _words(item)]
    text = _text(value)
    if text.startswith(("http://", "https://", "urn:")) and not _SEVERAL.search(text):
        return [clean_line(text)]
    return [clean_line(word) for word in _SEVERAL.split(text) if clean_line(word)]


def _mapped(row: _Row, options: Options, standing: Standing, topics: Mapping[str, Any], places: Mapping[str, Any]) -> Mapped:
    notes: list[str] = []
    extra = dict(row.extra)
    try:
        kind = kind_named(clean_line(_text(row.given.get("kind"))) or options.kind)
        summary, body = clean_text(_text(row.given.get("summary"))), clean_text(_text(row.given.get("body") or row.given.get("text")))
        title = clean_line(_text(row.given.get("title"))) or _title_from(summary or body, notes)
        language = _language(row, options, " ".join((title, summary, body)), notes)
        issued = _date(row, notes, extra)
        audience = row.given.get("audience")
        labels = audience_labels(_text(audience), standing.unit) if _text(audience).strip() else standing.audience
    except BadInput as error:
        return _refused(row, options, str(error))
    given_topics = _found(row, "topics", topics, notes, extra)
    given_places = _found(row, "places", places, notes, extra)
    detail: dict[str, object] = {}
    for name in kind.import_fields:
        value = clean_line(_text(row.given.get(name)))
        if value:
            detail[name] = value
    fields = AssetFields(
        texts={language: Words(title, summary, body)},
        original_language=language,
        audience=labels,
        owner=standing.owner,
        unit=standing.unit,
        issued=issued,
        contributors=[Contributor(name) for name in _words(row.given.get("authors") or row.given.get("author"))],
        concepts=given_topics,
        places=given_places,
        detail=_usable(kind, detail, notes, extra),
    )
    return Mapped(
        row.record, kind, _source_id(row), digest(row.record.values, options), fields, extra=extra, notes=tuple(notes),
        url=clean_line(_text(row.given.get("url")))[:2000], files=tuple(_words(row.given.get("files"))),
    )  # fmt: skip


def _title_from(words: str, notes: list[str]) -> str:
    first = clean_line(re.split(r"(?<=[.!?؟。])\s|\n", words.strip(), maxsplit=1)[0])
    if not first:
        raise BadInput(_("The record has neither a title nor a text."))
    notes.append(_("The record has no title; it got the first words of its text."))
    return shorten(first, characters=_TITLE_LENGTH)


def _refused(row: _Row, options: Options, problem: str) -> Mapped:
    return Mapped(
        row.record, kind_named(options.kind), _source_id(row), digest(row.record.values, options), AssetFields(), problem=problem
    )


def _usable(kind: Kind, detail: dict[str, object], notes: list[str], extra: dict[str, Any]) -> dict[str, object]:
    """The kind's fields that can be stored; one that cannot is kept aside with a note, not a reason to refuse the record."""
    usable: dict[str, object] = {}
    for name, value in detail.items():
        try:
            kind.clean_detail({name: value})
            usable[name] = value
        except BadInput as error:
            notes.append(_("%(why)s It is kept under “%(name)s”.") % {"why": str(error), "name": name})
            extra[name] = value
    return usable


def _source_id(row: _Row) -> str:
    identifier = clean_line(_text(row.given.get("id")))
    if identifier:
        return identifier if len(identifier) <= 500 else "sha256:" + hashlib.sha256(identifier.encode()).hexdigest()
    content = json.dumps(_plain(row.record.values), ensure_ascii=False, sort_keys=True)
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def digest(values: Mapping[str, Any], options: Options) -> str:
    """SHA-256 over the record and how it is mapped: the same again changes nothing."""
    content = json.dumps([_plain(values), sorted(options.mapping.items())], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


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


def _found(row: _Row, name: str, known: Mapping[str, Any], notes: list[str], extra: dict[str, Any]) -> list[int]:
    unknown = [word for word in _words(row.given.get(name)) if word not in known]
    if unknown:
        extra[name] = unknown
        shown = ", ".join(f"“{word[:60]}”" for word in unknown[:3])
        notes.append(_("Not in the vocabularies, kept under “%(name)s”: %(words)s.") % {"name": name, "words": shown})
    return list(dict.fromkeys(known[word].pk for word in _words(row.given.get(name)) if word in known))


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


def as_edtf(text: str) -> str | None:
    """A date as sheets give it (31/12/2014, 26nov1996, May 3, 2014) in EDTF; None when it cannot be told.

    With slashes the day comes first unless that is impossible, as everywhere but in one country.
    """
    text = text.strip()
    found = _DAY_MONTH_YEAR.fullmatch(text) or None
    if found and found[2].lower() in _MONTHS:
        text = f"{found[3]}-{_MONTHS[found[2].lower()]:02}-{int(found[1]):02}"
    elif (found := _MONTH_DAY_YEAR.fullmatch(text)) and found[1].lower() in _MONTHS:
        text = f"{found[3]}-{_MONTHS[found[1].lower()]:02}-{int(found[2]):02}"
    elif found := _SLASHED.fullmatch(text):
        day, month = int(found[1]), int(found[2])
        day, month = (month, day) if month > 12 else (day, month)
        text = f"{found[3]}-{month:02}-{day:02}"
    elif found := _YEAR_FIRST.fullmatch(text):
        text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T].*", text):
        text = text[:10]
    elif re.fullmatch(r"\d{4}\.0", text):
        text = text[:4]
    try:
        return partial_dates.parse(text).edtf
    except BadInput:
        return None


def without(mapped: Mapped, *, problem: str) -> Mapped:
    """The same record, refused."""
    return replace(mapped, problem=problem)
