"""Shapes and words of the forms of polls, and the verbs as the console offers them."""

from typing import Any

from django import forms
from django.db.models import Q

from accounts import signin
from accounts.models import Post, User
from deputies.models import Seat
from ground import throttle
from ground.errors import Invalid
from ground.pages import Act, Acts, VerbForm
from ground.workflow import Actor
from votes import sealing
from votes.majority import RANKS
from votes.models import AssemblyMember, Poll
from votes.states import BATCH, POLL, Channel, Mode, Office, VoterClass
from votes.workflow import paper, poll as polls
from votes.workflow.electorate import Voter, users_of, voters_of

GRADES = ["满意", "基本满意", "不满意"]
QUORUMS = (("2/3", "实有代表的三分之二以上出席"), ("1/2", "实有代表的半数以上出席"), ("", "不要求"))
MAJORITIES = (("1/2", "超过半数"), ("2/3", "超过三分之二"), ("", "不要求，票多的通过"))
BASES = (("actual", "全体代表（实有）"), ("present", "到会代表"), ("cast", "有效票"))
WRONG_SECOND, MINUTES_15 = 5, 15 * 60


class PollForm(VerbForm):
    """What is decided on, and by which rule."""

    title = forms.CharField(label="表决名称", max_length=120)
    about = forms.CharField(label="说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    mode = forms.ChoiceField(label="表决方式", choices=Mode.choices, widget=forms.RadioSelect)
    secret = forms.TypedChoiceField(
        label="记名或无记名",
        choices=[("1", "无记名"), ("0", "记名")],
        coerce=lambda v: v == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    options = forms.CharField(
        label="表决项", widget=forms.Textarea(attrs={"rows": 8}), help_text="每行一项，最多 35 项"
    )
    places = forms.IntegerField(
        label="确定几项", min_value=0, max_value=35, initial=0, help_text="0 表示够票数的都确定"
    )
    most = forms.IntegerField(
        label="最多选几项", min_value=0, max_value=35, initial=0, help_text="“从候选项中选若干项”时填写"
    )
    quorum = forms.ChoiceField(label="法定人数", choices=QUORUMS, required=False, initial="2/3")
    majority = forms.ChoiceField(label="通过的票数", choices=MAJORITIES, required=False, initial="1/2")
    base = forms.ChoiceField(label="票数按什么计算", choices=BASES, initial="actual")
    grades = forms.CharField(
        label="测评等次", required=False, initial="、".join(GRADES), help_text="“满意度测评”时用，用顿号隔开，好的在前"
    )
    is_public = forms.BooleanField(label="公布后向社会公开结果", required=False, initial=True)

    def adapt(self) -> None:
        if isinstance(self.obj, Poll):
            del self.fields["mode"], self.fields["secret"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("quorum") is not None:
            told["rule"] = {
                "quorum": _share(told["quorum"]),
                "majority": _share(told.get("majority", "")),
                "of": told.get("base"),
                "pass": told.get("places", 0),
                "most": told.get("most", 0),
                "grades": [g.strip() for g in told.get("grades", "").split("、") if g.strip()],
                "grade_rule": "zhenhai",
            }
        return told

    def body(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in ("title", "about", "is_public", "rule")}
        told["options"] = self.cleaned_data["options"].splitlines()
        return told | {name: self.cleaned_data[name] for name in ("mode", "secret") if name in self.fields}


def _share(text: str) -> list[int] | None:
    return [int(n) for n in text.split("/")] if text else None


def first_words(poll: Poll) -> dict[str, Any]:
    """A draft as the form shows it."""
    rule = poll.rule
    return {
        "title": poll.title, "about": poll.about, "options": "\n".join(poll.options), "places": rule["pass"],
        "most": rule["most"], "base": rule["of"], "grades": "、".join(rule["grades"]) or "、".join(GRADES),
        "is_public": poll.is_public,
        **{name: "/".join(map(str, rule[name])) if rule[name] else "" for name in ("quorum", "majority")},
    }  # fmt: skip


class NewPollForm(PollForm):
    quota = forms.IntegerField(label="代表名额", min_value=0, required=False, help_text="不填按实有代表数")
    apart = forms.BooleanField(label="常委会组成人员和代表分开计票", required=False)

    def body(self) -> dict[str, Any]:
        classes = {VoterClass.DEPUTIES.value: self.cleaned_data["quota"] or 0}
        if self.cleaned_data["apart"]:
            classes[VoterClass.COMMITTEE.value] = 0
        return {**super().body(), "classes": classes}


class AppointForm(VerbForm):
    """监票人 may vote themselves; 计票人 may also be people of the office."""

    chief = forms.ModelChoiceField(User.objects.none(), label="总监票人", empty_label="请选择")
    scrutineers = forms.ModelMultipleChoiceField(User.objects.none(), label="监票人", help_text="至少 2 名")
    tellers = forms.ModelMultipleChoiceField(User.objects.none(), label="计票人", help_text="至少 2 名，分别录入纸质票")

    def adapt(self) -> None:
        voters = users_of(self.obj)
        office = Post.objects.live().filter(organ=self.obj.organ_id).values("user")
        self.fields["chief"].queryset = self.fields["scrutineers"].queryset = voters.order_by("pinyin", "pk")
        people = Q(pk__in=voters.values("pk")) | Q(pk__in=office)
        self.fields["tellers"].queryset = User.objects.filter(people).order_by("pinyin", "pk")


def _label(voter: Voter) -> str:
    """Name and where from."""
    if isinstance(voter, AssemblyMember):
        return f"{voter.name}（{voter.region.name}）"
    return f"{voter.deputy.name}（{voter.delegation or voter.constituency}）"


class VotersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, voter: Voter) -> str:
        return _label(voter)


class VoterField(forms.ModelChoiceField):
    def label_from_instance(self, voter: Voter) -> str:
        return _label(voter)


def _in_order(voters: Any) -> Any:
    """Deputies or members in the order of their names, with what their labels say."""
    if voters.model is AssemblyMember:
        return voters.select_related("region").order_by("pinyin", "pk")
    return voters.select_related("deputy", "delegation").order_by("deputy__pinyin", "pk")


class ExcuseForm(VerbForm):
    leave = VotersField(Seat.objects.none(), label="请假", required=False, help_text="按住 Ctrl 可以选多名")
    absent = VotersField(Seat.objects.none(), label="缺席", required=False)

    def adapt(self) -> None:
        for name in ("leave", "absent"):
            self.fields[name].queryset = _in_order(voters_of(self.obj))


class ReasonForm(VerbForm):
    reason = forms.CharField(label="原因", max_length=200, help_text="参加表决的人能看到")


class IssueForm(VerbForm):
    voter = VoterField(Seat.objects.none(), label="领票的代表", empty_label="请选择")

    def adapt(self) -> None:
        self.fields["voter"].queryset = _on_roll(self.obj, Channel.NONE)


class CancelForm(VerbForm):
    """A returned unmarked paper, before two officers: the second gives a password."""

    voter = VoterField(Seat.objects.none(), label="退回空白票的代表", empty_label="请选择")
    second = forms.ModelChoiceField(User.objects.none(), label="另一位监票人", empty_label="请选择")
    password = forms.CharField(
        label="另一位监票人的登录密码", widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def adapt(self) -> None:
        self.fields["voter"].queryset = _on_roll(self.obj, Channel.PAPER)
        others = User.objects.filter(poll_offices__poll=self.obj).exclude(
            poll_offices__role=Office.TELLER, poll_offices__poll=self.obj
        )
        self.fields["second"].queryset = others.exclude(pk=self.actor.pk).distinct()


def _on_roll(poll: Poll, channel: str) -> Any:
    lines = poll.roll.filter(channel=channel)
    if poll.assembly_id:
        return _in_order(AssemblyMember.objects.filter(pk__in=lines.values("member")))
    return _in_order(Seat.objects.filter(pk__in=lines.values("seat")))


def cancel(poll: Poll, *, by: Actor, voter: Voter, second: User, password: str) -> Poll:
    """Cancels a paper after the second officer's own password."""
    throttle.refuse_after("second-officer", str(second.pk), WRONG_SECOND, MINUTES_15, MINUTES_15)
    if not signin.password_fits(second, password):
        throttle.note("second-officer", str(second.pk))
        raise Invalid("password", "密码不对，请这位监票人重新输入。")
    return paper.cancel_paper(poll, by=by, voter=voter, second=second)


class BatchForm(VerbForm):
    voter_class = forms.ChoiceField(label="类别", choices=VoterClass.choices)
    issued = forms.IntegerField(label="这一批发出的票数", min_value=1)

    def adapt(self) -> None:
        known = [one.code for one in self.obj.classes.all()]
        self.fields["voter_class"].choices = [c for c in VoterClass.choices if c[0] in known]


class SlipsForm(forms.Form):
    """All officers' slips in one form; for the count any k of them, each with their own password."""

    def __init__(self, *args: Any, poll: Poll, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.poll, self.verb = poll, verb
        self.officers = [officer.user for officer in poll.key_officers()]
        self.all_needed = verb != "count"
        for user in self.officers:
            if not self.all_needed:
                self.fields[f"password_{user.pk}"] = _hidden(f"{user.name}的登录密码", required=False)
            self.fields[f"slip_{user.pk}"] = _hidden(f"{user.name}的开箱密语", required=self.all_needed)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.secrets: dict[int, bytes] = {}
        for user in self.officers:
            typed, password = told.get(f"slip_{user.pk}", ""), told.get(f"password_{user.pk}", "")
            if typed:
                try:
                    self.secrets[user.pk] = sealing.read_slip(typed)
                except sealing.SlipWrong as wrong:
                    self.add_error(f"slip_{user.pk}", str(wrong))
                if not self.all_needed and not password:
                    self.add_error(f"password_{user.pk}", "请这位监票人输入自己的登录密码。")
        if not self.all_needed and not self.errors and len(self.secrets) != self.poll.k:
            raise forms.ValidationError(f"请 {self.poll.k} 名监票人各自输入登录密码和开箱密语，其余的留空。")
        return told

    def passwords(self) -> dict[User, str]:
        return {user: self.cleaned_data[f"password_{user.pk}"] for user in self.officers if user.pk in self.secrets}


def _hidden(label: str, *, required: bool) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, required=required, widget=widget, max_length=128)


class KeyForm(VerbForm):
    """What a keyer reads off a batch: counts for each mark of each item, or whole papers line by line."""

    returned = forms.IntegerField(label="收回", min_value=0)
    spoiled = forms.IntegerField(label="其中废票", min_value=0)

    def adapt(self) -> None:
        poll: Poll = self.obj.poll
        if poll.unit == "item":
            for n, text in enumerate(poll.options, 1):
                for at, (_, word) in enumerate(poll.codes):
                    label = f"{n}. {text}：{word}"
                    self.fields[f"c{n}_{at}"] = forms.IntegerField(label=label, min_value=0, initial=0)
        else:
            hint = {
                Mode.CHOOSE_N: "每张有效票一行，写选中的序号，用空格隔开；一项没选的写 0。例如：1 3 5",
                Mode.RANK: "每张有效票一行，按先后写序号，用空格隔开；没有排的写 0。例如：3 1 2",
            }[poll.mode]
            area = forms.Textarea(attrs={"rows": 8})
            self.fields["papers"] = forms.CharField(label="有效票", required=False, widget=area, help_text=hint)

    def body(self) -> dict[str, Any]:
        poll, told = self.obj.poll, self.cleaned_data
        if poll.unit == "item":
            marks = [(n, code, told[f"c{n}_{at}"]) for n in poll.items for at, (code, _) in enumerate(poll.codes)]
        else:
            lines = [line for line in told["papers"].splitlines() if line.strip()]
            marks = [(0, _marks(poll, line, n), 1) for n, line in enumerate(lines, 1)]
        return {"returned": told["returned"], "spoiled": told["spoiled"], "marks": marks}


def _marks(poll: Poll, line: str, n: int) -> str:
    words = line.replace("，", " ").replace(",", " ").replace("、", " ").split()
    if not all(word.isascii() and word.isdigit() and int(word) <= len(poll.options) for word in words):
        raise Invalid("papers", f"第 {n} 行看不懂，请只写 1 到 {len(poll.options)} 的序号，用空格隔开。")
    chosen = [int(word) for word in words if int(word)]
    if len(set(chosen)) != len(chosen):
        raise Invalid("papers", f"第 {n} 行有重复的序号，请核对；选票上确实重复的作废票。")
    marks = ["0"] * len(poll.options)
    for place, option in enumerate(chosen):
        marks[option - 1] = RANKS[place] if poll.mode == Mode.RANK else "1"
    return "".join(marks)


class SettleForm(VerbForm):
    take = forms.ChoiceField(
        label="核对原票后",
        choices=[("first", "以第一人为准"), ("second", "以第二人为准"), ("again", "两人重新录入")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="说明", max_length=200)


class PasswordForm(forms.Form):
    password = forms.CharField(label="登录密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))


POLL_ACTS = Acts(
    {
        "propose": Act(polls.propose, hint="准备好后提请总监票人开始投票。", tone="main"),
        "close": Act(polls.close, tone="main", done="已截止，名册校验值已定。"),
        "publish": Act(polls.publish, tone="main", done="已公布，加密选票和开箱密钥已销毁。"),
        "second_round": Act(polls.second_round, done="已建立再次投票，请确定人员后提请开始。"),
        "revise": Act(polls.revise, PollForm),
        "appoint": Act(polls.appoint, AppointForm),
        "excuse": Act(polls.excuse, ExcuseForm, hint="请假和缺席的代表不在名册上，不能投票。"),
        "cancel_paper": Act(cancel, CancelForm, hint="退回的空白票由两名监票人当场注销，这位代表可以重新投票。"),
        "void": Act(polls.void, ReasonForm, tone="danger", hint="作废后不计票，已投的加密选票不打开，直接销毁。"),
    },
    POLL.labels,
)
BATCH_ACTS = Acts(
    {
        "key": Act(paper.key, KeyForm, hint="请照原票录入。另一人录入前，谁也看不到您录入的数字。", tone="main"),
        "settle": Act(paper.settle, SettleForm, tone="main"),
    },
    BATCH.labels,
)
