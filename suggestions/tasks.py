"""What beat runs each minute for the numbers and at night for learning, and what is too long for a request."""

from celery import shared_task

from accounts.models import Organ
from ground import audit, clock, jobs
from ground.errors import NotVisible
from ground.jobs import Running
from ground.ledgers import xlsx
from ground.models import Heartbeat
from ground.sheets import XLSX
from suggestions import hotspots, ledgers
from suggestions.queries.reported import Scope, period_of
from suggestions.reports import make
from suggestions.routing import night
from suggestions.sheets import MIMES, content_of, name_of
from suggestions.workflow import checks, tallies

NIGHT = range(2, 6)  # hours in which the recount may begin
RECOUNTED = "suggestions.recounted"  # when it last ended


@shared_task(name="suggestions.fold_tallies", ignore_result=True)
def fold_tallies() -> None:
    tallies.fold_all()
    checks.draw_call_backs()


@shared_task(name="suggestions.recount_tallies", ignore_result=True)
def recount_tallies() -> None:
    """Once a night; a night without a worker is made good in the next."""
    now = clock.now().astimezone(clock.SHANGHAI)
    last = Heartbeat.objects.filter(name=RECOUNTED).values_list("at", flat=True).first()
    if now.hour not in NIGHT or (last is not None and last.astimezone(clock.SHANGHAI).date() == now.date()):
        return
    tallies.recount()
    Heartbeat.objects.update_or_create(name=RECOUNTED, defaults={"at": now})


@jobs.runner("report")
def write_report(job: Running) -> str:
    """A report as a file; body: code, organ, below, period, format."""
    body, organ = job.body, Organ.objects.get(code=job.body["organ"])
    role = "government" if organ.kind == "government" else "office"
    report = make(body["code"], Scope(organ, role=role, below=body["below"]), period_of(body["period"]), job.by)
    job.progress(1, 2, "数字已经算好，正在写文件")
    content = content_of(report, body["format"], by=job.by)
    job.keep(content, name=name_of(report, body["format"]), mime=MIMES[body["format"]])
    return f"“{report.title}”已经做好，共 {sum(len(table.rows) for table in report.tables)} 行。"


@jobs.runner("ledger")
def write_ledger(job: Running) -> str:
    """建议台账 of a session with hundreds of suggestions; body: session, unit."""
    session = job.body["session"]
    title = dict(ledgers.sessions(job.by)).get(session)
    if title is None:
        raise NotVisible("没有找到这次会议的建议。")
    job.progress(0, 1, "正在排台账")
    found = ledgers.of_session(session, title, by=job.by, unit=job.body["unit"])
    audit.write(job.by, "suggestions.export_ledger", session)
    job.keep(xlsx(found), name=f"{found.title}.xlsx", mime=XLSX)
    return f"“{found.title}”已经做好，共 {len(found.rows)} 件。"


@shared_task(name="suggestions.learn", ignore_result=True)
def learn() -> None:
    night.learn()


@shared_task(name="suggestions.refresh_hotspots", ignore_result=True)
def refresh_hotspots() -> None:
    hotspots.refresh()
