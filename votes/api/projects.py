"""Livelihood projects over REST: the public line of each, proposing, supporting, rating, and the verbs of every office."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ground import throttle
from ground.api import Body, Verb, VerbViewSet, validated
from ground.errors import Invalid
from ground.workflow import Actor
from suggestions.api.bodies import choice, organ, perhaps, words
from suggestions.api.opinion import OpenedSerializer
from suggestions.codes import code_holder
from votes import opendata
from votes.models import LivelihoodProject
from votes.showing import Shown, shown_rows
from votes.states import AdjustKind, Decider, Field, Grade, ProjectState, ScreenReason
from votes.workflow import ballots, progress, project as projects, proposal

AN_HOUR, PROPOSED, ASKED = 3600, 20, 120
MONEY = {"max_digits": 12, "decimal_places": 2, "min_value": 0}


def money(label: str, **options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(label=label, **MONEY, **options)


# -- what is shown -----------------------------------------------------------------------------------------------------


class NodeShown(serializers.Serializer):
    due_on = serializers.DateField()
    percent = serializers.IntegerField()
    text = serializers.CharField()


class VersionShown(serializers.Serializer):
    """Candidate material (money in 万元)."""

    no = serializers.IntegerField()
    title = serializers.CharField()
    category = serializers.CharField()
    content = serializers.CharField()
    target = serializers.CharField()
    place = serializers.CharField()
    total_cost = money("总投资", allow_null=True)
    year_cost = money("当年投资", allow_null=True)
    funding = serializers.CharField()
    leader = serializers.CharField()
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    helpers = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    beneficiaries = serializers.CharField()
    feasibility = serializers.CharField()
    nodes = NodeShown(many=True, source="nodes.all")


class ReportShown(serializers.Serializer):
    quarter = serializers.IntegerField(help_text="year × 10 + quarter")
    percent = serializers.IntegerField()
    money_in = money("到位")
    money_paid = money("支付")
    done = serializers.CharField()
    problems = serializers.CharField()
    at = serializers.DateTimeField()


class DemandShown(serializers.Serializer):
    """公众需求度 and its parts."""

    index = serializers.IntegerField()
    supporters = serializers.IntegerField()
    opinions = serializers.IntegerField()
    opinion_people = serializers.IntegerField()
    suggestions = serializers.IntegerField()
    areas = serializers.ListField(child=serializers.CharField())


class StepShown(serializers.Serializer):
    verb = serializers.CharField()
    label = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class ProjectRow(serializers.Serializer):
    """A project as a row: no name and no phone in it, whoever reads."""

    number = serializers.CharField()
    organ = serializers.CharField(source="project.organ.code")
    round = serializers.CharField(source="project.round.number", default=None, allow_null=True)
    state = serializers.ChoiceField(ProjectState.values)
    state_label = serializers.CharField()
    title = serializers.CharField(source="project.title")
    category = serializers.CharField(source="project.category")
    place = serializers.CharField(source="project.place")
    text = serializers.CharField()
    proposer = serializers.CharField(source="project.proposer_kind")
    unit = serializers.CharField(source="project.unit.code", default=None, allow_null=True)
    light = serializers.CharField(help_text="green, yellow, red or empty")
    percent = serializers.IntegerField()
    demand = DemandShown()
    proposed_at = serializers.DateTimeField(source="project.proposed_at")


class ProjectShown(ProjectRow):
    """A project from its proposal to its evaluation."""

    merged_into = serializers.CharField(source="project.merged_into.number", default=None, allow_null=True)
    reason_code = serializers.CharField(source="project.screen_reason")
    public_reason = serializers.CharField(source="project.public_reason")
    version = VersionShown(allow_null=True)
    reports = ReportShown(many=True, source="project.reports.all")
    ratings = serializers.ListField(child=serializers.JSONField())
    carried_to = serializers.IntegerField(source="project.carried_to", allow_null=True)
    steps = StepShown(many=True, source="lines")
    actions = serializers.ListField(child=serializers.CharField())


class ProposedShown(serializers.Serializer):
    number = serializers.CharField()
    state = serializers.CharField()
    query_code = serializers.SerializerMethodField(help_text="for whoever has no account, shown this once")

    def get_query_code(self, row: LivelihoodProject) -> str | None:
        return None if row.entered_by_id or self.context.get("repeated") else row.query_code


# -- what is asked -----------------------------------------------------------------------------------------------------


class ProposeBody(Body):
    organ = organ(label="哪里的项目")
    title = words("项目名称", 60)
    text = words("为什么需要", 1000)
    category = choice(Field, label="类别")
    place = perhaps("地点", 120)
    contact_name = perhaps("称呼", 40)
    phone = perhaps("手机号", 20)
    consent = serializers.BooleanField(required=False)
    opinion = perhaps("意见编号", 20)
    suggestion = perhaps("建议编号", 20)


class SmsBody(Body):
    sms_code = words("验证码", 10)


class AcceptBody(Body):
    public_text = perhaps("公开文字", 1000)


class ScreenOutBody(Body):
    reason_code = choice(ScreenReason, label="原因")
    public_reason = words("公开说明", 500)


class MergeBody(Body):
    into = words("并入的项目编号", 20)


def numbers(label: str) -> serializers.ListField:
    return serializers.ListField(
        label=label, child=serializers.CharField(max_length=20), required=False, max_length=100
    )


class LinkBody(Body):
    opinions = numbers("意见编号")
    suggestions = numbers("建议编号")


class NodeBody(Body):
    due_on = serializers.DateField(label="日期")
    percent = serializers.IntegerField(label="形象进度", min_value=1, max_value=100)
    text = words("节点内容", 200)


class MaterialBody(Body):
    title = serializers.CharField(label="项目名称", max_length=60, required=False)
    category = choice(Field, required=False)
    content = perhaps("建设内容", 2000)
    target = perhaps("量化目标", 300)
    place = perhaps("地点", 120)
    lng = serializers.FloatField(required=False, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    total_cost = money("总投资", required=False)
    year_cost = money("当年投资", required=False)
    funding = perhaps("资金来源", 200)
    leader = perhaps("责任领导", 60)
    unit = organ(required=False)
    helpers = perhaps("配合单位", 200)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    beneficiaries = perhaps("受益人群", 200)
    feasibility = perhaps("可行性意见", 2000)
    nodes = NodeBody(many=True, required=False)


class NoteBody(Body):
    text = words("内容", 1000)


class ReportBody(Body):
    percent = serializers.IntegerField(label="形象进度", min_value=0, max_value=100)
    money_in = money("到位资金")
    money_paid = money("支付资金")
    done = words("完成的节点", 300)
    problems = perhaps("存在的问题", 300)


class VisitBody(NoteBody):
    on = serializers.DateField(required=False)


class AdjustBody(MaterialBody):
    kind = choice(AdjustKind, label="申请")
    reason = words("理由", 1000)
    letter_no = perhaps("文号", 40)


class ForwardBody(Body):
    letter_no = perhaps("文号", 40)


class DecideBody(Body):
    agreed = serializers.BooleanField(label="是否同意")
    decider = choice(Decider, label="决定机关")
    decided_on = serializers.DateField(label="决定日期")
    document_no = perhaps("文号", 40)


class AcceptWorkBody(Body):
    note = words("验收情况", 1000)


class ReasonBody(Body):
    reason = words("原因", 1000)


class RateBody(Body):
    grade = choice(Grade, label="评价")
    text = perhaps("说明", 300)


class PhoneBody(Body):
    phone = words("手机号", 20)


class SupportBody(Body):
    phone = perhaps("手机号", 20)
    sms_code = perhaps("验证码", 10)
    area = perhaps("村、社区", 60)


class RatePubliclyBody(RateBody):
    phone = words("手机号", 20)
    sms_code = words("验证码", 10)


class SmsForBody(PhoneBody):
    purpose = serializers.ChoiceField(["support", "rate"], label="用途")


class SupportShown(serializers.Serializer):
    counted = serializers.BooleanField(help_text="false: this phone had said so before")
    supporters = serializers.IntegerField()


class SimilarBody(Body):
    organ = organ(label="哪里的项目")
    title = perhaps("项目名称", 60)
    text = words("为什么需要", 1000)


def _with_nodes(function: Any) -> Any:
    """Nodes of a body as the verb takes them."""

    def call(project: LivelihoodProject, *, by: Actor, **body: Any) -> LivelihoodProject:
        if "nodes" in body:
            body["nodes"] = [(node["due_on"], node["percent"], node["text"]) for node in body["nodes"]]
        return function(project, by=by, **body)

    call.__doc__ = function.__doc__
    return call


class Projects(VerbViewSet):
    """`?state=`, `?organ=`, `?round=`, `?category=` narrow the list, `?q=` searches its words."""

    kind = "project"
    serializer_class = ProjectShown
    creates = Verb(
        proposal.propose, ProposeBody, answer=ProposedShown, hint="Proposes a project, with or without account."
    )
    verbs = {
        "verify_phone": Verb(proposal.verify_phone, SmsBody),
        "erase_contact": Verb(proposal.erase_contact),
        "open_contact": Verb(proposal.open_contact, ReasonBody, answer=OpenedSerializer, fresh=True, keyed=False),
        "accept": Verb(projects.accept, AcceptBody),
        "screen_out": Verb(projects.screen_out, ScreenOutBody),
        "merge": Verb(projects.merge, MergeBody),
        "link": Verb(projects.link, LinkBody),
        "shortlist": Verb(projects.shortlist),
        "edit": Verb(_with_nodes(projects.edit), MaterialBody),
        "note": Verb(projects.note, NoteBody),
        "nominate": Verb(projects.nominate),
        "repool": Verb(projects.repool),
        "report": Verb(progress.report, ReportBody),
        "visit": Verb(progress.visit, VisitBody),
        "ask_adjustment": Verb(_with_nodes(progress.ask_adjustment), AdjustBody),
        "forward_adjustment": Verb(progress.forward_adjustment, ForwardBody),
        "put_to_vote": Verb(ballots.put_to_vote),
        "decide_adjustment": Verb(progress.decide_adjustment, DecideBody),
        "accept_work": Verb(progress.accept_work, AcceptWorkBody),
        "carry_over": Verb(progress.carry_over, ReasonBody),
        "resume": Verb(progress.resume),
        "rate": Verb(progress.rate, RateBody),
        "evaluate": Verb(progress.evaluate),
    }

    def actor(self, request: Request, number: str) -> Actor:
        return code_holder(request, number, LivelihoodProject.objects.of_citizens()) or request.user

    def get_queryset(self) -> Any:
        rows = LivelihoodProject.objects.visible_to(self.caller)
        return rows.whole() if "number" in self.kwargs else rows.with_face()

    def filter_queryset(self, queryset: Any) -> Any:
        asked = self.request.query_params
        by = {"state": "state", "organ": "organ__code", "round": "round__number", "category": "category"}
        given = {
            column: asked[name] for name, column in by.items() if "\x00" not in asked.get(name, "") and asked.get(name)
        }
        rows = queryset.filter(**given)
        words_ = asked.get("q", "").replace("\x00", "").strip()[:60]
        return rows.search(words_) if words_ else rows

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("state", "organ", "round", "category", "q")],
        responses=ProjectRow(many=True),
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(ProjectRow(shown_rows(rows, self.caller), many=True).data)

    def serialize(self, obj: Any, actor: Actor) -> dict[str, Any]:
        return dict(ProjectShown(Shown(obj, actor)).data)

    def find_made(self, number: str) -> LivelihoodProject:
        """A proposal nobody may read yet is answered to whoever made it again: its key proves that."""
        return LivelihoodProject.objects.get(number=number)

    def admit(self, request: Request) -> None:
        if getattr(self.caller, "actor_kind", "") != "user":
            throttle.check_address(request, "project-propose", PROPOSED, AN_HOUR)

    def refuse_wrong_caller(self) -> None:
        throttle.check_address(self.request, "project-ask", ASKED, AN_HOUR)

    @extend_schema(request=SmsForBody, responses={202: OpenApiResponse(description="sent")}, tags=["project"],
                   operation_id="project_sms", description="Sends a code to the phone, to support or to rate.")  # fmt: skip
    def sms(self, request: Request, number: str) -> Response:
        self.refuse_wrong_caller()
        self.find(number)
        body = validated(SmsForBody, request)
        proposal.ask_code(body["phone"], proposal.SUPPORT if body["purpose"] == "support" else proposal.RATE)
        return Response({}, status=202)

    @extend_schema(request=SupportBody, responses={200: SupportShown}, tags=["project"], operation_id="project_support",
                   description="“我也需要”: once for a phone; a signed-in caller needs no code.")  # fmt: skip
    def support(self, request: Request, number: str) -> Response:
        self.refuse_wrong_caller()
        found, body = self.find(number), validated(SupportBody, request)
        if getattr(self.caller, "actor_kind", "") == "user":
            made = proposal.support_as(found, by=request.user, area=body.get("area", ""))
        elif not body.get("phone") or not body.get("sms_code"):
            raise Invalid("phone", "请填写手机号和验证码。")
        else:
            made = proposal.support(found, **body)
        return Response({"counted": made, "supporters": found.supports.count()})

    @extend_schema(request=RatePubliclyBody, responses={201: OpenApiResponse(description="stored")}, tags=["project"],
                   operation_id="project_rate_publicly", description="满意度 of the public: once for a phone.")  # fmt: skip
    def rate_publicly(self, request: Request, number: str) -> Response:
        self.refuse_wrong_caller()
        proposal.rate_publicly(self.find(number), **validated(RatePubliclyBody, request))
        return Response({}, status=201)

    @extend_schema(request=SimilarBody, responses=ProjectRow(many=True), tags=["project"], operation_id="project_similar",
                   description="Public projects like these words, while somebody proposes one.")  # fmt: skip
    def similar(self, request: Request) -> Response:
        self.refuse_wrong_caller()
        body = validated(SimilarBody, request)
        found = proposal.similar(body["organ"], body.get("title", ""), body["text"])
        return Response(ProjectRow(shown_rows(found, self.caller), many=True).data)

    @extend_schema(responses={(200, "application/json"): dict}, tags=["project"], operation_id="project_open_json",
                   description="Open data: every public project, without anything personal.")  # fmt: skip
    def open_json(self, request: Request) -> HttpResponse:
        return opendata.as_json()

    @extend_schema(responses={(200, "text/csv"): bytes}, tags=["project"], operation_id="project_open_csv")
    def open_csv(self, request: Request) -> HttpResponse:
        return opendata.as_csv()


api = [
    path("projects/similar/", Projects.as_view({"post": "similar"}), name="project-similar"),
    path("projects/open.json", Projects.as_view({"get": "open_json"}), name="project-open-json"),
    path("projects/open.csv", Projects.as_view({"get": "open_csv"}), name="project-open-csv"),
    *Projects.paths("projects"),
    path("projects/<str:number>/sms/", Projects.as_view({"post": "sms"}), name="project-sms"),
    path("projects/<str:number>/support/", Projects.as_view({"post": "support"}), name="project-support"),
    path(
        "projects/<str:number>/rate_publicly/",
        Projects.as_view({"post": "rate_publicly"}),
        name="project-rate-publicly",
    ),
]
