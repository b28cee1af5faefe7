"""Shapes and words of the forms of livelihood projects, and the verbs as every face offers them."""

import re
from datetime import date
from typing import Any

from django import forms

from accounts.models import Organ
from accounts.states import OrganKind
from ground import clock
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.citizen import Phone, PhotosField, SmsCode, TrackForm, VerifyForm
from suggestions.forms.fields import NO_UNITS, day, decision, line, pick, pills, prose
from votes.models import ProjectVersion
from votes.states import PROJECT, AdjustKind, Decider, Field, Grade, ScreenReason
from votes.workflow import ballots, progress, project as projects, proposal

MONEY = {"max_digits": 12, "decimal_places": 2, "min_value": 0}
NODE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?[ ,，、]+(\d{1,3})\s*[%％]?[ ,，、]+(.+)")
MATERIAL = (
    "title", "category", "content", "target", "place", "total_cost", "year_cost", "funding", "leader", "unit", "helpers",
    "starts_on", "ends_on", "beneficiaries", "feasibility",
)  # fmt: skip


def money(label: str, *, required: bool = True, hint: str = "万元") -> forms.DecimalField:
    return forms.DecimalField(label=label, required=required, help_text=hint, **MONEY)


def deciding_organs() -> Any:
    """Where projects are decided on: congresses and streets that have ever opened a round, else every congress."""
    organs = Organ.objects.live().filter(kind__in=(OrganKind.CONGRESS, OrganKind.STREET))
    with_rounds = organs.filter(rounds__isnull=False).distinct()
    return (with_rounds if with_rounds.exists() else organs.filter(kind=OrganKind.CONGRESS)).order_by("path")


class OrganField(forms.ModelChoiceField):
    def label_from_instance(self, organ: Organ) -> str:
        return organ.name.removesuffix("常务委员会").removesuffix("人大工委")


class ProposeForm(VerbForm):
    """What is needed, where, and why; whoever has no account may leave a phone."""

    organ = OrganField(Organ.objects.none(), label="哪里的项目", empty_label="请选择", to_field_name="code")
    title = line("需要做什么", 60, hint="一句话，例如：大湾村口装路灯")
    text = prose("为什么需要", 1000, hint="有多少人需要、现在有什么不方便")
    category = pick("哪一类", Field)
    place = line("在哪里", 120, required=False)
    opinion = line("由哪件群众意见而来", 20, required=False, hint="填意见编号")
    suggestion = line("由哪件代表建议而来", 20, required=False, hint="填建议编号")
    contact_name = line("怎么称呼您", 40, required=False)
    phone = Phone(label="手机号", required=False, help_text="每走一步都发短信告诉您；验证后大家才能看到您提的项目")

    def adapt(self) -> None:
        self.fields["organ"].queryset = deciding_organs()
        if self.fields["organ"].queryset.count() == 1:
            self.fields["organ"].initial = self.fields["organ"].queryset.get().code
        if getattr(self.actor, "actor_kind", "") == "user" and not self.actor.facts.venue_posts:
            del self.fields["contact_name"], self.fields["phone"]
        if getattr(self.actor, "actor_kind", "") != "user":
            del self.fields["suggestion"]


class PhoneForm(VerbForm):
    """A phone and the code that was sent to it."""

    phone = Phone(label="手机号", error_messages={"required": "请填写手机号。"})
    sms_code = SmsCode(required=False)


class SupportForm(PhoneForm):
    area = line("您住在哪个村、社区", 60, required=False)
    field_order = ("area", "phone", "sms_code")


class PublicRateForm(PhoneForm):
    grade = pills("您满意吗", Grade)
    text = line("想说的话", 300, required=False)
    field_order = ("grade", "text", "phone", "sms_code")


class TabletForm(VerbForm):
    grade = pills("您满意吗", Grade)
    text = line("想说的话", 300, required=False)


