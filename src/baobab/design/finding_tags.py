"""The components by which people find: the search box, what it suggests, and the facets of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.safestring import SafeString

from .addresses import address_of
from .rendering import component, request_of

register = template.Library()


@cache
def _suggesting() -> str:
    """The address of the script that suggests, which never changes while a process lives."""
    return static("baobab/suggest.js")


@register.simple_tag
def facet_group(
    title: str,
    options: Sequence[Mapping[str, Any]],
    *,
    name: str,
    more_url: str = "",
    is_open: object = None,
) -> SafeString:
    """Where nothing is said of `is_open`, short lists stand open, and those of which something is chosen."""
    if is_open is None:
        is_open = len(options) <= 8 or any(option.get("is_chosen") for option in options)
    return component(
        "facet_group", title=title, options=options, name=name, more_url=more_url, is_open=is_open
    )


@register.simple_tag(takes_context=True)
def search_box(
    context: Context,
    url: str,
    *,
    q: str | None = None,
    label: str = "",
    size: str = "",
    kept: Sequence[tuple[str, str]] = (),
) -> SafeString:
    """`kept` goes along with what is typed. The box of the search page suggests while somebody types."""
    request = request_of(context)
    if q is None:
        q = request.GET.get("q", "")[:1000] if request is not None else ""
    is_of_everything = bool(url) and url == address_of("search")
    return component(
        "search_box",
        url=url,
        q=q,
        label=label,
        size=size,
        kept=kept,
        id=f"search-{size or 'small'}",
        suggest=address_of("suggest") if is_of_everything else "",
        script=_suggesting() if is_of_everything else "",
    )


@register.simple_tag
def suggestions(groups: Sequence[Mapping[str, Any]], *, said: str = "") -> SafeString:
    return component("suggestions", groups=groups, said=said)
