"""What may be there twice: the report of pairs, two of them side by side, and what is done about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baobab.assets.actions import merge
from baobab.assets.kinds import kind_of, kinds
from baobab.assets.models import Asset
from baobab.assets.queries import asset_for
from baobab.kernel.errors import BadInput
from baobab.organisation.queries import name_in, units_in_order
from baobab.organisation.readers import Reader
from baobab.search.lookalikes.actions import bring_together, set_apart
from baobab.search.lookalikes.models import Likeness
from baobab.search.lookalikes.queries import pair_of, pairs_for, pairs_set_apart

from ..forms import ReasonForm
from ..lookalikes import Side, shown_pairs
from ..paging import page_of
from ..presenting import capital
from .opening import asset_to_read, sent, signed_in

_PAIRS_ON_A_PAGE = 10


def lookalikes_page(request: HttpRequest) -> HttpResponse:
    """Pairs that may be the same, surest first: those the reader may read and has a say in."""
    reader = signed_in(request)
    given = {name: request.GET.get(name, "").strip()[:40] for name in ("kind", "unit")}
    units = units_in_order()
    by_id = {str(unit.pk): unit for unit, _depth in units}
    unit = by_id.get(given["unit"])
    pairs = pairs_for(reader, kind=given["kind"], unit_id=unit.pk if unit else None)
    is_known = given["kind"] in {"", *(kind.name for kind in kinds())}
    if not is_known or (given["unit"] and unit is None):
        pairs = pairs.none()
    page = page_of(request, pairs.select_related("left", "right"), size=_PAIRS_ON_A_PAGE)
    context = {
        "page": page,
        "pairs": shown_pairs(page.rows, reader),
        "given": given,
        "is_narrowed": any(given.values()),
        "kinds": [(kind.name, capital(str(kind.label_plural))) for kind in kinds()],
        "units": [
            (key, f"{'— ' * depth}{name_in(one.group.names, reader.language)}")
            for one, depth in units
            for key in [str(one.pk)]
        ],
        "trail": [(_("My work"), reverse("my_work")), (_("What may be there twice"), "")],
    }
    return render(request, "web/lookalikes.html", context)


def lookalikes_apart_page(request: HttpRequest) -> HttpResponse:
    """Pairs that were said not to be the same, latest first, each with a way to take that back."""
    reader = signed_in(request)
    rows = pairs_set_apart(reader).select_related("left", "right")
    page = page_of(request, rows, size=_PAIRS_ON_A_PAGE)
    trail = [
        (_("My work"), reverse("my_work")),
        (_("What may be there twice"), reverse("lookalikes")),
        (_("Not the same"), ""),
    ]
    context = {"page": page, "pairs": shown_pairs(page.rows, reader), "trail": trail}
    return render(request, "web/lookalikes_apart.html", context)


@require_http_methods(["GET", "POST"])
def lookalike_pair_page(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Two assets side by side, and the word that they are not the same, or are perhaps after all."""
    one, other, reader = _both(request, public_id, other_id)
    do = request.POST.get("do")
    if do == "together":
        bring_together(one, other, by=reader)
        messages.success(request, _("They are looked at again as perhaps the same."))
        return redirect("lookalikes_apart")
    if do == "apart":
        set_apart(one, other, by=reader)
        messages.success(
            request, _("They will not be shown as perhaps the same again. This can be taken back.")
        )
        return redirect("lookalikes")
    (pair,) = shown_pairs([pair_of(one, other)], reader)
    context = {"pair": pair, "trail": _trail(_("Side by side"))}
    return render(request, "web/lookalike_pair.html", context)


@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Ask before one asset is merged into another, and do it. What is refused changes nothing."""
    asset, into, reader = _both(request, public_id, other_id)
    kind_of(asset).policy.may_withdraw(reader, asset).require()
    kind_of(into).policy.may_change(reader, into).require()
    form = ReasonForm(sent(request)[0], is_required=False)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                merge(asset, into=into, by=reader, reason=form.cleaned_data["reason"])
            except BadInput as error:
                form.take_problems(error)
            else:
                messages.success(request, _("They are one now. The old address leads to the one that stays."))
                return redirect("asset_page", into.public_id)
        status = 400
    (pair,) = shown_pairs([Likeness(left=asset, right=into, how="")], reader)
    going, staying = pair.sides
    merging = [(_("Goes"), _in_line(going)), (_("Is kept"), _in_line(staying))]
    context = {"into": into, "pair": pair, "merging": merging, "form": form, "trail": _trail(_("Merge"))}
    return render(request, "web/lookalikes_merge.html", context, status=status)


def _in_line(side: Side) -> str:
    card = side.card
    parts = (card.title, card.byline, card.date, *(value for _name, value in side.facts))
    # Isolates: a title in another script does not turn the date behind it round.
    return " · ".join(f"\u2068{part}\u2069" for part in parts if part)


def _both(request: HttpRequest, public_id: str, other_id: str) -> tuple[Asset, Asset, Reader]:
    signed_in(request)
    one, reader = asset_to_read(request, public_id)
    return one, asset_for(reader, other_id), reader


def _trail(here: str) -> list[tuple[str, str]]:
    return [
        (_("My work"), reverse("my_work")),
        (_("What may be there twice"), reverse("lookalikes")),
        (here, ""),
    ]
