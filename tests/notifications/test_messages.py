"""Mail in two forms that says how to stop it, and the address with which its links begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from baobab.config.addresses import remember_address
from baobab.notifications.addresses import DEFAULT, site_address
from baobab.notifications.messages import composed


@pytest.fixture
def templates(settings: Settings, tmp_path: Path) -> None:
    """Templates of a mail, as an app would bring them."""
    for ending, content in {
        "subject.txt": "{% autoescape off %}News of {{ what }}\n\n{% endautoescape %}",
        "txt": "\n{% autoescape off %}{{ what }}, stop: {{ stop_address }}{% endautoescape %}",
        "html": '<html lang="{{ language }}" dir="{{ direction }}"><p>{{ what }}</p></html>',
    }.items():
        (tmp_path / f"mail.{ending}").write_text(content)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


def mail(*, language: str = "en", stop_address: str = "") -> EmailMultiAlternatives:
    context = {"what": "peat & <moss>"}
    return composed("mail", context, to="to@example.org", language=language, stop_address=stop_address)


def test_a_mail_says_the_same_in_text_and_in_html(templates: None) -> None:
    message = mail()
    assert (message.subject, message.to) == ("News of peat & <moss>", ["to@example.org"])
    assert message.body == "peat & <moss>, stop:\n"
    ((html, sort),) = message.alternatives
    assert "<p>peat &amp; &lt;moss&gt;</p>" in str(html)
    assert sort == "text/html"


def test_it_runs_the_way_its_language_does(templates: None) -> None:
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        ((html, _sort),) = mail(language=language).alternatives
        assert f'lang="{language}" dir="{direction}"' in str(html)


def test_one_click_stops_it_where_it_can_be_stopped(templates: None) -> None:
    headers = mail(stop_address="https://example.org/stop/x").extra_headers
    assert headers["List-Unsubscribe"] == "<https://example.org/stop/x>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in mail().extra_headers
    assert mail().extra_headers["Auto-Submitted"] == "auto-generated"


def test_links_begin_with_the_sites_own_address_else_with_where_it_was_served(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BAOBAB_HOME = tmp_path
    settings.SITE_URL = ""
    assert site_address() == DEFAULT
    remember_address("http://127.0.0.1:8123")
    assert site_address() == "http://127.0.0.1:8123"
    settings.SITE_URL = "https://knowledge.example.org/"
    assert site_address() == "https://knowledge.example.org"
