"""The one settings file: every difference between machines is an environment variable.

`.env.example` names each variable with its default. With none set, Film Room runs on embedded
defaults (SQLite, an embedded broker, an embedded bucket), which are meant for one laptop.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from filmroom import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- Where this process runs ---------------------------------------------------------------
DATA_DIR = (BASE_DIR / env.str("DATA_DIR", default="data")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
EMBEDDED_DATABASE = not env.str("DATABASE_URL", default="")
EMBEDDED_BROKER = not env.str("REDIS_URL", default="")
EMBEDDED_BUCKET = not any(
    env.str(name, default="")
    for name in ("AWS_S3_BUCKET", "AWS_S3_ENDPOINT_URL", "AWS_ACCESS_KEY_ID")
)
EMBEDDED = EMBEDDED_DATABASE and EMBEDDED_BROKER and EMBEDDED_BUCKET

# A laptop on embedded defaults is a workshop; anything else is production until told otherwise.
DEBUG = env.bool("DEBUG", default=EMBEDDED)
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (DEBUG or EMBEDDED):
        raise ImproperlyConfigured("Set SECRET_KEY to a long random value (see .env.example).")
    SECRET_KEY = embedded.secret(DATA_DIR, "secret_key")

# Earlier values of SECRET_KEY: sessions, links in mails and stored secrets of theirs stay good.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ROOT_URLCONF = "filmroom.urls"
WSGI_APPLICATION = "filmroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "pages.apps.PagesConfig",  # before admin and allauth: its templates win
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "knox",
    "csp",
    "django_htmx",
    "accounts.apps.AccountsConfig",
    "sessions_app.apps.SessionsConfig",
    "recordings.apps.RecordingsConfig",
    "integrations.apps.IntegrationsConfig",
]

# Knox would also make the table of its own token model, which ours replaces; PostgreSQL then could
# not empty the table of people that it points at.
MIGRATION_MODULES = {"knox": None}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "filmroom.middleware.GZipTextMiddleware",  # above whatever answers
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "filmroom.middleware.ServiceDownMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "filmroom.middleware.PreferencesMiddleware",  # below the language that a browser asks for
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

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
            ],
        },
    },
]

# --- Database ------------------------------------------------------------------------------
if EMBEDDED_DATABASE:
    DATABASE: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "db.sqlite3",
    }
else:
    DATABASE = env.db_url("DATABASE_URL")
DATABASES = {"default": DATABASE}

if DATABASE["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on beside the one writer; IMMEDIATE takes the write lock at BEGIN, so
    # that a transaction waits for its turn instead of failing half-way.
    # In-memory databases of tests cannot be shared by threads.
    DATABASE["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    DATABASE.setdefault("CONN_MAX_AGE", 60)
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# --- Broker and cache ----------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="") or embedded.cache_url(DATA_DIR)
# Kombu has its own name for a unix socket.
CELERY_BROKER_URL = env.str("REDIS_URL", default="").replace(
    "unix://", "redis+socket://", 1
) or embedded.broker_url(DATA_DIR)
CELERY_TASK_IGNORE_RESULT = True
# Acknowledged when they begin: what a lost worker had in hand comes back by its row's lease, while
# an acknowledgement over a connection that was lost meanwhile ends a worker of Celery 5.7.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 1,
    "retry_on_timeout": False,
    # Else a publisher tries to connect for some six seconds; a worker counts for itself.
    "max_retries": 0,
}
# A door that nudges must answer within a second when the broker is down; the sweep nudges again.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "short"
CELERY_TASK_ROUTES = {
    "recordings.tasks.run_import": {"queue": "transfers"},
    "recordings.tasks.render": {"queue": "renditions"},
    "integrations.tasks.deliver": {"queue": "deliveries"},
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-transfers": {"task": "recordings.tasks.sweep_transfers", "schedule": 15.0},
    "sweep-uploads": {"task": "recordings.tasks.sweep_uploads", "schedule": 300.0},
    "sync-bucket": {"task": "recordings.tasks.sync_everything", "schedule": 900.0},
    "sweep-integrations": {"task": "integrations.tasks.sweep_integrations", "schedule": 30.0},
    "sweep-integrations-slowly": {
        "task": "integrations.tasks.sweep_integrations_slowly",
        "schedule": 300.0,
    },
    "worker-heartbeat": {"task": "recordings.tasks.beat_heart", "schedule": 15.0},
}

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "filmroom",
        "OPTIONS": {
            # The cache only throttles: without it Film Room goes on, unthrottled.
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
        },
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# --- The bucket ----------------------------------------------------------------------------
EMBEDDED_BUCKET_PORT = env.int("EMBEDDED_BUCKET_PORT", default=9010)
if EMBEDDED_BUCKET:
    AWS_S3_BUCKET = "filmroom"
    AWS_S3_ENDPOINT_URL: str | None = embedded.bucket_endpoint(EMBEDDED_BUCKET_PORT)
    AWS_ACCESS_KEY_ID: str | None = "filmroom"
    AWS_SECRET_ACCESS_KEY: str | None = embedded.secret(DATA_DIR, "bucket_secret")
else:
    AWS_S3_BUCKET = env.str("AWS_S3_BUCKET", default="") or "filmroom"
    AWS_S3_ENDPOINT_URL = env.str("AWS_S3_ENDPOINT_URL", default="") or None
    # Unset keys leave boto3 to find the machine's own role.
    AWS_ACCESS_KEY_ID = env.str("AWS_ACCESS_KEY_ID", default="") or None
    AWS_SECRET_ACCESS_KEY = env.str("AWS_SECRET_ACCESS_KEY", default="") or None
AWS_REGION = env.str("AWS_REGION", default="us-east-1")

GIB = 1024**3
MIB = 1024**2
# The embedded bucket holds a whole object in memory while it writes or reads it.
EMBEDDED_MAX_UPLOAD_BYTES = GIB
MAX_UPLOAD_BYTES = env.int(
    "MAX_UPLOAD_BYTES", default=EMBEDDED_MAX_UPLOAD_BYTES if EMBEDDED_BUCKET else 100 * GIB
)
UPLOAD_URL_SECONDS = env.int("UPLOAD_URL_SECONDS", default=3600)
DOWNLOAD_URL_SECONDS = env.int("DOWNLOAD_URL_SECONDS", default=3600)
UNCONFIRMED_UPLOAD_SECONDS = env.int("UNCONFIRMED_UPLOAD_SECONDS", default=86400)
PART_SIZE_BYTES = 16 * MIB

# --- Imports -------------------------------------------------------------------------------
IMPORT_ALLOWED_PORTS = tuple(env.list("IMPORT_ALLOWED_PORTS", cast=int, default=[80, 443, 8443]))
# Exactly one address, for tests; there is no switch that allows private addresses in general.
IMPORT_ALLOWED_ORIGIN = env.str("IMPORT_ALLOWED_ORIGIN", default="")
IMPORT_CONNECT_SECONDS = 10
IMPORT_FIRST_BYTE_SECONDS = 30
IMPORT_MIN_BYTES_PER_SECOND = 8192
IMPORT_TOTAL_SECONDS = 6 * 3600
IMPORT_RETRY_BASE_SECONDS = 1.0
TRANSFER_SLOTS = env.int("TRANSFER_SLOTS", default=48)
# The rest stays free for others: one coach's forty imports delay nobody.
TRANSFER_SLOTS_PER_COACH = max(1, TRANSFER_SLOTS * 5 // 6)
LEASE_SECONDS = 60
HEARTBEAT_SECONDS = 5

# --- Media facts ---------------------------------------------------------------------------
MEDIA_PROBE_SECONDS = 30
MEDIA_PROBE_MEMORY_BYTES = GIB

# --- Renditions ----------------------------------------------------------------------------
RENDITION_SECONDS = 600
RENDITION_MEMORY_BYTES = 3 * GIB
WEB_COPY_SECONDS = 8 * 3600

# --- Sync ----------------------------------------------------------------------------------
SYNC_YOUNG_OBJECT_SECONDS = 3600
SYNC_MISSING_LIMIT_RATIO = 0.10
SYNC_MISSING_LIMIT_COUNT = 20

# --- Webhooks that Film Room sends ---------------------------------------------------------
WEBHOOK_SECONDS = 15  # one try, from the look-up to the answer's header
WEBHOOK_SLOTS = 4  # threads of a worker
# The rest stays free for others: an endpoint that hangs delays its own queue only.
WEBHOOK_SLOTS_PER_ENDPOINT = 2
WEBHOOK_SLOTS_PER_OWNER = 3

# --- People --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "/dashboard/coach/recordings"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_TIMEOUT = 10  # a server that hangs holds nobody up
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Film Room <filmroom@localhost>")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # pages find the token in their forms
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SITE_URL.startswith("https://"))
SECURE_REDIRECT_EXEMPT = [r"^healthz/?$", r"^readyz/?$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if DEBUG or not SITE_URL.startswith("https://") else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = bool(SECURE_HSTS_SECONDS)
SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

if not DEBUG and len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY is too simple: set a long random value.")
if not DEBUG and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that serve Film Room, not *.")

# --- Pages ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["filmroom.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "recordings.storage.client.RecordingStorage"},
    "staticfiles": {"BACKEND": "filmroom.static_files.CollectedOrPlainStorage"},
}
# Without collectstatic (a laptop) the files are served from where they lie.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Browsers send parts to the bucket and play from it; no other host is ever contacted.
if AWS_S3_ENDPOINT_URL:
    BUCKET_ORIGINS = [AWS_S3_ENDPOINT_URL.rstrip("/")]
elif "." in AWS_S3_BUCKET:  # no certificate covers it as a host name: the path names it
    BUCKET_ORIGINS = [f"https://s3.{AWS_REGION}.amazonaws.com"]
else:
    BUCKET_ORIGINS = [
        f"https://{AWS_S3_BUCKET}.s3.{AWS_REGION}.amazonaws.com",
        f"https://{AWS_S3_BUCKET}.s3.amazonaws.com",
    ]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, *BUCKET_ORIGINS],
        "media-src": [SELF, *BUCKET_ORIGINS],
        "img-src": [SELF, "data:", *BUCKET_ORIGINS],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- API -----------------------------------------------------------------------------------
FILE_UPLOAD_HANDLERS = [
    "recordings.receiving.GuardedTemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = env.str("FILE_UPLOAD_TEMP_DIR", default="") or None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MIB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3500  # a list of 500 links comes back with what was said of each

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.authentication.TokenScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["filmroom.json.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["filmroom.json.ORJSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "filmroom.pagination.LimitOffset",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("THROTTLE_ANON", default="60/min"),
        "user": env.str("THROTTLE_USER", default="1200/min"),
        "presign": env.str("THROTTLE_PRESIGN", default="300/min"),
        "sync": env.str("THROTTLE_SYNC", default="30/min"),
        "webhooks": "60/min",  # tests and replays: each calls somebody
    },
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
    "DEFAULT_SCHEMA_CLASS": "filmroom.schema.AutoSchema",
    "EXCEPTION_HANDLER": "filmroom.api_errors.exception_handler",
    # There is one format; ?format= is a parameter like any other that nobody knows.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": [
        "rest_framework.renderers.MultiPartRenderer",
        "rest_framework.renderers.JSONRenderer",
    ],
}
DRF_STANDARDIZED_ERRORS = {
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
    "EXCEPTION_HANDLER_CLASS": "filmroom.api_errors.ErrorHandler",
    "EXCEPTION_FORMATTER_CLASS": "filmroom.api_errors.ErrorFormatter",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": None, "TOKEN_MODEL": "accounts.ApiToken"}
IDEMPOTENCY_KEEP_SECONDS = 86400

_ERRORS = "drf_standardized_errors.openapi_serializers"
SPECTACULAR_SETTINGS = {
    "TITLE": "Film Room",
    "DESCRIPTION": "One safe home for every session's recording.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ValidationErrorEnum": f"{_ERRORS}.ValidationErrorEnum.choices",
        "ClientErrorEnum": f"{_ERRORS}.ClientErrorEnum.choices",
        "ServerErrorEnum": f"{_ERRORS}.ServerErrorEnum.choices",
        "ErrorCode401Enum": f"{_ERRORS}.ErrorCode401Enum.choices",
        "ErrorCode403Enum": f"{_ERRORS}.ErrorCode403Enum.choices",
        "ErrorCode404Enum": f"{_ERRORS}.ErrorCode404Enum.choices",
        "ErrorCode405Enum": f"{_ERRORS}.ErrorCode405Enum.choices",
        "ErrorCode406Enum": f"{_ERRORS}.ErrorCode406Enum.choices",
        "ErrorCode415Enum": f"{_ERRORS}.ErrorCode415Enum.choices",
        "ErrorCode429Enum": f"{_ERRORS}.ErrorCode429Enum.choices",
        "ErrorCode500Enum": f"{_ERRORS}.ErrorCode500Enum.choices",
        "SessionStatusEnum": "sessions_app.models.Session.Status",
        "UploadStatusEnum": "recordings.models.SessionUpload.Status",
        "PlatformEnum": "sessions_app.models.Platform",
        "StageStatusEnum": "sessions_app.models.StageStatus",
        "UploadTypeEnum": "recordings.models.SessionUpload.Type",
        "WebhookEndpointStatusEnum": "integrations.models.WebhookEndpoint.Status",
        "WebhookDeliveryStatusEnum": "integrations.models.WebhookDelivery.Status",
        "WebhookEventEnum": "integrations.models.EventType",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
    ],
}

# --- Seeing what happens -------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING_CONFIG = "filmroom.logs.configure"
LOGGING = {"level": LOG_LEVEL, "as_json": not DEBUG}

SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    from filmroom.reporting import report_errors

    report_errors(SENTRY_DSN)
