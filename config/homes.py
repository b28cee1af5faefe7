"""Pages that gather from every room: each only calls the rooms' own queries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from accounts.faces import face
from accounts.models import Region, User
from clocks.workflow import due_view
from config.api import Todo
from deputies.facts import has_active_seat
from deputies.models import Deputy
from deputies.queries import is_on_leave
from ground import clock
from ground.paging import keyset
from stations.models import Venue
from stations.queries import stations_of_divisions, with_stations
from suggestions.joint import offers_to
from suggestions.queries import desk as queries_of_desk, mine
from suggestions.queries.board import nearest
from suggestions.todo import nearest_words, waiting_for
from suggestions.views.citizen.shell import page
from suggestions.views.department.shell import desk_of, page as desk_page
from suggestions.views.department.worklist import rows, tiles
from suggestions.views.deputy.frame import page as deputy_page
from suggestions.views.deputy.own import LeaveForm
from votes.models import Poll
from votes.views.deputy.assembly import waiting_of

MOST_FOUND = 10
NEAR_AT_HAND = 3  # stations shown before anybody has searched


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The citizen's first page: one line to find one's deputies and station; `?for=say` when one came to say something."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:40]
    found = _found(words) if words else {}
    venues = Venue.objects.visible_to(request.user).receiving().with_parts()
    return page(request, "citizen/home.html", {
        **found,
        "query": words,
        "is_saying": request.GET.get("for") == "say",
        "found_nothing": bool(words) and not any(found.values()),
        "near": [] if words else list(venues.order_by("code")[:NEAR_AT_HAND]),
    })  # fmt: skip


def _found(words: str) -> dict[str, list]:
    """Divisions with the station that answers for them, deputies by name, and stations by their own name."""
    regions = list(
        Region.objects.filter(name__icontains=words, level__in=("town", "village", "estate")).order_by("code")[
            :MOST_FOUND
        ]
    )
    answering = stations_of_divisions(regions)
    deputies = with_stations(Deputy.objects.serving().found_by(words)).order_by("pinyin", "code")[:MOST_FOUND]
    venues = Venue.objects.open().found_by(words).with_parts().order_by("code")[:MOST_FOUND]
    return {
        "places": [(region, answering[region.code]) for region in regions if answering[region.code]],
        "deputies": [(deputy, "、".join(seat.post for seat in deputy.serving_seats)) for deputy in deputies],
        "venues": list(venues),
    }


# -- 履职通 ------------------------------------------------------------------------------------------------------------

OPEN_POLLS = 5  # polls one may vote in now, shown on the first page
IN_PROGRESS = 3  # own suggestions shown on the first page


@face("my")
@require_safe
def my_home(request: HttpRequest) -> HttpResponse:
    """The deputy's first page: what waits with the nearest date, the ways in, what is going on, the switch of leave."""
    user = request.user
    todos = waiting_for(user)
    led = mine.suggestions_in_tab(user, "").open().exclude(state="closed").with_parts().order_by("-pk")[:IN_PROGRESS]
    running = list(led)
    due = nearest("suggestion", running)
    return deputy_page(
        request, "home", deputy=getattr(user, "deputy", None), today=clock.today(), todos=todos, nearest=nearest_words(todos),
        running=[(row, due_view(due[row.pk]) if row.pk in due else None) for row in running],
        on_leave=is_on_leave(user), leave_form=LeaveForm(label_suffix=""), offers=offers_to(user, 2),
        record=mine.record_of(user), polls=list(Poll.objects.to_vote(user).order_by("-opened_at")[:OPEN_POLLS]),
        **_assembly(user, len(todos)),
    )  # fmt: skip


def _assembly(user: User, waits: int) -> dict[str, Any]:
    """What of a street's assembly stands on the first page of its member; how much waits in all."""
    told = waiting_of(user)
    told["waits"] = waits + len(told.get("opinions", ()))
    if told.get("assembly") and not has_active_seat(user):
        told["organ_name"] = told["assembly"].name
    return told


# -- 办理台 ------------------------------------------------------------------------------------------------------------


@face("desk")
@require_safe
def desk_home(request: HttpRequest) -> HttpResponse:
    """One list by date of everything the person's units, government and stations owe; `?show=` is one tile of it."""
    desk = desk_of(request)
    show = request.GET.get("show", "")
    owed = queries_of_desk.narrowed(queries_of_desk.owed_by(request.user), show, request.user)
    found = keyset(owed.select_related("organ", "user"), request, order=("due_at", "pk"))
    return desk_page(
        request, "home", today=clock.today(), tiles=tiles(desk), page=found, rows=rows(found, request.user),
        shown=queries_of_desk.SHOWS.get(show, ""),
    )  # fmt: skip


citizen = [path("", home, name="home")]
deputy = [path("", my_home, name="home")]
department = [path("", desk_home, name="home")]
api = [path("me/todo/", Todo.as_view(), name="me-todo")]
