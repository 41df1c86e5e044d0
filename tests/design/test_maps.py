"""Maps without Django: reading outlines, flattening them, thinning them, tiles, steps, and the SVG itself."""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.design.maps import (
    Area,
    Frame,
    GeometryError,
    MapFigure,
    Shape,
    Spot,
    draw,
    draw_tiles,
    map_figure,
    read_shapes,
    svg,
)
from baobab.design.maps.arcs import simplified
from baobab.design.maps.drawing import DOT_RADIUS, WIDTH
from baobab.design.maps.projection import around, inside, project, unwrapped
from baobab.design.maps.shading import steps_of

SQUARE = [[10.0, 0.0], [20.0, 0.0], [20.0, 10.0], [10.0, 10.0], [10.0, 0.0]]
NO_SUCH_ARC = {"type": "Polygon", "arcs": [[7]]}
FAR_AWAY = [[0.0, 0.0], [9e6, 1.0], [1.0, 1.0]]
Ring = list[list[float]]


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(rings: list[Ring], properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    return {"type": "Feature", "properties": properties or {}, "geometry": geometry, **more}


def written(folder: Path, *features: dict[str, Any]) -> Path:
    file = folder / "shapes.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def shape(code: str, *rings: Ring) -> Shape:
    return Shape((code,), tuple(tuple(unwrapped([(x, y) for x, y in ring[:-1]])) for ring in rings))


def spot(code: str, latitude: float, longitude: float) -> Spot:
    return Spot(code, frozenset({code}), latitude, longitude)


# Flattening -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("longitude", "latitude", "x", "y"),
    [
        (0, 0, 0, 0),
        (180, 0, 2.7066300, 0),
        (0, 90, 0, 1.3173628),
        (90, 45, 1.1598544, 0.8602311),
        (-90, -45, -1.1598544, -0.8602311),
    ],
)
def test_the_projection_is_equal_earth(longitude: float, latitude: float, x: float, y: float) -> None:
    assert project(longitude, latitude) == pytest.approx((x, y), abs=1e-6)


def test_equal_areas_stay_equal() -> None:
    def area(south: float, north: float) -> float:
        steps = [south + (north - south) * step / 200 for step in range(201)]
        ring = [project(0, y) for y in steps] + [project(1, y) for y in reversed(steps)]
        return (
            abs(sum(ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1] for i in range(len(ring)))) / 2
        )

    # By Archimedes, zones between these latitudes have the same area on a sphere: sin 30° = 1/2.
    assert area(0, 30) == pytest.approx(area(30, 90), rel=1e-3)


def test_a_ring_over_the_date_line_is_not_torn() -> None:
    ring = [(178.0, -16.0), (-179.0, -16.0), (-179.0, -18.0), (178.0, -18.0)]
    assert unwrapped(ring) == [(178, -16), (181, -16), (181, -18), (178, -18)]


def test_a_ring_around_a_pole_stays_as_the_file_has_it() -> None:
    ring = [(-180.0, -70.0), (0.0, -75.0), (180.0, -70.0), (180.0, -90.0), (-180.0, -90.0)]
    assert unwrapped(ring) == ring


def test_what_lies_over_the_edge_of_a_map_stands_on_both_sides_of_it() -> None:
    ring = [(170.0, 0.0), (190.0, 0.0), (190.0, 10.0), (170.0, 10.0)]
    parts = around(ring, 0)
    assert sorted((min(p)[0], max(p)[0]) for p in parts) == [(-180, -170), (170, 180)]
    assert [(min(p)[0], max(p)[0]) for p in around(ring, 180)] == [(170, 190)]


@given(
    st.lists(st.tuples(st.floats(-400, 400), st.floats(-90, 90)), min_size=3, max_size=12),
    st.floats(-180, 180),
)
def test_no_part_leaves_the_map(ring: list[tuple[float, float]], middle: float) -> None:
    for part in around(ring, middle):
        assert all(middle - 180.001 <= x <= middle + 180.001 and -90.001 <= y <= 90.001 for x, y in part)


