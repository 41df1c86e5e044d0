"""The components: every part that pages share, as template tags of `{% load components %}`.

Each renders `templates/design/components/<name>.html`, which lists its parameters on top and stands on the
pattern page. A tag with a body ends with `end<name>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, get_language_info

from baobab.design import finding_tags, form_tags
from baobab.design.addresses import address_of, page_links, site_language_links, with_parameter
from baobab.design.rendering import component, request_of

register = template.Library()
register.tags.update(form_tags.register.tags)
register.tags.update(finding_tags.register.tags)

THEMES = ("light", "dark")
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
# Icons that point along the line of reading and therefore turn with it.
TURNING_ICONS = frozenset({"next", "back", "arrow", "external", "list", "history", "quote"})


@cache
def _sprite() -> str:
    """The address of the pictures, asked for fifty times a page; it never changes while a process lives."""
    return static("baobab/icons.svg")


def _direction(language: str) -> str:
    """`rtl` or `ltr` for any language code; a language nobody listed is taken to read like Latin script."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


# Addresses and the page ---------------------------------------------------------------------------


@register.simple_tag
def nav_url(name: str, *args: object) -> str:
    """The address of a named page, or nothing where there is no such page."""
    return address_of(name, *args)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str, *, icon: str = "", apart: object = None) -> str:
    """A list item that leads to a named page, marked when one is there; nothing where there is no such page.

    `apart` moves it and what follows to the far end of the bar.
    """
    url = address_of(name)
    if not url:
        return ""
    request = request_of(context)
    here = request is not None and (
        request.path == url or (url.count("/") > 2 and request.path.startswith(url))
    )
    return component("nav_link", label=label, url=url, icon=icon, apart=apart, is_here=here)


@register.simple_tag(takes_context=True)
def chosen_theme(context: Context) -> str:
    """`light` or `dark` when the reader chose one, else nothing: then the device decides."""
    request = request_of(context)
    theme = request.COOKIES.get("theme", "") if request is not None else ""
    return theme if theme in THEMES else ""


@register.simple_tag
def stylesheet_url() -> str:
    """The address of the stylesheet, or nothing where static files are broken: some pages must not fail."""
    try:
        return static("baobab/baobab.css")
    except ValueError:
        return ""


@register.simple_tag(takes_context=True)
def site_languages(context: Context) -> SafeString:
    """This page in every language of the interface."""
    links = site_language_links(request_of(context), current=get_language() or "en")
    return component("site_languages", links=links)


@register.simple_tag(takes_context=True)
def with_query(context: Context, parameter: str, value: object = "") -> str:
    """This address's query string with one parameter set anew, or gone where `value` is empty."""
    return with_parameter(request_of(context), parameter, value)


# Small parts --------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture from the sprite; silent to screen readers unless it carries the meaning alone (`label`)."""
    turns = " icon-turns" if name in TURNING_ICONS else ""
    target = f"{_sprite()}#{name}"
    if label:
        return format_html(
            '<svg class="icon{}" role="img" aria-label="{}"><use href="{}"/></svg>', turns, label, target
        )
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}"/></svg>', turns, target)


@register.simple_tag
def badge(label: str, *, tone: str = "", icon: str = "") -> SafeString:
    return component("badge", label=label, tone=tone, icon=icon)


@register.simple_tag
def tag(label: str, *, url: str = "", icon: str = "", remove_url: str = "") -> SafeString:
    return component("tag", label=label, url=url, icon=icon, remove_url=remove_url)


@register.simple_tag
def glossary_term(label: str, concept: str, *, url: str = "", icon: str = "", id: str = "") -> SafeString:
    """A word that leads somewhere, with what it means beside it; `concept` is its public id.

    Twice on one page, the same concept needs an `id` of its own each time. The page loads `baobab/terms.js`.
    """
    address = address_of("glossary_entry")
    return component(
        "glossary_term",
        label=label,
        url=url,
        icon=icon,
        id=id or f"term-{concept}",
        look_up=f"{address}?{urlencode({'concept': concept})}" if address else "",
    )


@register.simple_tag
def quality_mark(label: str = "", *, detail: str = "") -> SafeString:
    return component("quality_mark", label=label, detail=detail)


@register.simple_tag
def button(
    label: str,
    *,
    style: str = "",
    name: str = "",
    value: str = "",
    icon: str = "",
    disabled: object = None,
    kind: str = "submit",
) -> SafeString:
    return component(
        "button", label=label, style=style, name=name, value=value, icon=icon, disabled=disabled, kind=kind
    )


@register.simple_tag
def link_button(label: str, url: str, *, style: str = "", icon: str = "") -> SafeString:
    return component("link_button", label=label, url=url, style=style, icon=icon)


@register.simple_tag
def avatar(name: str, *, image: str = "") -> SafeString:
    """A person's picture or initials; the name itself stands beside it, so it is silent."""
    words = [word for word in name.split() if word[0].isalpha()]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
    return component("avatar", initials=initials or "?", image=image)


@register.simple_tag
def progress(label: str, *, done: int = 0, total: int = 0, message: str = "") -> SafeString:
    return component("progress", label=label, done=done, total=total, message=message)


# Knowledge ----------------------------------------------------------------------------------------


