"""Read the environment, or complain in a sentence. Only `settings.py` uses this."""

import importlib.util
import os
import secrets
import sys
from contextlib import suppress
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ

MISSING = object()
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def refuse(sentence):
    """Stop the process with one sentence instead of a traceback."""
    sys.exit(f"Newsroom cannot start: {sentence}")


def text(name, default=MISSING):
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is MISSING:
        refuse(f"{name} is not set.")
    return default


def flag(name, default=False):
    value = text(name, "").lower()
    if value and value not in YES | NO:
        refuse(f"{name} must be yes or no, not “{value}”.")
    return value in YES if value else default


def number(name, default, *, least=0):
    """A whole number, in the unit that the setting names."""
    value = text(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < least:
        refuse(f"{name} must be a whole number from {least} up, not “{value}”.")
    return int(value)


def items(name, default=()):
    """A list, written with commas."""
    value = text(name, "")
    return [item.strip() for item in value.split(",") if item.strip()] or list(default)


def together(*names):
    """The values of names that are set all or not at all. Not set: an empty text for each."""
    values = [text(name, "") for name in names]
    if any(values):
        for name, value in zip(names, values, strict=True):
            if not value:
                refuse(f"{name} is not set. {', '.join(names)} go together.")
    return values


def needs(module, sentence):
    """Stop unless a module is installed that only some settings ask for."""
    if importlib.util.find_spec(module) is None:
        refuse(sentence)


def web_address(name, default):
    """An http or https address without a path or a slash at its end."""
    value = text(name, default).rstrip("/")
    if not value:
        return value
    try:
        parts = urlsplit(value)
        fits = (
            parts.scheme in {"http", "https"} and parts.hostname and not (parts.path or parts.query)
        )
        _ = parts.port
    except ValueError:
        fits = False
    if not fits:
        refuse(f"{name} must look like https://news.example, not “{value}”.")
    return value


def host(address):
    """The host of a web address, with the brackets that an IPv6 address wears there."""
    name = urlsplit(address).hostname
    return f"[{name}]" if ":" in name else name


def database(name, default):
    """Django's dictionary for a database address: sqlite:///file or postgres://user@host/name."""
    value = text(name, default)
    try:
        config = environ.Env.db_url_config(value)
    except Exception:
        config = {}
    if config.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        refuse(
            f"{name} must begin with sqlite:/// or postgres://,"
            f" which “{value.split(':')[0]}:” does not."
        )
    if value.startswith("sqlite:") and not config["NAME"].startswith("/"):
        refuse(f"{name} must name a whole path with four slashes, such as sqlite:////srv/news.db.")
    return config


def mail(name):
    """Django's settings for a mail server: smtp+tls://user:password@host:587. Empty: no mail."""
    value = text(name, "")
    if not value:
        return {}
    try:
        config = environ.Env.email_url_config(value)
    except Exception:
        config = {}
    if not str(config.get("EMAIL_BACKEND", "")).endswith(".smtp.EmailBackend"):
        refuse(f"{name} must look like smtp+tls://user:password@mail.example:587.")
    return config


def choice(name, default, known):
    """One of the words that we know."""
    value = text(name, default)
    if value not in known:
        refuse(f"{name} must be one of {', '.join(known)}, not “{value}”.")
    return value


def zone(name, default):
    """A time zone by its name in the IANA database."""
    value = text(name, default)
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, KeyError):
        refuse(f"{name} must name a zone such as Europe/Berlin, not “{value}”.")


def folder(path):
    """Make the folder if it is not there yet."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"the folder {path} cannot be made ({error.strerror}).")
    return path


def secret(path):
    """The secret kept in a file; on the first start it is made, readable by its owner alone."""
    try:
        if not path.exists():
            draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
            draft.touch(mode=0o600, exist_ok=False)
            draft.write_text(secrets.token_urlsafe(50))
            with suppress(FileExistsError):  # another process was faster
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_text().strip() or refuse(
            f"{path} is empty. Delete it, and a new one is made."
        )
    except OSError as error:
        refuse(
            f"{path} cannot be used ({error.strerror})."
            " Set SECRET_KEY, or NEWSROOM_DATA to a folder of yours."
        )
