"""Addresses: the converter for public ids, and where an address without a language leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import register_converter, reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from baobab.kernel.identifiers import PublicIdConverter

register_converter(PublicIdConverter, "public_id")


def chosen_language(request: HttpRequest) -> str:
    """The language somebody chose, else the best one of Accept-Language that the interface has."""
    return translation.get_language_from_request(request)


def permanent(request: HttpRequest, *, page: str, **parts: str) -> HttpResponse:
    """Lead an address without a language to its page in the visitor's language.

    302, and told apart by cookie and header, so that nobody gets the language of another.
    """
    with translation.override(chosen_language(request)):
        target = reverse(page, kwargs=parts)
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"{target}?{query}" if query else target)
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
