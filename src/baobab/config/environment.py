"""Reads settings from the environment; one that cannot be used is refused in a sentence with the remedy."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from baobab.search.address import FORM, SCHEME, read_address

_TRUE = frozenset({"true", "on", "yes", "y", "ok", "1"})
_FALSE = frozenset({"false", "off", "no", "n", "0"})
_POSTGRESQL = frozenset({"postgres", "postgresql", "psql", "pgsql"})
_MAIL = frozenset({"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "dummymail"})
# What search by meaning is built of, and what it needs besides where the model runs here.
_MEANING = ("numpy", "faiss")
_MEANING_HERE = ("onnxruntime", "tokenizers")
# What a cache is called in its address, and the package that must be installed for it.
_CACHES = {
    "dbcache": "", "locmemcache": "", "filecache": "", "dummycache": "",
    "rediscache": "redis", "redis": "redis", "rediss": "redis",
    "pymemcache": "pymemcache", "pylibmc": "pylibmc",
}  # fmt: skip


class Environment:
    """The variables that this process was started with; an empty one counts as absent.

    Every method raises `ImproperlyConfigured` for a value that cannot be used. Values that may hold a
    password are never repeated in what it says.
    """

    def text(self, name: str, *, default: str) -> str:
        """Any text, without space around it."""
        return os.environ.get(name, "").strip() or default

    def words(self, name: str, *, default: Collection[str]) -> list[str]:
        """Texts separated by commas."""
        given = [word.strip() for word in self.text(name, default="").split(",")]
        return [word for word in given if word] or list(default)

    def flag(self, name: str, *, default: bool) -> bool:
        """`true` or `false`, and the usual other words for these."""
        value = self.text(name, default="true" if default else "false").lower()
        if value not in _TRUE | _FALSE:
            raise ImproperlyConfigured(f"{name} is “{value}”. It must be true or false.")
        return value in _TRUE

    def number(self, name: str, *, default: int, least: int) -> int:
        """A whole number, `least` or more."""
        value = self.text(name, default=str(default))
        if not (value.isascii() and value.isdecimal()) or int(value) < least:
            raise ImproperlyConfigured(f"{name} is “{value}”. It must be a whole number, {least} or more.")
        return int(value)

    def choice(self, name: str, *, default: str, among: Collection[str]) -> str:
        """One of the words of `among`, in capitals."""
        value = self.text(name, default=default).upper()
        if value not in among:
            raise ImproperlyConfigured(f"{name} is “{value}”. It must be one of {', '.join(among)}.")
        return value

    def site(self, name: str, *, default: str) -> str:
        """The address of a site, with its scheme."""
        value = self.text(name, default=default)
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).netloc):
            raise ImproperlyConfigured(f"{name} is “{value}”. It must begin with https:// or http://.")
        return value

    def database(self, name: str, *, file: Path) -> dict[str, Any]:
        """The database as Django names it: SQLite in `file` where nothing else is said."""
        url = self.text(name, default="")
        if not url:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
        remedy = (
            f"{name} names no database. It must be postgres://USER:PASSWORD@HOST:5432/NAME; "
            "leave it away for SQLite in the data folder."
        )
        scheme = url.partition("://")[0]
        if scheme not in _POSTGRESQL | {"sqlite"} or "://" not in url:
            raise ImproperlyConfigured(remedy)
        found = _parsed(environ.Env.db_url_config, url, remedy=remedy)
        if not found["NAME"]:
            raise ImproperlyConfigured(remedy)
        if scheme in _POSTGRESQL:
            _require("psycopg", what=f"{name} names PostgreSQL", package="psycopg[binary]")
        return found

    def cache(self, name: str, *, default: str) -> dict[str, Any]:
        """A cache as Django names it."""
        url = self.text(name, default=default)
        scheme = url.partition("://")[0]
        remedy = f"{name} names no cache. Leave it away, or write rediscache://HOST:6379/1."
        if scheme not in _CACHES or "://" not in url:
            raise ImproperlyConfigured(remedy)
        if _CACHES[scheme]:
            _require(_CACHES[scheme], what=f"{name} begins with {scheme}://", package=_CACHES[scheme])
        return _parsed(environ.Env.cache_url_config, url, remedy=remedy)

    def mail(self, name: str, *, default: str) -> dict[str, Any]:
        """The mail server as Django names it."""
        url = self.text(name, default=default)
        remedy = (
            f"{name} names no mail server. It must be smtp://USER:PASSWORD@HOST:25, smtp+tls://…:587 or "
            "smtp+ssl://…:465; leave it away to have mail written to the log."
        )
        if url.partition("://")[0] not in _MAIL or "://" not in url:
            raise ImproperlyConfigured(remedy)
        return _parsed(environ.Env.email_url_config, url, remedy=remedy)

    def search(self, name: str, *, default: str) -> str:
        """Where the index stands: `tantivy:///a/folder`, a cluster, or `memory://name` for tests."""
        url = self.text(name, default=default)
        scheme, _sign, place = url.partition("://")
        remedy = f"It must be tantivy:///a/local/folder, or {FORM} for a cluster."
        if scheme == SCHEME:
            try:
                read_address(url)
            except ValueError as error:
                raise ImproperlyConfigured(f"{name} names no search cluster: {error}. {remedy}") from None
            _require("urllib3", what=f"{name} names OpenSearch", package=".[opensearch]")
        elif not place or not (scheme == "memory" or (scheme == "tantivy" and place.startswith("/"))):
            raise ImproperlyConfigured(f"{name} names no search index. {remedy}")
        return url

    def embedding(self, name: str) -> str:
        """The model for search by meaning: `onnx:///folder` or `https://host/v1?model=NAME`, or none."""
        url = self.text(name, default="")
        if not url:
            return ""
        parts = urlsplit(url)
        is_local = parts.scheme == "onnx"
        is_remote = parts.scheme in ("http", "https") and parts.hostname and "model" in parse_qs(parts.query)
        if not (is_remote or (is_local and not parts.netloc and parts.path.startswith("/"))):
            raise ImproperlyConfigured(
                f"{name} names no model. It must be onnx:///a/folder with model.onnx and tokenizer.json, or "
                "https://HOST/v1?model=NAME of a server of models; leave it away to search by words only."
            )
        for module in (*_MEANING, *(_MEANING_HERE if is_local else ())):
            if find_spec(module) is None:
                raise ImproperlyConfigured(
                    f"{name} names a model, and the package that holds “{module}” is not installed. "
                    "Run: .venv/bin/pip install faiss-cpu onnxruntime tokenizers"
                )
        return url

    def networks(self, name: str) -> list[str]:
        """Networks as addresses with a prefix length, separated by commas; none by default."""
        words = self.words(name, default=())
        for word in words:
            try:
                ip_network(word)
            except ValueError:
                raise ImproperlyConfigured(
                    f"{name} holds “{word}”. It must be networks such as 10.1.0.0/16 or 127.0.0.1, "
                    "separated by commas."
                ) from None
        return words


def _parsed(parse: Callable[[str], dict[str, Any]], url: str, *, remedy: str) -> dict[str, Any]:
    try:
        return dict(parse(url))
    except ValueError:  # a port that is no number, an unclosed bracket
        raise ImproperlyConfigured(remedy) from None


def _require(module: str, *, what: str, package: str) -> None:
    try:
        import_module(module)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"{what}, and its driver cannot be loaded ({error}). Run: .venv/bin/pip install '{package}'"
        ) from None
