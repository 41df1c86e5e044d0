"""The form of an asset.

What was read is confirmed, what is typed is never lost, and nobody overwrites anybody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baobab.assets.actions import change_asset, publish
from baobab.assets.classification.actions import put_aside_suggestions, settle_suggestions
from baobab.assets.fields import AssetFields, Contributor
from baobab.assets.files.queries import files_of
from baobab.assets.kinds import kind_of
from baobab.assets.models import LISTED_STATES, Asset, Contribution, Draft
from baobab.assets.queries import contributors_of
from baobab.assets.revisions.actions import discard_draft, save_draft
from baobab.assets.revisions.queries import draft_of
from baobab.assets.texts.queries import texts_of
from baobab.assets.titles import title_from_name
from baobab.kernel import markdown
from baobab.kernel.errors import BadInput, Stale
from baobab.organisation.readers import Reader
from baobab.search.lookalikes.queries import lookalikes_now

from ..confirming import Proposals, proposals_for
from ..files import shown_file
from ..forms import BOXES, AssetForm, PlainForm, as_typed, shown_audience, shown_contributors
from ..lookalikes import shown_likes
from ..presenting import capital, direction_of, shown_moment
from ..queries import places_of, topics_of, units_open_to
from .opening import asset_to_change


@require_http_methods(["GET", "POST"])
def edit_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an asset, confirm what was read from its files, keep it as a draft or publish it."""
    asset, reader = asset_to_change(request, public_id)
    sheet = _Sheet(asset, reader)
    if request.method == "GET":
        return sheet.show(request)
    if request.headers.get("X-Autosave"):
        sheet.keep(request)
        return HttpResponse(status=204)
    do = request.POST.get("do", "save")
    if do in ("save", "publish"):
        return _store(request, sheet, is_published=do == "publish")
    if do == "dismiss":
        settle_suggestions(
            asset,
            except_concepts=_ticked(request, "topic_boxes"),
            except_places=_ticked(request, "place_boxes"),
        )
        sheet = _Sheet(asset, reader)
    typed = as_typed(request.POST)
    if do == "use-title":
        typed["title"] = sheet.proposals.title
    return sheet.show(request, typed=typed, preview=do == "preview")


def _store(request: HttpRequest, sheet: _Sheet, *, is_published: bool) -> HttpResponse:
    asset, reader = sheet.asset, sheet.reader
    form, kind_form = sheet.forms(data=request.POST)
    if not (form.is_valid() & kind_form.is_valid()):
        sheet.keep(request)
        return sheet.show(request, forms=(form, kind_form), status=400)
    try:
        fields = _with_other_roles(form.asset_fields(detail=dict(kind_form.cleaned_data)), asset)
        if not is_published and asset.state in LISTED_STATES:
            sheet.keep(request)
            messages.info(
                request, _("Kept as a draft. Readers see what was published before until you publish this.")
            )
            return redirect("asset_edit", asset.public_id)
        with transaction.atomic():
            changed = change_asset(
                asset, fields, by=reader, revision=_revision(request, asset), note=form.cleaned_data["note"]
            )
            if is_published:
                settle_suggestions(changed)
            else:
                put_aside_suggestions(
                    changed, concepts=_offered(request, "topic"), places=_offered(request, "place")
                )
            if sheet.draft is not None:
                discard_draft(sheet.draft, by=reader)
            if is_published:
                publish(changed, by=reader)
    except Stale as error:
        sheet.keep(request)
        return sheet.show(request, forms=(form, kind_form), status=409, stale=str(error))
    except BadInput as error:
        sheet.keep(request)
        for name, sentences in (error.fields or {"": [str(error)]}).items():
            part = kind_form if name in kind_form.fields else form
            part.take_problems(BadInput(fields={name: sentences}))
        return sheet.show(request, forms=(form, kind_form), status=400)
    if is_published:
        messages.success(request, _("It is published. It can be found from now on."))
        return redirect("asset_page", asset.public_id)
    messages.success(request, _("Saved as a draft. Nobody but you and the editors of its unit sees it."))
    return redirect("asset_edit", asset.public_id)


