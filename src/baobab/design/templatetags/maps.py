"""Maps in templates, by `{% load maps %}`: the picture with its legend, and the table that says the same."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from baobab.design.maps import MapFigure, svg
from baobab.design.rendering import component

register = template.Library()


@register.simple_tag
def place_map(figure: MapFigure) -> SafeString:
    """The map as a figure with its legend and notes. The page loads `baobab/maps.css`."""
    picture = mark_safe(svg(figure))  # noqa: S308 - `svg` escapes every word
    return component("place_map", map=figure, picture=picture)


@register.simple_tag
def map_table(figure: MapFigure, *, caption: str, heading: str, counted: str) -> SafeString:
    """The numbers of the map as a table in the order of its rows; `heading` and `counted` head it."""
    return component("map_table", map=figure, caption=caption, heading=heading, counted=counted)
