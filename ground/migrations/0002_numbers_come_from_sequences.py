"""One sequence for each letter a matter's number begins with; later sequences serve the application by default grants."""

from django.db import migrations

LETTERS = ("y", "j", "p", "l")


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial")]
    operations = [
        migrations.RunSQL(
            [f"CREATE SEQUENCE ground_number_{letter} AS bigint" for letter in LETTERS],
            [f"DROP SEQUENCE ground_number_{letter}" for letter in LETTERS],
        )
    ]
