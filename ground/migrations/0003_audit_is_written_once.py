"""Audit lines and links are inserted and read, never changed, by whomever: triggers for all, rights for the application."""

from typing import Any

from django.conf import settings
from django.db import migrations

TABLES = ("ground_auditline", "ground_auditlink")

REFUSE = """
CREATE FUNCTION ground_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$
"""
GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ground_written_once();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ground_written_once();
"""


def revoke(apps: Any, editor: Any) -> None:
    """Takes UPDATE and DELETE from the application's role, where it is another than the owner."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if settings.APP_ROLE in ("", cursor.fetchone()[0]):
            return
        role = editor.quote_name(settings.APP_ROLE)
        for table in TABLES:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")


class Migration(migrations.Migration):
    dependencies = [("ground", "0002_numbers_come_from_sequences")]
    operations = [
        migrations.RunSQL(
            [REFUSE, *(GUARD.format(table=table) for table in TABLES)],
            [
                *(
                    f"DROP TRIGGER {table}_{name} ON {table}"
                    for table in TABLES
                    for name in ("no_change", "no_truncate")
                ),
                "DROP FUNCTION ground_written_once()",
            ],
        ),
        migrations.RunPython(revoke, migrations.RunPython.noop),
    ]
