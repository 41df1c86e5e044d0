"""Visits pages as people with phones and desks do, in both directions and themes, and says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

PHONE, DESK = 360, 1280
LANGUAGES = ("en", "ar")
NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sample}`));
"""


class Watch:
    """Everything that a browser complains of while it shows pages."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self._page = page
        page.add_init_script(NOTE_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 on purpose is reported by the browser too; parts of it are caught below.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"not loaded: {request.url} ({request.failure})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status}: {response.url}")

    def take(self) -> list[str]:
        """What was noticed since the last call."""
        noticed = [
            *self.complaints,
            *(f"policy: {word}" for word in self._page.evaluate("window.violations")),
        ]
        self.complaints = []
        return noticed


def accessibility(page: Page, axe: Axe) -> list[str]:
    """What axe finds wrong with the page as it stands: rule, sentence, and the first element."""
    found: list[dict[str, Any]] = axe.run(page).response["violations"]
    return [f"{item['id']}: {item['help']} ({item['nodes'][0]['target']})" for item in found]


def too_wide(page: Page) -> list[str]:
    """The page scrolls sideways: by how much, and the first elements that stand out."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow <= 0:
        return []
    culprits = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
          const box = one.getBoundingClientRect();
          return box.width && (box.right > innerWidth + 1 || box.left < -1);
        }).slice(0, 5).map((one) => one.tagName + "." + one.className)"""
    )
    return [f"scrolls sideways by {overflow} pixels: {culprits}"]


def problems_of(
    page: Page,
    axe: Axe,
    url: str,
    *,
    watch: Watch,
    width: int = PHONE,
    theme: Literal["light", "dark"] = "light",
) -> list[str]:
    """Opens one address and names everything that is wrong with it."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    page.goto(url, wait_until="load")
    return [*watch.take(), *accessibility(page, axe), *too_wide(page)]


def visit_all(page: Page, base: str, paths: Sequence[str], *, languages: Sequence[str] = LANGUAGES) -> None:
    """Asserts that each path (given without its language) is sound in each language.

    Sound means: no error or warning in the console, nothing that fails to load, no breach of the security
    policy, no violation that axe finds, no sideways scrolling; on a phone in light, on a desk in dark. Sign
    in on `page` beforehand to visit as somebody.
    """
    axe, watch = Axe(), Watch(page)
    wrong: dict[str, list[str]] = {}
    for language in languages:
        for path in paths:
            url = f"{base.rstrip('/')}/{language}/{path.lstrip('/')}"
            problems = [
                *problems_of(page, axe, url, watch=watch),
                *problems_of(page, axe, url, watch=watch, width=DESK, theme="dark"),
            ]
            if problems:
                wrong[url] = sorted(set(problems))
    if wrong:
        pytest.fail("\n".join(f"{url}\n  " + "\n  ".join(problems) for url, problems in wrong.items()))
