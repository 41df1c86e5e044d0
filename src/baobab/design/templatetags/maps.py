"""Maps in templates, by `{% load maps %}`: the picture with its legend, and the table that says the same."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from baobab.design.maps import MapFigure, svg
from baobab.design.rendering import component

register = template.Library()

MOST_ROWS = 20
# So few more are not worth folding away.
_FEW = 3


@register.simple_tag
def place_map(figure: MapFigure) -> SafeString:
    """The map as a figure with its legend and notes. The page loads `baobab/maps.css`."""
    picture = mark_safe(svg(figure))  # noqa: S308 - `svg` escapes every word
    return component("place_map", map=figure, picture=picture)


@register.simple_tag
def map_table(
    figure: MapFigure, *, caption: str, heading: str, counted: str, most: int = MOST_ROWS
) -> SafeString:
    """The numbers of the map as a table in the order of its rows; `heading` and `counted` head its columns.

    Of more than `most` rows the others are folded away below.
    """
    rows = figure.rows
    cut = len(rows) if len(rows) <= most + _FEW else most
    return component(
        "map_table", first=rows[:cut], rest=rows[cut:], caption=caption, heading=heading, counted=counted
    )
