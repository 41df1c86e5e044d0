"""The forms of pages that belong to no kind. They hold what was typed; actions check it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.links.relations import RELATIONS
from baobab.assets.models import AssetText
from baobab.assets.quality.checks import CHECKS
from baobab.kernel.errors import BadInput
from baobab.organisation.actions import is_orcid
from baobab.organisation.models import Unit
from baobab.organisation.queries import name_in, persons_by_orcid
from baobab.organisation.readers import PUBLIC, STAFF, Reader, unit_label
from baobab.vocabularies.languages import CONTENT_LANGUAGES
from baobab.vocabularies.queries import find_concepts, find_places

from .presenting import capital, language_choices

_ORCID = re.compile(
    r"\s*[(\[]?(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])[)\]]?\s*$", re.IGNORECASE
)


# Fields of ticked proposals. What was offered is sent beside them: none ticked differs from none shown.
BOXES = ("topic_boxes", "place_boxes")
# The choice of an audience that needs a unit beside it.
ONE_UNIT = "unit"


class PlainForm(forms.Form):
    """A form whose last word on what is right belongs to the action behind it.

    Browsers do not hold it back: a draft may be unfinished, and a preview needs no title.
    """

    use_required_attribute = False

    def take_problems(self, error: BadInput) -> None:
        """Show what an action found wrong beside the fields it names; the rest stands on top."""
        for name, sentences in (error.fields or {"": [str(error)]}).items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


class ReasonForm(PlainForm):
    """Why something is done."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, is_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required
        self.fields["reason"].error_messages["required"] = _("Say why.")


class QualityForm(PlainForm):
    """A check that was made of an asset."""

    check = forms.ChoiceField(
        label=gettext_lazy("What was checked"), widget=forms.RadioSelect, choices=lambda: _check_choices()
    )
    on = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("What was looked at, and against what."),
    )


def _check_choices() -> list[tuple[str, str]]:
    return [(slug, capital(str(label))) for slug, label in CHECKS.items()]


