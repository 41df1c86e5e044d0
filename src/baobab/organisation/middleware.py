"""Puts the reader on every request, built when it is first asked for and once only."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from . import readers


def _reader(request: HttpRequest) -> readers.Reader:
    language = (get_language() or "en").split("-")[0]
    user = request.user
    if user.is_authenticated:
        reader = readers.reader_of(user, language=language)
        timezone.activate(reader.time_zone)
        return reader
    return readers.anonymous(language=language)


class ReaderMiddleware:
    """Sets `request.reader`, and shows instants in the reader's zone once it is asked for.

    Must stand after authentication and after the language is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader = SimpleLazyObject(lambda: _reader(request))  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


def reader_of_request(request: HttpRequest) -> readers.Reader:
    """The reader that the middleware put on the request."""
    return cast(readers.Reader, request.reader)  # type: ignore[attr-defined]
