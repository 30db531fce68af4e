"""Settings for every environment; what differs is read from the environment.

With nothing set this is production: debugging is off, https is required and a missing SECRET_KEY or AUDIT_KEY_FILE
stops the start. ``.env.example`` lists every variable.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from smartcity.lib.seal.signing_key import KeyProblem, read_key_file

BASE_DIR = Path(__file__).resolve().parent.parent


def env_flag(name: str, default: str) -> bool:
    """Read a yes/no variable; anything but 0 or 1 is a mistake worth stopping for."""
    value = os.environ.get(name, default)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def env_secret(name: str) -> str:
    """Read a secret that must be there, and long and varied enough not to be an example or a guess."""
    value = os.environ.get(name, "")
    if len(value) < 50 or len(set(value)) < 10 or "change-me" in value:
        raise ImproperlyConfigured(f"{name} must be set to a secret of at least 50 random characters")
    return value


def env_key_file(name: str) -> Path:
    """Read where a key lies; one that others can open, or that is none, stops the start as one that is missing does."""
    path = os.environ.get(name, "")
    if not os.path.isfile(path):
        made = "python -m smartcity.lib.seal.signing_key FILE makes one"
        raise ImproperlyConfigured(f"{name} must be set to the file of the key that seals the history; {made}")
    try:
        read_key_file(path)
    except KeyProblem as problem:
        raise ImproperlyConfigured(f"{name}: {problem}") from problem
    return Path(path)


def env_number(name: str, default: str, *, least: int, most: int) -> int:
    """Read a whole number between the two; anything else is a mistake worth stopping for."""
    value = os.environ.get(name) or default
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= most):
        raise ImproperlyConfigured(f"{name} must be a number from {least} to {most}, not {value!r}")
    return int(value)


def env_database(name: str) -> dict:
    """Read a database's address; an unreadable one stops the start and is not printed, it holds a password."""
    url = os.environ.get(name) or f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}"
    scheme = urlsplit(url).scheme
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with sqlite:/// or postgres://, not {scheme or 'nothing'}://")
    try:
        return dict(dj_database_url.parse(url))
    except (ValueError, dj_database_url.ParseError) as error:
        raise ImproperlyConfigured(f"{name} is not a database address: {type(error).__name__}") from error


DEBUG = env_flag("DEBUG", "0")
SECRET_KEY = "only-for-debugging" if DEBUG else env_secret("SECRET_KEY")
# Outside the database: whoever may write to that could seal what they wrote.
AUDIT_KEY_FILE = BASE_DIR / "var" / "audit-key.pem" if DEBUG else env_key_file("AUDIT_KEY_FILE")
# Seconds for which a process says what it knows to be sealed, at the foot of pages, before it asks again.
SEAL_ASKED_EVERY = 60
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")
# Off only where nothing but this machine listens: a demonstration, a test.
HTTPS = env_flag("HTTPS", "0" if DEBUG else "1")

# Proxies of ours that add to X-Forwarded-For, before which whoever asks may have written anything; 0: none is believed.
PROXIES = env_number("PROXIES", "1" if HTTPS else "0", least=0, most=9)
# How long it is kept who signed in and what was taken out: such a log is personal data, so it has an end. Grounds: the
# standard asks for 3 months at level 3, 12 at level 5 (TCVN 14423:2026, 5.8); the database itself keeps 12.
ACCESS_KEPT_MONTHS = env_number("ACCESS_KEPT_MONTHS", "24", least=12, most=120)

INSTALLED_APPS = [
    # Ours, highest layer first.
    "smartcity",
    "meetings",
    "tasks",
    "programme",
    # Third party; unfold replaces the admin's templates and so comes before it. Basic: the site is ours.
    "unfold.apps.BasicAppConfig",
    "simple_history",
    "rest_framework",
    "rest_framework.authtoken",
    "csp",
    # Django.
    "smartcity.admin_config.SmartcityAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "smartcity.lib.submissions.middleware.keep_nothing",
    "smartcity.lib.submissions.middleware.read_as_utf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Outside of whatever opens a transaction for a page: it writes what a page that is only read left to be noted.
    "smartcity.audit.access.middleware.note_visits",
    "smartcity.accounts.middleware.sign_requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "smartcity.accounts.middleware.OwnPasswordFirst",
    "smartcity.accounts.middleware.SubmissionMiddleware",
    "smartcity.lib.pages.known.middleware.ReadKnown",
]