class LinkForm(PlainForm):
    """What an asset is to be connected with, and how it stands to it."""

    relation = forms.ChoiceField(label=gettext_lazy("How they belong together"))
    target = forms.ChoiceField(label=gettext_lazy("With what"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("What a reader should know of this connection; one line is enough."),
    )

    def __init__(self, *args: Any, candidates: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`candidates`: public id and what is shown of it."""
        super().__init__(*args, **kwargs)
        relations = [(name, f"{capital(str(relation.label))} …") for name, relation in RELATIONS.items()]
        self.fields["relation"].choices = relations  # type: ignore[attr-defined]
        self.fields["target"].choices = candidates  # type: ignore[attr-defined]
        self.fields["target"].error_messages["required"] = _("Choose what it is connected with.")


class SeveralFiles(forms.FileInput):
    """A file input that takes many."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Files as a list; empty where none was chosen. Sizes and contents are the action's to check."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        return [single(one, initial) for one in data if one] if isinstance(data, list | tuple) else []


class FilesForm(PlainForm):
    """Files, and the language they are in."""

    documents = SeveralFilesField(
        label=gettext_lazy("Drop documents here, or choose them"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "PDF, Word, slides, spreadsheets, e-books, web pages, messages, images and more."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [("", _("As the document says")), *language_choices(CONTENT_LANGUAGES, reader)]
        self.fields["language"].choices = found  # type: ignore[attr-defined]


class ArrivalForm(FilesForm):
    """What begins an asset: files, or a title, or both."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("Leave it empty when you give a document: a title will be suggested from it."),
    )
    field_order = ("documents", "title", "language")


class TextForm(PlainForm):
    """An asset's words in one language."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        error_messages={"required": gettext_lazy("Give a title.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"), required=False, widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"})
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto"}),
        help_text=gettext_lazy(
            "Markdown: # for headings, * for lists, **bold**, [words](address) for links."
        ),
    )

    def words(self, *, provenance: str = AssetText.Provenance.ORIGINAL) -> Words:
        """What was typed, as an action takes it."""
        given = self.cleaned_data
        return Words(given["title"], given["summary"], given["body"], provenance)


class TranslationForm(TextForm):
    """An asset's words in a language that is not the original's."""

    provenance = forms.ChoiceField(
        label=gettext_lazy("How it was translated"),
        choices=[
            (AssetText.Provenance.HUMAN, gettext_lazy("By a person")),
            (AssetText.Provenance.MACHINE, gettext_lazy("By a machine")),
            (AssetText.Provenance.REVIEWED, gettext_lazy("By a machine, reviewed by a person")),
        ],
        widget=forms.RadioSelect,
        initial=AssetText.Provenance.HUMAN,
    )


class AssetForm(TextForm):
    """What every asset says, whatever its kind."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), help_text=gettext_lazy("Of the title and the text.")
    )
    authors = forms.CharField(
        label=gettext_lazy("Authors"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy(
            "One on each line, as printed. An ORCID at the end of the line names the person for certain."
        ),
    )
    issued = forms.CharField(
        label=gettext_lazy("Date"),
        required=False,
        help_text=gettext_lazy("When it appeared: 2014, 2014-05, 2014-05-31, 2014~ for about, 2012/2014."),
    )
    topic_boxes = forms.MultipleChoiceField(
        label=gettext_lazy("Suggested topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.CharField(
        label=gettext_lazy("Topics"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("One on each line, in any language that the vocabulary has."),
    )
    place_boxes = forms.MultipleChoiceField(
        label=gettext_lazy("Suggested places"), required=False, widget=forms.CheckboxSelectMultiple
    )
    places = forms.CharField(
        label=gettext_lazy("Places"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("One on each line: countries or regions, by name or code."),
    )
    audience = forms.ChoiceField(label=gettext_lazy("Who may read it"), widget=forms.RadioSelect)
    audience_unit = forms.ChoiceField(label=gettext_lazy("Which unit"), required=False)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"), help_text=gettext_lazy("Which part of the organisation answers for it.")
    )
    review_by = forms.DateField(
        label=gettext_lazy("Review by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("After this day its page says that it may be out of date."),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed, and why"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("For the history; one line is enough."),
    )

    def __init__(
        self,
        *args: Any,
        reader: Reader,
        units: Sequence[Unit],
        audience: frozenset[str],
        language: str,
        topic_boxes: Sequence[tuple[int, str]] = (),
        place_boxes: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        """`audience` and `language` are what the asset has now.

        They stay choosable even where nobody else would choose them.
        """
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.units = {str(unit.pk): unit for unit in units}
        tags = list(dict.fromkeys([*CONTENT_LANGUAGES, language]))
        self._offer("language", language_choices(tags, reader))
        named = [(key, name_in(unit.group.names, reader.language)) for key, unit in self.units.items()]
        self._offer("unit", named)
        self._offer("audience", audience_choices(audience, self.units))
        self._offer("audience_unit", [("", "—"), *named])
        self._offer("topic_boxes", [(str(number), label) for number, label in topic_boxes])
        self._offer("place_boxes", [(str(number), label) for number, label in place_boxes])
        self.fields["review_by"].error_messages["invalid"] = _("This is no day that a calendar has.")

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whoever means the members of one unit says which."""
        given = super().clean() or self.cleaned_data
        if given.get("audience") == ONE_UNIT and not given.get("audience_unit"):
            self.add_error("audience_unit", _("Say which unit."))
        return given

    def _audience(self) -> frozenset[str]:
        given = self.cleaned_data
        if given["audience"] == ONE_UNIT:
            return frozenset({unit_label(self.units[given["audience_unit"]].pk)})
        return frozenset(given["audience"].split(","))

    def asset_fields(self, *, detail: dict[str, Any]) -> AssetFields:
        """What was typed, as actions take it.

        Raises `BadInput` where a topic, a place or an ORCID is unknown.
        """
        given = self.cleaned_data
        problems: dict[str, list[str]] = {}
        concepts = _ids_of(given["topics"], "topics", self.reader, problems)
        places = _ids_of(given["places"], "places", self.reader, problems)
        authors = _contributors(given["authors"], problems)
        if problems:
            raise BadInput(fields=problems)
        return AssetFields(
            texts={given["language"]: self.words()},
            original_language=given["language"],
            audience=self._audience(),
            unit=self.units[given["unit"]],
            issued=given["issued"],
            review_by=given["review_by"],
            contributors=authors,
            concepts=[*concepts, *map(int, given["topic_boxes"])],
            places=[*places, *map(int, given["place_boxes"])],
            detail=detail,
        )


def audience_choices(audience: frozenset[str], units: Mapping[str, Unit]) -> list[tuple[str, str]]:
    """Everybody, staff, the members of a unit that is then named; and what the asset has now."""
    choices = [(PUBLIC, _("Everybody")), (STAFF, _("Staff of the organisation"))]
    if units:
        choices.append((ONE_UNIT, _("Members of one unit and of the units below it")))
    now, _unit = shown_audience(audience, units)
    if now and now not in {value for value, _label in choices}:
        choices.append((now, _("As it is now")))
    return choices


def shown_audience(audience: frozenset[str], units: Mapping[str, Unit]) -> tuple[str, str]:
    """An audience as the form holds it: a choice, and the unit where it is the members of one."""
    for key, unit in units.items():
        if audience == {unit_label(unit.pk)}:
            return ONE_UNIT, key
    return ",".join(sorted(audience)), ""


def lines_of(text: str) -> list[str]:
    """The lines that hold something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _ids_of(text: str, field: str, reader: Reader, problems: dict[str, list[str]]) -> list[int]:
    lines = lines_of(text)
    if field == "topics":
        found = {line: concept.pk for line, concept in find_concepts(lines, language=reader.language).items()}
        sentence = _(
            "“%s” is no topic that the vocabularies have. "
            "Look it up among the topics, or write it differently."
        )
    else:
        found = {line: place.pk for line, place in find_places(lines).items()}
        sentence = _("“%s” is no country or region that Baobab knows. Write its name or its ISO code.")
    unknown = [line for line in lines if line not in found]
    if unknown:
        problems[field] = [sentence % line[:80] for line in unknown[:10]]
    return [found[line] for line in lines if line in found]


def _contributors(text: str, problems: dict[str, list[str]]) -> list[Contributor]:
    orcids: dict[str, str] = {}
    names: list[tuple[str, str]] = []
    for line in (line.strip() for line in text.splitlines()):
        found = _ORCID.search(line)
        name = line[: found.start()].strip(" ,;") if found else line
        orcid = found[1].upper() if found else ""
        if orcid and not is_orcid(orcid):
            problems.setdefault("authors", []).append(
                _("“%s” is not an ORCID: its check digit is wrong.") % orcid
            )
        if line:
            names.append((name or orcid, orcid))
            orcids[orcid] = name
    persons = persons_by_orcid(filter(None, orcids))
    return [Contributor(name, person=persons.get(orcid)) for name, orcid in names]


def shown_contributors(names: Iterable[tuple[str, str | None]]) -> str:
    """Authors as the form holds them: a line each, with the ORCID that names the person."""
    return "\n".join(f"{name} {orcid}" if orcid else name for name, orcid in names)


def as_typed(values: Any) -> dict[str, Any]:
    """The values of a sent form as a draft keeps them: text, or a list of texts where there were several."""
    kept: dict[str, Any] = {}
    for name in values:
        if name in ("csrfmiddlewaretoken", "do"):
            continue
        several = values.getlist(name)
        kept[name] = several if len(several) != 1 or name in BOXES else several[0]
    return kept
