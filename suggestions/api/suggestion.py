"""Suggestions over REST (contract.md §3.4): the same verbs as the pages; verbs of a unit's part name its assignment."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.ladder import congress_of
from accounts.models import Organ
from accounts.rules import DWC
from accounts.states import Role
from deputies.queries import active_seat_of
from ground import clock, files
from ground.api import ApiView, Verb, VerbViewSet, validated
from ground.errors import DomainError, Forbidden, GuardFailed, Invalid, NotSignedIn, NotVisible, WrongState
from ground.masking import mask
from ground.wording import clean_text
from ground.workflow import Actor, decide
from suggestions.api import bodies
from suggestions.models import Assignment, Commitment, Reply, Suggestion, SuggestionFile
from suggestions.models.assignment import one
from suggestions.queries.sought import SPANS
from suggestions.routing.ranking import Judge, Wanted
from suggestions.showing_suggestion import SuggestionShown, show
from suggestions.states import ASSIGNMENT, COMMITMENT, COSIGN, SUGGESTION
from suggestions.states.lists_suggestion import Field, FileKind, Kind, Mark
from suggestions.workflow import assignment as work, commitment as promises, cosign as cosigns, suggestion as whole
from suggestions.workflow.files import add_file

NOBODY = "-"  # a state no machine knows: what a verb is asked on where there is no part yet


# -- what is shown -----------------------------------------------------------------------------------------------------

TEXT, NUMBER, DAY, MOMENT, YES = (
    OpenApiTypes.STR,
    OpenApiTypes.INT,
    OpenApiTypes.DATE,
    OpenApiTypes.DATETIME,
    OpenApiTypes.BOOL,
)
_FIELDS: dict[Any, Callable[..., serializers.Field]] = {
    TEXT: serializers.CharField,
    NUMBER: serializers.IntegerField,
    DAY: serializers.DateField,
    MOMENT: serializers.DateTimeField,
    YES: serializers.BooleanField,
}


def shape(name: str, /, *, many: bool = True, nullable: bool = False, **columns: Any) -> Any:
    """Describes objects {column: type} for the schema; `[type]` a list, `None` at the end of a pair that it may be null."""
    fields = {column: _field(kind) for column, kind in columns.items()}
    return inline_serializer(f"Suggestion{name}", fields, many=many, allow_null=nullable)


def _field(kind: Any) -> serializers.Field:
    match kind:
        case [inner]:
            return serializers.ListField(child=_field(inner))
        case (inner, None):
            return _FIELDS[inner](allow_null=True)
        case serializers.BaseSerializer():
            return kind
    return _FIELDS[kind]()


DUE = {"kind": TEXT, "at": MOMENT, "level": TEXT, "words": TEXT, "reasons": [TEXT]}


def due_shape(name: str) -> Any:
    return shape(f"{name}Due", **DUE)


def moment(at: Any) -> str | None:
    return serializers.DateTimeField(allow_null=True).to_representation(at) if at else None


def day(on: Any) -> str | None:
    return on.isoformat() if on else None


class SuggestionSerializer(serializers.Serializer):
    """A suggestion as one caller sees it; for the public the masked texts that were published."""

    number = serializers.CharField(source="suggestion.number")
    register_no = serializers.SerializerMethodField()
    state = serializers.ChoiceField(SUGGESTION.states.choices, source="suggestion.state")
    state_label = serializers.CharField(source="suggestion.get_state_display")
    marks = serializers.ListField(child=serializers.ChoiceField(Mark.choices))
    title = serializers.SerializerMethodField()
    situation = serializers.SerializerMethodField()
    proposal = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(Kind.choices, source="suggestion.kind")
    field = serializers.ChoiceField([("", ""), *Field.choices], source="suggestion.field")
    priority = serializers.IntegerField(source="suggestion.priority", allow_null=True)
    is_public = serializers.BooleanField(source="suggestion.is_public")
    confidential = serializers.BooleanField(source="suggestion.confidential")
    lead = serializers.SerializerMethodField()
    acting_lead = serializers.SerializerMethodField()
    cosigners = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="suggestion.current_version")
    mode = serializers.CharField(source="suggestion.mode", help_text="empty before it is handed over")
    assigned_on = serializers.SerializerMethodField()
    assignments = serializers.SerializerMethodField()
    contacts = serializers.SerializerMethodField()
    contributions = serializers.SerializerMethodField()
    replies = serializers.SerializerMethodField()
    ratings = serializers.SerializerMethodField()
    views = serializers.SerializerMethodField(help_text="what co-signers told the lead; for the lead alone")
    commitments = serializers.SerializerMethodField()
    key_supervision = serializers.SerializerMethodField()
    publication = serializers.CharField(source="suggestion.publication", help_text="empty before it is decided")
    merged_into = serializers.SerializerMethodField()
    opinions = serializers.ListField(child=serializers.CharField())
    files = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()
    actions = serializers.ListField(child=serializers.CharField())
    steps = serializers.SerializerMethodField()

    @extend_schema_field(shape("RegisterNo", many=False, nullable=True, display=TEXT, short=TEXT))
    def get_register_no(self, shown: SuggestionShown) -> dict[str, str] | None:
        s = shown.suggestion
        return {"display": s.register_display, "short": s.register_short} if s.register_display else None

    def get_title(self, shown: SuggestionShown) -> str:
        return shown.text.title if shown.text else ""

    def get_situation(self, shown: SuggestionShown) -> str:
        return shown.text.situation if shown.text else ""

    def get_proposal(self, shown: SuggestionShown) -> str:
        return shown.text.proposal if shown.text else ""

    @extend_schema_field(shape("Lead", many=False, nullable=True, code=TEXT, name=TEXT))
    def get_lead(self, shown: SuggestionShown) -> dict[str, str] | None:
        return None if shown.is_anonymous else _deputy(shown.suggestion.lead)

    @extend_schema_field(shape("ActingLead", many=False, nullable=True, code=TEXT, name=TEXT))
    def get_acting_lead(self, shown: SuggestionShown) -> dict[str, str] | None:
        seat = shown.suggestion.acting_lead
        return _deputy(seat) if seat and not shown.is_anonymous else None

    @extend_schema_field(shape("Cosigner", deputy=TEXT, name=TEXT, state=TEXT, state_label=TEXT, version=NUMBER))
    def get_cosigners(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [
            {
                "deputy": row.seat.deputy.code,
                "name": row.seat.deputy.name,
                "state": row.state,
                "state_label": str(COSIGN.states(row.state).label),
                "version": row.version.no,
            }
            for row in shown.cosigners
        ]

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_assigned_on(self, shown: SuggestionShown) -> str | None:
        at = shown.suggestion.assigned_at
        return day(at.astimezone(clock.SHANGHAI).date()) if at else None

    @extend_schema_field(
        shape(
            "Assignment",
            id=NUMBER,
            organ=TEXT,
            organ_name=TEXT,
            role=TEXT,
            state=TEXT,
            state_label=TEXT,
            round=NUMBER,
            outcome=TEXT,
            due=due_shape("Assignment"),
            receipt_at=(MOMENT, None),
            objection=shape(
                "Objection",
                many=False,
                nullable=True,
                reason=TEXT,
                proposed_organ=(TEXT, None),
                at=MOMENT,
                accepted=(YES, None),
                decision=TEXT,
            ),
            extension=shape(
                "Extension",
                many=False,
                nullable=True,
                until=DAY,
                reason=TEXT,
                at=MOMENT,
                accepted=(YES, None),
                decision=TEXT,
            ),
            replaces=(NUMBER, None),
            dispatched_from=(NUMBER, None),
            actions=[TEXT],
        )
    )
    def get_assignments(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [_assignment(row, shown) for row in shown.assignments]

    @extend_schema_field(
        shape(
            "Contact",
            id=NUMBER,
            assignment=NUMBER,
            round=NUMBER,
            stage=TEXT,
            method=TEXT,
            at=MOMENT,
            summary=TEXT,
            reached=YES,
            agrees=(YES, None),
            unanswered=YES,
            cosigners_present=NUMBER,
        )
    )
    def get_contacts(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [
            {
                "id": row.pk,
                "assignment": a.pk,
                "round": row.round,
                "stage": row.stage,
                "method": row.method,
                "at": moment(row.held_at),
                "summary": row.summary,
                "reached": row.reached,
                "agrees": row.agrees,
                "unanswered": row.is_unanswered,
                "cosigners_present": row.cosigners_present,
            }
            for a in shown.assignments
            for row in (a.contacts.all() if shown.is_inside else ())
        ]

    @extend_schema_field(
        shape("Contribution", id=NUMBER, assignment=NUMBER, organ=TEXT, version=NUMBER, text=TEXT, at=MOMENT, late=YES)
    )
    def get_contributions(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [
            {
                "id": row.pk,
                "assignment": a.pk,
                "organ": a.organ.code,
                "version": row.version,
                "text": row.text,
                "at": moment(row.at),
                "late": row.is_late,
            }
            for a in shown.assignments
            for row in (a.contributions.all() if shown.is_inside else ())
        ]

    @extend_schema_field(
        shape(
            "Reply",
            id=NUMBER,
            assignment=NUMBER,
            version=NUMBER,
            round=NUMBER,
            text=TEXT,
            result_class=TEXT,
            publicity=TEXT,
            solved=TEXT,
            covers=[TEXT],
            issued_at=(MOMENT, None),
            returned=YES,
        )
    )
    def get_replies(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [_reply(reply, text, shown) for reply, text in shown.replies]

    @extend_schema_field(
        shape(
            "Rating",
            reply=NUMBER,
            attitude=TEXT,
            result=TEXT,
            solved=TEXT,
            text=TEXT,
            class_disputed=YES,
            expired=YES,
            by_label=TEXT,
            at=MOMENT,
        )
    )
    def get_ratings(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        rated = [(reply, one(reply, "rating")) for reply, _ in shown.replies] if shown.is_inside else []
        return [
            {
                "reply": reply.pk,
                "attitude": row.attitude,
                "result": row.result,
                "solved": row.solved,
                "text": row.text,
                "class_disputed": row.class_disputed,
                "expired": row.expired,
                "by_label": row.by_label,
                "at": moment(row.at),
            }
            for reply, row in rated
            if row is not None
        ]

    @extend_schema_field(shape("View", reply=NUMBER, deputy=TEXT, grade=TEXT, text=TEXT, at=MOMENT))
    def get_views(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        if not (shown.is_inside and shown.leads):
            return []
        names = {row.seat_id: row.seat.deputy.code for row in shown.suggestion.cosigns.all()}
        return [
            {
                "reply": reply.pk,
                "deputy": names.get(row.seat_id, ""),
                "grade": row.grade,
                "text": row.text,
                "at": moment(row.at),
            }
            for reply, _ in shown.replies
            for row in reply.views.all()
        ]

    @extend_schema_field(
        shape(
            "Commitment",
            id=NUMBER,
            reply=NUMBER,
            assignment=NUMBER,
            text=TEXT,
            due_on=DAY,
            old_dates=[DAY],
            changes=NUMBER,
            state=TEXT,
            state_label=TEXT,
            replaces=(NUMBER, None),
            change=shape(
                "CommitmentChange",
                many=False,
                nullable=True,
                due_on=DAY,
                reason=TEXT,
                signed_by=TEXT,
                accepted=(YES, None),
            ),
            reports=shape("CommitmentReport", text=TEXT, final=YES, at=MOMENT),
            due=due_shape("Commitment"),
            actions=[TEXT],
        )
    )
    def get_commitments(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [_commitment(row, shown) for row in shown.commitments]

    @extend_schema_field(
        shape(
            "Key",
            many=False,
            nullable=True,
            leader=TEXT,
            committee=TEXT,
            plan=TEXT,
            at=MOMENT,
            notes=shape("KeyNote", kind=TEXT, text=TEXT, on=DAY),
        )
    )
    def get_key_supervision(self, shown: SuggestionShown) -> dict[str, Any] | None:
        row = one(shown.suggestion, "key_supervision")
        if row is None:
            return None
        notes = [{"kind": n.kind, "text": n.text, "on": day(n.on)} for n in row.notes.all()] if shown.is_inside else []
        return {
            "leader": row.leader.deputy.code,
            "committee": row.committee.code,
            "plan": row.plan if shown.is_inside else "",
            "at": moment(row.at),
            "notes": notes,
        }

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_merged_into(self, shown: SuggestionShown) -> str | None:
        head = shown.suggestion.merged_into
        return head.number if head and shown.is_inside else None

    @extend_schema_field(shape("File", id=NUMBER, kind=TEXT, assignment=(NUMBER, None), mime=TEXT, url=TEXT, at=MOMENT))
    def get_files(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        number = shown.suggestion.number
        return [
            {
                "id": row.pk,
                "kind": row.kind,
                "assignment": row.assignment_id,
                "mime": row.file.mime,
                "url": f"/api/v1/suggestions/{number}/files/{row.pk}/",
                "at": moment(row.at),
            }
            for row in (shown.suggestion.files.all() if shown.is_inside else ())
        ]

    @extend_schema_field(due_shape("Own"))
    def get_due(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        return [_due(row) for row in shown.due_of(shown.suggestion)]

    @extend_schema_field(shape("Step", verb=TEXT, label=TEXT, at=MOMENT, by_label=TEXT, organ=TEXT, text=TEXT))
    def get_steps(self, shown: SuggestionShown) -> list[dict[str, Any]]:
        names = ("verb", "label", "by_label", "organ", "text")
        return [{**{name: step[name] for name in names}, "at": moment(step["at"])} for step in shown.steps]


def _deputy(seat: Any) -> dict[str, str]:
    return {"code": seat.deputy.code, "name": seat.deputy.name}


def _due(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "at": moment(row["at"])}


def _assignment(row: Assignment, shown: SuggestionShown) -> dict[str, Any]:
    objection = one(row, "objection") if shown.is_inside else None
    extension = next(reversed(row.extensions.all()), None) if shown.is_inside else None
    return {
        "id": row.pk,
        "organ": row.organ.code,
        "organ_name": str(row.organ),
        "role": row.role,
        "state": row.state,
        "state_label": str(ASSIGNMENT.states(row.state).label),
        "round": row.round,
        "outcome": row.outcome,
        "due": [_due(each) for each in shown.due_of(row)],
        "receipt_at": moment(row.signed_at),
        "objection": objection
        and {
            "reason": objection.reason,
            "proposed_organ": objection.proposed_organ.code if objection.proposed_organ else None,
            "at": moment(objection.at),
            "accepted": objection.accepted,
            "decision": objection.decision,
        },
        "extension": extension
        and {
            "until": day(extension.until),
            "reason": extension.reason,
            "at": moment(extension.at),
            "accepted": extension.accepted,
            "decision": extension.decision,
        },
        "replaces": row.replaces_id,
        "dispatched_from": row.dispatched_from_id,
        "actions": shown.actions_of(row),
    }


def _reply(reply: Reply, text: str, shown: SuggestionShown) -> dict[str, Any]:
    inside = shown.is_inside
    return {
        "id": reply.pk,
        "assignment": reply.assignment_id,
        "version": reply.version,
        "round": reply.round,
        "text": text,
        "result_class": reply.result_class,
        "publicity": reply.publicity,
        "solved": reply.solved,
        "covers": [other.number for other in reply.covers.all()] if inside else [],
        "issued_at": moment(reply.issued_at),
        "returned": inside and reply.is_returned,
    }


def _commitment(row: Commitment, shown: SuggestionShown) -> dict[str, Any]:
    changes = list(row.change_requests.all())
    newest = changes[-1] if changes and shown.is_inside else None
    return {
        "id": row.pk,
        "reply": row.reply_id,
        "assignment": row.assignment_id,
        "text": row.text if shown.is_inside else mask(row.text).text,
        "due_on": day(row.due_on),
        "old_dates": [day(change.old) for change in changes if change.accepted],
        "changes": row.changes,
        "state": row.state,
        "state_label": str(COMMITMENT.states(row.state).label),
        "replaces": row.replaces_id,
        "change": newest
        and {
            "due_on": day(newest.due_on),
            "reason": newest.reason,
            "signed_by": newest.signed_by,
            "accepted": newest.accepted,
        },
        "reports": [
            {"text": report.text, "final": report.final, "at": moment(report.at)}
            for report in (row.reports.all() if shown.is_inside else ())
        ],
        "due": [_due(each) for each in shown.due_of(row)],
        "actions": shown.actions_of(row),
    }


# -- what a verb acts on -----------------------------------------------------------------------------------------------


def choose(parts: Iterable[Any], verb: str, actor: Actor, data: Any, name: str, nobody: Any) -> Any:
    """The part the body names by its id, else the only one the verb fits. Raises GuardFailed `which_assignment` where
    several fit; where none does, answers one whose refusal says most."""
    parts = list(parts)
    given = data.get(name) if isinstance(data, Mapping) else None
    if given is not None:
        found = next((part for part in parts if part.pk == given), None) if isinstance(given, int) else None
        if found is None:
            decide(choose(parts, verb, actor, {}, name, nobody), verb, actor)
            raise Invalid(name, "没有这一项，请核对 id。")
        return found
    refused: list[tuple[int, Any]] = []
    fits = []
    for part in parts:
        try:
            decide(part, verb, actor)
            fits.append(part)
        except DomainError as refusal:
            refused.append((_weight(refusal), part))
    if len(fits) > 1:
        raise GuardFailed("which_assignment", "您有几项都可以办，请指明是哪一项（assignment）。")
    if fits:
        return fits[0]
    return max(refused, key=lambda each: each[0])[1] if refused else nobody


def _weight(refusal: DomainError) -> int:
    return 2 if isinstance(refusal, GuardFailed) else 1 if isinstance(refusal, WrongState) else 0


def _assignment_of(suggestion: Suggestion, verb: str, actor: Actor, data: Any) -> Assignment:
    parts = list(suggestion.assignments.all())
    for part in parts:
        part.suggestion = suggestion
    contact = data.get("contact") if isinstance(data, Mapping) and verb == "confirm_contact" else None
    if contact is not None and "assignment" not in data:
        own = [part for part in parts if any(row.pk == contact for row in part.contacts.all())]
        parts = own or parts
    nobody = Assignment(suggestion=suggestion, role="main", state=NOBODY)
    return choose(parts, verb, actor, data, "assignment", nobody)


def _commitment_of(suggestion: Suggestion, verb: str, actor: Actor, data: Any) -> Commitment:
    parts = list(suggestion.commitments.all())
    units = {unit.pk: unit for unit in suggestion.assignments.all()}
    for part in parts:
        part.suggestion, part.assignment = suggestion, units[part.assignment_id]
    nobody = Commitment(
        suggestion=suggestion, assignment=Assignment(suggestion=suggestion, role="main", state=NOBODY), state=NOBODY
    )
    return choose(parts, verb, actor, data, "commitment", nobody)


def create(*, by: Actor, **body: Any) -> Suggestion:
    """A draft of the caller's active seat, of the highest congress where there are several."""
    seat = active_seat_of(by)
    if seat is None:
        raise Forbidden("只有在任代表可以提建议。")
    return whole.create(seat, by=by, **body)


