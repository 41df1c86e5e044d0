"""The page of an asset, whatever its kind; its history, how to cite it, and the acts of its life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from baobab.assets.addresses import permanent_address
from baobab.assets.files.queries import files_of
from baobab.assets.kinds import kind_of
from baobab.assets.links.queries import LinkedAsset, links_of
from baobab.assets.links.relations import RELATIONS
from baobab.assets.models import LISTED_STATES, Asset, AssetText, Contribution, State
from baobab.assets.quality.actions import mark_quality
from baobab.assets.quality.checks import CHECKS
from baobab.assets.quality.queries import marks_of
from baobab.assets.queries import contributors_of
from baobab.assets.revisions.queries import revisions_of
from baobab.assets.texts.queries import best_text, texts_of
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound
from baobab.organisation.queries import name_in
from baobab.organisation.readers import Reader
from baobab.search.lookalikes.queries import lookalikes_of
from baobab.vocabularies.languages import language_name

from .. import queries
from ..acts import ACTS, acts_open_to
from ..citing import citation
from ..files import shown_file
from ..forms import QualityForm, ReasonForm
from ..lookalikes import shown_likes
from ..presenting import (
    audience_sentence,
    capital,
    direction_of,
    language_switch,
    shown_body,
    shown_date,
    shown_day,
    shown_instant,
    thumbnail_address,
)
from ..terms import with_terms
from .opening import asset_to_read, sent, signed_in

ROLE_NAMES = {
    Contribution.Role.AUTHOR: gettext_lazy("Authors"),
    Contribution.Role.EDITOR: gettext_lazy("Editors"),
    Contribution.Role.TRANSLATOR: gettext_lazy("Translators"),
    Contribution.Role.CONTRIBUTOR: gettext_lazy("Contributors"),
    Contribution.Role.REVIEWER: gettext_lazy("Reviewers"),
    Contribution.Role.CONTACT: gettext_lazy("Contacts"),
}
HISTORY_NAMES = {
    "create": gettext_lazy("Begun"),
    "change": gettext_lazy("Changed"),
    "publish": gettext_lazy("Published"),
    "submit": gettext_lazy("Handed to the editors"),
    "archive": gettext_lazy("Archived"),
    "withdraw": gettext_lazy("Withdrawn"),
    "merge": gettext_lazy("Merged"),
    "attach-file": gettext_lazy("File added"),
    "add-version": gettext_lazy("New version"),
    "set-edition": gettext_lazy("Edition described"),
    "mark-quality": gettext_lazy("Checked"),
    "link": gettext_lazy("Linked"),
    "unlink": gettext_lazy("Link removed"),
    "describe-file": gettext_lazy("File described"),
    "accept-suggestions": gettext_lazy("Suggestions taken over"),
    "purge": gettext_lazy("Removed for good"),
}
_ACTS_ON_LINKS = frozenset({"link", "unlink"})


def asset_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything that is known of an asset, in the reader's best language (15 queries beside who asks)."""
    asset, reader = asset_to_read(request, public_id)
    kind = kind_of(asset)
    texts = texts_of([asset.pk]).get(asset.pk, [])
    text = _chosen_text(texts, request.GET.get("text", ""), asset, reader)
    original = next((t for t in texts if t.language == asset.original_language), None)
    files = files_of(asset)
    links = links_of(asset, reader)
    today = clock.today(reader.time_zone)
    language = text.language if text else asset.original_language
    acts = acts_open_to(reader, asset)
    topics = queries.topics_of(asset, reader.language)
    can_change = any(act.name in ("submit", "archive", "publish") for act in acts) and bool(
        kind.policy.may_change(reader, asset)
    )
    context = {
        "asset": asset,
        "kind": kind,
        "reader": reader,
        "kind_label": capital(str(kind.label)),
        "title": text.title if text else asset.title,
        "text": text,
        "language": language,
        "direction": direction_of(language),
        "language_name": capital(language_name(language, reader.language)),
        "is_other_language": language.split("-")[0] != reader.language,
        "languages": language_switch(
            {t.language: _language_note(t, original) for t in texts}, current=language, address=""
        ),
        "is_behind": _is_behind(text, original),
        "is_machine": text is not None and text.provenance == AssetText.Provenance.MACHINE,
        "body": shown_body(with_terms(text.body_html, _terms(topics, language))) if text else "",
        "quality_label": capital(str(CHECKS.get(asset.quality, ""))),
        "state_label": State(asset.state).label,
        "is_listed": asset.state in LISTED_STATES,
        "is_archived": asset.state == State.ARCHIVED,
        "stale_since": shown_day(asset.review_by, reader.language)
        if asset.review_by and asset.review_by < today
        else "",
        "superseded_by": [link for link in links if link.relation == "supersedes" and not link.is_outgoing],
        "links": _links_by_relation(links),
        "marks": [
            (
                capital(str(CHECKS.get(mark.check_made, mark.check_made))),
                mark.by,
                shown_day(mark.made_on, reader.language),
                mark.note,
            )
            for mark in (marks_of(asset) if asset.quality else [])
        ],
        "files": [shown_file(asset, file, reader.language) for file in files if file.is_current],
        "contributors": _contributors(asset),
        "topics": topics,
        "has_explained": any(topic.is_explained for topic in topics),
        "places": queries.places_of(asset, reader.language),
        "issued": shown_date(asset.issued, reader.language) if asset.issued else "",
        "unit_name": name_in(asset.unit.group.names, reader.language),
        "audience": audience_sentence(asset.audience.labels),
        "thumbnail": thumbnail_address(asset.public_id, asset.thumbnail_id) if asset.thumbnail_id else "",
        "permanent": permanent_address(asset.public_id, request),
        "acts": acts,
        "can_change": can_change,
        "lookalikes": shown_likes(lookalikes_of(reader, asset), reader, beside=asset) if can_change else [],
        "can_check": reader.is_signed_in and bool(kind.policy.may_mark_quality(reader, asset)),
        "page_template": kind.page_template,
        "trail": [
            (_("Home"), reverse("home")),
            (_("Library"), reverse("library")),
            (text.title if text else asset.title, ""),
        ],
        **kind.page_parts(asset, reader, files),
    }
    return render(request, "web/asset.html", context)


