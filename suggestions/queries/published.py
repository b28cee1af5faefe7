"""What was published, as everybody reads it: masked matters, and suggestions in the text that was decided last.

A stranger's reading is the busiest of all, so it loads the few columns a stranger is shown, names by key in place of a
join each (planning ten joins takes longer than all the rest), and no part that only those inside see. What is made of
it stays the question of `suggestions.showing.Shown`, as for every other reader.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from accounts.models import Anyone
from ground.compiled import AnyOf, Compiled, Given, loaded
from ground.paging import DEFAULT_SIZE, ordered

SHOWN = (
    *("id", "number", "state", "outcome", "category", "urgency", "masked_text", "place", "is_public", "channel"),
    *("reopened", "reviewed", "order_no", "holder_kind", "avoided", "target_deputy_id", "target_venue_id"),
    *("holder_seat_id", "holder_venue_id", "holder_organ_id", "claimed_by_id", "claimed_seat_id", "merged_into_id"),
    *("published_at", "submitted_at", "rejected_at", "told_at", "closed_at"),
)
HEAD = ("number", "state", "published_at")  # of the matter it was merged into
LINE = ("id", "number", "state", "category", "masked_text", "published_at")  # what a line of the public page shows
FRONT = ("-published_at", "-pk")
READ = ("pk", *SHOWN, *(f"merged_into__{name}" for name in HEAD), "linked", "others")
STEP = ("id", "obj_id", "verb", "before", "after", "at", "by_kind", "by_label", "public_text", "organ_id")
ANSWER = ("id", "opinion_id", "round", "text", "solved", "by_label", "at")


def opinions_in_public() -> QuerySet:
    """Published matters that go on or are done; one withdrawn or sent elsewhere is nobody else's business."""
    return _model("Opinion").objects.published().exclude(state__in=("withdrawn", "rejected"))


def as_rows(opinions: QuerySet) -> QuerySet:
    """`opinions` as rows of what a stranger is shown, to be paged and then given to `for_strangers`."""
    links = _model("OpinionLink").objects.filter(opinion=OuterRef("pk"), ended_at=None).order_by("-pk")
    members = _model("Opinion")._base_manager.filter(merged_into=OuterRef("pk"), state="merged").order_by()
    counted = members.values("merged_into").annotate(n=Count("pk")).values("n")
    return opinions.annotate(
        linked=ArraySubquery(links.values("suggestion__number")),
        others=Coalesce(Subquery(counted, IntegerField()), Value(0)),
    ).values(*READ)


def for_strangers(rows: Iterable[dict[str, Any]]) -> list[Any]:
    """Opinions from rows of `as_rows`, with steps, answers and names by one query each. What a stranger never sees of
    them is empty, not loaded; a column that is not in SHOWN costs a query of its own."""
    told = {row["pk"]: row for row in rows}
    if not told:
        return []
    names = _names(told.values())
    opinions = {pk: _opinion(row, names) for pk, row in told.items()}
    for table, columns, kept, of in (
        ("OpinionStep", STEP, "steps", _steps),
        ("OpinionAnswer", ANSWER, "answers", _answers),
    ):
        model = _model(table)
        for *values, organ in of.rows(ids=list(told)):
            part = loaded(model, dict(zip(columns, values, strict=True)))
            if organ:
                part.organ = apps.get_model("accounts", "Organ")(pk=part.organ_id, code=organ)
            opinions[values[1]]._prefetched_objects_cache[kept].append(part)
    return list(opinions.values())


def newest_rows() -> list[dict[str, Any]]:
    """Rows of `as_rows` for the first page of everything a stranger may see, newest first, and one more. Most who read the
    list ask for just this: building and planning it took longer than all that follows."""
    return [dict(zip(READ, row, strict=True)) for row in _newest.rows()]


def front_lines() -> list[Any]:
    """The first page of `opinions_in_public` as the public page lists them, and one more, with the columns of LINE."""
    return [loaded(_model("Opinion"), dict(zip(LINE, row, strict=True))) for row in _front.rows()]


def opinion_in_public(number: str) -> Any | None:
    """The matter of this number for whoever proved nothing; None where it is not public. Four queries."""
    if "\x00" in number:
        return None
    return next(iter(for_strangers(dict(zip(READ, row, strict=True)) for row in _one.rows(number=number))), None)