OF_SUGGESTION = {
    "revise": Verb(whole.revise, bodies.ReviseBody),
    "invite": Verb(cosigns.invite, bodies.InviteBody),
    "cosign": Verb(cosigns.cosign, bodies.CosignBody),
    "decline_cosign": Verb(cosigns.decline_cosign, bodies.DeclineBody),
    "submit": Verb(whole.submit),
    "send_back": Verb(whole.send_back, bodies.SendBackBody),
    "refuse": Verb(whole.refuse, bodies.RefuseBody),
    "register": Verb(whole.register, bodies.RegisterBody),
    "merge": Verb(whole.merge, bodies.MergeSuggestionBody),
    "unmerge": Verb(whole.unmerge, bodies.WrittenReasonBody),
    "assign": Verb(whole.assign, bodies.AssignBody),
    "take_lead": Verb(whole.take_lead),
    "key_supervise": Verb(whole.key_supervise, bodies.KeyBody),
    "note_supervision": Verb(whole.note_supervision, bodies.NoteSupervisionBody),
    "publish": Verb(whole.publish, bodies.PublishBody),
    "chase": Verb(whole.chase, bodies.ChaseBody),
    "archive": Verb(whole.archive),
    "withdraw": Verb(whole.withdraw, bodies.WrittenReasonBody),
}
OF_ASSIGNMENT = {
    "dispatch": Verb(work.dispatch, bodies.DispatchBody),
    "reassign": Verb(work.reassign, bodies.ReassignBody),
    "add_assist": Verb(work.add_assist, bodies.AddAssistBody),
    "sign": Verb(work.sign, bodies.OfAssignment),
    "object": Verb(work.object, bodies.ObjectBody),
    "settle_objection": Verb(work.settle_objection, bodies.SettleObjectionBody),
    "ask_extension": Verb(work.ask_extension, bodies.AskReplyExtensionBody),
    "settle_extension": Verb(work.settle_extension, bodies.DecideBody),
    "record_contact": Verb(work.record_contact, bodies.RecordContactBody),
    "confirm_contact": Verb(work.confirm_contact, bodies.ConfirmContactBody),
    "contribute": Verb(work.contribute, bodies.ContributeBody),
    "draft_reply": Verb(work.draft_reply, bodies.DraftReplyBody),
    "reply": Verb(work.reply, bodies.ReplyBody),
    "return_reply": Verb(work.return_reply, bodies.ReturnReplyBody),
    "correct_class": Verb(work.correct_class, bodies.CorrectClassBody),
    "give_view": Verb(work.give_view, bodies.GiveViewBody),
    "rate": Verb(work.rate, bodies.RateReplyBody),
    "settle_attitude": Verb(work.settle_attitude, bodies.SettleAttitudeBody),
    "mediate": Verb(work.mediate, bodies.MediateBody),
}
OF_COMMITMENT = {
    "report_commitment": Verb(promises.report_commitment, bodies.ReportCommitmentBody),
    "rate_commitment": Verb(promises.rate_commitment, bodies.RateCommitmentBody),
    "change_commitment": Verb(promises.change_commitment, bodies.ChangeCommitmentBody),
    "settle_commitment_change": Verb(promises.settle_commitment_change, bodies.SettleChangeBody),
    "end_commitment": Verb(promises.end_commitment, bodies.EndCommitmentBody),
}


