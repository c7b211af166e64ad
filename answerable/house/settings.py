"""Settings of the whole house. Each is documented in docs/settings.md; a test compares the two."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from answerable.core.logs import not_health
from answerable.house import state

ENV = {**state.environment(), **os.environ}
PACKAGE = Path(__file__).resolve().parent.parent

# A short reconnect time-out makes the next request try at once after an outage, instead of waiting for a long back-off.
# The web process has as many threads as this has connections (house/handling.py), and each gives its own back at the end.
POOL = {"min_size": 1, "max_size": 12, "timeout": 5, "max_idle": 60, "reconnect_timeout": 2}


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "answerable.core.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "answerable", "connect_timeout": 5, "pool": POOL},
    }


SECRET_KEY = ENV["ANSWERABLE_SECRET_KEY"]
ANSWERABLE_FIELD_KEY = ENV["ANSWERABLE_FIELD_KEY"]
ANSWERABLE_PUBLIC_URL = ENV.get("ANSWERABLE_PUBLIC_URL", "http://127.0.0.1:8710").rstrip("/")
ANSWERABLE_SMTP_HOST = ENV.get("ANSWERABLE_SMTP_HOST", "127.0.0.1")
ANSWERABLE_SMTP_PORT = int(ENV.get("ANSWERABLE_SMTP_PORT", "2525"))
ANSWERABLE_SMTP_CERTIFICATE = ENV.get("ANSWERABLE_SMTP_CERTIFICATE", "")
ANSWERABLE_SMTP_KEY = ENV.get("ANSWERABLE_SMTP_KEY", "")
ANSWERABLE_MAX_MAIL_BYTES = int(ENV.get("ANSWERABLE_MAX_MAIL_BYTES", str(64 * 1024 * 1024)))
ANSWERABLE_FILES = Path(ENV.get("ANSWERABLE_FILES") or Path(ENV["ANSWERABLE_HOME"]) / "files")
ANSWERABLE_FOLDERS = ENV.get("ANSWERABLE_FOLDERS", "").split(os.pathsep) if ENV.get("ANSWERABLE_FOLDERS") else []
ANSWERABLE_FOLDERS_OUT = [each for each in ENV.get("ANSWERABLE_FOLDERS_OUT", "").split(os.pathsep) if each]
ANSWERABLE_PRIVATE_NETWORKS = ENV.get("ANSWERABLE_PRIVATE_NETWORKS", "").split()
ANSWERABLE_INVITATION_DAYS = int(ENV.get("ANSWERABLE_INVITATION_DAYS", "7"))
ANSWERABLE_DEMO = ENV.get("ANSWERABLE_DEMO", "") == "1"

DEBUG = False
ALLOWED_HOSTS = [
    urlsplit(ANSWERABLE_PUBLIC_URL).hostname or "localhost",
    *ENV.get("ANSWERABLE_HOSTS", "127.0.0.1 localhost testserver").split(),
]
CSRF_TRUSTED_ORIGINS = [ANSWERABLE_PUBLIC_URL]
DATABASES = {"default": _database(ENV["DATABASE_URL"])} if ENV.get("DATABASE_URL") else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "answerable.core",
    "answerable.channels",
    "answerable.channels.sandbox",
    "answerable.channels.webchat",
    "answerable.listening",
    "answerable.conversations",
    "answerable.cases",
    "answerable.clocks",
    "answerable.triage",
    "answerable.safety",
    "answerable.replies",
    "answerable.intake",
    "answerable.metrics",
    "answerable.portal",
    "answerable.inbox",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "answerable.core.web.policy.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "answerable.core.web.viewers.middleware",
]
ROOT_URLCONF = "answerable.house.urls"
ASGI_APPLICATION = "answerable.house.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "inbox" / "templates", PACKAGE / "portal" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "answerable.core.web.pages.environment"},
    },
]

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "answerable.inbox.views.errors.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ANSWERABLE_PUBLIC_URL.startswith("https://")
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.get("ANSWERABLE_BEHIND_PROXY") == "1" else None
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)"), ("pl", "Polski")]
LOCALE_PATHS = [PACKAGE / "house" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "inbox" / "static", PACKAGE / "portal" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

PROCRASTINATE_IMPORT_PATHS = [
    "answerable.core.hook_jobs",
    "answerable.core.jobs",
    "answerable.channels.sandbox.jobs",
    "answerable.channels.webchat.jobs",
    "answerable.cases.custody_jobs",
    "answerable.cases.jobs",
    "answerable.clocks.jobs",
    "answerable.intake.jobs",
    "answerable.listening.jobs",
    "answerable.replies.jobs",
    "answerable.safety.jobs",
    "answerable.safety.dictionary_jobs",
    "answerable.triage.jobs",
]
PROCRASTINATE_ON_APP_READY = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "answerable.core.logs.Structured"}},
    "filters": {"not_health": {"()": "django.utils.log.CallbackFilter", "callback": not_health}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["not_health"]}},
    "root": {"handlers": ["out"], "level": ENV.get("ANSWERABLE_LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},
        "mail.log": {"level": "WARNING"},
    },
}

# Facts go up: these jobs hear of cases whose journal got a line of these kinds (core/following.py).
FOLLOWERS: dict[str, frozenset[str]] = {
    "cases.custody_jobs.deal": frozenset(
        {"case_opened", "case_reopened", "case_returned", "case_released", "case_routed", "case_woke", "wait_ended"}
    ),
    "cases.custody_jobs.wake": frozenset({"clock_warned", "clock_breached"}),
    "cases.custody_jobs.answer_pushes": frozenset({"reply_sent"}),
    # What the pipeline files it hands to the clocks itself.
    "clocks.jobs.follow": frozenset(
        {
            *("case_closed", "case_reopened", "case_raised", "case_given", "case_returned", "case_routed"),
            *("case_handed_over", "transfer_accepted", "case_pushed", "push_answered", "push_unanswered"),
            *("reply_queued", "reply_failed", "reply_left_out", "deflection_sent", "deflection_refuted"),
            *("reply_posted", "reply_taken_back", "reply_removed"),
            *("case_merged", "case_split", "message_moved", "move_undone", "case_emptied"),
            *("case_waits", "wait_ended"),
        }
    ),
    "triage.jobs.apply": frozenset(
        {
            *("case_opened", "message_filed", "case_described", "case_tagged", "case_untagged", "case_fields_set"),
            *("case_returned", "case_reopened", "case_raised"),
        }
    ),
}
