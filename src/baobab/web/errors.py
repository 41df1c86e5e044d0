"""The one place where an error raised below a view becomes a page with the status that fits."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baobab.assets.queries import MovedTo
from baobab.kernel.errors import BadInput, BaobabError, Refused, Withdrawn

# Statuses that have a page of their own in the design; the others share one.
_OWN_PAGES = frozenset({400, 403, 404, 410})


class SignInFirst(Refused):
    """Only somebody who signed in can do this; the page of signing in leads back here."""


class TooLarge(BadInput):
    """More was sent than this site takes."""

    status = 413


def error_page(request: HttpRequest, error: BaobabError) -> HttpResponse:
    """The page that says what happened, with the status of the error."""
    titles = {
        409: _("Somebody else changed this meanwhile"),
        413: _("This is too large"),
        503: _("This is away for the moment"),
    }
    template = f"{error.status}.html" if error.status in _OWN_PAGES else "design/error.html"
    context = {"status": error.status, "sentence": str(error), "title": titles.get(error.status, "")}
    if isinstance(error, Withdrawn):
        context |= {"sentence": _with_subject_apart(error), "reason": error.reason}
    return render(request, template, context, status=error.status)


def _with_subject_apart(error: Withdrawn) -> SafeString:
    """The sentence with what it names set apart: a title in another script leaves the rest in its order."""
    before, subject, after = (
        error.sentence.partition(error.subject) if error.subject else (error.sentence, "", "")
    )
    return format_html("{}<bdi>{}</bdi>{}", before, subject, after)


class ErrorMiddleware:
    """Answers for `BaobabError` on pages; the API answers for its own.

    Pages of signed-in people are kept by nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Cookie", "Accept-Language"))
            if request.user.is_authenticated and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn what views raise into a page, a redirect to what took the place, or the page of signing in."""
        if not isinstance(error, BaobabError) or request.path.startswith("/api/"):
            return None
        if isinstance(error, MovedTo):
            response = HttpResponse(status=308)
            response["Location"] = reverse("asset_page", args=[error.target])
            return response
        if isinstance(error, SignInFirst):
            back = request.get_full_path() if request.method == "GET" else f"/{get_language()}/"
            return redirect_to_login(back, reverse("account_login"))
        return error_page(request, error)


__all__ = ["ErrorMiddleware", "SignInFirst", "TooLarge", "error_page"]
