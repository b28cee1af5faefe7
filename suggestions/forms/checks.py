"""What is written down after talking with all sides, or calling an author back."""

from ground.pages import VerbForm
from suggestions.forms.fields import pills, prose
from suggestions.states.lists import CallOutcome, TalkOutcome


class TalkForm(VerbForm):
    outcome = pills("谈的结果", TalkOutcome)
    note = prose("经过", 500, hint="什么时候、与谁谈的、各自怎么说、怎么定的")


class CallForm(VerbForm):
    outcome = pills("本人怎么说", CallOutcome)
    note = prose("经过", 500, required=False, hint="不一致的，写本人原话；没有联系上的，写打了几次")
