"""Opinions over REST (contract.md §3.3): the same verbs as the pages, each reader's own view of the object."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import contacts
from accounts.models import Contact, Organ
from ground import files, throttle
from ground.api import ApiView, Body, Done, Verb, VerbViewSet, validated
from ground.clock import SHANGHAI
from ground.errors import Invalid, NotVisible
from ground.masking import mask
from ground.wording import clean_text
from ground.workflow import Actor, CodeHolder, available
from suggestions.codes import code_holder
from suggestions.models import Opinion
from suggestions.queries.published import as_rows, for_strangers, newest_rows, opinion_in_public
from suggestions.queries.sought import SPANS
from suggestions.showing import Shown, deadlines_of, masked, parts_of
from suggestions.states import OPINION
from suggestions.states.lists import (
    Category,
    Channel,
    Complaint,
    Concern,
    EnteredWay,
    Grade,
    OpinionSolved,
    PhotoStage,
    RejectReason,
    TellBy,
    Urgency,
)
from suggestions.workflow import opinion as workflow
from suggestions.workflow.suggestion import escalate_opinion

TEXT, NOTE, SHORT = 2000, 1000, 200
SIMILAR_PER_MINUTE = 20


# -- what is shown -----------------------------------------------------------------------------------------------------


class NamedSerializer(serializers.Serializer):
    kind = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class PointSerializer(serializers.Serializer):
    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)


class AnswerSerializer(serializers.Serializer):
    text = serializers.CharField()
    by_label = serializers.CharField()
    at = serializers.DateTimeField()
    solved = serializers.CharField()


class ReferralSerializer(serializers.Serializer):
    organ = serializers.CharField()
    state = serializers.CharField()
    due_on = serializers.DateField()
    report = serializers.CharField(required=False, help_text="not for the citizen before it was confirmed")


class RatingSerializer(serializers.Serializer):
    round = serializers.IntegerField()
    grade = serializers.ChoiceField(Grade.choices)
    reasons = serializers.ListField(child=serializers.CharField())
    solved = serializers.CharField()
    text = serializers.CharField()
    entered = serializers.BooleanField(help_text="typed in by another hand (代录)")
    at = serializers.DateTimeField()


class DueSerializer(serializers.Serializer):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    level = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


class PhotoSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    stage = serializers.ChoiceField(PhotoStage.choices)
    url = serializers.CharField()


class StepSerializer(serializers.Serializer):
    verb = serializers.CharField()
    label = serializers.CharField()
    at = serializers.DateTimeField()
    by_label = serializers.CharField()
    text = serializers.CharField()
    organ = serializers.CharField(required=False)


class OpinionSerializer(serializers.Serializer):
    """An opinion as one caller sees it; `content` is masked for the public and for units."""

    number = serializers.CharField(source="opinion.number")
    state = serializers.ChoiceField(OPINION.states.choices, source="opinion.state")
    state_label = serializers.CharField()
    outcome = serializers.CharField(source="opinion.outcome")
    category = serializers.ChoiceField(Category.choices, source="opinion.category")
    urgency = serializers.ChoiceField(Urgency.choices, source="opinion.urgency")
    content = serializers.CharField(source="text")
    place = serializers.CharField()
    location = PointSerializer(source="point", allow_null=True)
    is_public = serializers.BooleanField(source="opinion.is_public")
    channel = serializers.ChoiceField(Channel.choices, source="opinion.channel")
    avoidance = serializers.SerializerMethodField()
    round = serializers.IntegerField(source="opinion.round")
    target = serializers.SerializerMethodField()
    holder = serializers.SerializerMethodField()
    claimed_by = serializers.CharField()
    order_no = serializers.CharField(source="opinion.order_no")
    answer = serializers.SerializerMethodField()
    referral = serializers.SerializerMethodField()
    suggestion = serializers.SerializerMethodField(help_text="the newest linked number")
    suggestions = serializers.ListField(child=serializers.CharField())
    merged_into = serializers.SerializerMethodField()
    members = serializers.SerializerMethodField(help_text="numbers, for those inside")
    people = serializers.IntegerField(allow_null=True, help_text="from five up")
    rating = serializers.SerializerMethodField()
    can_reopen_until = serializers.DateTimeField(source="may_reopen_until", allow_null=True)
    may_review_until = serializers.DateTimeField(allow_null=True)
    due = DueSerializer(many=True)
    photos = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    def to_representation(self, shown: Shown) -> dict[str, Any]:
        """What the fields above describe, written out: a list of twenty asks six hundred fields otherwise."""
        opinion = shown.opinion
        return {
            "number": opinion.number,
            "state": opinion.state,
            "state_label": shown.state_label,
            "outcome": opinion.outcome,
            "category": opinion.category,
            "urgency": opinion.urgency,
            "content": shown.text,
            "place": shown.place,
            "location": shown.point,
            "is_public": opinion.is_public,
            "channel": opinion.channel,
            "avoidance": self.get_avoidance(shown),
            "round": opinion.round,
            "target": self.get_target(shown),
            "holder": self.get_holder(shown),
            "claimed_by": shown.claimed_by,
            "order_no": opinion.order_no,
            "answer": self.get_answer(shown),
            "referral": self.get_referral(shown),
            "suggestion": self.get_suggestion(shown),
            "suggestions": shown.suggestions,
            "merged_into": self.get_merged_into(shown),
            "members": self.get_members(shown),
            "people": shown.people,
            "rating": self.get_rating(shown),
            "can_reopen_until": _time(shown.may_reopen_until),
            "may_review_until": _time(shown.may_review_until),
            "due": [{name: _time(due[name]) if name == "at" else due[name] for name in DUE} for due in shown.due],
            "photos": self.get_photos(shown),
            "actions": self.get_actions(shown),
            "steps": self.get_steps(shown),
        }

    def get_avoidance(self, shown: Shown) -> bool:
        """Only those inside know that somebody is kept away."""
        return shown.is_inside and shown.opinion.avoided

    @extend_schema_field(NamedSerializer)
    def get_target(self, shown: Shown) -> dict[str, str]:
        target = shown.opinion.target
        return {
            "kind": "deputy" if shown.opinion.target_deputy_id else "station",
            "code": target.code,
            "name": target.name,
        }

    @extend_schema_field(NamedSerializer)
    def get_holder(self, shown: Shown) -> dict[str, str]:
        opinion = (shown.head or shown.opinion) if shown.reader != "public" else shown.opinion
        if opinion.holder_seat_id is not None:
            deputy = opinion.holder_seat.deputy
            return {"kind": "deputy", "code": deputy.code, "name": deputy.name}
        holder = opinion.holder
        return {"kind": opinion.holder_kind, "code": holder.code, "name": str(holder)}

    @extend_schema_field(AnswerSerializer(allow_null=True))
    def get_answer(self, shown: Shown) -> dict[str, Any] | None:
        answer = shown.answer
        if answer is None:
            return None
        text = answer.text if shown.reader in ("inside", "author") else masked(answer.text)
        return {"text": text, "by_label": answer.by_label, "at": _time(answer.at), "solved": answer.solved}

    @extend_schema_field(ReferralSerializer(allow_null=True))
    def get_referral(self, shown: Shown) -> dict[str, Any] | None:
        referral = shown.referral
        if referral is None:
            return None
        said = {"report": shown.report} if shown.report else {}
        due_on = referral.due_at.astimezone(SHANGHAI).date().isoformat()
        return {"organ": referral.organ.code, "state": referral.state, "due_on": due_on, **said}

    def get_suggestion(self, shown: Shown) -> str | None:
        return next(iter(shown.suggestions), None)

    def get_merged_into(self, shown: Shown) -> str | None:
        head = shown.head
        return head.number if head is not None and (shown.is_inside or head.published_at) else None

    def get_members(self, shown: Shown) -> list[str]:
        return [member.number for member in parts_of(shown.opinion, "members")] if shown.is_inside else []

    @extend_schema_field(RatingSerializer(allow_null=True))
    def get_rating(self, shown: Shown) -> dict[str, Any] | None:
        rating = shown.rating
        if rating is None or shown.reader == "public":
            return None
        return {
            "round": rating.round,
            "grade": rating.grade,
            "reasons": list(rating.reasons),
            "solved": rating.solved,
            "text": rating.text if shown.reader != "unit" else mask(rating.text).text,
            "entered": bool(rating.entered_way),
            "at": _time(rating.at),
        }

    @extend_schema_field(PhotoSerializer(many=True))
    def get_photos(self, shown: Shown) -> list[dict[str, Any]]:
        number = shown.opinion.number
        return [
            {"id": p.pk, "stage": p.stage, "url": f"/api/v1/opinions/{number}/photos/{p.pk}/"} for p in shown.photos
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_actions(self, shown: Shown) -> list[str]:
        return available(shown.opinion, shown.actor)

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, shown: Shown) -> list[dict[str, Any]]:
        return [
            {
                "verb": step.verb,
                "label": OPINION.labels.get(step.verb, step.verb),
                "at": _time(step.at),
                "by_label": step.by_label,
                "text": shown.words(step),
                **({"organ": step.organ.code} if step.organ_id else {}),
            }
            for step in shown.steps
        ]


DUE = tuple(DueSerializer().fields)
told = OpinionSerializer().to_representation


def _time(moment: Any) -> str | None:
    return moment.astimezone(SHANGHAI).isoformat() if moment is not None else None


class SubmittedSerializer(serializers.Serializer):
    """The number and the query code, shown once; the code is derived again for a repeat of the same request."""

    number = serializers.CharField()
    query_code = serializers.CharField(allow_null=True, help_text="empty in a repeat after it was issued anew")
    state = serializers.CharField()
    next_by = serializers.DateTimeField(allow_null=True)


# -- bodies ------------------------------------------------------------------------------------------------------------


class CodedBody(Body):
    """Bodies of citizens may carry the query code instead of the header."""

    query_code = serializers.CharField(required=False, max_length=20)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "query_code"}


def organ_field(**options: Any) -> serializers.SlugRelatedField:
    messages = {"does_not_exist": "没有这个单位，请核对代码。", "invalid": "请填写单位的代码。"}
    return serializers.SlugRelatedField("code", queryset=Organ.objects.live(), error_messages=messages, **options)


def text_field(label: str, limit: int = NOTE, **options: Any) -> serializers.CharField:
    return serializers.CharField(label=label, max_length=limit, **options)


class SubmitBody(Body):
    deputy = serializers.CharField(required=False, max_length=10)
    station = serializers.CharField(required=False, max_length=10)
    division = serializers.CharField(required=False, max_length=20)
    category = serializers.ChoiceField(Category.choices)
    content = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=TEXT * 2)
    consent = serializers.BooleanField()
    urgency = serializers.ChoiceField(Urgency.choices, required=False)
    place = serializers.CharField(required=False, allow_blank=True, max_length=120)
    location = PointSerializer(required=False)
    contact_name = serializers.CharField(required=False, allow_blank=True, max_length=40)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    is_public = serializers.BooleanField(required=False)
    confidential = serializers.BooleanField(required=False)
    concerns = serializers.ListField(child=serializers.ChoiceField(Concern.choices), required=False, max_length=4)
    order_no = serializers.CharField(required=False, allow_blank=True, max_length=40)
    joins = serializers.CharField(required=False, max_length=20)
    channel = serializers.ChoiceField(Channel.choices, required=False)
    tell_by = serializers.ChoiceField(TellBy.choices, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        targets = [name for name in ("deputy", "station", "division") if data.get(name)]
        if len(targets) != 1:
            raise serializers.ValidationError({"deputy": "请选一位代表、一个联络站或一个村（社区），只选一个。"})
        if not data["consent"]:
            raise serializers.ValidationError({"consent": "请先阅读并同意个人信息处理说明。"})
        return data


class TextBody(Body):
    text = text_field("内容", TEXT)
    solved = serializers.ChoiceField(OpinionSolved.choices, required=False)


class ReasonBody(Body):
    reason = text_field("原因")


class NoteBody(Body):
    note = text_field("说明")


class AcceptBody(Body):
    public_text = text_field("公开的文字", TEXT, required=False)
    category = serializers.ChoiceField(Category.choices, required=False)


class RejectBody(Body):
    reason_code = serializers.ChoiceField(RejectReason.choices)
    note = text_field("说明")
    guide = text_field("去哪里办", required=False)
    with_members = serializers.BooleanField(required=False)


class MergeBody(Body):
    into = serializers.CharField(label="并入的编号", max_length=20)

    def validate_into(self, number: str) -> Opinion:
        head = Opinion.objects.visible_to(self.context["actor"]).filter(number=number.strip().upper()).first()
        if head is None:
            raise serializers.ValidationError("没有找到这个编号，请核对。")
        return head


class UnmergeBody(CodedBody):
    reason = text_field("原因")


class ReleaseBody(ReasonBody):
    to = serializers.CharField(required=False, max_length=10, help_text="code of a deputy")


class CoordinateBody(NoteBody):
    parties = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=20)


class SuggestReferBody(NoteBody):
    organ = organ_field()


class ReferBody(Body):
    organ = organ_field()
    note = text_field("说明", required=False)
    summary = text_field("摘要", TEXT, required=False)
    order_no = text_field("工单号", 40, required=False)


class AskExtensionBody(ReasonBody):
    until = serializers.DateField()


class SettleBody(ReasonBody):
    accept = serializers.BooleanField()


class EscalateBody(Body):
    suggestion = serializers.CharField(required=False, max_length=20, help_text="number of an own unsent one")


class EnteredBody(Body):
    way = serializers.ChoiceField(EnteredWay.choices)
    note = text_field("说明")


class RateBody(CodedBody):
    grade = serializers.ChoiceField(Grade.choices)
    reasons = serializers.ListField(child=serializers.ChoiceField(Complaint.choices), required=False, max_length=6)
    solved = serializers.ChoiceField(OpinionSolved.choices, required=False)
    text = text_field("补充", required=False, allow_blank=True)
    entered = EnteredBody(required=False)


class ReopenBody(CodedBody):
    reasons = serializers.ListField(child=serializers.ChoiceField(Complaint.choices), allow_empty=False, max_length=6)
    text = text_field("补充", required=False, allow_blank=True)
    not_same = serializers.BooleanField(required=False)


class AskReviewBody(CodedBody):
    reason = text_field("理由")


class SayBody(CodedBody):
    text = text_field("说明", required=False, allow_blank=True)


class UrgencyBody(Body):
    urgency = serializers.ChoiceField(Urgency.choices)
    reason = text_field("原因", default="", allow_blank=True)


class AvoidBody(ReasonBody):
    concerns = serializers.ListField(child=serializers.ChoiceField(Concern.choices), allow_empty=False, max_length=4)


class VerifyBody(CodedBody):
    sms_code = serializers.CharField(required=False, max_length=10)


class ReissueBody(CodedBody):
    """`seen` at the station; `phone`, then `phone` and `sms_code`, for whoever lost the code and verified a phone."""

    seen = text_field("核对了什么", SHORT, required=False)
    phone = serializers.CharField(required=False, max_length=30)
    sms_code = serializers.CharField(required=False, max_length=10)


class ToldBody(Body):
    way = serializers.ChoiceField(TellBy.choices)
    at = serializers.DateTimeField()
    person = text_field("告知谁", 40, required=False)


class CodeAnswer(serializers.Serializer):
    query_code = serializers.CharField(source="*")


class OpenedSerializer(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()


def tell_code(opinion: Opinion, *, by: Actor, seen: str = "") -> str:
    """The query code anew, at the station to the person whose slip or ID was seen."""
    return workflow.reissue(opinion, by=by, seen=seen).query_code


def verify(opinion: Opinion, *, by: Actor, sms_code: str = "") -> Done | None:
    """Without a code: sends one (202). With it: verifies the phone."""
    if not sms_code:
        workflow.send_verification(opinion)
        return Done({})
    workflow.verify_phone(opinion, by=by, sms_code=sms_code)
    return None


def submit(*, by: Actor, content: str, **body: Any) -> Opinion:
    """`content` may be empty where a photo follows within the hour."""
    return workflow.submit(by=by, content=content, photos_follow=not content.strip(), **body)


def escalate(opinion: Opinion, *, by: Actor, suggestion: str = "") -> Any:
    return escalate_opinion(opinion, by=by, **({"suggestion": _own_draft(suggestion, by)} if suggestion else {}))


def _own_draft(number: str, by: Actor) -> Any:
    from suggestions.models import Suggestion

    found = Suggestion.objects.visible_to(by).filter(number=number.strip().upper()).first()
    if found is None:
        raise Invalid("suggestion", "没有找到这件建议，请核对编号。")
    return found


VERBS = {
    "accept": Verb(workflow.accept, AcceptBody),
    "reject": Verb(workflow.reject, RejectBody),
    "ask_review": Verb(workflow.ask_review, AskReviewBody),
    "merge": Verb(workflow.merge, MergeBody),
    "unmerge": Verb(workflow.unmerge, UnmergeBody),
    "claim": Verb(workflow.claim),
    "release": Verb(workflow.release, ReleaseBody),
    "coordinate": Verb(workflow.coordinate, CoordinateBody),
    "answer": Verb(workflow.answer, TextBody),
    "suggest_refer": Verb(workflow.suggest_refer, SuggestReferBody),
    "decline_refer": Verb(workflow.decline_refer, ReasonBody),
    "refer": Verb(workflow.refer, ReferBody),
    "recall": Verb(workflow.recall, ReasonBody),
    "send_back": Verb(workflow.send_back, ReasonBody),
    "report": Verb(workflow.report, TextBody),
    "question": Verb(workflow.question, ReasonBody),
    "confirm": Verb(workflow.confirm, TextBody),
    "ask_extension": Verb(workflow.ask_extension, AskExtensionBody),
    "settle_extension": Verb(workflow.settle_extension, SettleBody),
    "escalate": Verb(escalate, EscalateBody),
    "rate": Verb(workflow.rate, RateBody),
    "reopen": Verb(workflow.reopen, ReopenBody),
    "solved": Verb(workflow.solved, SayBody),
    "withdraw": Verb(workflow.withdraw, SayBody),
    "explain": Verb(workflow.explain, TextBody),
    "acknowledge": Verb(workflow.acknowledge, NoteBody),
    "secure": Verb(workflow.secure, TextBody),
    "set_urgency": Verb(workflow.set_urgency, UrgencyBody),
    "avoid": Verb(workflow.avoid, AvoidBody),
    "lift_avoidance": Verb(workflow.lift_avoidance, ReasonBody),
    "verify_phone": Verb(verify, VerifyBody, also=(202,)),
    "reissue": Verb(tell_code, ReissueBody, answer=CodeAnswer, also=(202,), keyed=False),
    "record_told": Verb(workflow.record_told, ToldBody),
    "open_contact": Verb(workflow.open_contact, ReasonBody, answer=OpenedSerializer, fresh=True, keyed=False),
    "chase": Verb(workflow.chase, NoteBody),
}


# -- the calls ---------------------------------------------------------------------------------------------------------


class OpinionViewSet(VerbViewSet):
    """群众意见: whoever proves number and query code is its author; others sign in; what is public is everybody's."""

    kind = "opinion"
    ordering = "-pk"
    serializer_class = OpinionSerializer
    verbs = VERBS
    creates = Verb(submit, SubmitBody, answer=SubmittedSerializer)
    queryset = Opinion.objects.none()

    def actor(self, request: Request, number: str) -> Actor:
        return code_holder(request, number) or request.user

    def get_queryset(self) -> QuerySet[Opinion]:
        return Opinion.objects.visible_to(self.caller).whole()

    def serialize(self, obj: Opinion, actor: Actor) -> dict[str, Any]:
        return told(Shown(obj, actor))

    @property
    def spans(self) -> tuple[int, ...] | None:
        return SPANS if self.request.query_params.get("q", "").strip() else None

    def filter_queryset(self, queryset: QuerySet[Opinion]) -> QuerySet[Opinion]:
        asked = self.request.query_params
        for name, listed in (("state", OPINION.states), ("category", Category), ("urgency", Urgency)):
            if value := asked.get(name, ""):
                if value not in listed.values:
                    raise Invalid(name, "请从所列的选项中选一个。")
                queryset = queryset.filter(**{name: value})
        if asked.get("overdue") == "1":
            queryset = queryset.open().overdue()
        if asked.get("mine") == "1":
            queryset = queryset.concerning(self.caller) if self.caller.actor_kind == "user" else queryset.none()
        if words := asked.get("q", "").strip():
            queryset = queryset.search(
                clean_text(words, limit=100, name="查找的文字", pointer="q"), people=self.caller.actor_kind == "user"
            )
        return queryset

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=OPINION.states.values),
            OpenApiParameter("category", str, enum=Category.values),
            OpenApiParameter("urgency", str, enum=Urgency.values),
            OpenApiParameter("overdue", str, enum=["1"]),
            OpenApiParameter("mine", str, enum=["1"]),
            OpenApiParameter("q", str, description="words of the text or place, or a number"),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if self.caller.actor_kind == "anyone":
            if request.query_params:
                asked = self.filter_queryset(as_rows(Opinion.objects.visible_to(self.caller)))
                rows = self.paginate_queryset(asked) or []
            else:
                rows = self.paginator.paginate_first(newest_rows(), Opinion.objects.all(), request)
            return self.get_paginated_response([told(Shown(row, self.caller)) for row in for_strangers(rows)])
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        owed = deadlines_of([row.merged_into if row.state == "merged" else row for row in rows])
        shown = [
            Shown(row, self.caller, owed.get(row.merged_into_id if row.state == "merged" else row.pk)) for row in rows
        ]
        return self.get_paginated_response([told(row) for row in shown])

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        if self.caller.actor_kind != "anyone":
            return super().retrieve(request, **kwargs)
        found = opinion_in_public(kwargs["number"])
        return Response(self.serialize(found if found is not None else self.refuse_sight(), self.caller))

    def act(self, request: Request, name: str, number: str) -> Response:
        if name == "reissue" and isinstance(request.data, Mapping) and request.data.get("phone"):
            return self.reissue_by_phone(request, number)
        return super().act(request, name, number)

    def reissue_by_phone(self, request: Request, number: str) -> Response:
        """Whoever lost the code sees nothing yet: 202 whatever the phone, then 404 unless number, phone and code fit."""
        body = validated(ReissueBody, request)
        if not body.get("sms_code"):
            workflow.ask_reissue(number, body["phone"])
            return Response({}, status=202)
        opinion = workflow.reissue_by_phone(number, body["phone"], body["sms_code"])
        return Response({"query_code": opinion.query_code}, headers={"Cache-Control": "no-store"})

    def find_made(self, number: str) -> Opinion:
        """A repeated submit answers its own number: the idempotency key stands for the code here."""
        found = Opinion.objects.filter(number=number).first()
        return found if found is not None else self.refuse_sight()

    def _made(self, obj: Opinion, verb: Verb, *, status: int, repeated: bool = False) -> Response:
        code = None if repeated and obj.code_version > 1 else obj.query_code
        body = {"number": obj.number, "query_code": code, "state": "screening", "next_by": _next_by(obj)}
        return Response(body, status=status, headers={"Cache-Control": "no-store"})


