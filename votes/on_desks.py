"""Binds livelihood projects, their rounds and an assembly's opinions into the desks and boards, beside opinions and
suggestions."""

from clocks.models import Deadline
from ground import clock
from suggestions import boards
from suggestions.queries.desk import governments_of, units_of, venues_of, warned
from votes.forms.assembly_opinion import OPINION_ACTS
from votes.forms.project import PROJECT_ACTS
from votes.forms.round import ROUND_ACTS
from votes.models import AssemblyOpinion
from votes.notices.project import WORDS

OF_ROUNDS = boards.Kind(
    part="民生实事",
    work={"round.collect": (WORDS["collect"], ("screen",))},
    owes={"round.collect": ("征集未结束", ("screen",))},
    acts=ROUND_ACTS,
    faces=("admin",),
)
DONE_BY = {
    "screen": ("accept", "screen_out"), "report": ("report",), "finish": ("report",), "forward": ("forward_adjustment",),
    "decide": ("decide_adjustment", "put_to_vote"), "accept_work": ("accept_work",), "evaluate": ("evaluate",),
}  # fmt: skip
OF_PROJECTS = boards.Kind(
    part="民生实事",
    work={f"project.{kind}": (WORDS[kind], verbs) for kind, verbs in DONE_BY.items()},
    owes={
        "project.screen": ("未审核", ("accept",)),
        "project.report": ("未报告季度进度", ()),
        "project.finish": ("未完工", ()),
        "project.forward": ("未报送调整申请", ()),
        "project.decide": ("未决定调整申请", ("decide_adjustment", "put_to_vote")),
        "project.accept_work": ("未验收", ("accept_work",)),
        "project.evaluate": ("未公布评价结果", ("evaluate",)),
    },
    acts=PROJECT_ACTS,
)
OF_OPINIONS = boards.Kind(
    part="议事代表意见",
    work={f"assemblyopinion.{clock}": ("答复", ("reply",)) for clock in ("reply", "reply_long", "redo")},
    owes={
        "assemblyopinion.accept": ("未受理", ("accept",)),
        "assemblyopinion.complete": ("议事代表未补充", ()),
        "assemblyopinion.assign": ("未交办", ("assign",)),
        "assemblyopinion.reply": ("未答复", ("reassign",)),
        "assemblyopinion.reply_long": ("未答复", ("reassign",)),
        "assemblyopinion.redo": ("未重新答复", ("reassign",)),
        "assemblyopinion.rate": ("议事代表未评价", ()),
    },
    acts=OPINION_ACTS,
    page="assembly-opinion",
)


def bind() -> None:
    """Called once from `apps.ready`."""
    boards.register("round", OF_ROUNDS)
    boards.register("project", OF_PROJECTS)
    boards.add_to_desk(boards.Entry("projects", "hammer", "民生实事", _has_desk, _projects_due))
    boards.register("assemblyopinion", OF_OPINIONS)
    boards.add_to_desk(
        boards.Entry("assembly-opinions", "message-square-quote", "议事代表意见", _was_ever_asked, _waiting)
    )


def _has_desk(actor: object) -> bool:
    return bool(units_of(actor) or governments_of(actor) or venues_of(actor))


def _projects_due(actor: object) -> int:
    organs = [*units_of(actor), *governments_of(actor)]
    rows = Deadline.objects.open().owed().filter(warned(clock.now()), matter_kind="project", organ__in=organs)
    return rows.count() if organs else 0


def _was_ever_asked(actor: object) -> bool:
    return bool(units_of(actor)) and AssemblyOpinion.objects.of_units(actor).exists()


def _waiting(actor: object) -> int:
    return AssemblyOpinion.objects.of_units(actor).filter(state__in=("assigned", "redoing")).count()
