"""Duty reports as the deputy who gives them sees them: what is owed by when, the report, the rating, what to put right."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.errors import NotVisible
from ground.pages import one_main
from ground.paging import keyset
from suggestions.queries.mine import seats_of
from suggestions.views.deputy.frame import page
from votes.forms.duty import REPORT_ACTS
from votes.models import DutyReport, DutySession
from votes.views.of_any_face import dues_of


def own_report(request: HttpRequest, number: str) -> DutyReport:
    """The deputy's own at the session; who was excused and named again has the newer one."""
    rows = DutyReport.objects.visible_to(request.user).filter(seat__in=seats_of(request.user), session__number=number)
    found = rows.with_parts().order_by("-pk").first()
    if found is None:
        raise NotVisible("没有找到您的这次述职，请从“述职评议”里查找。")
    return found


@face("my")
@require_safe
def duty_sessions(request: HttpRequest) -> HttpResponse:
    rows = DutySession.objects.of_deputy(request.user).select_related("organ")
    return page(request, "duty_sessions", page=keyset(rows, request))


@face("my")
@require_safe
def duty_session(request: HttpRequest, number: str) -> HttpResponse:
    found = own_report(request, number)
    buttons = REPORT_ACTS.buttons(
        found, request.user, lambda verb: reverse("deputy:duty-session-verb", args=[number, verb])
    )
    steps = list(found.steps.all())
    returned = next((step.note for step in reversed(steps) if step.verb == "return_rectification"), "")
    return page(
        request, "duty_session", report=found, session=found.session, verbs=one_main(buttons), dues=dues_of(found),
        steps=steps, returned=returned if found.state == "rectifying" else "",
    )  # fmt: skip


@face("my")
def duty_session_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = own_report(request, number)
    return REPORT_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/duty_session_verb.html", report=found,
        back=reverse("deputy:duty-session", args=[number]), draft=f"duty-{verb}-{found.number}",
    )  # fmt: skip