def test_cutting_keeps_what_is_inside() -> None:
    whole = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    assert inside(whole, (-1, -1, 11, 11)) == whole
    assert set(inside(whole, (5, 5, 20, 20))) == {(5, 5), (10, 5), (10, 10), (5, 10)}
    assert inside(whole, (20, 20, 30, 30)) == []


# Thinning -------------------------------------------------------------------------------------------


def test_neighbours_stay_neighbours_when_borders_are_thinned() -> None:
    border = [(50 + (7 * y % 5), float(y)) for y in range(101)]
    west = [(0.0, 0.0), *border, (0.0, 100.0)]
    east = [(100.0, 0.0), (100.0, 100.0), *reversed(border)]
    thin = simplified([west, east], tolerance=2.5)
    assert len(thin[0]) < 60
    shared = [point for point in thin[0] if 45 < point[0] < 60]
    assert set(shared) == {point for point in thin[1] if 45 < point[0] < 60}


def test_an_island_keeps_its_shape_and_a_speck_goes() -> None:
    island = [(0.0, 0.0), (50.0, 0.2), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    speck = [(0.0, 0.0), (0.2, 0.0), (0.2, 0.2)]
    assert simplified([island, speck], tolerance=1) == [[(0, 0), (100, 0), (100, 100), (0, 100)], []]


# Files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("properties", "more", "ids"),
    [
        ({"ISO2": "ke"}, {}, ("KE",)),
        ({"ISO_A3": "KEN", "ISO_A2": "-99"}, {}, ("KEN",)),
        ({"M49": 4}, {}, ("004",)),
        ({"UN": 28, "ISO3": "ATG", "FIPS": "AC"}, {"id": "0"}, ("ATG", "028")),
        ({"name": "Kenya"}, {"id": "404"}, ("404",)),
        ({"ISO2": "KE"}, {"id": "12"}, ("KE",)),
    ],
)
def test_codes_are_read_from_properties_and_else_from_the_id(
    tmp_path: Path, properties: dict[str, Any], more: dict[str, Any], ids: tuple[str, ...]
) -> None:
    assert [one.ids for one in read_shapes(written(tmp_path, feature([SQUARE], properties, **more)))] == [ids]


def test_shapes_without_a_code_are_left_out(tmp_path: Path) -> None:
    file = written(tmp_path, feature([SQUARE], {"ISO2": "KE"}), feature([SQUARE], {"ISO_A2": "-99"}))
    assert [one.ids for one in read_shapes(file)] == [("KE",)]


