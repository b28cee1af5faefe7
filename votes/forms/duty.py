"""What is typed for each verb of a duty session and of a duty report: one table for the console and the deputies."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import Organ
from deputies.models import Seat
from ground import clock
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, line, moment, pills, prose
from votes.duty_draft import draft_of
from votes.models import DutyReport, DutySession
from votes.queries.duty import unreported
from votes.states.duty import DUTY_REPORT, DUTY_SESSION, Listeners, Way
from votes.workflow import duty as workflow

OFFERED = 60  # deputies a form offers at once; more are looked for on the list of those who have not reported


class OfSeats(VerbForm):
    """Asks for deputies: those chosen already, and so many of those who have not reported in the term."""

    term: Any = None

    def adapt(self) -> None:
        chosen = self.data.getlist("seats") if hasattr(self.data, "getlist") else self.initial.get("seats", [])
        wanted = {int(pk) for pk in chosen if str(pk).isdigit() and len(str(pk)) < 16}
        offered = set(unreported(self.term).order_by("name", "pk").values_list("pk", flat=True)[:OFFERED])
        rows = Seat.objects.active().filter(term=self.term, pk__in=offered | wanted).select_related("deputy__user")
        self.fields["seats"].queryset = rows.order_by("deputy__pinyin", "pk")
        self.fields["seats"].label_from_instance = _name_of


def _name_of(seat: Seat) -> str:
    return f"{seat.deputy.name}（{seat.constituency}）" if seat.constituency else seat.deputy.name


def some_seats(*, required: bool = True) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Seat.objects.none(), label="述职代表", required=required, widget=forms.CheckboxSelectMultiple,
        help_text="这里先列出本届还没有述职的代表",
    )  # fmt: skip


class PlanForm(OfSeats):
    """A new session; `obj` is the congress and `term` its term."""

    title = line("名称", 120, hint="例如：清水镇第二选区代表述职评议会")
    listeners = pills("向谁述职", Listeners, hint="乡镇和县级代表向选民述职，其他代表向选举单位述职")
    electorate = line("选区或选举单位", 60)
    starts_at = moment("开会时间")
    place = line("地点", 120, hint="写到村、楼、会议室，代表照着能找到")
    seats = some_seats(required=False)

    def __init__(self, *args: Any, term: Any, **kwargs: Any) -> None:
        self.term = term
        super().__init__(*args, **kwargs)

    def adapt(self) -> None:
        super().adapt()
        organ: Organ = self.obj
        self.initial.setdefault("listeners", Listeners.VOTERS if organ.level in DIRECT else Listeners.ELECTORS)


DIRECT = ("county", "town")  # elected by the voters themselves (选举法 §2)


class ReviseForm(VerbForm):
    title = line("名称", 120)
    electorate = line("选区或选举单位", 60)
    starts_at = moment("开会时间")
    place = line("地点", 120)


def first_words(session: DutySession) -> dict[str, Any]:
    return {
        "title": session.title, "electorate": session.electorate, "starts_at": session.starts_at, "place": session.place
    }  # fmt: skip


class NameForm(OfSeats):
    seats = some_seats()

    def adapt(self) -> None:
        self.term = self.obj.term_id
        super().adapt()
        known = [report.seat_id for report in self.obj.reporting]
        self.fields["seats"].queryset = self.fields["seats"].queryset.exclude(pk__in=known)


class CallForm(VerbForm):
    due_on = day("报告最迟提交", hint="代表会收到消息和短信；留出印发和选民先看的时间")

    def adapt(self) -> None:
        opens_on = self.obj.starts_at.astimezone(clock.SHANGHAI).date()
        self.initial.setdefault("due_on", max(clock.today(), opens_on - timedelta(days=3)))


class ChaseForm(VerbForm):
    note = prose("催办内容", 500)


class HoldForm(VerbForm):
    came = forms.IntegerField(label="到会人数", min_value=1, max_value=workflow.MOST_CAME)
    few_why = line("到会不足的原因", 200, required=False, hint="到会选民少于规定人数时填写，会公开")


class CancelForm(VerbForm):
    reason = prose("取消原因", 500, hint="述职代表会收到")


class ReportForm(VerbForm):
    way = pills("述职方式", Way)
    text = prose("述职报告", workflow.LONGEST, rows=16, hint="开会前可以随时修改；公布以后群众都能看到")

    def adapt(self) -> None:
        report: DutyReport = self.obj
        self.initial.setdefault("way", report.way)
        own = self.actor is not None and self.actor.pk == report.seat.deputy.user_id
        self.initial.setdefault("text", report.text or (draft_of(report, self.actor) if own else ""))


class ExcuseForm(VerbForm):
    reason = prose("原因", 500, hint="不公开；本届内还要另行安排述职")


class QuestionForm(VerbForm):
    text = prose("提问", 500, hint="记问了什么，不写提问人的姓名和住址")
    answer = prose("代表的回答", 2000)


def ballots(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=workflow.MOST_CAME)


class RatingForm(VerbForm):
    issued = ballots("发出")
    returned = ballots("收回")
    valid = ballots("有效票")
    spoiled = ballots("废票")

    def adapt(self) -> None:
        known = self.obj.counted
        for n, grade in enumerate(self.obj.session.grades):
            self.fields[f"grade{n}"] = ballots(grade)
            if known is not None:
                self.initial.setdefault(f"grade{n}", known.counts[n])
        if known is not None:
            for name in ("issued", "returned", "valid", "spoiled"):
                self.initial.setdefault(name, getattr(known, name))
        elif len(self.obj.session.heard) > 1:
            self.initial.setdefault("issued", self.obj.session.came)

    def body(self) -> dict[str, Any]:
        typed = self.cleaned_data
        told = {name: typed[name] for name in ("issued", "returned", "valid", "spoiled")}
        return told | {"counts": [typed[f"grade{n}"] for n in range(len(self.obj.session.grades))]}


class FeedbackForm(VerbForm):
    text = prose("评议意见", workflow.LONGEST, rows=8, hint="肯定什么、还差什么、希望怎么做。反馈给代表本人，不公开")


class RectifyForm(VerbForm):
    text = prose("书面整改", workflow.LONGEST, rows=10, hint="对照评议意见逐条写原因、措施和完成时间，由人大审核")

    def adapt(self) -> None:
        self.initial.setdefault("text", self.obj.rectification)


class ReturnForm(VerbForm):
    reason = prose("退回原因", 1000, hint="代表本人看得到，不公开")


SESSION_ACTS = Acts(
    {
        "call": Act(workflow.call, CallForm, "述职代表会收到开会时间、地点和交报告的日期。", done="已通知代表。", tone="main"),
        "hold": Act(
            workflow.hold, HoldForm, "开会以后登记到会人数，接着逐人录入测评。", done="已登记，请逐人录入测评票数。", tone="main"
        ),
        "publish": Act(
            workflow.publish, hint="报告、提问和票数向社会公布；最低等次过半的，代表要书面整改。", done="已公布。", tone="main"
        ),
        "chase": Act(workflow.chase, ChaseForm, "没有交报告的代表会收到消息和短信。", done="已催交。"),
        "name_deputies": Act(
            workflow.name_deputies, NameForm, "已经通知开会的，新列入的代表马上收到通知。", done="已列入。"
        ),
        "revise": Act(workflow.revise, ReviseForm, "已经通知的代表会收到变动。", done="已修改。"),
        "cancel": Act(workflow.cancel, CancelForm, "取消以后，代表另行安排述职。", done="已取消。", tone="danger"),
    },
    DUTY_SESSION.labels,
)  # fmt: skip
REPORT_ACTS = Acts(
    {
        "write_report": Act(
            workflow.write_report, ReportForm, "报告稿里的数字由平台统计，请核对并补充。", done="报告已提交，开会前还可以修改。",
            tone="main",
        ),
        "confirm_rating": Act(
            workflow.confirm_rating, hint="和纸质计票结果一致再核对。", done="已核对。", tone="main"
        ),
        "key_rating": Act(
            workflow.key_rating, RatingForm, "照计票结果填写，由另一个人核对。", done="已录入，请另一个人核对。", tone="main"
        ),
        "give_feedback": Act(workflow.give_feedback, FeedbackForm, done="已反馈给代表。", tone="main"),
        "rectify": Act(workflow.rectify, RectifyForm, done="书面整改已提交。", tone="main"),
        "accept_rectification": Act(workflow.accept_rectification, done="整改已通过。", tone="main"),
        "return_rectification": Act(workflow.return_rectification, ReturnForm, done="已退回。"),
        "note_question": Act(workflow.note_question, QuestionForm, "只记提问和回答。", done="已记录。"),
        "excuse": Act(workflow.excuse, ExcuseForm, done="已登记。", tone="danger"),
    },
    DUTY_REPORT.labels,
)  # fmt: skip