def _terms(topics: list[queries.Topic], language: str) -> dict[str, str]:
    """The words for the asset's topics in the language of its text, each with where it is explained."""
    address = reverse("glossary_entry")
    labels = {topic.label_in(language): topic.key for topic in topics if topic.is_explained}
    return {label: f"{address}?{urlencode({'concept': key})}" for label, key in labels.items() if label}


def _chosen_text(texts: list[AssetText], asked: str, asset: Asset, reader: Reader) -> AssetText | None:
    named = next((text for text in texts if text.language == asked), None)
    return named or best_text(texts, reader.language, original=asset.original_language)


def _is_behind(text: AssetText | None, original: AssetText | None) -> bool:
    if text is None or original is None or text.follows_version is None:
        return False
    return text.follows_version < original.version


def _language_note(text: AssetText, original: AssetText | None) -> str:
    if text is original:
        return _("original")
    if _is_behind(text, original):
        return _("out of date")
    return _("machine translation") if text.provenance == AssetText.Provenance.MACHINE else ""


def _links_by_relation(links: list[LinkedAsset]) -> list[tuple[str, list[LinkedAsset]]]:
    grouped: dict[str, list[LinkedAsset]] = {}
    for link in links:
        grouped.setdefault(capital(link.label), []).append(link)
    return list(grouped.items())


def _contributors(asset: Asset) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for person in contributors_of(asset):
        grouped.setdefault(person.role, []).append(person.name)
    return [(str(ROLE_NAMES[Contribution.Role(role)]), names) for role, names in grouped.items()]


