"""REST plumbing, written once: refusals as problem+json, bodies, and verbs as routes.

An answer is refused in one order: 404 sight, 403 permission, 409 state, 422 body, 422 guard (contract.md §3). A verb runs
in one transaction with its Idempotency-Key, so a refused verb leaves no trace.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import transaction
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.http.request import QueryDict
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback
from rest_framework.viewsets import GenericViewSet

from ground import idempotency
from ground.errors import DomainError, Forbidden, Invalid, NotSignedIn, NotVisible, Throttled, TooLarge
from ground.workflow import Actor, available, decide

PROBLEM = "application/problem+json"
TITLES = {
    400: "请求没有看懂",
    401: "没有登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求方式",
    406: "不支持这种回答格式",
    409: "状态已经变化",
    413: "内容太大",
    415: "不支持这种格式",
    422: "内容需要修改",
    429: "操作太频繁",
}


# -- refusals ----------------------------------------------------------------------------------------------------------


class ErrorLine(serializers.Serializer):
    pointer = serializers.CharField(help_text="JSON Pointer into the body, or the name of a query parameter")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(required=False)
    errors = ErrorLine(many=True, required=False)


def problem(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """The exception handler of all REST views: every refusal of ours, of Django and of the framework as problem+json."""
    refusal = _refusal(exc)
    if refusal is None:
        return None
    set_rollback()
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(refusal.status, TITLES[400]),
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if refusal.code:
        body["code"] = refusal.code
    if isinstance(refusal, Invalid):
        body["errors"] = [{"pointer": _pointer(name), "detail": sentence} for name, sentence in refusal.errors]
    response = Response(body, status=refusal.status, content_type=PROBLEM)
    if isinstance(refusal, Throttled):
        response["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Token"
    if isinstance(exc, exceptions.MethodNotAllowed):
        view = context.get("view")
        response["Allow"] = ", ".join(view.allowed_methods) if view else ""
    response["Cache-Control"] = "no-store"
    return response


class _Plain(DomainError):
    """A refusal of the framework's, in our words."""

    def __init__(self, status: int, detail: str, code: str = "") -> None:
        self.status = status
        super().__init__(detail, code=code)


def _refusal(exc: Exception) -> DomainError | None:
    match exc:
        case DomainError():
            return exc
        case Http404():
            return NotVisible()
        case PermissionDenied() | exceptions.PermissionDenied():
            return Forbidden()
        case exceptions.NotAuthenticated():
            return NotSignedIn()
        case exceptions.AuthenticationFailed():
            return NotSignedIn("登录已失效，请重新登录。")
        case exceptions.ValidationError():
            return Invalid(errors=list(_lines("", exc.detail)))
        case exceptions.ParseError() | MultiPartParserError():
            return _Plain(400, "提交的内容不是完整的 JSON 或表单，请检查后再发。", "malformed")
        case exceptions.UnsupportedMediaType():
            return _Plain(415, "请用 application/json 提交；上传文件用 multipart/form-data。", "media_type")
        case exceptions.NotAcceptable():
            return _Plain(406, "只能用 application/json 回答。", "not_acceptable")
        case exceptions.MethodNotAllowed():
            return _Plain(405, "这个地址不支持这种请求方式。", "method_not_allowed")
        case exceptions.Throttled():
            return Throttled(int(exc.wait or 1))
        case RequestDataTooBig():
            return TooLarge("提交的内容太大，请分开提交。")
        case SuspiciousOperation():
            return _Plain(400, "请求没有看懂，请检查后再发。", "malformed")
        case exceptions.NotFound():
            return NotVisible()
    return None


def _lines(name: str, detail: Any) -> list[tuple[str, str]]:
    """The framework's nested errors as (pointer, sentence)."""
    if isinstance(detail, dict):
        whole = {"non_field_errors": name}
        return [line for key, inner in detail.items() for line in _lines(whole.get(key, f"{name}/{key}"), inner)]
    if isinstance(detail, list):
        if all(isinstance(one, str) for one in detail):
            return [(name, str(one)) for one in detail]
        return [line for n, inner in enumerate(detail) if inner for line in _lines(f"{name}/{n}", inner)]
    return [(name, str(detail))]


def _pointer(name: str) -> str:
    return name if not name or name.startswith("/") else f"/{name}"


# -- bodies ------------------------------------------------------------------------------------------------------------

