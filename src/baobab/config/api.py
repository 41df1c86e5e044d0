"""The API under /api/v1/: every app's router in one place, every error as problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from baobab import __version__
from baobab.assets.api import router as assets
from baobab.assets.queries import MovedTo
from baobab.kernel.errors import BadInput, BaobabError
from baobab.search.api import router as search

api = NinjaAPI(
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
        content_type="application/problem+json",
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
    return problem(404, "There is nothing here", "There is nothing at this address.")
