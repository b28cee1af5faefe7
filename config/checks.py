"""What an installation for real people must not be: asked by `manage.py check --deploy --database default`."""

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection


@register(Tags.security, deploy=True)
def no_demonstration(**kwargs: Any) -> list[Error]:
    """Switches of the demonstration and of the tests are off (security.md §13)."""
    found = [
        Error(f"{name} is set.", hint=f"Unset {name} in the environment of the service.", id="lvzhiyun.E001")
        for name in ("DEMO", "DEMO_PUBLIC", "TESTING", "CLOCK_MAY_SHIFT")
        if getattr(settings, name)
    ]
    if not settings.SMS_SENDER:
        found.append(Error("SMS_SENDER is not set: no message would leave.", id="lvzhiyun.E002"))
    return found


@register(Tags.database, deploy=True)
def roles_apart(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """The application works as a role of its own that owns nothing, is no superuser and has a password (§14)."""
    if not databases:
        return []
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, is_super = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        owned = cursor.fetchone()[0]
    owner = urlsplit(os.environ.get("MIGRATE_URL", "")).username
    if owned or owner == role:
        hint = "Give DATABASE_URL a role of its own, and the owner's URL to `migrate` alone (MIGRATE_URL)."
        found.append(Error(f"The application's role {role} owns the tables.", hint=hint, id="lvzhiyun.E003"))
    if is_super:
        found.append(Error(f"The application's role {role} is a superuser of the database.", id="lvzhiyun.E004"))
    if enters_without_password():
        hint = "Ask for scram-sha-256 in pg_hba.conf."
        found.append(Error("The database lets the application in without a password.", hint=hint, id="lvzhiyun.E005"))
    return found


@register(Tags.database, deploy=True)
def no_cast(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """No row of the demonstration's cast is left."""
    from accounts.models import User

    if not databases or "accounts_user" not in connection.introspection.table_names():
        return []
    if User.objects.filter(is_demo=True).exists():
        return [Error("The cast of the demonstration is in the database.", id="lvzhiyun.E006")]
    return []


def enters_without_password() -> bool:
    """Whether the database trusts this address: a wrong password is let in too."""
    parameters = connection.get_connection_params() | {"password": "no-such-password"}
    parameters.pop("pool", None)
    try:
        connection.Database.connect(**parameters).close()
    except connection.Database.OperationalError:
        return False
    return True