ROOT_URLCONF = "smartcity.urls"
WSGI_APPLICATION = "smartcity.wsgi.application"

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

# Inputs are drawn from templates/ too, some of them quicker than their own templates do.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env_database("DATABASE_URL")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its turn at once and waits for the one before, instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 60,
        # Without the check the first request after the database restarts is an error page.
        "CONN_HEALTH_CHECKS": True,
    }
    # Beside what the address itself says, such as sslmode. Compiling a query takes longer than any of ours runs: the
    # board of 10,000 assignments 2.3 s with it, 0.1 s without.
    session = {"options": "-c lock_timeout=3s -c statement_timeout=30s -c jit=off"}
    DATABASES["default"]["OPTIONS"] = {**session, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "programme.User"
AUTHENTICATION_BACKENDS = ["smartcity.accounts.backend.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

# A working day; nobody is still signed in the next morning.
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "smartcity.accounts.stale.stale_page"

# Browsers accept the __Host- names over https only.
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Where the site is reached: letters carry links.
SITE_ADDRESS = os.environ.get("SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS", "1")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "nhac-viec@localhost")
# Without a mail server letters are printed by the command that would send them.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

# What is sent besides files. A text that is too long is read, so that its field can refuse it with the text kept; more
# than this would take seconds and hundreds of MB to decode, from anybody. keep.js knows it too and sends no more.
# 500 rows of a page are some thousand fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "smartcity" / "locale"]
FORMAT_MODULE_PATH = "smartcity.formats"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
# The pictures of the user's guide stay beside its texts, so that these show them in the repository too.
STATICFILES_DIRS = [("huong-dan/hinh", BASE_DIR / "docs" / "huong-dan" / "hinh")]
# What people upload. Nothing serves this folder: a page of the site asks first who may read the file.
MEDIA_ROOT = os.environ.get("MEDIA_ROOT") or BASE_DIR / "var" / "files"
STORAGES = {
    "default": {"BACKEND": "smartcity.lib.records.storage.ContentStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# A change reason quotes an official document: longer than the library's 100 characters.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
# An audit trail that can be edited proves nothing.
SIMPLE_HISTORY_REVERT_DISABLED = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, so that a caller without credentials is told 401 and how to give them.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

UNFOLD = {
    "SITE_TITLE": "Đô thị thông minh",
    "SITE_HEADER": "Đô thị thông minh",
    "SITE_SUBHEADER": "Theo dõi đề án, nhiệm vụ",
    "SITE_URL": "/",
    "SITE_ICON": "smartcity.admin.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "smartcity.admin.icon"}],
    "BORDER_RADIUS": "8px",
    "STYLES": [
        "smartcity.admin.components_stylesheet",
        "smartcity.admin.admin_stylesheet",
        "smartcity.admin.bar_stylesheet",
        "smartcity.admin.known_stylesheet",
        "smartcity.admin.explained_stylesheet",
        "smartcity.admin.print_stylesheet",
    ],
    "SCRIPTS": [
        "smartcity.admin.echo_script",
        "smartcity.admin.keep_script",
        "smartcity.admin.faults_script",
        "smartcity.admin.count_script",
    ],
    "COLORS": {
        # The pages' blue, so that admin and pages are one product.
        "primary": {
            "50": "#eef5fd",
            "100": "#dfeafb",
            "200": "#bcd6f7",
            "300": "#92bff7",
            "400": "#5f9fec",
            "500": "#2f7cd6",
            "600": "#0b4f9c",
            "700": "#0a468b",
            "800": "#0a3a72",
            "900": "#0b315e",
            "950": "#081f3d",
        },
    },
    "SIDEBAR": {"show_search": False, "navigation": "smartcity.navigation.navigation"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
