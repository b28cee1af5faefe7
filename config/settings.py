"""The one settings file. What differs between places comes from the environment (config/env.py)."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

# Where we are
TESTING = env.flag("TESTING")  # set by the test plugin alone
DEMO = env.flag("DEMO")  # the cast may sign in; reachable from this machine only (security.md §13)
DEMO_PUBLIC = env.flag("DEMO_PUBLIC")
DEBUG = False
CLOCK_MAY_SHIFT = env.flag("CLOCK_MAY_SHIFT")  # tests and `seed` alone

# Secrets and keys: files outside the database, one each
KEY_DIR = env.folder("KEY_DIR", DATA_DIR / "keys")
SECRET_KEY = env.secret("SECRET_KEY", KEY_DIR / "SECRET_KEY")

# Network
ALLOWED_HOSTS = ["*"] if DEMO else env.words("ALLOWED_HOSTS")
DEMO_HOSTS = {"127.0.0.1", "localhost", "[::1]"} | ({"testserver"} if TESTING else set())
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")  # whose X-Forwarded-For is believed
OPERATIONS_NETWORKS = env.networks("OPERATIONS_NETWORKS", "127.0.0.0/8,::1/128")  # who may read /metrics and details
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{env.number('PORT', 8000, least=1, most=65535)}").rstrip("/")

INSTALLED_APPS = [
    "ground",
    "accounts",
    "clocks",
    "deputies",
    "stations",
    "suggestions",
    "votes",
    "config.apps.ConfigConfig",
    "config.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "django_celery_beat",
    "django_htmx",
    "django_prometheus",
    "rules",
]

MIDDLEWARE = [
    "ground.middleware.demo_guard",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ground.middleware.no_store",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.signin.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ground.middleware.Refusals",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ground.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Data. One alias: migrations run as a process of their own, as the owner (MIGRATE_URL).
DATABASES = env.databases("DATABASE_URL")
APP_ROLE = env.text("APP_ROLE")  # whom the owner's migrations grant the tables to (ground/grants.py)
POOL = env.number("DATABASE_POOL", 0, least=0, most=100)  # connections a process keeps; 0: one per request
for database in DATABASES.values():
    database["CONN_MAX_AGE"] = 0
    options = database.setdefault("OPTIONS", {})
    options["prepare_threshold"] = 3  # of ground.compiled alone: Django's own cursors never prepare
    if POOL:
        options["pool"] = {"min_size": 1, "max_size": POOL, "timeout": 10}
    if TESTING and env.text("TEST_TEMPLATE"):
        database["TEST"] = {"TEMPLATE": env.text("TEST_TEMPLATE")}  # already migrated

# Redis holds nothing that would be missed; with it dead every page still answers.
REDIS_URL = env.redis_url("REDIS_URL", "redis://127.0.0.1:6379/0")
REDIS_TIMEOUT = 0.3  # seconds
CACHES = {
    "default": {
        "BACKEND": "ground.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # a deputy's bound phone; shorter lives are set at sign-in
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not (DEMO or TESTING)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ground.middleware.csrf_refused"

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "lvzhiyun"
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": 60.0, "options": {"expires": 55}}
    for name in (
        "clocks.sweep",
        "ground.tell_steps",
        "ground.send_messages",
        "ground.drop_old_keys",
        "ground.run_jobs",
        "accounts.drop_old_imports",
        "suggestions.fold_tallies",
        "suggestions.recount_tallies",
    )
}
NIGHTLY = {"suggestions.learn": crontab(hour=2, minute=20), "suggestions.refresh_hotspots": crontab(hour=2, minute=50)}
CELERY_BEAT_SCHEDULE |= {name: {"task": name, "schedule": at} for name, at in NIGHTLY.items()}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.signin.PhoneBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.signin.ThreeClasses"}]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a login in tests would cost a quarter of a second otherwise
    if TESTING
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
SMS_SENDER = env.text("SMS_SENDER", "config.mailbox.sender.deliver" if DEMO or TESTING else "")

# Language and time
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Files. The demonstration and the tests serve the sources; elsewhere `collectstatic` hashes and compresses them.
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO or TESTING
WHITENOISE_AUTOREFRESH = TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # of everything but files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # a wall against machines; people's photos beyond 20 are read past, not refused
FILE_UPLOAD_HANDLERS = [
    "ground.uploads.FirstFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Headers (security.md §12)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEMO or TESTING else 365 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # sight by `visible_to`, verbs by the gate
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "ground.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "ground.schema.Schema",
    "UNAUTHENTICATED_USER": "accounts.models.Anyone",
    "EXCEPTION_HANDLER": "ground.api.problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "人大代表履职云平台 REST API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

IMPORT_EXPORT_USE_TRANSACTIONS = True
PROMETHEUS_METRIC_NAMESPACE = "lvzhiyun"
SILENCED_SYSTEM_CHECKS = [
    "admin.W411",  # the stock sidebar is off: the console draws its own
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR"},  # refusals are answers, not events
        # a line a minute for each sweep says nothing
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # step by step for every sheet of paper
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