def _offered(request: HttpRequest, what: str) -> list[int]:
    """The proposals that stood on the form as it was sent."""
    marks = (mark.partition("_boxes:") for mark in request.POST.get("offered", "").split(","))
    return [int(number[:18]) for name, _colon, number in marks if name == what and number.isdecimal()]


def _ticked(request: HttpRequest, name: str) -> list[int]:
    return [int(number[:18]) for number in request.POST.getlist(name) if number.isdecimal()]


def _revision(request: HttpRequest, asset: Asset) -> int:
    text = request.POST.get("revision", "")
    return int(text[:9]) if text.isdecimal() else asset.revision


def _with_other_roles(fields: AssetFields, asset: Asset) -> AssetFields:
    """The form asks for authors.

    Editors, translators and contacts stay, and so do persons known before by an equal name.
    """
    before = contributors_of(asset)
    known = {row.name: row.person for row in before if row.role == Contribution.Role.AUTHOR}
    given = fields.contributors if isinstance(fields.contributors, list) else []
    authors = [Contributor(one.name, one.role, one.person or known.get(one.name)) for one in given]
    others = [
        Contributor(row.name, row.role, row.person) for row in before if row.role != Contribution.Role.AUTHOR
    ]
    return replace(fields, contributors=[*authors, *others])


