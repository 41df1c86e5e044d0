"""The form of a person's own account."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def _zones() -> list[tuple[str, str]]:
    named = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    return [("", _("UTC")), *((name, name.replace("_", " ")) for name in named)]  # type: ignore[list-item]


class PreferencesForm(forms.Form):
    """In which language and time zone somebody reads."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", _("As the page's address says")), *settings.LANGUAGES],
        help_text=_("The language of mail to you, and of pages whose address names none."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=_zones,
        help_text=_("Times are shown as the clocks there show them."),
    )
