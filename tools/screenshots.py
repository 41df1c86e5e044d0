"""Pictures of pages as people see them: phone, tablet and desk, in each direction and theme.

For developers: `python -m tools.screenshots http://127.0.0.1:8000 / /search/?q=peat` writes one PNG for every
path, language, width and theme to `screenshots/`. Look at them before you call a page done.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Error, sync_playwright

WIDTHS = (360, 768, 1280)
LANGUAGES = ("en", "ar")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where the system's Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def file_name(path: str, *, language: str, width: int, theme: str) -> str:
    """A readable name for the picture of one page."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
    return f"{stem}.{language}.{width}.{theme}.png"


def take(
    browser: Browser,
    base: str,
    paths: Sequence[str],
    folder: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    widths: Sequence[int] = WIDTHS,
    themes: Sequence[Literal["light", "dark"]] = THEMES,
) -> list[Path]:
    """Writes a picture of the whole page for each path (given without language); returns their places."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for theme in themes:
        for width in widths:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
            page = context.new_page()
            for language in languages:
                for path in paths:
                    page.goto(f"{base.rstrip('/')}/{language}/{path.lstrip('/')}", wait_until="load")
                    picture = folder / file_name(path, language=language, width=width, theme=theme)
                    page.screenshot(path=picture, full_page=True)
                    pictures.append(picture)
            context.close()
    return pictures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write pictures of pages to screenshots/.")
    parser.add_argument("base", help="address of a running server, such as http://127.0.0.1:8000")
    parser.add_argument("paths", nargs="+", help="paths without the language, such as / or /search/?q=peat")
    parser.add_argument(
        "--language", action="append", help="en, fr, es, ar; may be repeated (default en and ar)"
    )
    parser.add_argument("--width", action="append", type=int, help="pixels; may be repeated")
    parser.add_argument("--theme", action="append", choices=THEMES, help="may be repeated (default both)")
    parser.add_argument("--folder", type=Path, default=Path("screenshots"))
    chosen = parser.parse_args(arguments)
    program = chromium()
    if program is None:
        sys.stderr.write("Chromium was not found. On Debian or Ubuntu: apt install chromium\n")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        try:
            pictures = take(
                browser,
                chosen.base,
                chosen.paths,
                chosen.folder,
                languages=chosen.language or LANGUAGES,
                widths=chosen.width or WIDTHS,
                themes=chosen.theme or THEMES,
            )
        except Error as error:
            sys.stderr.write(f"The pages could not be shown: {error.message}\n")
            return 1
        finally:
            browser.close()
    sys.stdout.write("".join(f"{picture}\n" for picture in pictures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
