"""Indexes of columns that are empty in most rows."""

from django.db import models
from django.db.models import Q


def filled(table: str, *columns: str) -> list[models.Index]:
    """For each column an index of the rows that fill it: what points to a row is found, and a new row writes none of them.
    Their foreign keys take `db_index=False`, which would index the empty ones as well."""
    return [
        models.Index(fields=[column], condition=Q(**{f"{column}__isnull": False}), name=f"{table}_{column}_set")
        for column in columns
    ]