def _next_by(opinion: Opinion) -> str | None:
    return _time(opinion.next_due_at)


class PreviewBody(Body):
    content = text_field("内容", TEXT)


class PreviewSerializer(serializers.Serializer):
    masked = serializers.CharField()
    hints = serializers.ListField(child=serializers.CharField())


class Preview(ApiView):
    """What others would see of a text; stores nothing."""

    @extend_schema(operation_id="opinion_preview", request=PreviewBody, responses=PreviewSerializer, tags=["opinion"])
    def post(self, request: Request) -> Response:
        content = self.check_body(PreviewBody)["content"]
        shown = workflow.preview(content)
        return Response({"masked": shown["masked"], "hints": [HINTS[kind] for kind in shown["hints"] if kind in HINTS]})


HINTS = {
    "id_card": "身份证号会被隐去。",
    "bank_card": "银行卡号会被隐去。",
    "mobile": "手机号会被隐去。",
    "landline": "电话号码会被隐去。",
    "plate": "车牌号会被隐去。",
    "email": "邮箱会被隐去。",
    "house": "门牌号会被隐去，别人只看到街道或小区。",
}


class SimilarBody(PreviewBody):
    location = PointSerializer(required=False)


class SimilarSerializer(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    people = serializers.IntegerField(required=False)


class Similar(ApiView):
    """Public matters like this text, from what is published alone."""

    @extend_schema(
        operation_id="opinion_similar", request=SimilarBody, responses=SimilarSerializer(many=True), tags=["opinion"]
    )
    def post(self, request: Request) -> Response:
        throttle.check_address(request, "opinion.similar", SIMILAR_PER_MINUTE, 60)
        body = self.check_body(SimilarBody)
        found = workflow.similar(body["content"], location=body.get("location"))
        return Response([_similar(row) for row in found])


def _similar(row: Opinion) -> dict[str, Any]:
    shown = Shown(row, CodeHolder(""))
    people = {"people": shown.people} if shown.people else {}
    return {"number": row.number, "title": row.title, "state": row.state, **people}


class OneOpinion(ApiView):
    """Base of calls about one opinion beside its verbs."""

    def opinion(self, request: Request, number: str) -> Opinion:
        self.caller = code_holder(request, number) or request.user
        found = (
            Opinion.objects.visible_to(self.caller).whole().filter(number=number).first()
            if "\x00" not in number
            else None
        )
        if found is None:
            raise NotVisible
        return found


class FileBody(Body):
    file = serializers.FileField()


class MadeSerializer(serializers.Serializer):
    id = serializers.IntegerField()


class Photos(OneOpinion):
    """A photo for the matter: by the author within the hour, by its station, claimant and unit."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="opinion_photo",
        request={"multipart/form-data": FileBody},
        responses={201: MadeSerializer},
        tags=["opinion"],
    )
    def post(self, request: Request, number: str) -> Response:
        opinion = self.opinion(request, number)
        body = validated(FileBody, request)
        photo = workflow.add_photo(opinion, by=self.caller, data=body["file"].read())
        return Response({"id": photo.pk}, status=201)


class Photo(OneOpinion):
    """One photo, for whoever may see it; it has no other address."""

    @extend_schema(operation_id="opinion_photo_file", responses={(200, "image/jpeg"): bytes}, tags=["opinion"])
    def get(self, request: Request, number: str, pk: int) -> HttpResponse:
        shown = Shown(self.opinion(request, number), self.caller)
        photo = next((photo for photo in shown.photos if photo.pk == pk), None)
        if photo is None:
            raise NotVisible
        return files.answer(photo.file)


class OpeningSerializer(serializers.Serializer):
    by_label = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class ContactSerializer(serializers.Serializer):
    """One's own contact data, and who opened it."""

    name = serializers.CharField()
    phone = serializers.CharField()
    verified = serializers.BooleanField()
    opened = OpeningSerializer(many=True)


class ContactBody(Body):
    name = serializers.CharField(required=False, allow_blank=True, max_length=40)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)


