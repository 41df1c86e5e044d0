"""The API under /api/v1/: every app's router in one place, every error as problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from baobab import __version__
from baobab.assets.api import router as assets
from baobab.assets.queries import MovedTo
from baobab.kernel.errors import BadInput, BaobabError
from baobab.search.api import router as search

_PROBLEM = "application/problem+json"
# What any address may answer besides what it is for.
_PROBLEMS = {
    400: "A value that names nothing.",
    404: "Absent, or not for the caller.",
    405: "Another method than GET or HEAD.",
    422: "A value of the wrong form.",
    500: "A fault of the site's own.",
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["status", "title", "detail"],
    "properties": {
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}

_log = logging.getLogger(__name__)


class Api(NinjaAPI):
    """The API, whose description names the problems that every address may answer with."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """See `NinjaAPI`; problems are added to every operation, beside those that it declares itself."""
        description = super().get_openapi_schema(**given)
        description["components"]["schemas"]["Problem"] = _PROBLEM_SCHEMA
        content = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in description["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                for status, sentence in _PROBLEMS.items():
                    answers.setdefault(status, {"description": sentence})
                for status in answers:
                    if int(status) >= 300:
                        answers[status]["content"] = content
        return description


api = Api(
    title="Baobab",
    version=__version__,
    description="What the pages show, as JSON, under the same rights. Errors are problem+json (RFC 9457).",
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", search)
api.add_router("", assets)


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """An error as problem+json: `title` names its sort, `detail` is the sentence for this case."""
    content = {"status": status, "title": title, "detail": detail, **more}
    return JsonResponse(
        content,
        status=status,
        content_type=_PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )


@api.exception_handler(BaobabError)
def _told(request: HttpRequest, error: BaobabError) -> HttpResponse:
    if isinstance(error, MovedTo):
        answer = problem(308, error.title, str(error), id=error.target)
        answer["Location"] = f"/api/v1/assets/{error.target}"
        return answer
    more = {"fields": error.fields} if isinstance(error, BadInput) and error.fields else {}
    return problem(error.status, error.title, str(error) or error.title, **more)


@api.exception_handler(ValidationError)
def _unusable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for found in error.errors:
        fields.setdefault(str(found["loc"][-1]), []).append(str(found["msg"]))
    return problem(422, "A parameter cannot be used", "Some of the parameters cannot be used.", fields=fields)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "The request was refused", str(error))


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return _nothing_here(request)


@api.exception_handler(Exception)
def _crashed(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("%s %s crashed", request.method, request.path, exc_info=error)
    return problem(
        500, "The site made a mistake", "The answer could not be made. The fault is not yours; it was noted."
    )


def _nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problem(404, "There is nothing here", "There is nothing at this address.")


def _told_as_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, answering HEAD as GET, and with problem+json where it would refuse in plain text."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        try:
            response = view(request, *args, **named)
        except Http404:
            return _nothing_here(request)
        finally:
            request.method = asked
        if isinstance(response, HttpResponseNotAllowed):
            refused = problem(
                405, "This is not possible here", "This address can only be read, with GET or HEAD."
            )
            refused["Allow"] = "GET, HEAD"
            return refused
        return response

    return answer


def addresses() -> tuple[list[URLPattern | URLResolver], str, str]:
    """All addresses below /api/v1/, what stands at none of them included."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _told_as_problems(pattern.callback)
    return [*patterns, path("<path:rest>", _nothing_here)], app, namespace
