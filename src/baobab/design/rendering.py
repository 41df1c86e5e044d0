"""How a component's template is rendered, for the modules that define components."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString


def component(name: str, /, **parameters: Any) -> SafeString:
    """`design/components/<name>.html` with these parameters and nothing else; what they hold is escaped."""
    inner: Any = get_template(f"design/components/{name}.html")
    rendered: SafeString = inner.template.render(Context(parameters))
    return rendered


def request_of(context: Context) -> HttpRequest | None:
    """The request that this page answers, where there is one."""
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None