class OwnContact(OneOpinion):
    """The author's own: read, correct, erase. Nobody else has this call."""

    def own(self, request: Request, number: str) -> Opinion:
        opinion = self.opinion(request, number)
        if self.caller.actor_kind != "code":
            raise NotVisible
        return opinion

    @extend_schema(operation_id="opinion_contact", responses=ContactSerializer, tags=["opinion"])
    def get(self, request: Request, number: str) -> Response:
        return self.shown(self.own(request, number).contact)

    @extend_schema(
        operation_id="opinion_contact_correct", request=ContactBody, responses=ContactSerializer, tags=["opinion"]
    )
    def patch(self, request: Request, number: str) -> Response:
        opinion = self.own(request, number)
        body = self.check_body(ContactBody)
        return self.shown(workflow.correct_contact(opinion, **body).contact)

    @extend_schema(operation_id="opinion_contact_erase", request=None, responses={204: None}, tags=["opinion"])
    def delete(self, request: Request, number: str) -> Response:
        opinion = self.own(request, number)
        workflow.erase_contact(opinion)
        return Response(status=204)

    def shown(self, contact: Contact | None) -> Response:
        if contact is None or contact.erased_at is not None:
            body: dict[str, Any] = {"name": "", "phone": "", "verified": False, "opened": []}
        else:
            opened = contacts.reveal(contact)
            body = {"name": opened.name, "phone": opened.phone, "verified": contact.verified_at is not None}
            body["opened"] = OpeningSerializer(contact.openings.all(), many=True).data
        return Response(body, headers={"Cache-Control": "no-store"})


api: list[URLPattern] = [
    path("opinions/preview/", Preview.as_view(), name="opinion-preview"),
    path("opinions/similar/", Similar.as_view(), name="opinion-similar"),
    path("opinions/<str:number>/photos/", Photos.as_view(), name="opinion-photos"),
    path("opinions/<str:number>/photos/<int:pk>/", Photo.as_view(), name="opinion-photo"),
    path("opinions/<str:number>/contact/", OwnContact.as_view(), name="opinion-contact"),
    *OpinionViewSet.paths("opinions"),
]
