"""What the application's role may do with tables it does not own (security.md §14)."""

from typing import Any

from django.conf import settings
from django.db import connections

GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


def grant_to_app(*, using: str, **kwargs: Any) -> None:
    """Runs before the first table of every database is made: later tables belong to the owner and serve APP_ROLE.

    Does nothing where the application and the owner are one role. Revokes for single tables are migrations.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if settings.APP_ROLE in ("", cursor.fetchone()[0]):
            return
        role = connection.ops.quote_name(settings.APP_ROLE)
        for grant in GRANTS:
            cursor.execute(grant.format(role=role))
