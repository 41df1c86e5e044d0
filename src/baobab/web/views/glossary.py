"""The glossary: words from A to Z with what vocabularies say they mean, and one word looked up in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.organisation.middleware import reader_of_request
from baobab.vocabularies.models import Concept
from baobab.vocabularies.queries import (
    Glossary,
    Meaning,
    Term,
    concepts_called,
    is_contested,
    meanings_of,
    schemes,
)

from ..paging import page_number
from ..presenting import direction_of, language_choices, listed, named_language

PAGE_SIZE = 40
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class ShownMeaning:
    """A meaning as the templates show it: `link` is the concept's own URI where that is an address."""

    label: str
    texts: tuple[str, ...]
    language: str
    direction: str
    is_definition: bool
    scheme_title: str
    licence: str
    uri: str
    link: str
    address: str
    permanent: str
    languages: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A word with its meanings; `is_contested` where vocabularies define it differently."""

    label: str
    initial: str
    meanings: tuple[ShownMeaning, ...]
    is_contested: bool


def glossary_page(request: HttpRequest) -> HttpResponse:
    """The words that vocabularies explain, from A to Z, or those that `q` finds (five queries)."""
    reader = reader_of_request(request)
    glossary = Glossary.current()
    given = {name: _given(request, name) for name in ("q", "letter", "language", "scheme")}
    language = given["language"] if given["language"] in glossary.languages else reader.language
    lines = [line for line in schemes(reader.language) if line.scheme.pk in glossary.scheme_ids]
    chosen = next((line.scheme for line in lines if str(line.scheme.pk) == given["scheme"]), None)
    scheme_id = chosen.pk if chosen else None
    every = glossary.terms(language, scheme_id=scheme_id)
    initials = list(dict.fromkeys(term.initial for term in every))
    letter = given["letter"] if given["letter"] in initials and not given["q"] else ""
    if given["q"]:
        terms: Sequence[Term] = glossary.find(given["q"], language, scheme_id=scheme_id)
    else:
        terms = [term for term in every if term.initial == letter] if letter else every
    number = page_number(request)
    pages = max(1, -(-len(terms) // PAGE_SIZE))
    if number > pages:
        raise NotFound(_("The list has no such page. It may have been longer before."))
    here = terms[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    kept = {name: given[name] for name in ("language", "scheme") if given[name]}
    context = {
        "entries": shown_entries(here, language, reader_language=reader.language),
        "count": len(terms),
        "number": number,
        "pages": pages,
        "given": given,
        "language": language,
        "letters": [
            {"label": one, "url": f"?{urlencode({**kept, 'letter': one})}", "is_current": one == letter}
            for one in initials
        ],
        "everything_url": f"?{urlencode(kept)}" if kept else reverse("glossary"),
        "letter": letter,
        "schemes": [(str(line.scheme.pk), line.title) for line in lines],
        "languages": language_choices(sorted({*glossary.languages, reader.language}), reader),
        "trail": [(_("Home"), reverse("home")), (_("Glossary"), "")],
    }
    return render(request, "web/glossary.html", context)


def glossary_entry_page(request: HttpRequest) -> HttpResponse:
    """What one word means: a page, or just the answer for a page that asks in passing (six queries).

    `concept` is a concept's public id, `term` a word in any language. Other vocabularies that explain
    the same word stand beside it. Raises `NotFound` where there is no such concept.
    """
    reader = reader_of_request(request)
    term, public_id = _given(request, "term"), _given(request, "concept")
    first: list[int] = []
    if public_id:
        concept = Concept.objects.select_related("replaced_by").filter(public_id=public_id).first()
        if concept is None:
            raise NotFound(_("There is no topic at this address."))
        if concept.is_deprecated and concept.replaced_by is not None:
            return redirect(
                f"{reverse('glossary_entry')}?{urlencode({'concept': concept.replaced_by.public_id})}"
            )
        first = [concept.pk]
        term = meanings_of(first, reader.language)[concept.pk].label
    glossary = Glossary.current()
    called = [concept for concept in concepts_called(term) if glossary.explains(concept)]
    ids = list(dict.fromkeys([*first, *called]))
    found = meanings_of(ids, reader.language)
    entry = _shown_entry(term, "", [found[pk] for pk in ids if pk in found], reader.language)
    context = {
        "entry": entry,
        "is_explained": any(meaning.texts for meaning in entry.meanings),
        "trail": [
            (_("Home"), reverse("home")),
            (_("Glossary"), reverse("glossary")),
            (term or _("Look-up"), ""),
        ],
    }
    is_part = request.headers.get("HX-Request") == "true"
    answer = render(request, "web/glossary_meanings.html" if is_part else "web/glossary_entry.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def shown_entries(terms: Iterable[Term], language: str, *, reader_language: str) -> list[ShownEntry]:
    """These words with their meanings in `language`, the rest in the reader's (three queries)."""
    terms = list(terms)
    found: Mapping[int, Meaning] = meanings_of(
        (concept for term in terms for concept in term.concept_ids), language
    )
    return [
        _shown_entry(
            term.label,
            term.initial,
            [found[concept] for concept in term.concept_ids if concept in found],
            reader_language,
        )
        for term in terms
    ]


def _shown_entry(label: str, initial: str, meanings: Sequence[Meaning], language: str) -> ShownEntry:
    shown = tuple(_shown_meaning(meaning, language) for meaning in meanings)
    return ShownEntry(label, initial, shown, is_contested(meanings))


def _shown_meaning(meaning: Meaning, language: str) -> ShownMeaning:
    concept = meaning.concept
    names = [named_language(tag, language) for tag in meaning.languages if tag]
    return ShownMeaning(
        label=meaning.label,
        texts=meaning.texts,
        language=meaning.language,
        direction=direction_of(meaning.language) if meaning.language else "",
        is_definition=meaning.is_definition,
        scheme_title=meaning.scheme_title,
        licence=concept.scheme.licence,
        uri=concept.uri,
        link=concept.uri if concept.uri.startswith(("https://", "http://")) else "",
        address=reverse("topic_page", args=[concept.public_id]),
        permanent=reverse("permanent_topic", args=[concept.public_id]),
        languages=listed(names) if len(names) > 1 else "",
    )


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:_LONGEST_WORD].replace("\0", " ").strip()
