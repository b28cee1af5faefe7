"""After a poll was published: rewrites the roll's pages, so that no freed row with an envelope stays on the disk.

Runs as the owner of the tables (MIGRATE_URL); the application's role cannot. Backups and WAL keep what was sealed: what
destroys that is that the officers' slips no longer exist.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL, ANALYZE) votes_rollline")
            cursor.execute("VACUUM (FULL, ANALYZE) votes_keywrap")
        self.stdout.write("名册已重写，旧的选票页已清除。")
