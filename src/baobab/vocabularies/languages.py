"""Languages by BCP 47 tag: which are analysed, what they are called, which text serves a reader best."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# The languages whose words are analysed (stemmed or segmented) for search and for suggestions.
# Content may be in any other language; it is then found by its exact words.
CONTENT_LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh")

# What stands in for a text that does not exist in the reader's language.
FALLBACK = "en"

# BCP 47 (RFC 5646 §2.1) without grandfathered tags: language, script, region, variants, extensions, private.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE,
)
_LONGEST_TAG = 35

# ISO 639-2 has two codes for some languages; CLDR knows the terminological, libraries use the bibliographic.
_BIBLIOGRAPHIC = {
    "alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr",
    "geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "may": "ms", "mao": "mi", "per": "fa",
    "rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy",
}  # fmt: skip

# The interfaces in which people write a language's name beside that language's own.
_NAMING_LANGUAGES = ("en", "fr", "es", "ar", "pt", "ru", "zh", "de")


def base_language(tag: str) -> str:
    """The primary language of a tag: `zh` of `zh-Hant`."""
    return tag.split("-", 1)[0].lower()


def closeness(tag: str, *, wanted: str) -> int:
    """How well a text in `tag` serves a reader of `wanted`: 0 is best.

    The language itself, its base, another of the same base, then English, then a text without
    language, then any.
    """
    tag, wanted = tag.lower(), wanted.lower()
    base = base_language(tag)
    if tag == wanted:
        return 0
    if wanted and base == base_language(wanted):
        return 1 if tag == base else 2
    if base == FALLBACK:
        return 3 if tag == FALLBACK else 4
    return 5 if not tag else 6


def best_text(texts: Mapping[str, str], *, wanted: str) -> str:
    """Of texts by language tag, the one that serves a reader of `wanted` best; empty when there is none."""
    if not texts:
        return ""
    return texts[min(texts, key=lambda tag: (closeness(tag, wanted=wanted), tag))]


def normal_tag(text: str) -> str | None:
    """A BCP 47 tag in its usual spelling (`pt-BR`, `zh-Hant`), three-letter codes shortened; else None.

    Only the form is checked: a well-formed tag of an unknown language is accepted, as content may be in any.
    """
    text = text.strip().replace("_", "-")
    found = _TAG.fullmatch(text)
    if found is None or len(text) > _LONGEST_TAG:
        return None
    language = _shortest(found["language"].lower())
    parts = [language]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    return "-".join(parts) + found["rest"].lower()


def read_language(text: str) -> str | None:
    """The tag of what somebody wrote: `English`, `français`, `fra`, `en-GB`, `pt_BR`; else None."""
    by_name = _languages_by_name().get(text.strip().casefold())
    if by_name is not None:
        return by_name
    tag = normal_tag(text)
    return tag if tag is not None and base_language(tag) in _known_codes() else None


def language_name(tag: str, in_language: str) -> str:
    """What the language is called in another (`français` for fr in fr); the tag where CLDR knows none."""
    locale = _locale(in_language) or Locale(FALLBACK)
    normal = normal_tag(tag)
    if normal is None:
        return tag
    names = locale.languages
    underscored = normal.replace("-", "_")
    if underscored in names:
        return str(names[underscored])
    parsed = _locale(normal)
    described = parsed.get_display_name(locale) if parsed is not None else None
    return str(described or names.get(base_language(normal)) or tag)


def _shortest(code: str) -> str:
    aliases: Mapping[str, str] = get_global("language_aliases")
    short = _BIBLIOGRAPHIC.get(code) or aliases.get(code, code)
    return short if re.fullmatch("[a-z]{2,3}", short) else code


@cache
def _known_codes() -> frozenset[str]:
    return frozenset(str(code) for code in Locale(FALLBACK).languages if "_" not in str(code))


@cache
def _languages_by_name() -> Mapping[str, str]:
    """Names in a few widely read languages and in the language itself; the first to claim a name keeps it."""
    found: dict[str, str] = {}
    for naming in _NAMING_LANGUAGES:
        for code, name in Locale(naming).languages.items():
            if len(code) <= 3:
                found.setdefault(str(name).casefold(), str(code))
    for code in _known_codes():
        own = _locale(code)
        if own is not None and own.language_name:
            found.setdefault(str(own.language_name).casefold(), code)
    return found


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
