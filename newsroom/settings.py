"""Every setting of the newsroom, read from top to bottom.

Nothing else reads the environment, but boto3 for its keys if pictures are in buckets. Each line
that asks it names the variable; see the README.
A laptop needs none of them. A server sets SITE_URL, and DATABASE_URL if it uses PostgreSQL.
"""

from pathlib import Path
from urllib.parse import quote

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from django_prose_editor.config import html_tags
from js_asset import static_lazy

from articles import richtext
from newsroom import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = env.folder(Path(env.text("NEWSROOM_DATA", str(BASE_DIR / "var"))).expanduser().resolve())

# The site

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY", "") or env.secret(DATA / "secret_key")
SITE_NAME = env.text("SITE_NAME", "Newsroom")  # until an owner saves the site settings
SITE_URL = env.web_address(
    "SITE_URL", "http://localhost:8000"
)  # feeds and canonical links begin so
SHORT_URL_BASE = env.web_address("SHORT_URL_BASE", SITE_URL)  # may be a domain of its own
OUR_HOSTS = {env.host(SITE_URL), env.host(SHORT_URL_BASE), "localhost", "127.0.0.1", "[::1]"}
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", sorted(OUR_HOSTS))
TELL_CHANGES = env.flag("TELL_CHANGES", True)  # a page for each story says what changed in it
EMBED_HOSTS = env.items("EMBED_HOSTS")  # of Mastodon, whose posts readers may load in a story
PAGE_LIFETIME = env.number("PAGE_LIFETIME", 60)  # seconds a page may be stored at the most

# The parts

INSTALLED_APPS = [
    "newsroom.admin.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "js_asset",
    "django_prose_editor",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "articles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsroom.middleware.no_body_for_head",
    "newsroom.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.middleware.Zip",
    "newsroom.middleware.Conditional",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "newsroom.middleware.site",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
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
                "csp.context_processors.nonce",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# What we keep

DATABASES = {
    "default": env.database("DATABASE_URL", f"sqlite:///{quote(str(DATA / 'newsroom.sqlite3'))}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds a writer waits for another
    }
    DATABASES["default"]["TEST"] = {
        "NAME": DATA / "test.sqlite3"
    }  # a file, so that threads can meet
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60  # seconds
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = env.folder(DATA / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
ORIGINALS_ROOT = DATA / "originals"  # pictures as they came, which readers never get
STORAGES = {
    "default": {"BACKEND": "newsroom.storage.WholeFiles", "OPTIONS": {"allow_overwrite": True}},
    "originals": {"BACKEND": "newsroom.storage.Originals"},
    "staticfiles": {"BACKEND": "newsroom.static.HashedOnceCollected"},
}
PRINTS_BUCKET, ORIGINALS_BUCKET, _pictures = env.together(
    "PRINTS_BUCKET", "ORIGINALS_BUCKET", "PICTURES_URL"
)
PICTURES_URL = env.web_address("PICTURES_URL", "")  # where readers find the bucket of prints
if PRINTS_BUCKET:
    env.needs("storages", "pictures in buckets need django-storages[s3], which is not installed.")
    if PRINTS_BUCKET == ORIGINALS_BUCKET:
        env.refuse("PRINTS_BUCKET and ORIGINALS_BUCKET must differ: readers see all of the first.")
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": PRINTS_BUCKET,
            "custom_domain": PICTURES_URL.partition("//")[2],
            "url_protocol": PICTURES_URL.partition("//")[0],
            "querystring_auth": False,
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        },
    }
    STORAGES["originals"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": ORIGINALS_BUCKET, "file_overwrite": False},
    }
WHITENOISE_USE_FINDERS = True  # so that a checkout works before collectstatic
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["br", "gz", "map", "png", "woff", "woff2"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes; a long read with many tables fits
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "articles.uploads.StopsAtTheLimit",
]

# What is done at its moment, by `manage.py worker`. What is due never waits behind a backlog.

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["due", "default"]},
}

# Words and times

LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]  # readers' pages speak these
DESK_LANGUAGES = ["en"]  # the desk speaks the paper's language if it is one of these
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", [code for code, name in LANGUAGES])
TIME_ZONE = env.zone("TIME_ZONE", "UTC")
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]
DATE_FORMAT = "j F Y"
FORMAT_MODULE_PATH = ["newsroom.formats"]  # English dates as the paper writes them
TAGGIT_CASE_INSENSITIVE = True
EDITOR_MODULES = ("body", "links", "paste", "toolbar")  # of static/desk/js
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy(f"desk/js/{name}.js") for name in EDITOR_MODULES],
        # What they may leave in a body is decided in articles/richtext.py.
        "extensions": {name: html_tags([]) for name in richtext.EXTENSIONS},
    }
]

# Who comes in

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "admin:login"

# Mail. Without it, what would be mailed is only shown at the desk.

MAIL = env.mail("EMAIL_URL")
EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST", ""), MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"newsroom@{env.host(SITE_URL)}")

# What a browser is told. An https address in SITE_URL turns all of it on.

HTTPS = SITE_URL.startswith("https:")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
if env.flag("TRUST_PROXY"):  # a reverse proxy in front sets this header, and strips a reader's own
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "newsroom.admin.forbidden"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, *filter(None, [PICTURES_URL])],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# While a story is open at the desk

AUTOSAVE_AFTER = 3  # seconds without a key pressed
AUTOSAVE_AT_THE_LATEST = 20  # seconds, while somebody goes on writing
PRESENCE_EVERY = 5  # seconds between two signs of life of a window

# What the server writes down

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "in_one_line": {"()": "django.utils.log.CallbackFilter", "callback": logs.in_one_line}
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "scanners": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["in_one_line"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a reader's mistyped address is no news
        "django.security": {"handlers": ["scanners"], "propagate": False},
    },
}