class FollowForm(TrackForm):
    """Number and query code, as they were shown when it was proposed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = "例如 M2026-000123"


class AcceptForm(VerbForm):
    public_text = prose("公开文字", 1000, hint="大家看到的文字，可以改得更清楚，不要写姓名和电话")

    def adapt(self) -> None:
        self.fields["public_text"].initial = self.obj.masked_text


class ScreenOutForm(VerbForm):
    reason_code = pick("原因", ScreenReason)
    public_reason = prose("公开说明", 500, hint="提出的人和大家都能看到")


class MergeForm(VerbForm):
    into = line("并入的项目编号", 20)


class LinkForm(VerbForm):
    opinions = prose("意见编号", 1000, required=False, rows=2, hint="多个用空格或换行隔开")
    suggestions = prose("建议编号", 1000, required=False, rows=2, hint="多个用空格或换行隔开")

    def body(self) -> dict[str, Any]:
        return {name: re.split(r"[\s,，、]+", text) for name, text in self.cleaned_data.items() if text}


class MaterialForm(VerbForm):
    """候选材料 (domain.md §4.3). Nodes are lines of day, per cent and what stands then."""

    title = line("名称", 60)
    category = pick("类别", Field)
    content = prose("建设内容", 2000, required=False)
    target = line("量化目标", 300, required=False, hint="例如：新增学位 180 个")
    place = line("地点", 120, required=False)
    total_cost = money("总投资", required=False)
    year_cost = money("当年投资", required=False)
    funding = line("资金来源", 200, required=False)
    leader = line("责任领导", 60, required=False, hint="写职务")
    unit = forms.ModelChoiceField(Organ.objects.none(), label="责任单位", required=False, empty_label="请选择")
    helpers = line("配合单位", 200, required=False)
    starts_on = day("开工", required=False)
    ends_on = day("完工", required=False)
    nodes = prose(
        "季度节点", 2000, required=False, rows=5, hint="每行一个：日期 进度 完成什么。例如：2026-06-30 50 主体封顶"
    )
    beneficiaries = line("受益人群", 200, required=False)
    feasibility = prose("可行性意见", 2000, required=False)

    def adapt(self) -> None:
        organ = self.obj.organ
        # The units of a street belong to the congress of its district.
        near = {"path__startswith": organ.path} if organ.kind == OrganKind.STREET else {"congress": organ}
        units = Organ.objects.live().filter(**near).exclude(kind__in=NO_UNITS)
        self.fields["unit"].queryset = units.order_by("code")

    def clean_nodes(self) -> list[tuple[date, int, str]] | None:
        lines = [text.strip() for text in self.cleaned_data["nodes"].splitlines() if text.strip()]
        told = []
        for n, text in enumerate(lines, 1):
            found = NODE.fullmatch(text)
            try:
                year, month, on, percent = (int(word) for word in found.groups()[:4]) if found else (0, 0, 0, 0)
                told.append((date(year, month, on), percent, found.group(5) if found else ""))
            except ValueError:
                raise forms.ValidationError(f"第 {n} 行看不懂，请写成“2026-06-30 50 主体封顶”。") from None
        return told or None

    def body(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        return {name: value for name, value in told.items() if value is not None}


def material_of(version: ProjectVersion) -> dict[str, Any]:
    """A version as the form shows it."""
    told = {name: getattr(version, name) for name in MATERIAL}
    lines = [f"{node.due_on} {node.percent} {node.text}" for node in version.nodes.all()]
    return told | {"unit": version.unit_id, "nodes": "\n".join(lines)}


class AdjustForm(MaterialForm):
    """A written request: why, and the material as it should be."""

    kind = pills("申请什么", AdjustKind)
    reason = prose("理由", 1000)
    letter_no = line("请示文号", 40, required=False)
    field_order = ("kind", "reason", "letter_no", *MATERIAL)


class NoteForm(VerbForm):
    text = prose("意见", 1000)


class ReportForm(VerbForm):
    percent = forms.IntegerField(label="形象进度（%）", min_value=0, max_value=100)
    money_in = money("到位资金")
    money_paid = money("支付资金")
    done = line("完成的节点", 300)
    problems = prose("存在的问题", 300, required=False, rows=3)
    photos = PhotosField(label="现场照片", required=False)

    def adapt(self) -> None:
        last = self.obj.last_report
        if last is not None:
            self.initial = {"money_in": last.money_in, "money_paid": last.money_paid, **self.initial}

    def body(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class VisitForm(VerbForm):
    on = day("视察日期")
    text = prose("看到的情况", 1000)
    photos = PhotosField(label="现场照片", required=False)

    def adapt(self) -> None:
        self.fields["on"].initial = clock.today()


class ForwardForm(VerbForm):
    letter_no = line("请示文号", 40, required=False)


class DecideForm(VerbForm):
    agreed = decision("决定", "同意调整", "不同意")
    decider = pills("由哪个会议决定", Decider)
    decided_on = day("决定日期")
    document_no = line("决定文号", 40, required=False)

    def body(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AcceptWorkForm(VerbForm):
    note = prose("验收情况", 1000)


class ReasonForm(VerbForm):
    reason = prose("原因", 1000)


class RateForm(VerbForm):
    grade = pills("评价", Grade)
    text = line("说明", 300, required=False, hint="不满意的请说明哪里不满意")


def _verify(project: Any, *, by: Any, sms_code: str) -> Any:
    return proposal.verify_phone(project, by=by, sms_code=sms_code)


def _nodes_given(function: Any) -> Any:
    """A cancelling request brings no material."""

    def call(project: Any, *, by: Any, kind: str, **body: Any) -> Any:
        if kind == AdjustKind.CANCEL:
            body = {name: body[name] for name in ("reason", "letter_no") if name in body}
        return function(project, by=by, kind=kind, **body)

    return call


PROJECT_ACTS = Acts(
    {
        "accept": Act(projects.accept, AcceptForm, tone="main", hint="收进储备库后，验证过手机号的群众建议和各单位的建议向社会公开。"),
        "shortlist": Act(projects.shortlist, tone="main"),
        "nominate": Act(projects.nominate, tone="main", hint="列为正式候选后，材料不能再改。"),
        "edit": Act(projects.edit, MaterialForm, hint="可以分几次填，列为正式候选前要填全。"),
        "merge": Act(projects.merge, MergeForm, hint="支持的人和关联的意见一起并过去，提出的人继续收到消息。"),
        "link": Act(projects.link, LinkForm),
        "note": Act(projects.note, NoteForm, tone="main", hint="您的意见给审议的人看，不向社会公开。"),
        "screen_out": Act(projects.screen_out, ScreenOutForm, tone="danger"),
        "repool": Act(projects.repool, hint="这次没有选上的，下一年还可以再考虑。"),
        "report": Act(progress.report, ReportForm, tone="main", hint="每季度结束后 10 个工作日内报告，照片里的拍摄地点不会公开。"),
        "ask_adjustment": Act(
            _nodes_given(progress.ask_adjustment), AdjustForm,
            hint="票决选定的项目不能自行改动。申请由政府报送，经常委会或主席团决定后才生效，原方案一直保留。",
        ),
        "forward_adjustment": Act(progress.forward_adjustment, ForwardForm, tone="main"),
        "put_to_vote": Act(ballots.put_to_vote, hint="建立一次常委会组成人员的表决，公布结果后自动生效。"),
        "decide_adjustment": Act(progress.decide_adjustment, DecideForm, tone="main"),
        "visit": Act(progress.visit, VisitForm, tone="main"),
        "rate": Act(progress.rate, RateForm, tone="main", done="已评价，谢谢。"),
        "accept_work": Act(progress.accept_work, AcceptWorkForm, tone="main"),
        "carry_over": Act(progress.carry_over, ReasonForm),
        "resume": Act(progress.resume, tone="main"),
        "evaluate": Act(progress.evaluate, tone="main", hint="公布后不再接受评价。"),
        "verify_phone": Act(_verify, VerifyForm, tone="main"),
        "erase_contact": Act(proposal.erase_contact, tone="danger", hint="删除后收不到短信，用查询码照样能看进展。"),
    },
    PROJECT.labels,
)  # fmt: skip
INITIAL = {"edit": material_of, "ask_adjustment": material_of}


def first_words(project: Any, verb: str) -> dict[str, Any]:
    """What stands already, for the forms that change it."""
    version = project.version
    return INITIAL[verb](version) if verb in INITIAL and version is not None else {}
