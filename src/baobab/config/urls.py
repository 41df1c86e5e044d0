"""Every address of the site, gathered from the apps."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from baobab.web.urls import permanent_urlpatterns

from . import api


@require_safe
def is_healthy(request: HttpRequest) -> HttpResponse:
    """Says that this process answers, to whoever watches over it. No query."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", is_healthy, name="healthz"),
    path("api/v1/", api.addresses()),
    *permanent_urlpatterns,
    *i18n_patterns(
        path("", include("baobab.accounts.urls")),
        path("", include("baobab.jobs.urls")),
        path("", include("baobab.design.urls")),
        path("", include("baobab.library.urls")),
        path("", include("baobab.web.urls")),
    ),
]
