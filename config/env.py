"""What the environment may say, read once and refused loudly: a value that cannot be meant is an error at start."""

import ipaddress
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
RUN_FILE = "run.env"  # in DATA_DIR: the addresses `make run` works with, for `manage.py` beside it


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in TRUE


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def words(name: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def networks(name: str, default: str = "") -> list[Network]:
    """Networks in CIDR form, separated by commas."""
    given = words(name) or default.split(",") if default else words(name)
    try:
        return [ipaddress.ip_network(word.strip()) for word in given]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must list networks such as 10.0.0.0/8: {error}.") from None


def folder(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()


def databases(name: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES from one URL; empty where none is given, so that only commands without data work."""
    url = text(name)
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/database.")
    return {"default": environ.Env.db_url_config(url)}


def redis_url(name: str, default: str) -> str:
    url = text(name) or default
    if urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured(f"{name} must look like redis://host:6379/0.")
    return url


def secret(name: str, path: Path) -> str:
    """A secret from the environment, else from its file, made on first use and readable by the service alone."""
    if given := text(name):
        return given
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(os.urandom(48).hex())
        try:
            os.link(draft, path)  # whoever comes second reads what the first one made
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def join_run(data_dir: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Takes over the addresses of the copy that `make run` made in `data_dir`; what is already set wins."""
    try:
        lines = (data_dir / RUN_FILE).read_text().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        name, _, value = line.partition("=")
        environment.setdefault(name, value)


def as_owner(environment: MutableMapping[str, str] = os.environ) -> None:
    """Lets this process work as the owner of the tables (MIGRATE_URL) and name the application's role for grants."""
    if owner := environment.get("MIGRATE_URL"):
        environment.setdefault("APP_ROLE", urlsplit(environment.get("DATABASE_URL", "")).username or "")
        environment["DATABASE_URL"] = owner
