"""What the verbs of suggestions take over REST (contract.md §3.4): shapes only; who may and what fits is the verbs' own."""

from datetime import date, datetime
from typing import Any

from rest_framework import serializers

from accounts.models import Organ
from deputies.models import Deputy
from ground import clock
from ground.api import Body
from suggestions.models import Opinion, Suggestion
from suggestions.states.lists_suggestion import (
    ContactMethod,
    ContactStage,
    Field,
    HandlerRole,
    Kind,
    MediationOutcome,
    Mode,
    NoteKind,
    Priority,
    Publicity,
    ResultClass,
    ReturnReason,
    RuleCode,
    SendBackReason,
    Solved,
    SuggestionGrade,
)

TEXT, NOTE, REPLY, MANY = 5000, 1000, 20000, 200


# -- fields ------------------------------------------------------------------------------------------------------------


def words(label: str, limit: int = NOTE, **options: Any) -> serializers.CharField:
    return serializers.CharField(label=label, max_length=limit, **options)


def perhaps(label: str, limit: int = NOTE) -> serializers.CharField:
    return serializers.CharField(label=label, max_length=limit, required=False, allow_blank=True)


def choice(choices: Any, **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices.choices, **options)


def organ(**options: Any) -> serializers.SlugRelatedField:
    told = {"does_not_exist": "没有这个单位，请核对代码。", "invalid": "请填写单位的代码。"}
    return serializers.SlugRelatedField("code", queryset=Organ.objects.live(), error_messages=told, **options)


def deputy(**options: Any) -> serializers.SlugRelatedField:
    told = {"does_not_exist": "没有这位代表，请核对代表码。", "invalid": "请填写代表码。"}
    return serializers.SlugRelatedField("code", queryset=Deputy.objects.all(), error_messages=told, **options)


class Moment(serializers.DateTimeField):
    """A time, or a day that stands for its beginning; never so far away that no calendar holds it."""

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not 2000 <= moment.year <= 2100:
            self.fail("overflow")
        return moment


class Day(serializers.DateField):
    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not 2000 <= day.year <= 2100:
            raise serializers.ValidationError("请核对年份。")
        return day


class Handler(Body):
    organ = organ()
    role = choice(HandlerRole)


def handlers(**options: Any) -> serializers.ListSerializer:
    return Handler(many=True, allow_empty=False, max_length=50, **options)


def pairs(rows: list[dict[str, Any]]) -> list[tuple[Organ, str]]:
    return [(row["organ"], row["role"]) for row in rows]


class OpinionNumbers(serializers.ListField):
    """Numbers of opinions the caller may see, as rows."""

    child = serializers.CharField(max_length=20)

    def to_internal_value(self, data: Any) -> list[Opinion]:
        numbers = list(dict.fromkeys(super().to_internal_value(data)))
        found = {o.number: o for o in Opinion.objects.visible_to(self.context["actor"]).filter(number__in=numbers)}
        if missing := [number for number in numbers if number not in found]:
            raise serializers.ValidationError(f"没有找到这件群众意见：{missing[0]}")
        return [found[number] for number in numbers]


# -- the suggestion ----------------------------------------------------------------------------------------------------


class ReviseBody(Body):
    title = words("标题", 80, required=False)
    situation = words("情况与问题", TEXT, required=False)
    proposal = perhaps("建议", TEXT)
    field = choice(Field, required=False, allow_blank=True)
    kind = choice(Kind, required=False)
    is_public = serializers.BooleanField(required=False)
    confidential = serializers.BooleanField(required=False)
    opinions = OpinionNumbers(required=False, max_length=MANY)


class CreateBody(ReviseBody):
    copy_of = serializers.CharField(required=False, max_length=20)

    def validate_copy_of(self, number: str) -> Suggestion:
        return seen(number, self.context["actor"])


def seen(number: str, actor: Any) -> Suggestion:
    found = Suggestion.objects.visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise serializers.ValidationError("没有找到这件建议，请核对编号。")
    return found


class InviteBody(Body):
    deputies = serializers.ListField(child=deputy(), allow_empty=False, max_length=MANY)


class CosignBody(Body):
    version = serializers.IntegerField(min_value=1, max_value=30000)


class DeclineBody(Body):
    reason = perhaps("说明", 500)


class SendBackBody(Body):
    reason = words("退回原因")
    reason_code = choice(SendBackReason, required=False)
    spelling_only = serializers.BooleanField(required=False)


class RefuseBody(Body):
    rule_code = choice(RuleCode)
    reason = words("原因")
    letter_ref = perhaps("来信编号", 40)


class RegisterBody(Body):
    field = choice(Field, required=False)
    priority = choice(Priority, required=False)


class MergeSuggestionBody(Body):
    into = serializers.CharField(label="并入的编号", max_length=20)

    def validate_into(self, number: str) -> Suggestion:
        return seen(number, self.context["actor"])


class WrittenReasonBody(Body):
    reason = words("原因", 500)


class AssignBody(Body):
    mode = choice(Mode)
    handlers = handlers()

    def validate_handlers(self, rows: list[dict[str, Any]]) -> list[tuple[Organ, str]]:
        return pairs(rows)


