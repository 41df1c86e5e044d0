"""Mail that people get without having asked for this one: why it came, and how to stop it with one click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from baobab.kernel.text import clean_line

# RFC 8058 §3.1: with this, a mail program stops the mail itself by a POST to the address, without a page.
ONE_CLICK = "List-Unsubscribe=One-Click"


def composed(
    template: str,
    context: Mapping[str, Any],
    *,
    to: str,
    language: str,
    stop_address: str = "",
) -> EmailMultiAlternatives:
    """A mail in plain text and HTML out of `<template>.subject.txt`, `.txt` and `.html`, in a language.

    The templates get `language` and `direction` (`rtl` or `ltr`) beside the context. `stop_address` is an
    address that needs no sign-in: it stops this kind of mail at a POST (RFC 8058) and asks at a GET; it
    goes into `List-Unsubscribe` (RFC 2369 §3.2), and into the templates. Machines are told not to answer
    (RFC 3834 §5). `send()` queues the mail in the caller's transaction.
    """
    with translation.override(language):
        shown = {
            **context,
            "language": language,
            "direction": Locale.parse(language, sep="-").text_direction,
            "stop_address": stop_address,
        }
        subject = clean_line(render_to_string(f"{template}.subject.txt", shown))
        text = render_to_string(f"{template}.txt", shown).strip() + "\n"
        html = render_to_string(f"{template}.html", shown)
    headers = {"Auto-Submitted": "auto-generated"}
    if stop_address:
        headers |= {"List-Unsubscribe": f"<{stop_address}>", "List-Unsubscribe-Post": ONE_CLICK}
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    message.attach_alternative(html, "text/html")
    return message
