"""The environment is read once and refused in one sentence."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_flags_are_one_or_zero(monkeypatch) -> None:
    for given, meant in (("1", True), ("true", True), (" YES ", True), ("0", False), ("", False), ("off", False)):
        monkeypatch.setenv("DEMO", given)
        assert env.flag("DEMO") is meant
    monkeypatch.setenv("DEMO", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEMO must be 1 or 0, not 'maybe'"):
        env.flag("DEMO")
    monkeypatch.delenv("DEMO")
    assert env.flag("DEMO", default=True) is True


@pytest.mark.parametrize("given", ["0", "65536", "-1", "8e3", "８０", "x"])
def test_a_port_is_a_number_in_its_range(monkeypatch, given: str) -> None:
    monkeypatch.setenv("PORT", given)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number from 1 to 65535"):
        env.number("PORT", 8000, least=1, most=65535)


@pytest.mark.parametrize("given", ["mysql://a@b/c", "postgresql:///c", "postgresql://host", "sqlite:///x.db", "x"])
def test_a_database_is_postgresql_with_host_and_name(monkeypatch, given: str) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like"):
        env.databases("DATABASE_URL")


def test_a_database_url_is_read_whole(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:s%40crt@db.internal:5433/lvzhi")
    found = env.databases("DATABASE_URL")["default"]
    assert (found["ENGINE"], found["USER"], found["PASSWORD"]) == ("django.db.backends.postgresql", "app", "s@crt")
    assert (found["HOST"], str(found["PORT"]), found["NAME"]) == ("db.internal", "5433", "lvzhi")
    monkeypatch.setenv("DATABASE_URL", "")
    assert env.databases("DATABASE_URL") == {}


def test_networks_are_read_or_refused(monkeypatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, ::1/128")
    assert [str(network) for network in env.networks("TRUSTED_PROXIES")] == ["10.0.0.0/8", "::1/128"]
    monkeypatch.delenv("TRUSTED_PROXIES")
    assert env.networks("TRUSTED_PROXIES") == []
    assert [str(network) for network in env.networks("TRUSTED_PROXIES", "127.0.0.0/8")] == ["127.0.0.0/8"]
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.1/8")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES must list networks"):
        env.networks("TRUSTED_PROXIES")


def test_redis_is_a_redis(monkeypatch) -> None:
    monkeypatch.setenv("REDIS_URL", "http://127.0.0.1")
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL must look like"):
        env.redis_url("REDIS_URL", "")


def test_a_secret_is_made_once_and_for_the_service_alone(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "keys" / "SECRET_KEY"
    made = env.secret("SECRET_KEY", path)
    assert len(made) == 96
    assert env.secret("SECRET_KEY", path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SECRET_KEY", "given")
    assert env.secret("SECRET_KEY", path) == "given"


def test_commands_join_the_running_copy(tmp_path: Path) -> None:
    (tmp_path / env.RUN_FILE).write_text("DATABASE_URL=postgresql://app@127.0.0.1:1/x\nDEMO=1\n")
    environment = {"DEMO": "0"}
    env.join_run(tmp_path, environment)
    assert environment == {"DATABASE_URL": "postgresql://app@127.0.0.1:1/x", "DEMO": "0"}
    env.join_run(tmp_path / "nothing", environment)


def test_migrations_run_as_the_owner_and_name_the_application() -> None:
    environment = {"DATABASE_URL": "postgresql://app@h/x", "MIGRATE_URL": "postgresql://owner@h/x"}
    env.as_owner(environment)
    assert environment["DATABASE_URL"] == "postgresql://owner@h/x"
    assert environment["APP_ROLE"] == "app"
    alone = {"DATABASE_URL": "postgresql://one@h/x"}
    env.as_owner(alone)
    assert alone == {"DATABASE_URL": "postgresql://one@h/x"}
