"""Components say what they promise, and escape what they are given."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory


def render(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    return Template("{% load components %}" + source).render(Context({**context, "request": request}))


class Registration(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card.")
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    note = forms.CharField(label="Note", required=False)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("The whole does not fit together.")


SOURCES = [
    "{% card x x kind_label=x badge=x icon=x byline=x summary=x date=x language=x language_name=x %}",
    "{% card x x quality=x state=x stale=x thumbnail=x place=x page_label=x page_url=x %}",
    "{% badge x tone=x icon=x %}{% tag x url=x icon=x %}{% tag x remove_url=x %}",
    "{% quality_mark x detail=x %}{% link_button x x style=x icon=x %}{% icon x label=x %}",
    "{% button x style=x name=x value=x icon=x %}{% avatar x image=x %}{% progress x message=x %}",
    "{% notice title=x tone=x %}{{ x }}{% endnotice %}",
    "{% empty_state title=x icon=x %}{{ x }}{% endempty_state %}",
    "{% search_box x q=x label=x %}{% disclosure summary=x %}{{ x }}{% enddisclosure %}",
    "{% section title=x url=x more=x %}{{ x }}{% endsection %}",
    "{% table caption=x %}<tr><td>{{ x }}</td></tr>{% endtable %}",
]


@pytest.mark.parametrize("source", SOURCES)
def test_no_component_lets_markup_through(source: str) -> None:
    page = render(source, x='"><script>alert(1)</script>')
    assert "&lt;script" in page
    assert "<script" not in page
    assert '=""><' not in page


def test_a_field_ties_its_label_help_and_error_to_its_control() -> None:
    page = render("{% field form.name %}", form=Registration({}))
    assert '<label for="id_name">' in page
    assert 'aria-describedby="id_name-help id_name-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name-help"' in page
    assert 'id="id_name-error"' in page


def test_a_group_of_choices_is_a_fieldset_with_a_legend() -> None:
    page = render("{% field form.role %}", form=Registration())
    assert "<fieldset" in page
    assert "<legend>Role" in page


def test_the_summary_of_errors_leads_to_each_field_and_names_what_concerns_the_whole() -> None:
    page = render("{% form_errors form %}", form=Registration({}))
    assert 'href="#id_name"' in page
    assert 'href="#id_role"' in page
    assert "The whole does not fit together." in page
    assert render("{% form_errors form %}", form=Registration()).strip() == ""


def test_pages_of_a_list_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/en/search/", {"q": "peat swamp", "topic": "7", "page": "3"})
    page = render("{% pagination 3 9 %}", request)
    assert "?q=peat+swamp&amp;topic=7&amp;page=4" in page
    assert '<span aria-current="page" class="number">3</span>' in page


@pytest.mark.parametrize(("page", "pages"), [(10**18, 10**18), (-5, 3), (1, 1), (0, 0)])
def test_pages_are_bounded_whatever_is_asked(page: int, pages: int) -> None:
    shown = render("{% pagination page pages %}", RequestFactory().get("/"), page=page, pages=pages)
    assert shown.count("<li>") <= 10
    assert "page=501" not in shown


def test_an_unknown_page_has_no_address_and_no_link() -> None:
    assert render("{% nav_url 'no_such_page' %}{% nav_link 'no_such_page' 'Label' %}") == ""


def test_a_component_speaks_only_when_the_picture_carries_the_meaning() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'search' %}")
    assert 'role="img" aria-label="Search"' in render("{% icon 'search' label='Search' %}")


def test_texts_of_a_card_say_their_language_and_direction() -> None:
    page = render("{% card 'إحياء الأهوار' '/a' language='ar' summary='x' %}")
    assert page.count('lang="ar" dir="rtl"') == 2


def test_a_card_tells_not_checked_from_nothing_to_say() -> None:
    assert "Not checked" in render("{% card 'A' '/a' quality='' %}")
    assert "Not checked" not in render("{% card 'A' '/a' %}")


@pytest.mark.parametrize(
    ("name", "initials"), [("Amara Diallo", "AD"), ("Zo", "Z"), ("", "?"), ("  12 ", "?")]
)
def test_initials_come_from_the_first_and_last_name(name: str, initials: str) -> None:
    assert f">{initials}</span>" in render("{% avatar name %}", name=name)
