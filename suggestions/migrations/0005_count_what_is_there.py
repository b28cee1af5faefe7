"""Matters that were there before the counting: each gets an event, and the next folds make their numbers."""

from django.db import migrations

THERE = """
INSERT INTO suggestions_tallyevent (kind, matter) SELECT 'opinion', id FROM suggestions_opinion;
INSERT INTO suggestions_tallyevent (kind, matter) SELECT 'suggestion', id FROM suggestions_suggestion;
"""


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0004_tallies")]
    operations = [migrations.RunSQL(THERE, migrations.RunSQL.noop)]
