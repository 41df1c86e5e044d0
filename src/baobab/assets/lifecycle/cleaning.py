"""From what was said of assets to what can be stored: every check before anything is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from baobab.kernel import partial_dates
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text, shorten
from baobab.organisation.readers import PUBLIC, STAFF

from ..card.models import Contribution
from ..fields import AssetFields, Contributor, Unchanged, Words
from ..kinds import Kind
from ..texts.actions import clean_language, clean_words

MOST_CONTRIBUTORS = 500
MOST_CLASSES = 200
MOST_LABELS = 200
REASON_LENGTH = 5000
_NUMBERED_LABEL = re.compile(r"(?:unit|editors|group|person):[1-9][0-9]{0,17}")
_HIGHEST_ID = 2**63 - 1
_BYLINE_NAMES = 3


@dataclass(frozen=True, slots=True)
class CleanFields:
    """The same fields, checked; None where nothing was said."""

    texts: dict[str, Words] | None
    original_language: str | None
    audience: frozenset[str] | None
    issued: partial_dates.PartialDate | None
    empties_issued: bool
    contributors: tuple[Contributor, ...] | None
    concepts: tuple[int, ...] | None
    places: tuple[int, ...] | None
    detail: dict[str, Any]


def clean(kind: Kind, fields: AssetFields, *, is_new: bool) -> CleanFields:
    """Check everything and say all that is wrong at once. Raises `BadInput` by field."""
    problems: dict[str, list[str]] = {}

    def attempt(name: str, work: Any, *arguments: Any) -> Any:
        try:
            return work(*arguments)
        except BadInput as error:
            for key, sentences in (error.fields or {name: [str(error)]}).items():
                problems.setdefault(key, []).extend(sentences)
            return None

    original = None
    if not isinstance(fields.original_language, Unchanged):
        original = attempt("language", clean_language, fields.original_language)
    texts: dict[str, Words] | None = None
    if not isinstance(fields.texts, Unchanged):
        texts = {}
        for tag, words in fields.texts.items():
            language = attempt("language", clean_language, tag)
            cleaned = attempt("title", clean_words, words)
            if language and cleaned:
                texts[language] = cleaned
        if is_new and not problems and (original or "en") not in texts:
            problems["title"] = [_("Give a title in the original's language.")]
    elif is_new:
        problems["title"] = [_("Give a title.")]
    audience = (
        None
        if isinstance(fields.audience, Unchanged)
        else attempt("audience", _clean_audience, fields.audience)
    )
    issued = None
    empties = False
    if not isinstance(fields.issued, Unchanged):
        empties = not fields.issued.strip()
        issued = None if empties else attempt("issued", clean_date, fields.issued)
    contributors = None
    if not isinstance(fields.contributors, Unchanged):
        contributors = attempt("authors", _clean_contributors, fields.contributors)
    concepts = (
        None if isinstance(fields.concepts, Unchanged) else attempt("topics", _clean_ids, fields.concepts)
    )
    places = None if isinstance(fields.places, Unchanged) else attempt("places", _clean_ids, fields.places)
    detail = attempt("", kind.clean_detail, fields.detail) or {}
    if problems:
        raise BadInput(fields=problems)
    return CleanFields(texts, original, audience, issued, empties, contributors, concepts, places, detail)


def clean_date(text: str) -> partial_dates.PartialDate:
    """The date that the text means.

    Raises `BadInput` with a sentence in the reader's language when it is none.
    """
    try:
        return partial_dates.parse(text)
    except partial_dates.NotADate as error:
        raise BadInput(fields={"issued": [_(error.sentence) % error.given]}) from error


def _clean_audience(labels: frozenset[str]) -> frozenset[str]:
    if not labels:
        raise BadInput(fields={"audience": [_("Say who may read this.")]})
    if len(labels) > MOST_LABELS:
        raise BadInput(
            fields={"audience": [_("At most %s audiences fit; make a group of these people.") % MOST_LABELS]}
        )
    for label in labels:
        if label not in (PUBLIC, STAFF) and not _NUMBERED_LABEL.fullmatch(label):
            raise BadInput(fields={"audience": [_("“%s” is no audience.") % label[:40]]})
    return frozenset(labels)


def clean_reason(text: str, *, if_missing: str = "") -> str:
    """The reason of an act as it is stored.

    Raises `BadInput` when it is too long, or is missing and `if_missing` says why it may not be.
    """
    reason = clean_text(text)
    if not reason and if_missing:
        raise BadInput(fields={"reason": [if_missing]})
    if len(reason) > REASON_LENGTH:
        raise BadInput(fields={"reason": [_("This is too long; at most %s characters fit.") % REASON_LENGTH]})
    return reason


def _clean_contributors(contributors: Sequence[Contributor]) -> tuple[Contributor, ...]:
    if len(contributors) > MOST_CONTRIBUTORS:
        raise BadInput(fields={"authors": [_("At most %s contributors fit.") % MOST_CONTRIBUTORS]})
    cleaned = []
    for contributor in contributors:
        name = clean_line(contributor.name)
        if len(name) > 300:
            raise BadInput(
                fields={"authors": [_("The name “%s…” is too long; at most 300 characters fit.") % name[:40]]}
            )
        if contributor.role not in Contribution.Role.values:
            raise BadInput(
                fields={"authors": [_("“%s” is no role of a contributor.") % contributor.role[:40]]}
            )
        if name:
            cleaned.append(Contributor(name, contributor.role, contributor.person))
    return tuple(cleaned)


def _clean_ids(ids: Sequence[int]) -> tuple[int, ...]:
    unique = tuple(dict.fromkeys(ids))
    if any(not 0 < number <= _HIGHEST_ID for number in unique):
        raise BadInput(_("There is no such topic or place."))
    if len(unique) > MOST_CLASSES:
        raise BadInput(_("At most %s fit; choose the ones that matter most.") % MOST_CLASSES)
    return unique


def byline(people: Sequence[Contributor]) -> str:
    """The names that stand under a title: authors, or editors where there are none; “et al.” after three."""
    for role in (Contribution.Role.AUTHOR, Contribution.Role.EDITOR):
        names = [person.name for person in people if person.role == role]
        if names:
            shown = ", ".join(names[:_BYLINE_NAMES])
            return shorten(shown + " et al." if len(names) > _BYLINE_NAMES else shown, characters=500)
    return ""