SENTENCES = {
    "required": "请填写这一项。",
    "null": "请填写这一项。",
    "blank": "请填写这一项。",
    "invalid_choice": "请从所列的选项中选一个。",
    "not_a_list": "这一项要是一个列表。",
    "empty": "请至少填写一个。",
    "make_aware": "请写明时间和时区。",
    "overflow": "这个时间超出了范围。",
    "datetime": "请填写日期。",
    "date": "请填写日期和时间。",
    "max_string_length": "这个数字太长。",
}
INVALID = {
    serializers.BooleanField: "请填 true 或 false。",
    serializers.IntegerField: "请填一个整数。",
    serializers.FloatField: "请填一个数字。",
    serializers.DateField: "请按 2026-09-30 的样子填写日期。",
    serializers.DateTimeField: "请按 2026-09-30T09:00:00+08:00 的样子填写时间。",
    serializers.CharField: "请填一段文字。",
    serializers.FileField: "请选一个文件。",
    serializers.Serializer: "这一项要是一个对象。",
}
TYPES: tuple[tuple[type, tuple[type, ...]], ...] = (
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, (int,)),
    (serializers.FloatField, (int, float)),
    (serializers.DateField, (str,)),
    (serializers.DateTimeField, (str,)),
    (serializers.CharField, (str,)),
    (serializers.ListField, (list,)),
    (serializers.ListSerializer, (list,)),
    (serializers.BaseSerializer, (dict,)),
    (serializers.ChoiceField, (str, int)),
)


class Body(serializers.Serializer):
    """What a verb takes. JSON types are taken at their word (no "1" for true), sentences are ours.

    A field's `label`, where given, is the word people know it by. Optional fields that are absent stay absent, so that
    the verb's own defaults hold.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for one in fields.values():
            _speak(one)
        return fields

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not isinstance(data, QueryDict):
            wrong = {
                name: [_invalid(one)]
                for name, one in self.fields.items()
                if name in data and not _fits(one, data[name])
            }
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def _speak(one: serializers.Field) -> None:
    words = dict(SENTENCES)
    if one.label:
        words |= dict.fromkeys(("required", "null", "blank"), f"请填写{one.label}。")
    words |= {"invalid": _invalid(one), "not_a_list": _invalid(one)}
    own = one._kwargs.get("error_messages", {})
    ours = {code: text for code, text in words.items() if code in one.error_messages and code not in own}
    one.error_messages = {**one.error_messages, **ours}
    if (child := getattr(one, "child", None)) is not None:
        _speak(child)


def _invalid(one: serializers.Field) -> str:
    if isinstance(one, serializers.ListField | serializers.ListSerializer):
        return SENTENCES["not_a_list"]
    return next((text for kind, text in INVALID.items() if isinstance(one, kind)), "请按说明填写这一项。")


def _fits(one: serializers.Field, value: Any) -> bool:
    """Whether a JSON value has the type its field is described with."""
    if value is None:
        return True  # whether null may stand here is the field's own question
    for kind, types in TYPES:
        if isinstance(one, kind):
            if not isinstance(value, types) or isinstance(value, bool) and bool not in types:
                return False
            child = getattr(one, "child", None)
            return child is None or all(_fits(child, inner) for inner in value)
    return True


class Empty(Body):
    """A verb without a body."""


class Shown(serializers.Serializer):
    """Base of what an object looks like to one caller, `context["actor"]`: adds the verbs open to them now."""

    actions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_actions(self, obj: Any) -> list[str]:
        return available(obj, self.context["actor"])


class Json(JSONParser):
    """JSON as everywhere; nesting without end is malformed, not an error of ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError from None


# -- verbs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """What a function of a verb may answer in place of its object: a body of its own and another status."""

    body: Mapping[str, Any] | None = None
    status: int = 202


@dataclass(frozen=True)
class Verb:
    """One verb as a route: `function(obj, by=actor, **body)`.

    `answer` describes what it answers, where that is not the object: the function then returns what the serializer
    reads. `again` is called in place of `function` when such a call is repeated under its Idempotency-Key; without it
    the repeat answers the object. `also` are further statuses the function answers by `Done`. `fresh` asks for a proof
    of identity within 5 minutes. `keyed=False` keeps no row (routes that carry a secret).
    """

    function: Callable[..., Any]
    body: type[serializers.Serializer] | None = None
    answer: type[serializers.Serializer] | None = None
    again: Callable[..., Any] | None = None
    also: tuple[int, ...] = ()
    fresh: bool = False
    keyed: bool = True
    hint: str = ""


