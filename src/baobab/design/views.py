"""The pattern page: every component in its states, for those who build pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import specimens


def pattern_page(request: HttpRequest) -> HttpResponse:
    """Shows each component. Its words are invented and the same for everybody; nothing is read or written."""
    return render(request, "design/patterns.html", specimens.everything())
