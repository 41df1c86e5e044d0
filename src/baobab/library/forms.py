"""The form fields that a product adds to those of every asset."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baobab.web.forms import FilesForm, PlainForm

from . import queries


class VersionForm(FilesForm):
    """What changed in a new version, and its files."""

    note = forms.CharField(
        label=_("What changed"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=4000,
        error_messages={"required": _("Say what changed in this version.")},
    )
    label = forms.CharField(
        label=_("Name of the version"),
        required=False,
        max_length=60,
        help_text=_("For example “2nd edition” or “2.1”."),
    )
    doi = forms.CharField(
        label=_("DOI"), required=False, help_text=_("Of this version, for example 10.1234/abcd.")
    )


class EditionForm(PlainForm):
    """ISBN and date of an edition. What is right is decided by `actions.set_edition`."""

    isbn = forms.CharField(label=_("ISBN"), required=False, help_text=_("Of the edition in this language."))
    issued = forms.CharField(
        label=_("Date"),
        required=False,
        help_text=_("When it appeared: 2014, 2014-05, 2014-05-31, 2014~ for about, 2012/2014."),
    )


class ProductForm(PlainForm):
    """Type, series, licence and identifiers.

    Checks live in `detail.clean_detail`, the same for rows and requests.
    """

    type = forms.ChoiceField(label=_("Type"), required=False)
    series = forms.CharField(
        label=_("Series"), required=False, help_text=_("The series in which it appears, if any.")
    )
    licence = forms.CharField(label=_("Licence"), required=False, help_text=_("For example CC-BY-4.0."))
    rights = forms.CharField(
        label=_("Rights"), required=False, help_text=_("Who holds the rights, and what others must ask.")
    )
    doi = forms.CharField(label=_("DOI"), required=False, help_text=_("For example 10.1234/abcd."))
    isbn = forms.CharField(
        label=_("ISBN"), required=False, help_text=_("Of the edition in the original's language.")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        language = (get_language() or "en").split("-")[0]
        choices = [("", _("Not said")), *queries.product_types(language)]
        self.fields["type"].choices = choices  # type: ignore[attr-defined]
