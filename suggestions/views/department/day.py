"""The day's list on paper, and what was told to the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.faces import face
from accounts.models import Notice
from ground import clock
from ground.paging import keyset
from suggestions.queries import desk as queries
from suggestions.views.department.shell import page
from suggestions.views.department.worklist import rows

MOST = 200


@face("desk")
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Everything that is owed, by date, on one sheet."""
    found = queries.owed_by(request.user).select_related("organ", "user").order_by("due_at", "pk")[: MOST + 1]
    lines = rows(found[:MOST], request.user)
    return page(request, "day", rows=lines, today=clock.today(), is_cut=len(found) > MOST)


@face("desk")
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    found = keyset(Notice.objects.visible_to(request.user), request)
    return page(request, "notices", page=found, unread=Notice.objects.visible_to(request.user).unread().count())


@face("desk")
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """All of one's own are read."""
    Notice.objects.visible_to(request.user).unread().update(read_at=clock.now())
    return redirect("department:notices")
