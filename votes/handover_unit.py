"""What of projects, lists, deliberations, appraisals and assembly opinions moves when a unit is merged into another
(lifecycles.md §7.3): the other unit's people take over what is live, with its dates; what is done stays in the books."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organ
from accounts.notices import write_notice
from clocks.models import Deadline
from deputies.handovers import Change, Row
from ground import clock
from ground.errors import GuardFailed
from ground.refs import model_of
from ground.workflow import SYSTEM, move
from suggestions import boards
from votes.models import AppraisalTarget, InquiryUnit
from votes.notices.readers import Readers

VERB = "follow_merger"  # a matter goes along while its table has this edge
# Kinds and the column that names their unit.
MATTERS = {"project": "unit", "rectification": "unit", "deliberation": "unit", "assemblyopinion": "handler"}
# Units that stand among others on one matter.
AMONG = {
    "inquiryunit": (InquiryUnit, "inquiry", "organ", ("planned", "studying", "held", "rated", "rectifying")),
    "appraisaltarget": (
        AppraisalTarget,
        "appraisal",
        "unit",
        ("drafted", "nominated", "balloting", "chosen", "running", "scored"),
    ),
}


class VotesUnitsCarrier:
    """Rows by verb: `follow` (a matter with one unit), `among` (a line of an inquiry or an appraisal).

    `plan` raises GuardFailed `both_asked` where both units stand on one of these."""

    def plan(self, change: Change) -> Iterable[Row]:
        if change.kind != "organ_merged":
            return []
        return [row for organ in change.subjects for row in self._of(organ, change.successor_of(organ))]

    def _of(self, organ: Organ, heir: Organ) -> Iterator[Row]:
        for kind in MATTERS:
            for matter in _of_unit(kind, organ).order_by("pk"):
                label = f"{boards.find(kind).part} {matter.number}"
                yield Row(kind, matter.pk, label, f"由{heir}继续办理，期限不变", "follow", organ.pk, heir.pk)
        for kind, (model, root, column, states) in AMONG.items():
            rows = model.objects.filter(**{column: organ, f"{root}__state__in": states}).select_related(root)
            taken = set(model.objects.filter(**{column: heir}).values_list(root, flat=True))
            for row in rows.order_by("pk"):
                matter = getattr(row, root)
                if matter.pk in taken:
                    told = f"两个单位都在{matter.origin} {matter.number} 里，还没有结束。请等它办完后再合并。"
                    raise GuardFailed("both_asked", told)
                label = f"{matter.origin} {matter.number}"
                yield Row(matter.workflow.name, matter.pk, label, f"由{heir}继续办理", "among", [kind, row.pk], heir.pk)

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        former = change.subjects[0]
        heir = change.successor_of(former)
        _bring(rows, former, heir, f"{former}并入{heir}", but=by.pk)

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        """What the other unit has finished meanwhile stays in its books."""
        former = change.subjects[0]
        _bring(rows, change.successor_of(former), former, "单位合并已撤销", but=by.pk)


def _bring(rows: list[Row], former: Organ, to: Organ, why: str, *, but: int) -> None:
    for row in rows:
        if row.verb == "among":
            _rename(*row.origin, former, to)
        else:
            _follow(row.kind, row.id, former, to, why, but=but)


def _of_unit(kind: str, organ: Organ) -> QuerySet:
    model = model_of(kind)
    [edge] = model.workflow.of(VERB)
    return model.objects.filter(**{MATTERS[kind]: organ}, state__in=edge.sources)


def _follow(kind: str, pk: int, former: Organ, to: Organ, why: str, *, but: int) -> None:
    matter = _of_unit(kind, former).filter(pk=pk).first()
    if matter is None:
        return
    with move(matter, VERB, by=SYSTEM, note=f"{why}，由{to}继续办理") as m:
        m.recorded = {"from": former.code, "to": to.code}
        setattr(matter, MATTERS[kind], to)
        Deadline.objects.open().under(matter).filter(organ=former).update(organ=to)
    for telling in Readers(matter, f"{boards.page_of(kind)}s", but=but).unit(to.pk).tell(f"{why}，请接着办理"):
        write_notice(telling, f"merger:{kind}:{pk}:{clock.now():%m%d%H%M%S}"[:40])


def _rename(kind: str, pk: int, former: Organ, to: Organ) -> None:
    model, root, column, states = AMONG[kind]
    there = model.objects.filter(**{column: to}).values(root)
    rows = model.objects.filter(pk=pk, **{column: former, f"{root}__state__in": states}).exclude(
        **{f"{root}__in": there}
    )
    if rows.update(**{column: to}):
        Deadline.objects.open().filter(object_kind=kind, object_id=pk, organ=former).update(organ=to)
