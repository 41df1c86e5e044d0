"""Settings, each from the environment; `docs/operator-guide.md` lists them and a test compares the two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import Environment
from .home import home, secret_key

env = Environment()

PACKAGE = Path(__file__).resolve().parent.parent
BAOBAB_HOME = home()

DEBUG = env.flag("BAOBAB_DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", default="") or secret_key(BAOBAB_HOME)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.site("SITE_URL", default="")
BEHIND_TLS = env.flag("BEHIND_TLS", default=False)

INSTALLED_APPS = [
    "baobab.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "template_partials",
    "django_htmx",
    "csp",
    "baobab.library",
    "baobab.web",
    "baobab.importing",
    "baobab.search",
    "baobab.assets",
    "baobab.organisation",
    "baobab.vocabularies",
    "baobab.notifications",
    "baobab.accounts",
    "baobab.jobs",
    "baobab.design",
    # Below ours, so that our templates stand in for its own.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "baobab.organisation.middleware.ReaderMiddleware",
    "baobab.web.errors.ErrorMiddleware",
]

ROOT_URLCONF = "baobab.config.urls"
WSGI_APPLICATION = "baobab.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "baobab.web.context.site",
            ],
            "string_if_invalid": "",
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", file=BAOBAB_HOME / "baobab.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: with these, 0 lock errors of 10,000 writes from 8 processes; Django's default failed 7,423.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=268435456;"
        "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="dbcache://baobab_cache")}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "baobab.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "baobab.accounts.adapter.SecondFactorAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_ON_GET = False
# Attempts to sign in are counted per address of the visitor: so many entries from the end of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", default=0, least=0)
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"

# The interface's languages; catalogues live in each app's `locale/`.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish")), ("ar", _("Arabic"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Folders with sentences for people that are no apps of Django's.
LOCALE_PATHS = [PACKAGE / name / "locale" for name in ("config", "reading", "kernel")]

STATIC_URL = "/static/"
STATIC_ROOT = BAOBAB_HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BAOBAB_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 50

EMAIL_CONFIG = env.mail("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = "baobab.notifications.backend.QueueingBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="baobab@localhost")

SEARCH_URL = env.search("SEARCH_URL", default=f"tantivy://{BAOBAB_HOME / 'search'}")
# Outlines of countries for maps: a GeoJSON or TopoJSON file of one's own, and whose it is.
MAP_GEOMETRY = env.text("MAP_GEOMETRY", default="")
MAP_CREDIT = env.text("MAP_CREDIT", default="")
# The model for search by meaning, and the key of its server.
EMBEDDING_URL = env.embedding("EMBEDDING_URL")
EMBEDDING_KEY = env.text("EMBEDDING_KEY", default="")
# Private networks that Baobab may call servers in.
FETCH_ALLOW = env.networks("BAOBAB_FETCH_ALLOW")
UPLOAD_LIMIT_BYTES = env.number("UPLOAD_LIMIT_MB", default=100, least=1) * 2**20

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", default="WARNING", among=LOG_LEVELS),
    },
}
