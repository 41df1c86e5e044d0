"""What the pattern page shows: invented words in four languages, and a form in its states."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baobab.design.maps import Area, MapFigure, Spot, draw_tiles, map_figure

GROUNDS = ["paper", "surface", "sunken", "line", "mark", "accent-wash"]
INKS = ["ink", "muted", "edge", "accent", "accent-strong", "info", "good", "warn", "bad"]


def icon_names() -> list[str]:
    """Every picture of the sprite, in its order."""
    sprite = (Path(__file__).parent / "static" / "baobab" / "icons.svg").read_text(encoding="utf-8")
    return re.findall(r'<symbol id="([^"]+)"', sprite)


class SpecimenForm(forms.Form):
    """One field of each sort that the product uses."""

    title = forms.CharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("As it is printed on the cover."), max_length=80
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية")],
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        widget=forms.RadioSelect,
        choices=[("public", gettext_lazy("Everybody")), ("staff", gettext_lazy("Staff"))],
    )
    issued = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    external = forms.BooleanField(label=gettext_lazy("Published by somebody else"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Drop a document here, or choose one"),
        help_text=gettext_lazy("PDF, Word, PowerPoint and most other formats, up to 100 MB."),
    )


def _cards() -> list[dict[str, Any]]:
    return [
        {
            "title": "Restoring peat swamps with the people who live in them",
            "language": "en",
            "language_name": "English",
            "kind_label": _("Guidance"),
            "icon": "guidance",
            "byline": "Amara Diallo, Lena Fischer",
            "summary": "What eleven villages learned in six years of blocking canals, replanting and living "
            "from the swamp again: which steps come first, what they cost, and what went wrong.",
            "date": "2024",
            "quality": _("Peer reviewed"),
            "quality_detail": _("by %(name)s, %(day)s") % {"name": "Lena Fischer", "day": "12.03.2024"},
            "place": _("Indonesia"),
        },
        {
            "title": "Suivre les oiseaux d’eau avec un simple carnet",
            "language": "fr",
            "language_name": "Français",
            "kind_label": _("Tool"),
            "icon": "tool",
            "byline": "Fatou Ndiaye",
            "summary": "Une méthode de comptage que les gardes du delta appliquent sans réseau.",
            "date": "2023",
            "quality": "",
            "page_label": _("page 12"),
            "page_url": "#",
            "found_by": _("Is about: %s") % _("Waterbirds"),
        },
        {
            "title": "Acuerdos de pesca en humedales compartidos",
            "language": "es",
            "language_name": "Español",
            "kind_label": _("Report"),
            "icon": "report",
            "byline": "María Quispe, José Mamani",
            "summary": "Cómo tres comunidades pasaron del conflicto a un reglamento común, "
            "y qué queda por hacer.",
            "date": "2019",
            "quality": _("Facts checked"),
            "stale": _("review overdue"),
            "state": _("archived"),
        },
        {
            "title": "إحياء الأهوار: دروس من خمس سنوات",
            "language": "ar",
            "language_name": "العربية",
            "kind_label": _("Brief"),
            "icon": "brief",
            "byline": "زينب الموسوي",
            "summary": "ما الذي عاد إلى الأهوار بعد عودة الماء، وما الذي لم يعد، "
            "وماذا تعلّم السكان والمهندسون معًا.",
            "date": "2022",
            "quality": "",
        },
    ]


def _tree() -> list[dict[str, Any]]:
    return [
        {
            "label": _("Ecosystems"),
            "url": "#",
            "count": 48,
            "is_open": True,
            "children": [
                {"label": _("Peatlands"), "url": "#", "count": 17, "is_current": True},
                {
                    "label": _("Mangroves"),
                    "url": "#",
                    "count": 9,
                    "children": [{"label": _("Restoration"), "url": "#", "count": 4}],
                },
            ],
        },
        {"label": _("Fisheries"), "url": "#", "count": 12},
    ]


def _suggestions() -> list[dict[str, Any]]:
    return [
        {
            "name": "title",
            "title": _("Titles"),
            "options": [
                {"url": "#", "icon": "guidance", "label": "Restoring peat swamps", "language": "en"},
                {"url": "#", "icon": "brief", "label": "إحياء الأهوار", "language": "ar"},
            ],
        },
        {
            "name": "topic",
            "title": _("Topics"),
            "options": [
                {
                    "url": "#",
                    "icon": "topic",
                    "label": _("Peatlands"),
                    "matched": "Tourbières",
                    "matched_language": "fr",
                    "count": 17,
                }
            ],
        },
    ]


def _map() -> MapFigure:
    """A map of tiles, as it is drawn where there are no outlines: the numbers are invented."""
    lying = {
        "BR": (-11, -53), "CO": (4, -73), "DE": (51, 10), "FJ": (-18, 178), "GD": (12, -62), "ID": (-2, 117),
        "KE": (0, 38), "MA": (32, -6), "ML": (17, -3), "MV": (4, 73), "SN": (14, -14), "VU": (-16, 168),
    }  # fmt: skip
    spots = [Spot(code, frozenset({code}), float(y), float(x)) for code, (y, x) in lying.items()]
    counts = {"ID": 48, "SN": 21, "KE": 9, "FJ": 4, "GD": 2, "VU": 1}
    return map_figure(
        draw_tiles(spots),
        [Area(code, code, count, str(count), "#", "#") for code, count in counts.items()],
        name="specimen",
        title=_("Map of products by country"),
        description=_("Most are about Indonesia and Senegal."),
        shown=str,
    )


def everything() -> dict[str, Any]:
    """The context of the pattern page. The second form was sent with mistakes, so that errors show."""
    return {
        "sample_notice": _("This is a sample organisation. Its people and documents are invented."),
        "trail": [(_("Home"), "/"), (_("Library"), "#"), (_("Patterns"), "")],
        "icons": icon_names(),
        "colours": [*GROUNDS, *INKS],
        "form": SpecimenForm(),
        "refused_form": SpecimenForm({"title": "x" * 81, "language": "en", "external": "on"}),
        "cards": _cards(),
        "tree_nodes": _tree(),
        "figures": [("1,204", _("products"), "#"), ("38", _("countries"), "#"), ("4", _("languages"), "")],
        "pairs": [
            (_("Published"), "12 March 2024"),
            (_("Licence"), "CC BY 4.0"),
            ("ISBN", "978-2-8317-0821-4"),
        ],
        "entries": [
            {"when": "12.03.2024", "who": "Lena Fischer", "title": _("Published")},
            {
                "when": "02.03.2024",
                "who": "زينب الموسوي",
                "title": _("Checked"),
                "text": _("Figures of chapter 3."),
            },
        ],
        "options": [
            {
                "value": "peat",
                "label": _("Peatlands"),
                "count": 17,
                "url": "?topic=peat",
                "is_chosen": True,
                "children": [{"value": "fen", "label": _("Fens"), "count": 4, "url": "?topic=fen"}],
            },
            {"value": "mangrove", "label": _("Mangroves"), "count": 9, "url": "?topic=mangrove"},
        ],
        "ticks": [
            {"value": "fr", "label": "Français", "count": 12, "is_chosen": True},
            {"value": "ar", "label": "العربية", "count": 6},
        ],
        "suggested": _suggestions(),
        "map": _map(),
        "tabs": [
            {"label": _("Overview"), "url": "#", "is_current": True},
            {"label": _("Files"), "url": "#", "count": 3},
            {"label": _("History"), "url": "#", "count": 12},
        ],
        "steps": [_("File"), _("Details"), _("Topics and places"), _("Publish")],
        "languages": [
            {"code": "en", "name": "English", "is_current": True},
            {"code": "fr", "name": "Français", "url": "#", "note": _("machine translation")},
            {"code": "ar", "name": "العربية", "url": "#", "note": _("out of date")},
        ],
        "views": [
            {"label": _("Text"), "url": "#", "is_current": True},
            {"label": _("Page image"), "url": "#"},
        ],
    }
