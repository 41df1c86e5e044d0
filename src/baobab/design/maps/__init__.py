"""Maps as SVG: countries shaded by numbers, as outlines or tiles. No Django inside; nothing is fetched."""

from .drawing import Drawing, Frame, Spot, draw
from .figure import Area, MapFigure, map_figure, svg
from .geometry import GeometryError, Shape, read_shapes
from .tiles import draw_tiles

__all__ = [
    "Area",
    "Drawing",
    "Frame",
    "GeometryError",
    "MapFigure",
    "Shape",
    "Spot",
    "draw",
    "draw_tiles",
    "map_figure",
    "read_shapes",
    "svg",
]
