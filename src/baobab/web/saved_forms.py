"""The form of a saved search: what it is called, and how its owner hears of what is new."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from baobab.kernel.errors import BadInput
from baobab.search.saved.models import SavedSearch

Rhythm = SavedSearch.Rhythm


class SavedSearchForm(forms.Form):
    """Holds what was typed; the action checks it."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Under this name you find it again, and mail speaks of it."),
    )
    rhythm = forms.ChoiceField(
        label=_("Mail to me about what is new"),
        widget=forms.RadioSelect,
        choices=[
            (Rhythm.NONE, _("No mail: I look here, or use the feed")),
            (Rhythm.IMMEDIATE, _("At once, within about a minute")),
            (Rhythm.DAILY, _("Every day at 7 in the morning")),
            (Rhythm.WEEKLY, _("Every Monday at 7 in the morning")),
        ],
        help_text=_("By the clock of your time zone, which you choose in your account."),
    )

    def take_problems(self, error: BadInput) -> None:
        """Show what an action refused at the field that it speaks of."""
        for name, sentences in error.fields.items() or {"": [str(error)]}.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
