"""The stylesheet serves both directions, keeps its contrast in both themes, and stays small."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.test import Client

import baobab.design

STATIC = Path(baobab.design.__file__).parent / "static" / "baobab"
# The goal for everything that an ordinary page needs at the first visit, compressed, in bytes.
FIRST_VIEW = 20_000
STYLESHEET = 7_000


def _rules(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def physical_rules(css: str) -> list[str]:
    """Declarations that name a side of the screen instead of a side of the text."""
    found = re.findall(r"[\w-]*(?<![\w])(?:left|right)\b[\w-]*\s*:[^;}]*|:\s*(?:left|right)\s*[;}!]", css)
    for name, value in re.findall(r"(margin|padding|inset|border-width|border-radius)\s*:\s*([^;}]+)", css):
        sides = re.sub(r"\([^()]*\)", "", value).split()
        if len(sides) == 4 and sides[1] != sides[3]:
            found.append(f"{name}: {value}")
    return found


@pytest.mark.parametrize("sheet", sorted(place.name for place in STATIC.glob("*.css")))
def test_no_rule_names_a_side_of_the_screen(sheet: str) -> None:
    assert physical_rules(_rules(sheet)) == []


@pytest.mark.parametrize(
    "bad",
    ["a { margin-left: 1px }", "a { text-align: right; }", "a { left: 0 }", "a { padding: 0 1px 0 2px }"],
)
def test_the_rule_about_sides_finds_what_it_is_meant_to_find(bad: str) -> None:
    assert physical_rules(bad)


def test_the_rule_about_sides_leaves_logical_rules_alone() -> None:
    assert (
        physical_rules(
            "a { margin-inline-start: 1px; inset-inline-end: 0; text-align: start; padding: 0 1px }"
        )
        == []
    )


def test_nothing_is_fetched_from_elsewhere() -> None:
    for place in STATIC.iterdir():
        text = place.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, place.name
        assert "@import" not in text, place.name


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", block))


def _themes() -> dict[str, dict[str, str]]:
    css = _rules("baobab.css")
    light = tokens(css[: css.index("@media screen and (prefers-color-scheme: dark)")])
    by_device = css[
        css.index("@media screen and (prefers-color-scheme: dark)") : css.index(':root[data-theme="dark"] {')
    ]
    chosen = css[css.index(':root[data-theme="dark"] {') :]
    return {"light": light, "device": tokens(by_device), "dark": tokens(chosen[: chosen.index("}")])}


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 §1.4.3, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "muted", "accent", "accent-strong")
        for ground in ("paper", "surface", "sunken")
    ],
    *[(ink, "accent-wash") for ink in ("ink", "muted", "accent", "accent-strong")],
    *[(tone, f"{tone}-wash") for tone in ("info", "good", "warn", "bad")],
    *[("ink", f"{tone}-wash") for tone in ("info", "good", "warn", "bad")],
    *[(tone, ground) for tone in ("good", "bad") for ground in ("paper", "surface")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "mark"),
    ("paper", "ink"),
]
PARTS = [
    *[(part, ground) for part in ("edge", "focus", "accent") for ground in ("paper", "surface", "sunken")],
    ("accent", "line"),
    ("edge", "accent-wash"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    colours = _themes()[theme]
    faint = [
        f"{a} on {b}: {contrast(colours[a], colours[b]):.2f}"
        for a, b in TEXT
        if contrast(colours[a], colours[b]) < 4.5
    ]
    assert faint == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_and_focus_can_be_seen(theme: str) -> None:
    colours = _themes()[theme]
    faint = [
        f"{a} on {b}: {contrast(colours[a], colours[b]):.2f}"
        for a, b in PARTS
        if contrast(colours[a], colours[b]) < 3
    ]
    assert faint == []


def test_dark_is_the_same_whether_chosen_or_taken_from_the_device() -> None:
    themes = _themes()
    assert themes["dark"] == themes["device"]
    assert themes["dark"].keys() == themes["light"].keys()


def test_paper_is_light_whatever_the_screen_was() -> None:
    css = _rules("baobab.css")
    dark = [line for line in css.splitlines() if "color-scheme: dark" in line and "@media" not in line]
    assert len(dark) == 2
    before = css[: css.index(':root[data-theme="dark"] {')]
    assert before.rstrip().endswith("@media screen {")


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.django_db
def test_the_first_view_of_an_ordinary_page_stays_within_its_budget(client: Client) -> None:
    page = client.get("/en/library/").content
    files = ["baobab.css", "baobab.js", "icons.svg", "favicon.svg"]
    parts = {name: len(brotli.compress((STATIC / name).read_bytes())) for name in files}
    parts["page"] = len(gzip.compress(page, compresslevel=6))
    assert page.count(b'<article class="card">') == 20
    assert [name for name in files if name.encode() not in page] == []
    assert parts["baobab.css"] <= STYLESHEET, parts
    assert sum(parts.values()) <= FIRST_VIEW, parts
