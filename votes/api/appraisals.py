"""审议意见 and work appraisals over REST (contract.md §3): what one may see of them, and their verbs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organ
from accounts.rules import UNIT
from ground.api import Body, Empty, Shown, Verb, VerbViewSet
from ground.errors import Invalid
from suggestions.api.bodies import Day, organ, words
from votes.api.inquiries import InquiryStepShown, ItemChaseBody, ItemReasonBody, OfInquiry
from votes.models import AppraisalTarget, DeliberationOpinion, WorkAppraisal
from votes.workflow import appraisal as appraisals, deliberation as deliberations

LONG = 8000


class DeliberationPaperShown(serializers.Serializer):
    kind = serializers.CharField()
    round = serializers.IntegerField()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class DeliberationShown(Shown):
    """审议意见. `papers` are the drafts and comments for those inside, the reports and hearings for everybody."""

    number = serializers.CharField()
    register_short = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    title = serializers.CharField()
    text = serializers.CharField()
    meeting = serializers.CharField()
    met_on = serializers.DateField()
    unit = serializers.CharField(source="unit.code")
    committee = serializers.CharField(source="committee.code")
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    round = serializers.IntegerField()
    papers = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(allow_null=True)
    steps = InquiryStepShown(source="steps.all", many=True)

    @extend_schema_field(DeliberationPaperShown(many=True))
    def get_papers(self, obj: DeliberationOpinion) -> list[dict[str, Any]]:
        posts = self.context["actor"].facts.posts if self.context["actor"].actor_kind == "user" else ()
        at_work = {obj.organ_id, obj.unit_id, obj.committee_id}
        inside = any(post.organ_id in at_work for post in posts)
        rows = [row for row in obj.papers.all() if inside or row.kind in ("report", "hearing")]
        return DeliberationPaperShown(rows, many=True).data


class AppraisalScoreShown(serializers.Serializer):
    name = serializers.CharField()
    weight = serializers.IntegerField()
    points = serializers.IntegerField()
    basis = serializers.CharField()


class AppraisalTargetShown(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    unit = serializers.CharField(source="unit.code")
    opinions = serializers.IntegerField()
    suggestions = serializers.IntegerField()
    dissatisfied = serializers.IntegerField()
    is_chosen = serializers.BooleanField()
    pledge = serializers.CharField()
    scores = AppraisalScoreShown(source="scores.all", many=True)
    total = serializers.FloatField(allow_null=True)
    arithmetic = serializers.CharField()
    grade = serializers.CharField()
    after = serializers.IntegerField(allow_null=True)


class AppraisalShown(Shown):
    """A work appraisal. Before it is published a unit sees its own part of `targets` alone."""

    number = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    title = serializers.CharField()
    committee = serializers.CharField(source="committee.code")
    since = serializers.DateField()
    until = serializers.DateField()
    places = serializers.IntegerField()
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    targets = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(allow_null=True)
    steps = InquiryStepShown(source="steps.all", many=True)

    @extend_schema_field(AppraisalTargetShown(many=True))
    def get_targets(self, appraisal: WorkAppraisal) -> list[dict[str, Any]]:
        actor = self.context["actor"]
        posts = actor.facts.posts if actor.actor_kind == "user" else ()
        rows = appraisal.candidates
        if all(post.role in UNIT for post in posts):
            own = {post.organ_id for post in posts}
            rows = [t for t in appraisal.chosen if appraisal.published_at or t.unit_id in own]
        return AppraisalTargetShown(rows, many=True).data


class AppraisalTextBody(Body):
    text = words("内容", LONG)


class DeliberationAgendaBody(Body):
    meeting = words("会议", 60)


class DeliberationHearBody(Body):
    content = serializers.BooleanField()
    text = words("听取情况", LONG)


class DeliberationPointBody(Body):
    problem = words("问题", 2000)
    measure = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    due_on = Day()


class AppraisalNominateBody(Body):
    units = serializers.ListField(child=organ(), allow_empty=False, max_length=200)


class AppraisalProblemBody(Body):
    target = OfInquiry(queryset=AppraisalTarget.objects.select_related("unit"))
    text = words("突出问题", 2000)


class AppraisalBeginBody(Body):
    due_on = Day()


class AppraisalScoreBody(Body):
    target = OfInquiry(queryset=AppraisalTarget.objects.select_related("unit"))
    points = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=100))
    basis = serializers.CharField(required=False, allow_blank=True, max_length=200)


def nominate(appraisal: WorkAppraisal, *, by: Any, units: list[Organ]) -> WorkAppraisal:
    """Candidates by what people complained of in the window: of the named units those with most."""
    if any(unit.congress_id != appraisal.organ_id for unit in units):
        raise Invalid("units", "请选择本级人大监督的单位。")
    return appraisals.nominate(appraisal, by=by, units=units)


class Deliberations(VerbViewSet):
    kind = "deliberation"
    serializer_class = DeliberationShown
    verbs = {
        "hand_over": Verb(deliberations.hand_over, Empty),
        "send_draft": Verb(deliberations.send_draft, AppraisalTextBody),
        "comment": Verb(deliberations.comment, AppraisalTextBody),
        "report": Verb(deliberations.report, AppraisalTextBody),
        "send_back": Verb(deliberations.send_back, ItemReasonBody),
        "put_on_agenda": Verb(deliberations.put_on_agenda, DeliberationAgendaBody),
        "publish": Verb(deliberations.publish, Empty),
        "hear_again": Verb(deliberations.hear_again, DeliberationHearBody),
        "list_item": Verb(deliberations.list_item, DeliberationPointBody),
        "chase": Verb(deliberations.chase, ItemChaseBody),
    }

    def get_queryset(self) -> Any:
        return DeliberationOpinion.objects.visible_to(self.caller).with_parts()


class Appraisals(VerbViewSet):
    kind = "appraisal"
    serializer_class = AppraisalShown
    verbs = {
        "nominate": Verb(nominate, AppraisalNominateBody),
        "call_ballot": Verb(appraisals.call_ballot, Empty),
        "choose": Verb(appraisals.choose, Empty),
        "name_problem": Verb(appraisals.name_problem, AppraisalProblemBody),
        "begin": Verb(appraisals.begin_work, AppraisalBeginBody),
        "pledge": Verb(appraisals.pledge, AppraisalTextBody),
        "report_progress": Verb(appraisals.report_progress, AppraisalTextBody),
        "note_visit": Verb(appraisals.note_visit, AppraisalProblemBody),
        "score": Verb(appraisals.score, AppraisalScoreBody),
        "settle_scores": Verb(appraisals.settle_scores, Empty),
        "call_rating": Verb(appraisals.call_rating, Empty),
        "take_rating": Verb(appraisals.take_rating, Empty),
        "publish": Verb(appraisals.publish, Empty),
        "follow_up": Verb(appraisals.follow_up, AppraisalTextBody),
    }

    def get_queryset(self) -> Any:
        return WorkAppraisal.objects.visible_to(self.caller).with_parts()


api = [*Deliberations.paths("deliberations"), *Appraisals.paths("appraisals")]
