"""Shapes and words of the forms of a round, and its verbs as the console offers them."""

from typing import Any

from django import forms

from ground import clock
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, line, pills, prose
from votes.models import Round
from votes.states import ROUND, BallotMode
from votes.workflow import ballots, round as rounds


class RoundForm(VerbForm):
    title = line("名称", 120, required=False, hint="不填就按“机关＋年度＋民生实事项目”")
    about = prose("说明", 2000, required=False, hint="征集公告的主要内容")
    places = forms.IntegerField(label="拟定项目数", min_value=1, max_value=35, initial=10)
    mode = pills("票决方式", BallotMode)
    collects_until = day("集中征集到")
    votes_on = day("拟票决日期", required=False)

    def adapt(self) -> None:
        self.fields["mode"].initial = BallotMode.CHOOSE_N


class NewRoundForm(RoundForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100, help_text="项目实施的年份")
    field_order = ("year", "title")

    def adapt(self) -> None:
        super().adapt()
        self.fields["year"].initial = clock.today().year + (clock.today().month > 6)


def first_words(round_: Round, verb: str) -> dict[str, Any]:
    names = ("title", "about", "places", "mode", "collects_until", "votes_on")
    if verb == "revise":
        return {name: getattr(round_, name) for name in names}
    return {"mode": round_.mode, "secret": "1"} if verb == "make_ballot" else {}


class BallotForm(VerbForm):
    mode = pills("票决方式", BallotMode)
    secret = forms.TypedChoiceField(
        label="记名或无记名",
        choices=[("1", "无记名"), ("0", "记名")],
        coerce=lambda v: v == "1",
        widget=forms.RadioSelect,
    )

    def body(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class RestForm(VerbForm):
    reason = prose("说明", 500, hint="例如：票数没有过半，经主席团研究，本次少定一项")


ROUND_ACTS = Acts(
    {
        "screen": Act(rounds.screen, tone="main", hint="以后收到的建议进储备库，下一年再考虑。"),
        "shortlist": Act(rounds.shortlist, tone="main", hint="政府常务会议研究、人大听取意见后确定。"),
        "review": Act(rounds.review, tone="main", hint="代表会收到消息，可以查看材料、写审议意见。"),
        "nominate": Act(rounds.nominate, tone="main", hint="确定后材料不能再改。"),
        "make_ballot": Act(
            ballots.make_ballot,
            BallotForm,
            tone="main",
            hint="候选项目按现在的顺序成为表决项，接着到“票决”里确定监票人、开始投票。",
        ),
        "publish": Act(rounds.publish, tone="main"),
        "begin": Act(rounds.begin, tone="main", hint="责任单位收到通知，每季度报告进度。"),
        "evaluate": Act(rounds.evaluate, tone="main"),
        "close": Act(rounds.close, tone="main"),
        "settle_rest": Act(rounds.settle_rest, RestForm, hint="会议决定少定的，其余候选项目不再票决。"),
        "revise": Act(rounds.revise, RoundForm),
    },
    ROUND.labels,
)
