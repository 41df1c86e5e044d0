"""The product's settings on a data folder of its own, thrown away when the tests end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "BAOBAB_TEST_HOME" not in os.environ:
    _home = tempfile.mkdtemp(prefix="baobab-tests-")
    os.environ["BAOBAB_TEST_HOME"] = _home
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["BAOBAB_HOME"] = os.environ["BAOBAB_TEST_HOME"]
os.environ.pop("DATABASE_URL", None)
if "BAOBAB_TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["BAOBAB_TEST_DATABASE_URL"]
os.environ.setdefault("CACHE_URL", "locmemcache://")
os.environ.setdefault("EMAIL_URL", "dummymail://")

from baobab.config.settings import *  # noqa: F403
from baobab.config.settings import DATABASES, INSTALLED_APPS, STATIC_ROOT, STORAGES

# A second kind, so that whatever iterates the registry is tried with more than one.
INSTALLED_APPS = ["tests.kinds.note", *INSTALLED_APPS]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: in memory, two connections at once would lock each other out of whole tables.
    DATABASES["default"]["TEST"] = {"NAME": os.environ["BAOBAB_TEST_HOME"] + "/test.sqlite3"}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: no test is about the hash
Path(STATIC_ROOT).mkdir(exist_ok=True)  # whitenoise warns of an absent one
ALLOWED_HOSTS = ["*"]
