"""Polls over REST: what one may see of them, and casting. Opening, counting and keys are the console's alone."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ground import files
from ground.api import Body, Shown, VerbViewSet, validated
from ground.errors import Invalid, NotVisible
from votes import stepup
from votes.models import Poll
from votes.queries.poll import line_in, line_of
from votes.workflow.casting import cast

SHORTEST_KEY = 22  # 128 random bits in base64


class PollShown(Shown):
    """A poll as this caller sees it; the result only when it is published."""

    number = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    assembly = serializers.CharField(source="assembly.code", default=None, help_text="the assembly whose members vote")
    effect = serializers.CharField(help_text="empty of a decision; of an assembly's poll what its result is worth")
    title = serializers.CharField()
    about = serializers.CharField()
    state = serializers.CharField()
    mode = serializers.CharField()
    secret = serializers.BooleanField()
    options = serializers.ListField(child=serializers.CharField())
    marks = serializers.SerializerMethodField(help_text="what may stand beside an option: code and word")
    rule = serializers.JSONField()
    sentence = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    result = serializers.SerializerMethodField()

    def get_marks(self, poll: Poll) -> list[dict[str, str]]:
        return [{"code": code, "label": word} for code, word in poll.codes]

    def get_result(self, poll: Poll) -> dict[str, Any] | None:
        return poll.result if poll.state == "published" else None


class OnePoll(PollShown):
    channel = serializers.SerializerMethodField(
        help_text='how the caller voted: "", online, paper; null if not on the roll'
    )

    def get_channel(self, poll: Poll) -> str | None:
        line = line_of(poll, self.context["actor"])
        return line.channel if line else None


class Cast(Body):
    marks = serializers.CharField(
        max_length=40, label="选票", help_text="one code an option, in the order of `options`"
    )


class ReceiptShown(serializers.Serializer):
    poll = serializers.CharField()
    voter_class = serializers.CharField()
    fingerprint = serializers.CharField()
    signature = serializers.CharField()
    stored = serializers.ChoiceField(choices=["now", "earlier"])


class Polls(VerbViewSet):
    kind = "poll"
    serializer_class = PollShown

    def get_queryset(self) -> Any:
        return Poll.objects.visible_to(self.caller).with_parts()

    def serialize(self, obj: Any, actor: Any) -> dict[str, Any]:
        shown = OnePoll if "number" in self.kwargs else PollShown
        return shown(obj, context={**self.get_serializer_context(), "actor": actor}).data

    @sensitive_variables()
    @extend_schema(
        request=Cast, responses={200: ReceiptShown}, operation_id="poll_cast", tags=["poll"],
        description="Casts the caller's vote, once. `Idempotency-Key` (at least 22 random characters) is required: a retry "
        "under it answers the same receipt with `stored: earlier`; no other trace of the body is kept.",
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)],
    )  # fmt: skip
    def cast(self, request: Request, number: str) -> Response:
        stepup.require_of_token(request)
        line = line_in(number, request.user) if "\x00" not in number else None
        found = line.poll if line is not None else self.find(number)
        cast_id = request.headers.get("Idempotency-Key", "")
        if not SHORTEST_KEY <= len(cast_id) <= 200:
            raise Invalid("Idempotency-Key", "请在 Idempotency-Key 里放至少 22 个随机字符，重试时不变。")
        marks = validated(Cast, request)["marks"]
        receipt = cast(found, by=request.user, marks=marks, cast_id=cast_id, line=line)
        return Response(ReceiptShown(receipt).data, headers={"Cache-Control": "no-store"})

    @extend_schema(
        responses={200: OpenApiResponse(bytes, description="application/zip")},
        operation_id="poll_bundle",
        tags=["poll"],
    )
    def bundle(self, request: Request, number: str) -> HttpResponse:
        found = self.find(number)
        if found.state != "published" or found.bundle is None:
            raise NotVisible("结果公布后才有数据包。")
        return files.answer(found.bundle, name=f"{found.number}.zip")


api = [
    path("polls/", Polls.as_view({"get": "list"}), name="polls"),
    path("polls/<str:number>/", Polls.as_view({"get": "retrieve"}), name="poll"),
    path("polls/<str:number>/cast/", Polls.as_view({"post": "cast"}), name="poll-cast"),
    path("polls/<str:number>/bundle.zip", Polls.as_view({"get": "bundle"}), name="poll-bundle"),
]
