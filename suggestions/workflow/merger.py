"""When a unit is merged into another, its work goes on there under the same dates: a suggestion's part is handed on as it
stands, or ends where the other unit has one already (lifecycles.md §7.3)."""

from accounts.models import Organ
from clocks import workflow as clocks
from clocks.models import Deadline
from ground import clock
from ground.workflow import STAY, SYSTEM, move
from suggestions.models import Assignment


def follow(assignment: Assignment, *, to: Organ) -> Assignment:
    """The part is the other unit's from now on: signed stays signed, and every date stands."""
    with move(assignment, "follow_merger", by=SYSTEM) as m:
        former = assignment.organ
        m.to(STAY)
        m.note = f"{former}并入{to}，由{to}继续办理"
        m.recorded = {"from": former.code, "to": to.code}
        assignment.organ = to
        owed = Deadline.objects.open().under(assignment.suggestion).filter(organ=former)
        promises = list(assignment.commitments.values_list("pk", flat=True))
        owed.filter(object_kind="assignment", object_id=assignment.pk).update(organ=to)
        owed.filter(object_kind="commitment", object_id__in=promises).update(organ=to)
    return assignment


def give_up(assignment: Assignment, *, to: Organ) -> Assignment:
    """The part ends, for the unit it would come to has one on the same suggestion."""
    with move(assignment, "follow_merger", by=SYSTEM) as m:
        m.to("released")
        m.note = f"{to}已在办理这件建议，这一份并入办理"
        m.recorded = {
            "from": assignment.organ.code,
            "to": to.code,
            "deadlines": [row.pk for row in clocks.open_of(assignment)],
        }
        assignment.released_at = clock.now()
        m.leave()
        clocks.drop(assignment)
    return assignment


def take_again(assignment: Assignment) -> Assignment:
    """Undoes `give_up`: the part stands as it stood, and its clocks run on."""
    last = assignment.steps.filter(verb="follow_merger", after="released").latest("pk")
    with move(assignment, "follow_merger", by=SYSTEM) as m:
        m.to(last.before)
        m.note = "单位合并已撤销"
        m.recorded = {"from": last.recorded["to"], "to": last.recorded["from"]}
        assignment.released_at = None
        m.leave()
        clocks.resume(assignment, last.recorded["deadlines"])
    return assignment
