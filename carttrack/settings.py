"""Settings, read from the environment; every variable is listed in .env.example."""

import os
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from carttrack import embedded
from carttrack.database import parse_database_url
from carttrack.demo_mode import refuse_production
from carttrack.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_required,
    env_secret,
    env_str,
    variables_below,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = embedded.data_dir()

# Safe by default: what is not asked to be a demo or a test is production.
MODE = env_str("CARTTRACK_MODE", default="production")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"CARTTRACK_MODE={MODE!r}; use production, demo or test.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = env_bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env_secret(
    "DJANGO_SECRET_KEY", default=None if PRODUCTION else f"{MODE}-only-{'not-a-secret-' * 5}"
)
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env_list("DJANGO_ALLOWED_HOSTS", default=LOOPBACK)
CSRF_TRUSTED_ORIGINS = env_list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
if DEMO:
    refuse_production(os.environ, allowed_hosts=ALLOWED_HOSTS)

INSTALLED_APPS = [
    "carttrack.ui",
    "carttrack.accounts",
    "carttrack.audit",
    "carttrack.demo",
    "carttrack.simulation",
    "notifications",
    "journeys.patients",
    "journeys.planning",
    "journeys.followup",
    "journeys.capacity",
    "journeys.worklist",
    "journeys.portal",
    "journeys.authoring",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "phonenumber_field",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "carttrack.health.health_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "carttrack.addresses.address_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "carttrack.audit.middleware.TraceMiddleware",
    "carttrack.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "carttrack.conflicts.ConflictMiddleware",
]

ROOT_URLCONF = "carttrack.urls"
WSGI_APPLICATION = "carttrack.wsgi.application"
ASGI_APPLICATION = "carttrack.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "carttrack.context.centre",
                "carttrack.context.sending",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "carttrack.ui.templatetags.assets",
                "carttrack.ui.templatetags.header",
                "carttrack.ui.templatetags.ui",
                "carttrack.ui.templatetags.sentences",
            ],
        },
    },
]

# One engine everywhere. Without DATABASE_URL a private PostgreSQL, installed by pip, is used.
DATABASES = {
    "default": parse_database_url(env_str("DATABASE_URL", default="") or embedded.ensure())
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    }
}

# Who: people sign in with allauth; a person's rights come from dated memberships.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["carttrack.accounts.arrival.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# Staff sign in with a password, patients with a one-time code by e-mail; nobody signs up, and no
# answer tells whether an address is known.
ACCOUNT_ADAPTER = "carttrack.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "carttrack.accounts.forms.sign_in.SignInForm",
    "request_login_code": "carttrack.accounts.forms.sign_in.RequestCodeForm",
    "confirm_login_code": "carttrack.accounts.forms.sign_in.ConfirmCodeForm",
    "reauthenticate": "carttrack.accounts.forms.sign_in.ConfirmPasswordForm",
    "change_password": "carttrack.accounts.forms.sign_in.PasswordForm",
    "reset_password": "carttrack.accounts.forms.sign_in.ResetForm",
    "reset_password_from_key": "carttrack.accounts.forms.sign_in.NewPasswordForm",
}
# Addresses come from the centre, so nobody can have taken somebody else's by signing up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "carttrack.accounts.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "carttrack.accounts.forms.second_step.SecondStepForm",
    "reauthenticate": "carttrack.accounts.forms.second_step.ConfirmStepForm",
    "activate_totp": "carttrack.accounts.forms.second_step.AddAppForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without it the sign-in form has no password
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_SESSION_REMEMBER = False
# A whole hospital may come from one address; what protects a person is the limit on their own.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/5m/key",
    "request_login_code": "100/m/ip,3/m/key",
    "reset_password": "100/m/ip,3/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXIES", default=0)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Words, numbers and time. Instants are stored in UTC; a centre's zone decides what day it is there.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "carttrack" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "carttrack" / "static",
    ("bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Nothing is loaded from other hosts, no inline script, no frames.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env_bool("DJANGO_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env_int("DJANGO_HSTS_SECONDS", default=365 * 24 * 60 * 60)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Celery carries wake-ups; PostgreSQL holds what is due.
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_TASK_IGNORE_RESULT = True
# A wake-up that is lost costs a minute. One that waited to be acknowledged would be put back when
# the broker goes away, and kombu ends the worker that tries.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# A page that asks for a sweep does not wait for a broker that is down.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "max_retries": 1, "interval_start": 0, "interval_step": 0.2}
    if REDIS_URL
    else embedded.file_broker()
)
CELERY_BEAT_SCHEDULER = "carttrack.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-reminders": {"task": "notifications.tasks.sweep_reminders", "schedule": crontab()},
    "plan-morning-digests": {
        "task": "journeys.worklist.tasks.plan_digests",
        "schedule": crontab(minute="5"),
    },
    "watch-manufacturing-holds": {
        "task": "journeys.capacity.tasks.watch_holds",
        "schedule": crontab(minute="*/10"),
    },
    "extend-reminder-horizon": {
        "task": "journeys.planning.tasks.extend_horizon",
        "schedule": crontab(hour="1", minute="30"),
    },
    "reconcile-reminders": {
        "task": "journeys.planning.tasks.reconcile_reminders",
        "schedule": crontab(hour="3", minute="30"),
    },
}

# An appointment that somebody was asked about and has not confirmed this long before is called for.
CONFIRM_HOURS = env_int("CONFIRM_HOURS", default=48)
# A name of this installation's own; a copy that has another, or none, does not send.
INSTALLATION = env_str("INSTALLATION", default="")
# Asked for after each sweep, so that a watcher elsewhere notices when the sweeps stop.
DEAD_MAN_URL = env_str("DEAD_MAN_URL", default="")
# Who asks /healthz/dispatch with this token is told details; without one in production, nobody is.
HEALTH_TOKEN = env_str("HEALTH_TOKEN", default="")

# Mail: EMAIL_PROVIDER (with its ANYMAIL_* variables) sends over a provider's API, EMAIL_HOST over
# SMTP. Without either the demo keeps messages in its own outbox.
EMAIL_PROVIDER = env_str("EMAIL_PROVIDER", default="")
ANYMAIL: dict[str, object] = {
    "REQUESTS_TIMEOUT": (10, 20),  # to connect and to answer; a sweep's lease has to outlast both
    **variables_below("ANYMAIL_"),
}
EMAIL_HOST = env_str("EMAIL_HOST", default="")
if EMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
elif DEMO and not EMAIL_HOST:
    EMAIL_BACKEND = "notifications.channels.outbox.OutboxBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_PORT = env_int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", default="no-reply@carttrack.invalid")
SITE_URL = env_str("SITE_URL", default="http://127.0.0.1:8000")

# Texts: over a gateway, 46elks or twilio. Without one the demo keeps them in its own outbox.
SMS_GATEWAY = env_choice("SMS_GATEWAY", choices=["", "46elks", "twilio"])
SMS_USER = env_required("SMS_USER") if SMS_GATEWAY else ""
SMS_PASSWORD = env_required("SMS_PASSWORD") if SMS_GATEWAY else ""
SMS_FROM = env_required("SMS_FROM") if SMS_GATEWAY else ""
SMS_API_URL = env_str("SMS_API_URL", default="")
SMS_CALLBACK_ADDRESSES = env_list("SMS_CALLBACK_ADDRESSES", default=[])

FIXTURES_DIR = BASE_DIR / "fixtures"
PROTOCOLS_DIR = FIXTURES_DIR / "protocols"
RULESETS_DIR = FIXTURES_DIR / "rulesets"