def test_a_topology_is_read_with_its_shared_and_reversed_arcs(tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [10, 0]},
        "arcs": [
            [[20, 0], [0, 20]],
            [[20, 20], [-20, 0], [0, -20], [20, 0]],
            [[20, 0], [20, 0], [0, 20], [-20, 0]],
        ],
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "id": "KE", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "id": "UGA", "arcs": [[[2, -1]]]},
                ],
            }
        },
    }
    file = tmp_path / "shapes.json"
    file.write_text(json.dumps(topology))
    kenya, uganda = read_shapes(file)
    assert set(kenya.rings[0]) == {(20, 0), (20, 10), (10, 10), (10, 0)}
    assert set(uganda.rings[0]) == {(20, 0), (30, 0), (30, 10), (20, 10)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1, 2", "is no JSON"),
        ("{}", "holds no shapes"),
        ('{"type": "FeatureCollection", "features": []}', "holds no shapes"),
        (json.dumps({"type": "FeatureCollection", "features": [feature([SQUARE])]}), "which country it is"),
        (
            json.dumps({"type": "FeatureCollection", "features": [feature([FAR_AWAY], id="KE")]}),
            "must be degrees",
        ),
        ('{"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon"}}]}', "cannot be read"),
        (
            json.dumps({"type": "Topology", "arcs": [], "objects": {"a": {"geometries": [NO_SUCH_ARC]}}}),
            "cannot be read",
        ),
        ("[" * 100_000, "is no JSON"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "shapes.json"
    file.write_text(content)
    with pytest.raises(GeometryError, match=said) as refused:
        read_shapes(file)
    assert str(file) in str(refused.value)
    assert refused.value.sentence % refused.value.named == str(refused.value)


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GeometryError, match="cannot be read: No such file"):
        read_shapes(tmp_path / "absent.json")


# Drawing --------------------------------------------------------------------------------------------


def test_a_country_is_drawn_with_its_shape_and_a_small_one_as_a_point() -> None:
    shapes = [shape("BB", box(0, 0, 20, 20)), shape("AA", box(30, 10, 30.1, 10.1))]
    spots = [spot("BB", 10, 10), spot("AA", 10, 30), spot("CC", 5, 5)]
    drawing = draw(shapes, spots, within=frozenset({"AA", "BB", "CC"}))
    assert set(drawing.marks) == {"AA", "BB", "CC"}
    assert not drawing.marks["BB"].is_small
    assert drawing.marks["AA"].is_small
    assert drawing.marks["CC"].is_small, "no outline at all"
    assert drawing.marks["CC"].path == ""
    assert all(0 <= m.x <= WIDTH and 0 <= m.y <= drawing.height for m in drawing.marks.values())


def test_the_pacific_is_one_picture_across_the_date_line() -> None:
    islands = {
        "FJ": (-17.8, 178.0),
        "KI": (1.4, 173.0),
        "TV": (-8.5, 179.2),
        "WS": (-13.8, -172.2),
        "TO": (-21.2, -175.2),
    }
    spots = [spot(code, *where) for code, where in islands.items()]
    marks = draw([], spots, within=frozenset(islands)).marks
    assert sorted(marks, key=lambda code: marks[code].x) == ["KI", "FJ", "TV", "TO", "WS"]
    assert max(m.x for m in marks.values()) - min(m.x for m in marks.values()) > WIDTH / 3


def test_what_lies_beside_is_drawn_around_and_is_no_mark() -> None:
    shapes = [
        shape("AA", box(0, 0, 20, 20)),
        shape("BB", box(20, 0, 40, 20)),
        shape("ZZ", box(120, 0, 140, 20)),
    ]
    spots = [spot("AA", 10, 10), spot("BB", 10, 30), spot("ZZ", 10, 130)]
    drawing = draw(shapes, spots, within=frozenset({"AA"}))
    assert set(drawing.marks) == {"AA"}
    assert drawing.around.count("M") == 1


def test_a_frame_shows_no_more_than_it_says() -> None:
    shapes = [shape("AA", box(0, 0, 20, 20)), shape("RU", box(30, 50, 170, 70))]
    spots = [spot("AA", 10, 10), spot("RU", 60, 100), spot("NZ", -42, 171)]
    drawing = draw(shapes, spots, within=frozenset({"AA", "RU", "NZ"}), frame=Frame(-20, -10, 60, 72))
    assert set(drawing.marks) == {"AA", "RU"}
    assert 0 <= drawing.marks["RU"].x <= WIDTH, "the number stands in the part that is shown"


def test_points_do_not_hide_each_other_where_there_is_room() -> None:
    spots = [spot(f"{chr(65 + i)}A", 12 + i * 0.4, -61.0) for i in range(8)]
    frame = Frame(-169, -57, 191, 84, is_globe=True)
    marks = draw([], spots, within=frozenset(s.code for s in spots), frame=frame).marks
    for one, other in combinations(marks.values(), 2):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 > DOT_RADIUS**2


# Tiles ----------------------------------------------------------------------------------------------


def test_tiles_are_of_one_size_none_on_another_and_always_the_same() -> None:
    spots = [
        spot(f"{chr(65 + i // 26)}{chr(65 + i % 26)}", (37 * i) % 120 - 50, (61 * i) % 340 - 170)
        for i in range(200)
    ]
    drawing = draw_tiles(spots)
    assert len({(m.x, m.y) for m in drawing.marks.values()}) == 200
    assert len({m.room for m in drawing.marks.values()}) == 1
    assert drawing == draw_tiles(list(reversed(spots)))
    side = drawing.marks["AA"].room[0]
    for one, other in combinations(drawing.marks.values(), 2):
        assert max(abs(one.x - other.x), abs(one.y - other.y)) > side


def test_tiles_lie_as_countries_do() -> None:
    spots = [spot("NO", 62, 10), spot("ZA", -29, 25), spot("BR", -10, -53), spot("JP", 36, 138)]
    marks = draw_tiles(spots).marks
    assert marks["NO"].y < marks["ZA"].y
    assert marks["BR"].x < marks["NO"].x < marks["JP"].x


def test_no_country_makes_no_tiles() -> None:
    assert draw_tiles([]).marks == {}


# Steps ----------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10**6), max_size=300))
def test_every_count_has_one_step_and_more_is_never_paler(counts: list[int]) -> None:
    steps = steps_of(counts)
    assert len(steps) <= 5
    assert [step.number for step in steps] == list(range(6 - len(steps), 6))
    for count in counts:
        found = [step.number for step in steps if step.first <= count <= step.last]
        assert len(found) == (1 if count else 0)
    for before, after in pairwise(steps):
        assert before.last < after.first
    assert all(step.first in counts and step.last in counts for step in steps)


def test_steps_hold_about_as_many_each() -> None:
    steps = steps_of(range(1, 101))
    assert [step.last - step.first + 1 for step in steps] == [20] * 5


def test_many_equal_counts_leave_steps_for_the_others() -> None:
    steps = steps_of([1] * 100 + [2, 3, 40, 500])
    assert [(step.first, step.last) for step in steps] == [(1, 1), (2, 2), (3, 3), (40, 40), (500, 500)]


# The picture ----------------------------------------------------------------------------------------


def figure(label: str = "Kenya", url: str = "/en/places/KE/") -> MapFigure:
    shapes = [shape("KE", box(0, 0, 20, 20)), shape("UG", box(20, 0, 40, 20))]
    drawing = draw(shapes, [spot("KE", 10, 10), spot("UG", 10, 30)], within=frozenset({"KE", "UG"}))
    return map_figure(
        drawing,
        [Area("KE", label, 12, "12", url)],
        name="map",
        title="Map <of> Africa",
        description="Kenya & others",
        shown=str,
    )


def test_the_picture_is_well_formed_names_itself_and_holds_nothing_that_the_policy_refuses() -> None:
    picture = svg(figure('"><script>alert(1)</script>', url='/x"onclick="y'))
    root = ElementTree.fromstring(picture)
    names = {element.tag for element in root.iter()}
    assert names <= {"svg", "title", "desc", "g", "path", "a", "circle", "text"}
    assert not [
        name for element in root.iter() for name in element.attrib if name == "style" or name.startswith("on")
    ]
    assert root.find("title").text == "Map <of> Africa"  # type: ignore[union-attr]
    assert root.attrib["aria-labelledby"] == "map-title"


def test_a_counted_country_is_a_link_that_the_keyboard_skips_for_the_table() -> None:
    root = ElementTree.fromstring(svg(figure()))
    links = list(root.iter("a"))
    assert [(link.attrib["href"], link.attrib["tabindex"]) for link in links] == [("/en/places/KE/", "-1")]
    assert links[0].find("title").text == "Kenya: 12"  # type: ignore[union-attr]
    assert links[0].attrib["class"] == "map-s5"
    assert re.search(r">12</text>", svg(figure())), "the number stands in the country: colour is not all"


def test_a_lone_point_has_its_number_beside_it_and_a_crowded_one_has_not() -> None:
    spots = [spot("AA", 0, 0), spot("BB", 0, 60), spot("CC", 0, 60.5), spot("DD", 30, 30)]
    drawing = draw([], spots, within=frozenset({"AA", "BB", "CC", "DD"}))
    areas = [Area(code, code, number, str(number), "/") for code, number in (("AA", 7), ("BB", 8), ("CC", 9))]
    picture = svg(map_figure(drawing, areas, name="m", title="", description="", shown=str))
    assert ">8</text>" not in picture, "another point lies where its number would be"
    x = int(re.search(r'x="(\d+)" y="\d+">7<', picture).group(1))  # type: ignore[union-attr]
    assert x > drawing.marks["AA"].x + DOT_RADIUS