class _Sheet:
    """One asset on the form: what it holds, what is proposed, and the page that shows both."""

    def __init__(self, asset: Asset, reader: Reader) -> None:
        self.asset = asset
        self.reader = reader
        self.kind = kind_of(asset)
        self.units = units_open_to(reader)
        if asset.unit_id not in {unit.pk for unit in self.units}:
            self.units = [asset.unit, *self.units]
        self.files = files_of(asset)
        self.proposals: Proposals = proposals_for(asset, reader)
        self.draft: Draft | None = draft_of(reader, asset, language=asset.original_language)

    def forms(
        self, *, data: Any = None, initial: dict[str, Any] | None = None
    ) -> tuple[AssetForm, PlainForm]:
        """The form of every asset and that of its kind."""
        form = AssetForm(
            data,
            initial=initial,
            reader=self.reader,
            units=self.units,
            audience=self.asset.audience.labels,
            language=self.asset.original_language,
            topic_boxes=self.proposals.topics,
            place_boxes=self.proposals.places,
        )
        return form, self.kind.form(data, initial=initial)

    def title_to_show(self, stored: str) -> str:
        """The proposed title where the asset still bears the name of its first file, else the one it has."""
        is_file_name = any(stored == title_from_name(file.name) for file in self.files[:1])
        is_new = self.asset.state not in LISTED_STATES
        return self.proposals.title if is_new and is_file_name and self.proposals.title else stored

    def stored(self) -> dict[str, Any]:
        """The asset as the form shows it."""
        asset, language = self.asset, self.reader.language
        text = next(
            (t for t in texts_of([asset.pk]).get(asset.pk, []) if t.language == asset.original_language), None
        )
        authors = [row for row in contributors_of(asset) if row.role == Contribution.Role.AUTHOR]
        audience, audience_unit = shown_audience(
            asset.audience.labels, {str(unit.pk): unit for unit in self.units}
        )
        return {
            **self.kind.read_details([asset.pk]).get(asset.pk, {}),
            "title": self.title_to_show(text.title if text else asset.title),
            "summary": text.summary if text else asset.summary,
            "body": text.body if text else "",
            "language": self.proposals.language or asset.original_language,
            "authors": shown_contributors(
                (row.name, row.person.orcid if row.person else None) for row in authors
            ),
            "issued": asset.issued,
            "topics": "\n".join(topic.label for topic in topics_of(asset, language)),
            "places": "\n".join(place.label for place in places_of(asset, language)),
            "topic_boxes": [str(number) for number in self.proposals.likely_topics],
            "place_boxes": [str(number) for number in self.proposals.likely_places],
            "audience": audience,
            "audience_unit": audience_unit,
            "unit": str(asset.unit_id),
            "review_by": asset.review_by,
        }

    def merged(self, stored: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
        """What was typed over what is stored; likely proposals that were not offered then are ticked now."""
        values = {**stored, **typed}
        offered = str(typed.get("offered", "")).split(",")
        for name in BOXES:
            fresh = [number for number in stored[name] if f"{name}:{number}" not in offered]
            values[name] = [*typed.get(name, []), *fresh]
        return values

    def keep(self, request: HttpRequest) -> None:
        """Keep what was typed, whatever it is worth."""
        self.draft = save_draft(
            as_typed(request.POST),
            by=self.reader,
            kind=self.asset.kind,
            language=self.asset.original_language,
            asset=self.asset,
            base_revision=_revision(request, self.asset),
        )

    def show(
        self,
        request: HttpRequest,
        *,
        forms: tuple[AssetForm, PlainForm] | None = None,
        typed: dict[str, Any] | None = None,
        preview: bool = False,
        status: int = 200,
        stale: str = "",
    ) -> HttpResponse:
        """The page: with what was just sent, else with the draft that was kept, else with what is stored."""
        asset, reader = self.asset, self.reader
        stored = self.stored()
        draft = self.draft if typed is None and forms is None else None
        if forms is None:
            said = typed if typed is not None else draft.content if draft is not None else None
            forms = self.forms(initial=stored if said is None else self.merged(stored, said))
        if stale:
            revision = asset.revision
        elif request.method == "POST":
            revision = _revision(request, asset)
        else:
            revision = draft.base_revision if draft is not None else asset.revision
        body = request.POST.get("body", "")
        context = {
            "asset": asset,
            "form": forms[0],
            "kind_form": forms[1],
            "form_template": self.kind.form_template,
            "revision": revision,
            "proposals": self.proposals,
            "offered": ",".join(
                f"{name}:{number}"
                for name, shown in zip(BOXES, (self.proposals.topics, self.proposals.places), strict=True)
                for number, _label in shown
            ),
            "files": [shown_file(asset, file, reader.language) for file in self.files if file.is_current],
            "lookalikes": shown_likes(lookalikes_now(reader, asset), reader, beside=asset)
            if asset.state not in LISTED_STATES
            else [],
            "kept_at": shown_moment(draft.updated_at, reader) if draft is not None else "",
            "preview": markdown.render(body) if preview and body else "",
            "is_preview": preview,
            "preview_direction": direction_of(request.POST.get("language", asset.original_language)),
            "stale": stale,
            "both_texts": [
                (name, request.POST.get(name, ""), stored[name]) for name in ("title", "summary", "body")
            ]
            if stale
            else [],
            "is_listed": asset.state in LISTED_STATES,
            "kind_label": capital(str(self.kind.label)),
            "trail": [
                (_("Library"), reverse("library")),
                (asset.title, reverse("asset_page", args=[asset.public_id])),
                (_("Edit"), ""),
            ],
        }
        return render(request, "web/edit.html", context, status=status)


def reading_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far the reading of the asset's files is.

    A part of the form that renews itself, or leads back to it.
    """
    asset, reader = asset_to_change(request, public_id)
    if not request.headers.get("HX-Request"):
        return redirect("asset_edit", asset.public_id)
    files = [shown_file(asset, file, reader.language) for file in files_of(asset) if file.is_current]
    return render(request, "web/edit.html#reading", {"asset": asset, "files": files, "is_fragment": True})


@require_POST
def discard_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw away what was typed and not saved; the asset stays as it is. Doing it again does nothing."""
    asset, reader = asset_to_change(request, public_id)
    draft = draft_of(reader, asset, language=request.POST.get("language") or asset.original_language)
    if draft is not None:
        discard_draft(draft, by=reader)
        messages.info(request, _("Your unsaved changes were thrown away."))
    return redirect("asset_edit", asset.public_id)
