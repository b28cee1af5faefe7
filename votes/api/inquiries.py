"""Inquiries and rectification lists over REST (contract.md §3): what one may see of them, and their verbs."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clocks.workflow import due_view, open_of
from ground.api import ApiView, Body, Empty, Shown, Verb, VerbViewSet
from ground.errors import Forbidden, Invalid, NotVisible
from suggestions.api.bodies import Day, choice, organ, perhaps, words
from votes.models import Answer, Inquiry, Question, RectificationFile, RectificationItem
from votes.rules.rectification import may_add_files
from votes.states.inquiry import QuestionKind
from votes.workflow import inquiry as inquiries, rectification as items


class InquiryStepShown(serializers.Serializer):
    verb = serializers.CharField()
    label = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    by_label = serializers.CharField()
    text = serializers.CharField(source="public_text")

    def get_label(self, step: Any) -> str:
        return step.obj.workflow.labels.get(step.verb, step.verb)


class ItemDueShown(serializers.Serializer):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    level = serializers.ChoiceField(["", "yellow", "orange", "red"])
    reasons = serializers.ListField(child=serializers.CharField())


class InquiryAnswerShown(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    answerer = serializers.CharField()
    post = serializers.CharField()
    text = serializers.CharField()
    promise = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    item = serializers.SerializerMethodField(help_text="number of the line of the rectification list that follows it")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_item(self, answer: Answer) -> str | None:
        return answer.item.number if hasattr(answer, "item") else None


class InquiryQuestionShown(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(QuestionKind.choices)
    order = serializers.IntegerField(allow_null=True)
    asker = serializers.CharField()
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None)
    follows = serializers.IntegerField(source="follows_id", allow_null=True)
    text = serializers.CharField()
    answer = serializers.SerializerMethodField()

    @extend_schema_field(InquiryAnswerShown(allow_null=True))
    def get_answer(self, question: Question) -> dict[str, Any] | None:
        return InquiryAnswerShown(question.answer).data if question.is_answered else None


class InquiryShown(Shown):
    """An inquiry as this caller sees it. `result` holds the classes of the published rating, each counted apart."""

    number = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    title = serializers.CharField()
    about = serializers.CharField()
    scale = serializers.CharField()
    meeting = serializers.CharField()
    committee = serializers.CharField(source="committee.code", allow_null=True, default=None)
    held_on = serializers.DateField(allow_null=True)
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    units = serializers.SerializerMethodField()
    questions = InquiryQuestionShown(source="adopted", many=True)
    poll = serializers.CharField(source="poll.number", allow_null=True, default=None)
    result = serializers.JSONField()
    items = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(allow_null=True)
    steps = InquiryStepShown(source="steps.all", many=True)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_units(self, inquiry: Inquiry) -> list[str]:
        return [unit.organ.code for unit in inquiry.units.all()]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_items(self, inquiry: Inquiry) -> list[str]:
        return [item.number for item in inquiry.items.all()]


class RectificationShown(Shown):
    """One line of a rectification list, with what its unit reported."""

    number = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    source = serializers.SerializerMethodField()
    unit = serializers.CharField(source="unit.code")
    problem = serializers.CharField()
    measure = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    struck_at = serializers.DateTimeField(allow_null=True)
    photos = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()
    steps = InquiryStepShown(source="steps.all", many=True)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_source(self, item: RectificationItem) -> str | None:
        return item.source.number if item.source else None

    @extend_schema_field(serializers.IntegerField(help_text="how many pictures lie beside it"))
    def get_photos(self, item: RectificationItem) -> int:
        return len(item.files.all())

    @extend_schema_field(ItemDueShown(many=True))
    def get_due(self, item: RectificationItem) -> list[dict[str, Any]]:
        if "number" not in (self.context["view"].kwargs or {}):
            return []
        return [ItemDueShown(due_view(deadline)).data for deadline in open_of(item)]


# -- bodies ------------------------------------------------------------------------------------------------------------


class OfInquiry(serializers.PrimaryKeyRelatedField):
    """A question or answer of this very inquiry, by its id."""

    def __init__(self, **options: Any) -> None:
        told = {"does_not_exist": "本次询问没有这一项，请核对。", "incorrect_type": "请填写编号。"}
        super().__init__(error_messages=told, **options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int) or isinstance(data, bool) or abs(data) > 2**31:
            self.fail("does_not_exist")
        return super().to_internal_value(data)


class InquiryFindingBody(Body):
    team = words("调研组", 60)
    text = words("发现的问题", 3000)
    unit = organ(required=False)


class InquiryAskBody(Body):
    text = words("问题", 500)
    unit = organ(required=False)


class InquiryTakeBody(Body):
    question = serializers.IntegerField(min_value=1, max_value=2**31)
    unit = organ()


class InquiryQuestionBody(Body):
    text = words("问题", 500)
    unit = organ()
    asker = words("提问人", 40)
    kind = choice(QuestionKind, required=False)
    follows = OfInquiry(queryset=Question.objects.all(), required=False)


class InquiryHoldBody(Body):
    held_on = Day(required=False)


class InquiryAnswerBody(Body):
    question = OfInquiry(queryset=Question.objects.all())
    answerer = words("答复人", 40)
    post = words("职务", 60)
    text = words("答复", 3000)
    promise = perhaps("承诺", 300)
    due_on = Day(required=False)


class InquiryItemBody(Body):
    answer = OfInquiry(queryset=Answer.objects.select_related("question__unit"), required=False)
    unit = organ(required=False)
    problem = perhaps("问题", 2000)
    measure = perhaps("整改要求", 2000)
    due_on = Day(required=False)


class InquiryCloseBody(Body):
    text = perhaps("办结说明")


class ItemAcceptBody(Body):
    owner = words("责任人", 60)
    measure = perhaps("整改措施", 2000)


class ItemTextBody(Body):
    text = words("整改情况", 2000)


class ItemStrikeBody(Body):
    text = words("核查情况")


class ItemSendBackBody(Body):
    reason = words("退回原因")
    until = Day(required=False)


class ItemReasonBody(Body):
    reason = words("理由")


class ItemPostponeBody(Body):
    until = Day()
    reason = words("改期理由")


class ItemChaseBody(Body):
    note = words("催办内容", 500)


class Inquiries(VerbViewSet):
    kind = "inquiry"
    serializer_class = InquiryShown
    verbs = {
        "study": Verb(inquiries.study, Empty),
        "record_finding": Verb(inquiries.record_finding, InquiryFindingBody),
        "ask": Verb(inquiries.ask, InquiryAskBody),
        "take_question": Verb(inquiries.take_question, InquiryTakeBody),
        "put_question": Verb(inquiries.put_question, InquiryQuestionBody),
        "hold": Verb(inquiries.hold, InquiryHoldBody),
        "answer": Verb(inquiries.answer, InquiryAnswerBody),
        "call_rating": Verb(inquiries.call_rating, Empty),
        "take_rating": Verb(inquiries.take_rating, Empty),
        "list_item": Verb(inquiries.list_item, InquiryItemBody),
        "publish": Verb(inquiries.publish, Empty),
        "close": Verb(inquiries.close, InquiryCloseBody),
    }

    def get_queryset(self) -> Any:
        return Inquiry.objects.visible_to(self.caller).with_parts()


class Rectifications(VerbViewSet):
    kind = "rectification"
    serializer_class = RectificationShown
    verbs = {
        "accept": Verb(items.accept, ItemAcceptBody),
        "report": Verb(items.report, ItemTextBody),
        "claim_done": Verb(items.claim_done, ItemTextBody),
        "strike": Verb(items.strike, ItemStrikeBody),
        "send_back": Verb(items.send_back, ItemSendBackBody),
        "defer": Verb(items.defer, ItemReasonBody),
        "postpone": Verb(items.postpone, ItemPostponeBody),
        "chase": Verb(items.chase, ItemChaseBody),
    }

    def get_queryset(self) -> Any:
        return RectificationItem.objects.visible_to(self.caller).with_parts()


@extend_schema_serializer(component_name="RectificationPhoto")
class PhotoBody(serializers.Serializer):
    file = serializers.FileField()


class Photos(ApiView):
    """One picture beside a rectification item, from its unit while it works on it."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="rectification_photo", tags=["rectification"], request={"multipart/form-data": PhotoBody},
        responses={201: OpenApiResponse(dict, description="how many there are now")},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        seen = RectificationItem.objects.visible_to(request.user).with_parts()
        item = seen.filter(number=number).first() if "\x00" not in number else None
        if item is None:
            raise NotVisible
        if not may_add_files(request.user, item):
            raise Forbidden
        file = request.FILES.get("file")
        if file is None:
            raise Invalid("file", "请选一张照片。")
        items.add_photos(item, by=request.user, photos=[file])
        return Response({"photos": RectificationFile.objects.filter(item=item).count()}, status=201)


api = [
    *Inquiries.paths("inquiries"),
    path("rectifications/<str:number>/photos/", Photos.as_view(), name="rectification-photos"),
    *Rectifications.paths("rectifications"),
]