def history_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every act since the asset began: who, when, what, and why."""
    asset, reader = asset_to_read(request, public_id)
    revisions = revisions_of(asset)
    linked = {revision.note.rpartition(" ")[2] for revision in revisions if revision.act in _ACTS_ON_LINKS}
    titles = queries.titles_by_address(reader, linked) if linked else {}
    entries = [
        {
            "when": shown_instant(revision.at, reader),
            "who": revision.by.name if revision.by and reader.is_signed_in else "",
            "title": HISTORY_NAMES.get(revision.act, revision.act),
            "text": _note_of(revision.act, revision.note, reader.language, titles),
        }
        for revision in revisions
    ]
    context = {"asset": asset, "entries": entries, "reader": reader, "trail": _trail(asset, _("History"))}
    return render(request, "web/history.html", context)


def _note_of(act: str, note: str, language: str, titles: Mapping[str, str]) -> str:
    """What is kept beside an act, in words; of links only those towards what the reader may read."""
    if act == "mark-quality":
        return capital(str(CHECKS.get(note, note)))
    if act == "set-edition":
        return capital(language_name(note, language))
    if act in _ACTS_ON_LINKS:
        relation, _space, public_id = note.rpartition(" ")
        if public_id not in titles or relation not in RELATIONS:
            return ""
        return _("%(relation)s: %(title)s") % {
            "relation": capital(str(RELATIONS[relation].label)),
            "title": f"\u2068{titles[public_id]}\u2069",
        }
    return note


def _trail(asset: Asset, here: str) -> list[tuple[Any, str]]:
    return [
        (_("Library"), reverse("library")),
        (asset.title, reverse("asset_page", args=[asset.public_id])),
        (here, ""),
    ]


def cite_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """How to cite the asset: a plain line with its permanent address."""
    asset, reader = asset_to_read(request, public_id)
    address = permanent_address(asset.public_id, request)
    description = kind_of(asset).describe(asset, reader.language)
    context = {
        "asset": asset,
        "citation": citation(description, address=address, language=reader.language),
        "language": description.language,
        "direction": direction_of(description.language),
        "permanent": address,
        "trail": _trail(asset, _("Cite")),
    }
    return render(request, "web/cite.html", context)


@require_http_methods(["GET", "POST"])
def act_page(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Ask before an act of the asset's life, and do it.

    A refused act, or one without its reason, changes nothing.
    """
    asset, reader = asset_to_read(request, public_id)
    signed_in(request)
    act = ACTS.get(name)
    if act is None:
        raise NotFound(_("There is no such act."))
    act.permission(kind_of(asset).policy, reader, asset).require()
    form = ReasonForm(sent(request)[0], is_required=act.reason == "required")
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act.do(asset, reader, form.cleaned_data["reason"])
            except BadInput as error:
                form.take_problems(error)
            else:
                messages.success(request, str(act.done))
                gone = act.is_grave
                return redirect("library") if gone else redirect("asset_page", asset.public_id)
        status = 400
    context = {"asset": asset, "act": act, "form": form, "trail": _trail(asset, str(act.label))}
    return render(request, "web/act.html", context, status=status)


@require_http_methods(["GET", "POST"])
def quality_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say that a check was made of the asset as it stands, by whom and when."""
    asset, reader = asset_to_read(request, public_id)
    signed_in(request)
    kind_of(asset).policy.may_mark_quality(reader, asset).require()
    form = QualityForm(sent(request)[0], initial={"on": clock.today(reader.time_zone)})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data
            try:
                mark_quality(asset, check=given["check"], by=reader, on=given["on"], note=given["note"])
            except BadInput as error:
                form.take_problems(error)
            else:
                messages.success(request, _("The check stands on its page now."))
                return redirect("asset_page", asset.public_id)
        status = 400
    context = {
        "asset": asset,
        "form": form,
        "marks": marks_of(asset),
        "trail": _trail(asset, _("Say that it was checked")),
    }
    return render(request, "web/quality.html", context, status=status)