_fresh: list[Callable[[Request], None]] = []


def ask_fresh_proof_by(function: Callable[[Request], None]) -> None:
    """Binds who refuses a sign-in whose proof is older than 5 minutes (401 `reauth_required`)."""
    _fresh.append(function)


class ApiView(APIView):
    """Base of single REST calls."""

    parser_classes = [Json]

    def check_body(self, body: type[serializers.Serializer]) -> dict[str, Any]:
        """The body's validated fields; raises for whatever is wrong with it."""
        return validated(body, self.request)


def validated(body: type[serializers.Serializer] | None, request: Request, **context: Any) -> dict[str, Any]:
    """What the request's body says, as `body` reads it; a validation error of the framework's where it may not."""
    serializer = _reader(body or Empty)
    serializer.context.update(request=request, **context)
    try:
        return dict(serializer.run_validation(request.data))
    finally:
        serializer.context.clear()


_readers = threading.local()


def _reader(body: type[serializers.Serializer]) -> serializers.Serializer:
    """A thread's one serializer of a class: binding a body's fields takes longer than reading it. Between two calls it
    keeps nothing."""
    kept: dict[type, serializers.Serializer] = _readers.__dict__
    if body not in kept:
        kept[body] = body(context={})
    return kept[body]


class VerbViewSet(ListModelMixin, GenericViewSet):
    """Objects with a life cycle: list, one, make, and a POST route for each verb of the class table `verbs`.

    Subclasses give `kind` (singular name of routes), `serializer_class` (usually a `Shown`), `get_queryset()` (visible
    to `self.caller`, with parts), and override the hooks they need. `paths("opinions")` are the routes.
    """

    parser_classes = [Json]
    lookup_field = "number"
    kind: ClassVar[str] = ""
    verbs: ClassVar[dict[str, Verb]] = {}
    creates: ClassVar[Verb | None] = None  # its function takes `by` and the body, and returns the new object
    caller: Actor

    # Hooks

    def actor(self, request: Request, number: str) -> Actor:
        """Who calls: the signed-in user or nobody in particular; `number` is empty for lists and for making."""
        return request.user

    def serialize(self, obj: Any, actor: Actor) -> dict[str, Any]:
        """The object as this caller sees it."""
        return self.get_serializer_class()(obj, context={**self.get_serializer_context(), "actor": actor}).data

    def subject(self, obj: Any, verb: str, data: Any) -> Any:
        """What the verb acts on: the object itself, or the part of it that the raw body names."""
        return obj

    def find(self, number: str) -> Any:
        """The object if `self.caller` may see it; else NotVisible."""
        obj = self.get_queryset().filter(**{self.lookup_field: number}).first() if "\x00" not in number else None
        return obj if obj is not None else self.refuse_sight()

    def find_made(self, number: str) -> Any:
        """What a repeated making POST answers; sight is asked again."""
        return self.find(number)

    def find_acted(self, number: str, obj: Any) -> Any:
        """What a verb answers. Who lost sight of the object by this very verb gets it as anybody else would see it."""
        seen = self.get_queryset().filter(**{self.lookup_field: number}).first()
        return seen if seen is not None else type(obj)._base_manager.get(pk=obj.pk)

    def refuse_sight(self) -> NoReturn:
        raise NotVisible

    def admit(self, request: Request) -> None:
        """Refuses whoever may make nothing here at all, before the body is looked at."""

    # Reading

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.caller = self.actor(request, kwargs.get(self.lookup_field, ""))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([self.serialize(row, self.caller) for row in rows or []])

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.serialize(self.find(kwargs[self.lookup_field]), self.caller))

    # Writing

    def create(self, request: Request, **kwargs: Any) -> Response:
        verb = self.creates
        assert verb is not None
        self.admit(request)
        # Without a key the function's own transaction is enough.
        with transaction.atomic() if request.headers.get("Idempotency-Key") else nullcontext():
            row = self._keep(request, verb, "create", "")
            if row is not None and row.is_repeat:
                return self._made(self.find_made(row.number), verb, status=row.status, repeated=True)
            obj = verb.function(by=self.caller, **validated(verb.body, request, actor=self.caller))
            if row is not None:
                row.done(201, str(getattr(obj, self.lookup_field)))
            return self._made(obj, verb, status=201)

    def act(self, request: Request, name: str, number: str) -> Response:
        """One verb: sight, then in one transaction the key, permission and state, body, and the verb itself."""
        verb = self.verbs[name]
        obj = self.find(number)
        data = request.data  # malformed JSON is refused here, before anything is begun
        with transaction.atomic():
            row = self._keep(request, verb, name, number)
            repeats = row is not None and row.is_repeat
            if repeats and (row.status != 200 or verb.again is None):
                return self._repeat(verb, row.status, number)
            subject = self.subject(obj, name, data)
            if not repeats:
                decide(subject, name, self.caller)
            if verb.fresh:
                for ask in _fresh:
                    ask(request)
            body = validated(verb.body, request, obj=subject, actor=self.caller)
            result = (verb.again if repeats else verb.function)(subject, by=self.caller, **body)
            if row is not None and not repeats:
                row.done(result.status if isinstance(result, Done) else 200, number)
            if isinstance(result, Done):
                status = result.status
                return Response(result.body or {}, status=status)
            if verb.answer is not None:
                answer = verb.answer(result, context={"request": request, "actor": self.caller}).data
                return Response(answer, headers={"Cache-Control": "no-store"})
            return Response(self.serialize(self.find_acted(number, obj), self.caller))

    def _keep(self, request: Request, verb: Verb, name: str, number: str) -> idempotency.Kept | None:
        key = request.headers.get("Idempotency-Key", "")
        if not key or not verb.keyed:
            return None
        return idempotency.keep(key, self.caller, f"{self.kind}:{name}:{number}", request)

    def _repeat(self, verb: Verb, status: int, number: str) -> Response:
        if status in verb.also:
            return Response({}, status=status)
        return Response(self.serialize(self.find(number), self.caller))

    def _made(self, obj: Any, verb: Verb, *, status: int, repeated: bool = False) -> Response:
        if verb.answer is None:
            return Response(self.serialize(obj, self.caller), status=status)
        context = {"request": self.request, "actor": self.caller, "repeated": repeated}
        return Response(verb.answer(obj, context=context).data, status=status, headers={"Cache-Control": "no-store"})

    # Routes

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, verb in cls.verbs.items():
            setattr(cls, _action(name), _route(name, verb, cls))
        if cls.__dict__.get("creates") is not None and "create" not in cls.__dict__:
            answer = cls.creates.answer or cls.serializer_class
            describe = extend_schema(request=cls.creates.body or Empty, responses={201: answer}, tags=[cls.kind])
            cls.create = describe(_copy(VerbViewSet.create))

    @classmethod
    def paths(cls, prefix: str) -> list[URLPattern]:
        """The routes below `prefix`; named "<prefix>", "<kind>" and "<kind>-<verb>"."""
        many = {"get": "list", **({"post": "create"} if cls.creates else {})}
        one = {"get": "retrieve", **({"patch": "partial_update"} if hasattr(cls, "partial_update") else {})}
        number = f"<str:{cls.lookup_field}>"
        return [
            path(f"{prefix}/", cls.as_view(many), name=prefix),
            path(f"{prefix}/{number}/", cls.as_view(one), name=cls.kind),
            *(
                path(f"{prefix}/{number}/{verb}/", cls.as_view({"post": _action(verb)}), name=f"{cls.kind}-{verb}")
                for verb in cls.verbs
            ),
        ]


def _action(verb: str) -> str:
    return f"verb_{verb}"


def _copy(function: Callable[..., Response]) -> Callable[..., Response]:
    def view(self: VerbViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
        return function(self, request, *args, **kwargs)

    return view


def _route(name: str, verb: Verb, cls: type[VerbViewSet]) -> Callable[..., Response]:
    """The view of one verb, with its description for the schema."""

    def view(self: VerbViewSet, request: Request, **kwargs: Any) -> Response:
        return self.act(request, name, kwargs[self.lookup_field])

    responses: dict[int, Any] = {200: verb.answer or cls.serializer_class}
    responses |= {status: OpenApiResponse(dict, description="accepted") for status in verb.also}
    described = extend_schema(
        request=verb.body or Empty,
        responses=responses,
        operation_id=f"{cls.kind}_{name}",
        description=verb.hint or (verb.function.__doc__ or "").strip(),
        tags=[cls.kind],
    )
    view.__name__ = _action(name)
    return described(view)


class Nowhere(ApiView):
    """Whatever lies under the API and is no route of it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotVisible("没有这个地址，请核对后再试。")