def _opinion(row: dict[str, Any], names: dict[tuple[str, int], Any]) -> Any:
    model = _model("Opinion")
    opinion = loaded(model, {name: row[name] for name in SHOWN})
    for column, kind in NAMED.items():
        if (pk := row[f"{column}_id"]) is not None:
            setattr(opinion, column, names[kind, pk])
    if row["merged_into_id"] is not None:
        head = {name: row[f"merged_into__{name}"] for name in HEAD}
        opinion.merged_into = loaded(model, {"id": row["merged_into_id"], **head})
    opinion._prefetched_objects_cache = {
        "steps": [], "answers": [], "members": range(row["others"]), "referrals": (), "ratings": (), "photos": (),
    }  # fmt: skip
    opinion.linked = row["linked"]
    return opinion


# -- names by key ------------------------------------------------------------------------------------------------------

NAMED = {
    "target_deputy": "deputy",
    "target_venue": "venue",
    "holder_seat": "seat",
    "holder_venue": "venue",
    "holder_organ": "organ",
    "claimed_seat": "seat",
}


def _names(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], Any]:
    """Deputies, seats with their deputy, venues and organs that the rows point to, with code and name alone."""
    deputy_of, seat_of = apps.get_model("deputies", "Deputy"), apps.get_model("deputies", "Seat")
    made = {
        "deputy": deputy_of,
        "venue": apps.get_model("stations", "Venue"),
        "organ": apps.get_model("accounts", "Organ"),
    }
    wanted: dict[str, set[int]] = {kind: set() for kind in ("deputy", "seat", "venue", "organ")}
    for row in rows:
        for column, kind in NAMED.items():
            wanted[kind].add(row[f"{column}_id"])
    found = {}
    for kind, pk, code, name, more in _named.rows(**{kind: [pk for pk in ids if pk] for kind, ids in wanted.items()}):
        if kind == "seat":
            found[kind, pk] = seat_of(pk=pk, deputy=deputy_of(pk=int(more), code=code, name=name))
        else:
            extra = {"short_name": more} if kind == "organ" else {}
            found[kind, pk] = made[kind](pk=pk, code=code, name=name, **extra)
    return found


def _union() -> QuerySet:
    def of(kind: str, room: str, model: str, code: str, name: str, more: Any) -> QuerySet:
        rows = apps.get_model(room, model)._base_manager.filter(AnyOf("pk", kind)).order_by()
        return rows.values_list(Value(kind), "pk", code, name, more)

    nothing = Value("")
    return of("deputy", "deputies", "Deputy", "code", "name", nothing).union(
        of("seat", "deputies", "Seat", "deputy__code", "deputy__name", Cast("deputy_id", TextField())),
        of("venue", "stations", "Venue", "code", "name", nothing),
        of("organ", "accounts", "Organ", "code", "name", F("short_name")),
        all=True,
    )


def _rows_of(table: str, column: str, columns: tuple[str, ...], organ: Any) -> QuerySet:
    rows = _model(table)._base_manager.filter(AnyOf(column, "ids")).order_by("pk")
    return rows.values_list(*columns, organ)


_named = Compiled(_union)
_steps = Compiled(lambda: _rows_of("OpinionStep", "obj_id", STEP, F("organ__code")))
_answers = Compiled(lambda: _rows_of("OpinionAnswer", "opinion_id", ANSWER, Value("")))
_one = Compiled(
    lambda: as_rows(_model("Opinion").objects.visible_to(Anyone()).filter(number=Given("number"))).values_list(*READ)
)

_front = Compiled(lambda: ordered(opinions_in_public(), FRONT).values_list(*LINE)[: DEFAULT_SIZE + 1])
_newest = Compiled(
    lambda: as_rows(_model("Opinion").objects.visible_to(Anyone()).order_by("-pk")).values_list(*READ)[
        : DEFAULT_SIZE + 1
    ]
)


# -- suggestions -------------------------------------------------------------------------------------------------------


def suggestions_in_public() -> QuerySet:
    """Published suggestions with `decided` (their publications, the last one last, with replies and units) and signers."""
    replies = _model("PublishedReply").objects.select_related("reply__assignment__organ")
    publications = _model("Publication").objects.prefetch_related(Prefetch("replies", replies))
    return (
        _model("Suggestion").objects.published()
        .select_related("lead__deputy", "lead__organ", "congress")
        .prefetch_related(Prefetch("publications", publications, to_attr="decided"), "assignments__organ")
    )  # fmt: skip


def _model(name: str) -> Any:
    return apps.get_model("suggestions", name)