class SuggestionViewSet(VerbViewSet):
    """代表建议: what was published is everybody's; the rest whose part it is. Verbs of a unit take `assignment`."""

    kind = "suggestion"
    ordering = "-pk"
    serializer_class = SuggestionSerializer
    creates = Verb(create, bodies.CreateBody)
    verbs = {**OF_SUGGESTION, **OF_ASSIGNMENT, **OF_COMMITMENT}
    queryset = Suggestion.objects.none()

    def get_queryset(self) -> QuerySet[Suggestion]:
        rows = Suggestion.objects.visible_to(self.caller).with_sight(self.caller)
        return rows.whole() if self.caller.actor_kind == "user" else rows.as_published()

    def serialize(self, obj: Suggestion, actor: Actor) -> dict[str, Any]:
        if not hasattr(obj, "is_inside"):
            obj = Suggestion.objects.with_sight(actor).whole().get(pk=obj.pk)
        return SuggestionSerializer(show([obj], actor)[0]).data

    def admit(self, request: Request) -> None:
        if not request.user.is_authenticated:
            raise NotSignedIn
        if active_seat_of(request.user) is None:
            raise Forbidden("只有在任代表可以提建议。")

    def subject(self, obj: Suggestion, verb: str, data: Any) -> Any:
        if self.caller.actor_kind != "user":
            raise NotSignedIn
        if verb in OF_ASSIGNMENT:
            return _assignment_of(obj, verb, self.caller, data)
        if verb in OF_COMMITMENT:
            return _commitment_of(obj, verb, self.caller, data)
        return obj

    def find(self, number: str) -> Any:
        return super().find(number.upper())

    @property
    def spans(self) -> tuple[int, ...] | None:
        return SPANS if self.request.query_params.get("q", "").strip() else None

    def filter_queryset(self, queryset: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        asked = self.request.query_params
        for name, listed in (("state", SUGGESTION.states), ("field", Field), ("kind", Kind)):
            if value := asked.get(name, ""):
                if value not in listed.values:
                    raise Invalid(name, "请从所列的选项中选一个。")
                queryset = queryset.filter(**{name: value})
        if organ := asked.get("organ", "").strip():
            queryset = queryset.of_organ(clean_text(organ, limit=30, name="单位代码", pointer="organ"))
        if asked.get("overdue") == "1":
            queryset = queryset.open().overdue()
        if asked.get("mine") == "1":
            queryset = queryset.concerning(self.caller)
        if words := asked.get("q", "").strip():
            queryset = queryset.search(
                clean_text(words, limit=100, name="查找的文字", pointer="q"), people=self.caller.actor_kind == "user"
            )
        return queryset

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=SUGGESTION.states.values),
            OpenApiParameter("field", str, enum=Field.values),
            OpenApiParameter("kind", str, enum=Kind.values),
            OpenApiParameter("organ", str, description="code of a unit that handles it, or of its congress"),
            OpenApiParameter("overdue", str, enum=["1"]),
            OpenApiParameter("mine", str, enum=["1"]),
            OpenApiParameter("q", str, description="words of the text, the lead's name, or either number"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(SuggestionSerializer(show(rows, self.caller), many=True).data)

    @extend_schema(request=bodies.ReviseBody, responses=SuggestionSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """The verb `revise` under its second name."""
        return self.act(request, "revise", kwargs[self.lookup_field])


# -- beside the object -------------------------------------------------------------------------------------------------


class SuggestionFileBody(serializers.Serializer):
    file = serializers.FileField(error_messages={"required": "请选一个文件。", "invalid": "请选一个文件。"})
    kind = serializers.ChoiceField(FileKind.choices)


class FileMade(serializers.Serializer):
    id = serializers.IntegerField()


class Files(ApiView):
    """A picture beside a suggestion: what was seen, a signed sheet, a letter, a proof."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="suggestion_file_add", request=SuggestionFileBody, responses={201: FileMade}, tags=["suggestion"]
    )
    def post(self, request: Request, number: str) -> Response:
        suggestion = _visible(request, number)
        if not request.user.is_authenticated:
            raise NotSignedIn
        body = validated(SuggestionFileBody, request)
        row = add_file(suggestion, by=request.user, data=body["file"].read(), kind=body["kind"])
        return Response({"id": row.pk}, status=201)


class File(ApiView):
    """One file, for whoever has a part in the suggestion."""

    @extend_schema(operation_id="suggestion_file", responses={(200, "image/jpeg"): bytes}, tags=["suggestion"])
    def get(self, request: Request, number: str, pk: int) -> HttpResponse:
        suggestion = _visible(request, number)
        row = SuggestionFile.objects.select_related("file").filter(suggestion=suggestion, pk=pk).first()
        if row is None or not suggestion.is_inside:
            raise NotVisible
        return files.answer(row.file)


def _visible(request: Request, number: str) -> Suggestion:
    rows = Suggestion.objects.visible_to(request.user).with_sight(request.user).with_parts()
    found = rows.filter(number=number.upper()).first()
    if found is None:
        raise NotVisible
    return found


class HandlerHint(serializers.Serializer):
    organ = serializers.CharField()
    organ_name = serializers.CharField()
    score = serializers.FloatField()
    past = serializers.ListField(child=serializers.CharField(), help_text="numbers the caller may see")


class SuggestHandlers(ApiView):
    """Units a text might concern, the likeliest first: a hint, never a decision."""

    @extend_schema(
        operation_id="suggest_handlers",
        request=bodies.SuggestHandlersBody,
        responses=HandlerHint(many=True),
        tags=["suggestion"],
    )
    def post(self, request: Request) -> Response:
        congress = _congress_of(request.user)
        body = self.check_body(bodies.SuggestHandlersBody)
        matter = Wanted(0, body["title"], body["text"])
        ranked = Judge(congress.pk).rank([matter], actor=request.user)[0]
        return Response([
            {"organ": fit.organ.code, "organ_name": str(fit.organ), "score": fit.score / 100, "past": fit.past}
            for fit in ranked.fits
            if fit.score
        ])  # fmt: skip


def _congress_of(user: Any) -> Organ:
    """The congress whose units are meant: of the caller's office, else of the caller's seat."""
    if not user.is_authenticated:
        raise NotSignedIn
    roles = (*DWC, Role.SESSION_SECRETARIAT, Role.GOV_OFFICE)
    post = next((post for post in user.facts.posts if post.role in roles), None)
    if post is not None:
        congress = congress_of(Organ.objects.get(pk=post.organ_id))
    else:
        seat = active_seat_of(user)
        congress = seat.organ if seat else None
    if congress is None:
        raise Forbidden
    return congress


api = [
    path("suggestions/suggest-handlers/", SuggestHandlers.as_view(), name="suggest-handlers"),
    *SuggestionViewSet.paths("suggestions"),
    path("suggestions/<str:number>/files/", Files.as_view(), name="suggestion-files"),
    path("suggestions/<str:number>/files/<int:pk>/", File.as_view(), name="suggestion-file"),
]
__all__ = ["SuggestionSerializer", "SuggestionViewSet", "api", "choose"]