@register.simple_tag
def card(
    title: str,
    url: str,
    *,
    kind_label: str = "",
    badge: str = "",
    icon: str = "",
    byline: str = "",
    summary: str = "",
    date: object = "",
    language: str = "",
    language_name: str = "",
    quality: str | None = None,
    quality_detail: str = "",
    state: str = "",
    stale: str = "",
    thumbnail: str = "",
    place: str = "",
    page_label: str = "",
    page_url: str = "",
    found_by: str = "",
    level: int = 3,
) -> SafeString:
    return component(
        "card",
        title=title,
        url=url,
        kind_label=kind_label,
        badge=badge,
        icon=icon or "product",
        byline=byline,
        summary=summary,
        date=date,
        language=language,
        direction=_direction(language) if language else "",
        language_name=language_name,
        quality=quality,
        quality_detail=quality_detail,
        state=state,
        stale=stale,
        thumbnail=thumbnail,
        place=place,
        page_label=page_label,
        page_url=page_url,
        found_by=found_by,
        level=level,
    )


@register.simple_block_tag
def card_list(content: str, *, style: str = "") -> SafeString:
    """Cards below each other, or side by side with `style="grid"`; each card inside its own `<li>`."""
    return component("card_list", content=content, style=style)


@register.simple_tag
def language_links(links: Iterable[Mapping[str, Any]], *, label: str = "") -> SafeString:
    shown = [{**link, "direction": _direction(str(link["code"]))} for link in links]
    return component("language_links", links=shown, label=label)


@register.simple_tag
def figures(items: Sequence[Sequence[Any]]) -> SafeString:
    return component("figures", items=items)


@register.simple_tag
def key_values(pairs: Sequence[Sequence[Any]], *, style: str = "") -> SafeString:
    return component("key_values", pairs=pairs, style=style)


@register.simple_tag
def timeline(entries: Sequence[Mapping[str, Any]]) -> SafeString:
    return component("timeline", entries=entries)


@register.simple_tag
def tree(nodes: Sequence[Mapping[str, Any]], *, label: str) -> SafeString:
    return component("tree", nodes=nodes, label=label)


@register.simple_block_tag
def table(content: str, *, caption: str) -> SafeString:
    return component("table", content=content, caption=caption, region=f"table-{slugify(caption)}")


# Ways through -------------------------------------------------------------------------------------


@register.simple_tag
def breadcrumbs(trail: Sequence[Sequence[str]]) -> SafeString:
    return component("breadcrumbs", trail=trail)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: int, pages: int, *, parameter: str = "page") -> SafeString:
    request = request_of(context)
    links = page_links(request, page=page, pages=pages, parameter=parameter)
    shown = [link.number for link in links]
    last = shown[-1] if shown else 1
    page = min(max(page, 1), last)
    return component(
        "pagination",
        links=links,
        previous_url=with_parameter(request, parameter, page - 1) if page > 1 else "",
        next_url=with_parameter(request, parameter, page + 1) if page < last else "",
    )


@register.simple_tag
def tabs(items: Sequence[Mapping[str, Any]], *, label: str) -> SafeString:
    return component("tabs", items=items, label=label)


@register.simple_tag
def stepper(steps: Sequence[str], current: int) -> SafeString:
    numbered = [(label, number < current, number == current) for number, label in enumerate(steps, start=1)]
    return component("stepper", steps=numbered)


@register.simple_tag
def reader_toolbar(
    title: str,
    back_url: str,
    *,
    page: int,
    pages: int,
    page_action: str,
    previous_url: str = "",
    next_url: str = "",
    search_action: str = "",
    q: str = "",
    download_url: str = "",
    views: Sequence[Mapping[str, Any]] = (),
) -> SafeString:
    return component(
        "reader_toolbar",
        title=title,
        back_url=back_url,
        page=page,
        pages=pages,
        page_action=page_action,
        previous_url=previous_url,
        next_url=next_url,
        search_action=search_action,
        q=q,
        download_url=download_url,
        views=views,
    )


@register.simple_block_tag
def disclosure(content: str, *, summary: str, is_open: object = None) -> SafeString:
    return component("disclosure", content=content, summary=summary, is_open=is_open)


@register.simple_block_tag
def section(content: str, *, title: str, url: str = "", more: str = "") -> SafeString:
    return component("section", content=content, title=title, url=url, more=more)


# What is said to people ---------------------------------------------------------------------------

NOTICE_ICONS = {"info": "info", "warning": "warning", "danger": "danger", "success": "success"}
NOTICE_TONES = {"info": "info", "warning": "warn", "danger": "bad", "success": "good"}


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "") -> SafeString:
    """`tone`: info, warning, danger (also called error), success; anything else reads as info."""
    tone = "danger" if tone == "error" else tone if tone in NOTICE_ICONS else "info"
    return component("notice", content=content, title=title, tone=NOTICE_TONES[tone], icon=NOTICE_ICONS[tone])


@register.simple_block_tag
def empty_state(content: str, *, title: str, icon: str = "search") -> SafeString:
    return component("empty_state", content=content, title=title, icon=icon)


@register.filter
def language_title(code: str) -> str:
    """A language's own name, for codes that Django knows; else the code itself."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code
