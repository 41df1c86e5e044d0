"""Collects the interface's sentences into each app's catalogues, for translators.

For developers: `python -m tools.messages [APP ...]` (needs gettext) brings the catalogues of every app,
`locale/<language>/LC_MESSAGES/django.po`, up to date: new sentences come in untranslated, those that are gone
leave. `--check` writes nothing and says which are behind; `--status` counts what is still to be translated.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands import makemessages

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "baobab"
# The interface's languages besides English, with the plural rules of CLDR as gettext writes them.
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
    ),
}
NAMES = {"fr": "French", "es": "Spanish", "ar": "Arabic"}


class _Collect(makemessages.Command):
    """Django's command without guesses: a changed sentence is untranslated, never half right."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def apps(package: Path = PACKAGE) -> list[str]:
    """The folders whose sentences people may read: every app, and those that are no app of Django's."""
    return sorted(
        {place.parent.name for place in package.glob("*/apps.py")} | {"config", "kernel", "reading"}
    )


def collect(package: Path, names: Iterable[str]) -> list[Path]:
    """Brings the catalogues of these apps up to date and returns them; `CommandError` without xgettext."""
    if not settings.configured:
        settings.configure(LOCALE_PATHS=[], USE_I18N=True, INSTALLED_APPS=[])
        django.setup()
    written = []
    for name in names:
        folder = package / name
        (folder / "locale").mkdir(exist_ok=True)
        with contextlib.chdir(folder):
            call_command(_Collect(), locale=list(PLURALS), add_location="file", verbosity=0)
        for language, plural in PLURALS.items():
            place = folder / "locale" / language / "LC_MESSAGES" / "django.po"
            if place.exists():
                _tidy(place, language=language, plural=plural)
                written.append(place)
        with contextlib.suppress(OSError):
            (folder / "locale").rmdir()
    return written


def _tidy(place: Path, *, language: str, plural: str) -> None:
    """A header that changes only when it must, plural rules that are right, and nothing that is gone."""
    catalogue = polib.pofile(str(place), wrapwidth=100)
    kept = polib.POFile(wrapwidth=100)
    kept.header = f"Baobab: the interface in {NAMES[language]}."
    kept.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    forms = int(plural.split("=")[1].split(";")[0])
    for entry in catalogue:
        if entry.obsolete:
            continue
        if entry.msgid_plural:
            entry.msgstr_plural = {number: entry.msgstr_plural.get(number, "") for number in range(forms)}
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        kept.append(entry)
    kept.save(str(place))


def sentences(place: Path) -> set[tuple[str | None, str]]:
    """What a catalogue holds: context and English sentence of each entry."""
    if not place.exists():
        return set()
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(place)) if not entry.obsolete}


def behind(names: Sequence[str]) -> list[Path]:
    """The catalogues that lack a sentence of the sources, or hold one that is gone; nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "baobab"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        fresh = collect(copy, names)
        return [
            PACKAGE / place.relative_to(copy)
            for place in fresh
            if sentences(place) != sentences(PACKAGE / place.relative_to(copy))
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Collect the interface's sentences into the catalogues.")
    parser.add_argument("apps", nargs="*", help="apps by name (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a catalogue is behind")
    parser.add_argument("--status", action="store_true", help="count what is still to be translated")
    chosen = parser.parse_args(arguments)
    names = chosen.apps or apps()
    unknown = sorted(set(names) - set(apps()))
    if unknown:
        parser.error(f"There is no app called {', '.join(unknown)}.")
    if chosen.status:
        for name in names:
            for place in sorted((PACKAGE / name).glob("locale/*/LC_MESSAGES/django.po")):
                catalogue = polib.pofile(str(place))
                missing = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
                sys.stdout.write(
                    f"{place.relative_to(PACKAGE)}: {missing} of {len(catalogue)} to translate\n"
                )
        return 0
    try:
        found = behind(names) if chosen.check else collect(PACKAGE, names)
    except CommandError as error:
        sys.stderr.write(f"The sentences could not be collected: {error}\n")
        return 2
    for place in found:
        sys.stdout.write(f"{place.relative_to(PACKAGE)}{' is behind' if chosen.check else ''}\n")
    return 1 if chosen.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
