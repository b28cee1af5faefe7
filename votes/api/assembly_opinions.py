"""议事代表意见 over REST: what one may see of them, and their verbs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organ
from clocks.workflow import due_view, open_of
from ground.api import Body, Shown, Verb, VerbViewSet
from ground.errors import Forbidden, Invalid
from votes.models import AssemblyOpinion, DeliberativeAssembly
from votes.showing_assembly import ShownOpinion
from votes.states import AssemblyGrade, Pace
from votes.workflow import assembly_opinion as verbs


class AssemblyOpinionShown(Shown):
    """An opinion as this caller sees it: the public reads the text that was made public, and replies without personal data."""

    number = serializers.CharField()
    register = serializers.CharField(help_text="〔year〕n 号 in the street's register, once accepted")
    assembly = serializers.CharField(source="assembly.code")
    member = serializers.CharField(source="member.name")
    title = serializers.CharField()
    text = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    outcome = serializers.CharField()
    is_public = serializers.BooleanField()
    handler = serializers.CharField(source="handler.code", default=None)
    through = serializers.CharField()
    pace = serializers.CharField()
    round = serializers.IntegerField()
    filed_at = serializers.DateTimeField()
    assigned_at = serializers.DateTimeField(allow_null=True)
    heard_in = serializers.CharField(source="heard_in.number", default=None, help_text="the meeting it was reported to")
    replies = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()

    def _shown(self, opinion: AssemblyOpinion) -> ShownOpinion:
        return ShownOpinion(opinion, self.context["actor"])

    def get_text(self, opinion: AssemblyOpinion) -> str:
        return self._shown(opinion).text

    def get_place(self, opinion: AssemblyOpinion) -> str:
        return self._shown(opinion).place

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_replies(self, opinion: AssemblyOpinion) -> list[dict[str, Any]]:
        return [
            {"round": r.round, "organ": r.organ.code, "text": r.text, "at": r.at, "grade": r.grade}
            for r in self._shown(opinion).replies
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_due(self, opinion: AssemblyOpinion) -> list[dict[str, Any]]:
        if not self._shown(opinion).is_inside or "number" not in self.context["view"].kwargs:
            return []
        return [due_view(deadline) for deadline in open_of(opinion)]


class Words(Body):
    title = serializers.CharField(max_length=verbs.TITLE, label="标题")
    text = serializers.CharField(max_length=verbs.TEXT, label="内容")
    place = serializers.CharField(max_length=80, required=False, allow_blank=True)


class Filed(Words):
    assembly = serializers.CharField(
        max_length=40, required=False, help_text="its code; the caller's own where there is one"
    )
    may_publish = serializers.BooleanField(required=False)


class Reason(Body):
    reason = serializers.CharField(max_length=verbs.NOTE, label="原因")


class MaybeReason(Body):
    reason = serializers.CharField(max_length=verbs.NOTE, required=False, allow_blank=True)


class Handler(Body):
    organ = serializers.CharField(max_length=30, label="承办单位", help_text="its code")

    def validate_organ(self, code: str) -> Organ:
        found = Organ.objects.live().filter(code=code).first() if "\x00" not in code else None
        if found is None:
            raise serializers.ValidationError("没有找到这个单位，请核对代码。")
        return found


class Assigned(Handler):
    pace = serializers.ChoiceField(choices=Pace.choices, required=False)
    note = serializers.CharField(max_length=verbs.NOTE, required=False, allow_blank=True)


class Reassigned(Handler, Reason):
    pass


class Replied(Body):
    text = serializers.CharField(max_length=verbs.REPLY, label="答复")


class Rated(Body):
    grade = serializers.ChoiceField(choices=AssemblyGrade.choices, label="评价")
    text = serializers.CharField(max_length=verbs.NOTE, required=False, allow_blank=True)


class Published(Body):
    public_text = serializers.CharField(max_length=verbs.TEXT, required=False, allow_blank=True)


class Linked(Body):
    number = serializers.CharField(max_length=20, label="群众意见编号")


def file(*, by: Any, assembly: str = "", **words: Any) -> AssemblyOpinion:
    """A member files an opinion with an assembly they sit in."""
    mine = DeliberativeAssembly.objects.filter(
        pk__in=[fact.assembly_id for fact in by.facts.memberships if fact.is_live]
    )
    found = mine.filter(code=assembly).first() if assembly and "\x00" not in assembly else mine.first()
    if found is None:
        raise Invalid("assembly", "没有找到您所在的议事代表会，请核对代码。")
    return verbs.file(found, by=by, **words)


class AssemblyOpinions(VerbViewSet):
    kind = "assembly_opinion"
    serializer_class = AssemblyOpinionShown
    creates = Verb(file, Filed)
    verbs = {
        "send_back": Verb(verbs.send_back, Reason),
        "complete": Verb(verbs.complete, Words),
        "accept": Verb(verbs.accept),
        "assign": Verb(verbs.assign, Assigned),
        "reassign": Verb(verbs.reassign, Reassigned),
        "hand_back": Verb(verbs.hand_back, Reason),
        "reply": Verb(verbs.reply, Replied),
        "rate": Verb(verbs.rate, Rated),
        "publish": Verb(verbs.publish, Published),
        "link": Verb(verbs.link, Linked),
        "withdraw": Verb(verbs.withdraw, MaybeReason),
    }

    def admit(self, request: Any) -> None:
        if not any(fact.is_live for fact in request.user.facts.memberships):
            raise Forbidden("只有议事代表能提出意见。")

    def get_queryset(self) -> Any:
        rows = AssemblyOpinion.objects.visible_to(self.caller).with_parts()
        if state := self.request.query_params.get("state"):
            rows = rows.filter(state=state)
        return rows


api = AssemblyOpinions.paths("assembly-opinions")
