"""What the worker does of this room: large plans are applied and undone, seats with many open matters end."""

from deputies import handovers
from deputies.forms import SEAT_ACTS
from deputies.models import Handover, Seat
from ground.jobs import Running, runner


@runner("handover-apply")
def apply_handover(job: Running) -> str:
    plan = Handover.objects.get(pk=job.body["handover"])
    if plan.applied_at is None:
        job.progress(0, 1, "正在交接，最后一起生效")
        handovers.apply(plan, by=job.by)
    return f"已按方案交接，共 {len(handovers.rows_of(plan))} 项。"


@runner("handover-undo")
def undo_handover(job: Running) -> str:
    plan = Handover.objects.get(pk=job.body["handover"])
    if plan.undone_at is None:
        job.progress(0, 1, "正在退回，最后一起生效")
        handovers.undo(plan, by=job.by)
    return "已撤销交接，还没有人接着办的事项都已退回原处。"


@runner("seat-verb")
def decide_about_seat(job: Running) -> str:
    return SEAT_ACTS.perform(job, Seat.objects.select_related("deputy__user", "organ", "term").get(pk=job.body["pk"]))
