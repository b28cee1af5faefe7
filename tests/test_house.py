"""What must never be false about the house itself."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

ROOT = Path(settings.BASE_DIR)
ROOMS = ("ground", "accounts", "clocks", "deputies", "stations", "suggestions", "votes", "config")
OURS = [app.label for app in apps.get_app_configs() if app.name in ROOMS]


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "helpers", "common", "services", "managers", "misc"}
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.stem in drawers]
    assert found == []


def test_no_column_reads_the_time_by_itself() -> None:
    found = [
        str(field)
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert found == []


def test_each_room_has_one_leaf_of_migrations_and_every_step_leads_back() -> None:
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
    one_way = [
        f"{label}.{migration.name}: {operation}"
        for (label, _), migration in loader.disk_migrations.items()
        if label in OURS
        for operation in migration.operations
        if not operation.reversible
    ]
    assert one_way == []


def test_migrations_are_named_by_their_meaning() -> None:
    names = [path.stem for room in ROOMS for path in (ROOT / room).glob("migrations/0*.py")]
    assert [name for name in names if re.search(r"_auto_|_alter_.*_and_more$", name)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "package-lock.json"])
def test_locks_name_no_host(name: str) -> None:
    assert re.findall(r"https?://[^\s\"]+", (ROOT / name).read_text()) == []


def test_nobody_is_a_superuser() -> None:
    user = apps.get_model(settings.AUTH_USER_MODEL)
    columns = {field.name for field in user._meta.get_fields()}
    assert columns.isdisjoint({"is_superuser", "groups", "user_permissions"})
    with pytest.raises(RuntimeError):
        user.objects.create_superuser("19900000001")


def test_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", re.IGNORECASE)
    templates = [path for path in ROOT.rglob("templates/**/*.html") if not {"node_modules", ".venv"} & set(path.parts)]
    found = [f"{path.name}: {match[0]}" for path in templates for match in inline.finditer(path.read_text())]
    assert len(templates) > 30
    assert found == []
