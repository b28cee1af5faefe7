"""Who is told of a round and of a project, in which words. Whoever proposed one hears of every stage to the end."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Post
from accounts.rules import DWC, UNIT
from accounts.states import Role
from deputies.models import Seat
from ground.outbox import Telling, ToContact, ToUser, teller, template
from votes.models import LivelihoodProject, ProjectStep, Round, RoundStep

MY, DESK, CONSOLE, FOLLOW = "/my/projects/", "/desk/projects/", "/admin/projects/", "/projects/follow/?n="
ROUNDS = "/admin/rounds/"
ACT = "project.act"
template(ACT, "民生实事项目 {number}：{what}")

# What the phone of whoever proposed it shows: the number and what happened, nothing of what was said.
SMS = {
    "propose": "您提的民生实事（{number}）已收到，可用编号和查询码查看进展",
    "open_contact": "工作人员为办理您提的民生实事（{number}）查看了您的联系方式",
    "accept": "您提的民生实事（{number}）已收进项目库",
    "screen_out": "您提的民生实事（{number}）没有列入，原因已写明",
    "merge": "您提的民生实事（{number}）与同类项目一并考虑",
    "shortlist": "您提的民生实事（{number}）列为初步候选",
    "nominate": "您提的民生实事（{number}）列为正式候选，等代表票决",
    "elect": "您提的民生实事（{number}）已由代表票决选定",
    "miss": "您提的民生实事（{number}）这次没有选上",
    "repool": "您提的民生实事（{number}）放回项目库，下一年再考虑",
    "begin": "您提的民生实事（{number}）开始实施",
    "report": "您提的民生实事（{number}）有新的进度",
    "visit": "代表到现场看了您提的民生实事（{number}）",
    "ask_adjustment": "您提的民生实事（{number}）正在申请调整",
    "decide_adjustment": "您提的民生实事（{number}），调整申请已有决定",
    "accept_work": "您提的民生实事（{number}）已做完并验收，请您评价",
    "carry_over": "您提的民生实事（{number}）转到下一年继续做",
    "resume": "您提的民生实事（{number}）继续实施",
    "evaluate": "您提的民生实事（{number}）已公布评价结果",
}
for verb, text in SMS.items():
    template(f"project.{verb}", text)

# The same for those who have an account here.
TITLES = {
    "accept": "您提的项目已入储备库", "screen_out": "您提的项目没有列入", "merge": "您提的项目与同类一并考虑",
    "shortlist": "您提的项目列为初步候选", "nominate": "您提的项目列为正式候选", "elect": "您提的项目已选定",
    "miss": "您提的项目这次没有选上", "repool": "您提的项目放回储备库", "begin": "您提的项目开始实施",
    "report": "您提的项目有新进度", "visit": "代表视察了您提的项目", "ask_adjustment": "您提的项目正在申请调整",
    "decide_adjustment": "您提的项目调整已有决定", "accept_work": "您提的项目已验收", "carry_over": "您提的项目结转下年",
    "resume": "您提的项目继续实施", "evaluate": "您提的项目已公布评价",
}  # fmt: skip


@teller(ProjectStep)
def tell(step: ProjectStep) -> Iterable[Telling]:
    project = step.obj
    yield from _proposers(project, step)
    title, number = project.title, project.number
    match step.verb:
        case "propose":
            yield from _posts(
                project.organ_id, DWC, step.by_id, f"新的项目建议：{title}", f"{CONSOLE}{number}/", number
            )
        case "begin":
            yield from _posts(
                project.unit_id, UNIT, step.by_id, f"项目开始实施，请按季度报告：{title}", f"{DESK}{number}/", number,
                asked="项目开始实施，请按季度报告进度",
            )  # fmt: skip
        case "report" if step.recorded.get("percent") == 100:
            yield from _posts(
                project.organ_id, DWC, step.by_id, f"报告完成，请验收：{title}", f"{CONSOLE}{number}/", number
            )
        case "ask_adjustment":
            offices = Post.objects.live().filter(organ__congress=project.organ_id, role=Role.GOV_OFFICE)
            for user in offices.exclude(user=step.by_id).values_list("user_id", flat=True).distinct():
                yield ToUser(user, f"请报送调整申请：{title}"[:120], f"{DESK}{number}/", number=number)
            yield from _posts(project.organ_id, DWC, step.by_id, f"申请调整：{title}", f"{CONSOLE}{number}/", number)
        case "forward_adjustment":
            yield from _posts(
                project.organ_id, DWC, step.by_id, f"调整申请已报送，请安排审议：{title}", f"{CONSOLE}{number}/", number
            )
        case "decide_adjustment":
            yield from _posts(
                project.unit_id, UNIT, step.by_id, f"调整申请已有决定：{title}", f"{DESK}{number}/", number
            )
        case "accept_work":
            yield from _deputies(project.organ_id, f"请评价民生实事项目：{title}", f"{MY}{number}/", number)


def _proposers(project: LivelihoodProject, step: ProjectStep) -> Iterable[Telling]:
    """Who proposed it and whoever proposed what was merged into it; each by their own number."""
    behind = LivelihoodProject.objects.behind_merged(project).order_by("pk")
    rows = behind if step.verb not in ("propose", "open_contact", "merge", "screen_out") else [project]
    told = set()
    for row in rows:
        if row.contact_id is not None and row.contact_id not in told and step.verb in SMS:
            told.add(row.contact_id)
            yield ToContact(row.contact_id, f"project.{step.verb}", {"number": row.number}, f"{FOLLOW}{row.number}")
        elif row.entered_by_id is not None and row.entered_by_id != step.by_id and step.verb in TITLES:
            face = MY if row.proposer_kind == "deputy" else DESK
            yield ToUser(
                row.entered_by_id, f"{TITLES[step.verb]}：{row.title}"[:120], f"{face}{row.number}/", number=row.number
            )


@teller(RoundStep)
def tell_of_round(step: RoundStep) -> Iterable[Telling]:
    round_ = step.obj
    words = {
        "review": "请了解候选项目并提出审议意见", "nominate": "正式候选项目已确定，请了解材料", "publish": "票决结果已公布",
    }.get(step.verb)  # fmt: skip
    if words:
        yield from _deputies(round_.organ_id, f"{words}：{round_.title}", MY, round_.number)


def _posts(
    organ_id: int | None, roles: Iterable[str], but: int | None, title: str, url: str, number: str, asked: str = ""
) -> Iterable[Telling]:
    rows = Post.objects.live().filter(organ=organ_id, role__in=list(roles)).exclude(user=but)
    sms = {"sms": ACT, "variables": {"what": asked}} if asked else {}
    for user in rows.order_by("user").values_list("user_id", flat=True).distinct():
        yield ToUser(user, title[:120], url, number=number, **sms)


def _deputies(organ_id: int, title: str, url: str, number: str) -> Iterable[Telling]:
    seats = Seat.objects.active().filter(organ=organ_id).exclude(deputy__user=None)
    for user in seats.order_by("pk").values_list("deputy__user_id", flat=True):
        yield ToUser(user, title[:120], url, number=number)


# -- what is owed ------------------------------------------------------------------------------------------------------

WORDS = {
    "screen": "审核项目建议", "report": "报告季度进度", "finish": "按期完工", "forward": "报送调整申请", "decide": "决定调整申请",
    "accept_work": "验收", "evaluate": "公布评价结果", "collect": "结束征集、转入论证筛选",
}  # fmt: skip


def remind(deadline: Any, obj: Any, level: str) -> Iterable[Telling]:
    """Whoever owes it before and on the day and each morning after; the congress's office when a unit is late."""
    words = WORDS[deadline.kind]
    key = level.partition("-")[0]
    title = f"{words}{'将到期' if key in ('yellow', 'orange') else '已逾期'}：{obj.title}"
    asked = f"{'请' if key in ('yellow', 'orange') else '逾期未'}{words}" if "-" not in level else ""
    is_office = deadline.organ_id == obj.organ_id
    office = ROUNDS if isinstance(obj, Round) else CONSOLE
    if key in ("rung", "above"):
        roles = DWC if key == "rung" else (Role.DWC_LEAD,)
        yield from _posts(obj.organ_id, roles, None, title, f"{office}{obj.number}/", obj.number)
    elif is_office:
        yield from _posts(obj.organ_id, DWC, None, title, f"{office}{obj.number}/", obj.number, asked)
    else:
        roles = (*UNIT, Role.GOV_OFFICE)
        yield from _posts(deadline.organ_id, roles, None, title, f"{DESK}{obj.number}/", obj.number, asked)
