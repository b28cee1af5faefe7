"""What somebody looks for: a number, for staff a person or a unit, else words by pairs of characters.

A list of a million rows is never searched whole. A word stands near the newest rows or is rare: keyset pages of a search
look at the newest thousand rows first, then at ten times as many, and only then ask the index of words for all
(`SPANS`). So a common word costs a short walk, a rare one few rows, whatever the size of the table.
"""

import re
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from ground import bigrams

SPANS = (1_000, 10_000)  # keys looked at before all of them
NEWEST: dict[str, Any] = {"order": "-pk", "spans": SPANS}  # how `keyset` pages a search of many rows,
OWN: dict[str, Any] = {"order": "-pk", "spans": ()}  # and one of somebody's own few, which an index of theirs finds
NUMBER = re.compile(r"[YJ]\d{4}-\d{6,12}")
REGISTER_SHORT = re.compile(r"\d{1,3}-\d{1,3}闭?-\d{1,5}")
ORDINAL = re.compile(r"第?0*([1-9]\d{0,4})号")
PERSON = re.compile(r"[A-Z]\d{5,6}")
MOST_NAMED = 20  # people or units of one name


class _IsAny(Func):
    """Whether a key is in an array the database gathers first: an index can be asked for it, also beside an OR."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


class _Has(Func):
    """The same as `@@`, but never by the index of words: gathering half a million keys of a common word takes longer than
    reading the few thousand rows that somebody's own index finds."""

    function = "ts_match_vq"
    arity = 2
    output_field = BooleanField()


def words(text: str, *, own: bool = False) -> Q:
    """Rows with all words of the text; none where there is nothing to look for. `own` rows are few and found otherwise."""
    wanted = bigrams.query(text)
    if not wanted:
        return Q(pk__in=[])
    query = SearchQuery(wanted, search_type="raw", config="simple")
    return Q(_Has(F("bigrams"), query)) if own else Q(bigrams=query)


def typed(text: str) -> str:
    """As numbers are written: capitals, no spaces around, full-width forms as plain ones."""
    return bigrams.plain(text).strip().upper()


def deputies_named(text: str) -> list[int]:
    """Deputies of this code or whole name; the register of deputies is public."""
    people = apps.get_model("deputies", "Deputy").objects
    found = people.filter(code=typed(text)) if PERSON.fullmatch(typed(text)) else people.filter(name=text.strip())
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])


def seats_of(deputies: list[int]) -> list[int]:
    return list(apps.get_model("deputies", "Seat").objects.filter(deputy__in=deputies).values_list("pk", flat=True))


def units_named(text: str) -> list[int]:
    """Organs of this code, name or short name."""
    name = text.strip()
    found = apps.get_model("accounts", "Organ").objects.filter(Q(name=name) | Q(short_name=name) | Q(code=name))
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])


def among(rows: QuerySet, column: str) -> Any:
    """Condition: the row is one of those that `rows` point to by `column`."""
    return _IsAny(F("pk"), ArraySubquery(rows.order_by().values(column)))
