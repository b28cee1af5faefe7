"""Forms of members and meetings of an assembly, and their verbs as the pages offer them."""

from typing import Any

from django import forms

from accounts.models import Region
from deputies.models import Deputy
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, line, moment, pills, prose
from votes.forms.poll import PollForm
from votes.models import AssemblyMember
from votes.queries.assembly import roll_of, sitting_in
from votes.states import MEETING, MEMBER, EndReason, ItemKind, Presence, Variant, Way
from votes.workflow import assembly as verbs

AGENDA = (ItemKind.PLAN, ItemKind.BUDGET, ItemKind.PROJECTS, ItemKind.OTHER)


class AssemblyForm(VerbForm):
    variant = pills("名称", Variant)
    ordinal = forms.IntegerField(label="第几届", min_value=1, max_value=99, initial=1)
    opens_on = day("任期从哪天起")
    name = line("全称", required=False, hint="不填就用地名加名称，例如“北河街道议事代表会”")


class MemberForm(VerbForm):
    """Somebody who may become a member. No phone is asked for before it is decided."""

    name = line("姓名", 40)
    region = forms.ModelChoiceField(Region.objects.none(), label="社区", empty_label="请选择")
    way = pills("怎样产生", Way)
    recommender = line("推荐单位", required=False, hint="“推荐”时填写，例如社区居委会")
    occupation = line("工作单位和职务", required=False)
    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label="同时是人大代表", required=False, empty_label="不是", help_text="两个身份分开记"
    )

    def adapt(self) -> None:
        organ = self.obj.organ
        path = organ.region.path if organ.region else "-"
        self.fields["region"].queryset = Region.objects.filter(path__startswith=path, level="village").order_by("code")
        seats = {"seats__organ": organ.congress_id, "seats__state": "active"}
        self.fields["deputy"].queryset = Deputy.objects.filter(**seats).distinct().order_by("pinyin")


class NoteForm(VerbForm):
    note = prose("内容", 500)


class ReasonForm(VerbForm):
    reason = prose("原因", 500)


class ReviewForm(VerbForm):
    note = prose("审核意见", 500, required=False)


class ConfirmForm(VerbForm):
    document_no = line("街道党工委确定文件", 40, hint="例如：北工委〔2026〕3 号")
    decided_on = day("确定日期", required=False, hint="不填就是今天")
    phone = line("手机号", 11, required=False, hint="本人用它登录履职通，也可以以后再登记")


class AccountForm(VerbForm):
    phone = line("手机号", 11, hint="本人用它登录履职通；换了手机号，原来的就不能再看议事代表会的内容")


class EndForm(VerbForm):
    reason = pills("终止原因", EndReason)
    note = prose("说明", 500, required=False)


class MeetingForm(VerbForm):
    """When, where, what about: one line an item. The report on members' opinions is on every agenda by itself."""

    starts_at = moment("开会时间")
    place = line("地点", 80)
    plan = prose(str(ItemKind.PLAN.label), required=False, rows=2, hint="每行一项议题；意见办理情况报告会自动列入")
    budget = prose(str(ItemKind.BUDGET.label), required=False, rows=2)
    projects = prose(str(ItemKind.PROJECTS.label), required=False, rows=2)
    other = prose("其他议题", required=False, rows=2)

    def body(self) -> dict[str, Any]:
        told = self.cleaned_data
        agenda = [(str(kind), title) for kind in AGENDA for title in told[kind].splitlines()]
        return {"starts_at": told["starts_at"], "place": told["place"], "agenda": agenda}


def first_words(meeting: Any) -> dict[str, Any]:
    """A meeting as its form shows it."""
    items = list(meeting.agenda.all())
    lines = {str(kind): "\n".join(item.title for item in items if item.kind == kind) for kind in AGENDA}
    return {"starts_at": meeting.starts_at, "place": meeting.place, **lines}


class LeaveForm(VerbForm):
    why = line("请假原因", 100)


class AttendanceForm(VerbForm):
    """Every member with 出席, 请假 or 缺席."""

    def adapt(self) -> None:
        for member, known in roll_of(self.obj):
            self.fields[f"m{member.pk}"] = forms.ChoiceField(
                label=f"{member.name}（{member.region.name}）", choices=Presence.choices, widget=forms.RadioSelect,
                initial=known.presence if known else Presence.ABSENT,
            )  # fmt: skip

    def body(self) -> dict[str, Any]:
        members = {member.pk: member for member in sitting_in(self.obj.assembly_id)}
        told = {int(name[1:]): value for name, value in self.cleaned_data.items()}

        def who(presence: str) -> list[AssemblyMember]:
            return [members[pk] for pk, value in told.items() if value == presence and pk in members]

        return {"present": who(Presence.PRESENT), "leave": who(Presence.LEAVE)}


class MinutesForm(VerbForm):
    minutes = prose("会议记录", verbs.LONGEST_MINUTES, rows=14, hint="闭会后向社会公开，请不要写个人电话、住址")


class AdviceForm(PollForm):
    """A recommendation the members vote on; who is there follows from the meeting's attendance."""

    title = forms.CharField(label="投票名称", max_length=120)
    options = forms.CharField(
        label="投票项", widget=forms.Textarea(attrs={"rows": 8}), help_text="每行一项，最多 35 项"
    )

    def adapt(self) -> None:
        self.fields["mode"].label = "投票方式"
        self.fields["quorum"].choices = [("1/2", "过半数到会"), ("2/3", "超过三分之二到会"), ("", "不要求")]
        self.fields["quorum"].label, self.fields["quorum"].initial = "到会人数", "1/2"
        self.fields["majority"].choices = [("1/2", "过半数"), ("2/3", "超过三分之二"), ("", "不要求，票多的形成建议")]
        self.fields["majority"].label = "形成建议的票数"
        self.fields["base"].choices = [("actual", "全体议事代表"), ("present", "到会议事代表"), ("cast", "有效票")]


MEMBER_ACTS = Acts(
    {
        "review": Act(verbs.review, ReviewForm, hint="符合条件、在本街道居住或工作的，审核通过后公示。", tone="main"),
        "publicise": Act(verbs.publicise, hint="公示不少于 5 个工作日。", tone="main"),
        "confirm": Act(verbs.confirm, ConfirmForm, hint="公示期满，由街道党工委确定。", tone="main"),
        "note_objection": Act(verbs.note_objection, NoteForm, hint="谁说了什么、怎样核实。只有工委看得到。"),
        "give_account": Act(verbs.give_account, AccountForm),
        "refuse": Act(verbs.refuse, ReasonForm, tone="danger"),
        "end": Act(verbs.end, EndForm, tone="danger"),
    },
    MEMBER.labels,
)
MEETING_ACTS = Acts(
    {
        "convene": Act(verbs.convene, hint="给每位议事代表发通知。", tone="main"),
        "open": Act(verbs.open_meeting, tone="main", done="已宣布开会，到会人数已记录。"),
        "close": Act(verbs.close, MinutesForm, tone="main", done="已闭会，意见办理情况已存入会议材料。",
                     hint="闭会时，已办结的意见记为“已向会议报告”。"),
        "take_attendance": Act(verbs.take_attendance, AttendanceForm, done="到会情况已登记。"),
        "revise": Act(verbs.revise, MeetingForm),
        "ask_leave": Act(verbs.ask_leave, LeaveForm, done="已请假，街道人大工委会收到。"),
        "call_off": Act(verbs.call_off, ReasonForm, tone="danger"),
    },
    MEETING.labels,
)  # fmt: skip
