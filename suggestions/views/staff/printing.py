"""Paper from the console: replies and referrals as they went out, the notice to a unit that is late, 建议台账."""

from django import forms
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ground import audit, clock, jobs, ledgers as tables
from ground.errors import NotVisible
from ground.letters import answer
from ground.templatetags.ui import zh_day
from suggestions import ledgers, owed
from suggestions.letters import (
    broken_letter,
    broken_of,
    overdue_letter,
    overdue_of,
    referral_letter,
    referral_of,
    reply_letter,
    reply_of,
)
from suggestions.queries import board
from suggestions.views.staff.frame import enter, page

MOST = 200  # lines of a sheet


def reply_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    enter(request, "suggestions")
    return answer(reply_letter(reply_of(request.user, pk)), kind)


def referral_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    enter(request, "opinions")
    return answer(referral_letter(referral_of(request.user, pk)), kind)


def overdue_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    enter(request, "supervise")
    return answer(overdue_letter(overdue_of(request.user, pk)), kind)


def broken_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    enter(request, "supervise")
    return answer(broken_letter(broken_of(request.user, pk)), kind)


class SessionForm(forms.Form):
    session = forms.ChoiceField(label="会议")


def ledger(request: HttpRequest) -> HttpResponse:
    """建议台账 of a session; the newest where none is asked. The first sheets of a long one; the file has all of it."""
    enter(request, "suggestions")
    sessions = dict(ledgers.sessions(request.user))
    asked = request.GET.get("session", "")
    session = asked if asked in sessions else next(iter(sessions), "")
    form = SessionForm(initial={"session": session}, label_suffix="")
    form.fields["session"].choices = list(sessions.items())
    shown = site.each_context(request)
    found, count = None, 0
    if session:
        unit = shown["post"]["organ"]
        found = ledgers.of_session(session, sessions[session], by=request.user, unit=unit, most=MOST)
        count = ledgers.registered(session, by=request.user).count() if len(found.rows) == MOST else len(found.rows)
    return page(request, "ledger", "建议台账", form=form, ledger=found, session=session, count=count, most=MOST)


@require_POST
def ledger_file(request: HttpRequest) -> HttpResponse:
    """The whole ledger of a session as .xlsx: at once, or as a job where it is long."""
    enter(request, "suggestions")
    sessions, session = dict(ledgers.sessions(request.user)), request.POST.get("session", "")
    if session not in sessions:
        raise NotVisible
    unit = site.each_context(request)["post"]["organ"]
    if ledgers.registered(session, by=request.user).count() > MOST:
        body = {"session": session, "unit": unit}
        job = jobs.start("ledger", by=request.user, title=f"{sessions[session]}代表建议台账", body=body)
        return redirect("admin:job", job.pk)
    audit.write(request.user, "suggestions.export_ledger", session)
    return tables.answer(ledgers.of_session(session, sessions[session], by=request.user, unit=unit))


def day(request: HttpRequest) -> HttpResponse:
    """今日清单: what the own office owes by the end of today, on one sheet, the longest late first."""
    enter(request, "supervise")
    found = board.owed_by(request.user).filter(due_at__lte=board.today_until()).select_related("organ", "user")
    found = found.order_by("due_at", "pk")[: MOST + 1]
    lines = owed.rows(found[:MOST], request.user, helps=False)
    return page(request, "day", f"{zh_day(clock.today())}办理清单", rows=lines, is_cut=len(found) > MOST, most=MOST)