class KeyBody(Body):
    leader = deputy()
    committee = organ()
    plan = perhaps("督办方案", TEXT)


class NoteSupervisionBody(Body):
    kind = choice(NoteKind)
    text = words("督办情况", TEXT)
    at = Moment(label="时间")

    def validate_at(self, at: datetime) -> date:
        return at.astimezone(clock.SHANGHAI).date()


class PublishBody(Body):
    scope = choice(Publicity)
    reason = perhaps("不公开的原因", 500)


class ChaseBody(Body):
    assignment = serializers.IntegerField(required=False)
    note = perhaps("催办内容", 500)

    def validate_assignment(self, pk: int) -> Any:
        row = next((a for a in self.context["obj"].assignments.all() if a.pk == pk and a.is_live), None)
        if row is None:
            raise serializers.ValidationError("没有这个承办单位。")
        return row


# -- the assignment: `assignment` is read before the body, it names what the verb acts on ------------------------------


class OfAssignment(Body):
    assignment = serializers.IntegerField(required=False, help_text="its id; may be left out where only one fits")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "assignment"}


class DispatchBody(OfAssignment):
    handlers = handlers()

    def validate_handlers(self, rows: list[dict[str, Any]]) -> list[tuple[Organ, str]]:
        return pairs(rows)


class ReassignBody(DispatchBody):
    reason = words("改交原因")


class AddAssistBody(OfAssignment):
    organ = organ()


class ObjectBody(OfAssignment):
    reason = words("退办理由")
    proposed_organ = organ(required=False)


class DecideBody(OfAssignment):
    accept = serializers.BooleanField()
    reason = words("处理意见")


class SettleObjectionBody(DecideBody):
    reassign_to = organ(required=False)


class AskReplyExtensionBody(OfAssignment):
    until = Day()
    reason = words("延期理由")


class RecordContactBody(OfAssignment):
    method = choice(ContactMethod)
    at = Moment(label="沟通时间")
    summary = words("沟通情况", 2000)
    stage = choice(ContactStage, required=False)
    reached = serializers.BooleanField(required=False)
    cosigners_present = serializers.IntegerField(required=False, min_value=0, max_value=1000)


class ConfirmContactBody(OfAssignment):
    contact = serializers.IntegerField(label="沟通记录")
    agrees = serializers.BooleanField()


class ContributeBody(OfAssignment):
    text = words("协办意见", TEXT)


class PromiseBody(Body):
    text = words("承诺内容")
    due_on = Day()
    replaces = serializers.IntegerField(required=False, allow_null=True)


class ReplyBody(OfAssignment):
    text = words("答复内容", REPLY, required=False)
    result_class = choice(ResultClass, required=False)
    publicity = choice(Publicity, required=False)
    publicity_reason = perhaps("不公开的理由", 500)
    solved = choice(Solved, required=False)
    commitments = PromiseBody(many=True, required=False, max_length=50)
    done_commitments = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=50)
    covers = serializers.ListField(child=serializers.CharField(max_length=20), required=False, max_length=50)


class DraftReplyBody(ReplyBody):
    text = words("答复内容", REPLY)
    result_class = choice(ResultClass)
    publicity = choice(Publicity)


class ReturnReplyBody(OfAssignment):
    reason_code = choice(ReturnReason)
    note = words("补正要求")


class CorrectClassBody(OfAssignment):
    result_class = choice(ResultClass)
    reason = words("更正原因", 500)


class GiveViewBody(OfAssignment):
    grade = choice(SuggestionGrade)
    text = perhaps("看法")


class RateReplyBody(OfAssignment):
    attitude = choice(SuggestionGrade)
    result = choice(SuggestionGrade)
    solved = choice(Solved, required=False)
    text = perhaps("意见")
    class_disputed = serializers.BooleanField(required=False)


class SettleAttitudeBody(OfAssignment):
    redo = serializers.BooleanField()
    note = words("处理情况")


class MediateBody(OfAssignment):
    minutes = words("会商纪要", TEXT)
    outcome = choice(MediationOutcome)


# -- the promise -------------------------------------------------------------------------------------------------------


class OfCommitment(Body):
    commitment = serializers.IntegerField(help_text="its id")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "commitment"}


class ReportCommitmentBody(OfCommitment):
    text = words("进展情况", TEXT)
    final = serializers.BooleanField(required=False)


class RateCommitmentBody(OfCommitment):
    result = choice(SuggestionGrade)
    text = perhaps("意见")


class ChangeCommitmentBody(OfCommitment):
    due_on = Day()
    reason = words("改期理由")
    text = perhaps("说明")
    signed_by = perhaps("单位主要负责人", 40)


class SettleChangeBody(OfCommitment):
    accept = serializers.BooleanField()
    reason = words("审批意见")


class EndCommitmentBody(OfCommitment):
    reason = words("理由")

    def get_fields(self) -> dict[str, serializers.Field]:
        how = serializers.ChoiceField([("unkept", "未兑现"), ("kept", "已兑现")], source="outcome")
        return {**super().get_fields(), "as": how}  # a word of Python's own


class SuggestHandlersBody(Body):
    title = words("标题", 80)
    text = words("内容", TEXT * 2)
