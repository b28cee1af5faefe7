"""Signing in over REST, and one's own: `/auth/…` and `/me/…` (contract.md §3.1, §3.5)."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import faces, me, signin, sms, tokens
from accounts.models import Notice, Post
from accounts.organs_api import api as organs
from accounts.states import Role
from accounts.workflow import read
from ground import audit
from ground.api import ApiView, Body, validated
from ground.errors import Forbidden, Invalid, NotSignedIn, NotVisible
from ground.outbox import NotSent
from ground.paging import CursorPages

PASSWORD = {"trim_whitespace": False, "max_length": 128, "style": {"input_type": "password"}}


class Own(ApiView):
    """Base of calls about whoever is signed in."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise NotSignedIn


# -- signing in --------------------------------------------------------------------------------------------------------


class LoginBody(Body):
    phone = serializers.CharField(label="手机号", max_length=20)
    password = serializers.CharField(label="密码", required=False, **PASSWORD)
    otp = serializers.CharField(label="动态口令", required=False, max_length=12)
    sms_code = serializers.CharField(label="短信验证码", required=False, max_length=10)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("password" in data) == ("sms_code" in data):
            raise serializers.ValidationError({"password": "请填写密码，或者短信验证码。"})
        return data


class TokenAnswer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class Login(ApiView):
    """By password, or by SMS code for deputies, station workers and 议事代表."""

    authentication_classes = []

    @extend_schema(operation_id="auth_login", request=LoginBody, responses={200: TokenAnswer}, tags=["auth"])
    def post(self, request: Request) -> Response:
        user = signin.prove(request, **validated(LoginBody, request))
        key, expires_at = tokens.issue(user, many=settings.DEMO and user.is_demo)
        audit.write(user, "accounts.sign_in")
        answer = TokenAnswer({"token": key, "expires_at": expires_at}).data
        return Response(answer, headers={"Cache-Control": "no-store"})


class PhoneBody(Body):
    phone = serializers.CharField(label="手机号", max_length=20)


class Sms(ApiView):
    """Sends a sign-in code to those who may use one; the answer does not say whether it did."""

    authentication_classes = []

    @extend_schema(operation_id="auth_sms", request=PhoneBody, responses={202: OpenApiResponse(dict)}, tags=["auth"])
    def post(self, request: Request) -> Response:
        phone = validated(PhoneBody, request)["phone"]
        try:
            sms.send_code(phone, "login", really=signin.may_use_sms(signin.find(phone)))
        except ValueError as error:
            raise Invalid("phone", str(error)) from None
        except NotSent:
            pass  # the person asks again; the answer stays the same for every phone
        return Response({}, status=202)


class ReauthBody(Body):
    password = serializers.CharField(label="密码", **PASSWORD)
    otp = serializers.CharField(label="动态口令", required=False, max_length=12)


class Reauth(Own):
    """A new proof of who is there, good for 5 minutes."""

    @extend_schema(
        operation_id="auth_reauth", request=ReauthBody, responses={200: OpenApiResponse(dict)}, tags=["auth"]
    )
    def post(self, request: Request) -> Response:
        signin.renew_proof(request, **validated(ReauthBody, request))
        return Response({})


class Logout(Own):
    @extend_schema(operation_id="auth_logout", request=None, responses={204: None}, tags=["auth"])
    def post(self, request: Request) -> Response:
        request.auth.delete()
        return Response(status=204)


# -- one's own ---------------------------------------------------------------------------------------------------------


class SeatSerializer(serializers.Serializer):
    organ = serializers.CharField()
    deputy = serializers.CharField()
    state = serializers.CharField()


class OwnPostSerializer(serializers.ModelSerializer):
    organ = serializers.CharField(source="organ.code")
    role = serializers.ChoiceField(Role.choices)

    class Meta:
        model = Post
        fields = ("organ", "role", "title")


class MeSerializer(serializers.Serializer):
    name = serializers.CharField()
    seats = SeatSerializer(many=True)
    posts = OwnPostSerializer(many=True)
    faces = serializers.ListField(child=serializers.ChoiceField(list(faces.FACES)))
    leave_until = serializers.DateField(allow_null=True)


class LeaveBody(Body):
    leave_until = serializers.DateField(label="请假至", allow_null=True)


class Me(Own):
    @extend_schema(operation_id="me", responses={200: MeSerializer}, tags=["me"])
    def get(self, request: Request) -> Response:
        user = request.user
        roles = {(post.organ_id, post.role) for post in user.facts.posts}
        posts = user.posts.live().select_related("organ").order_by("pk")
        told = {
            "name": user.name,
            "seats": me.seats_of(user),
            "posts": [post for post in posts if (post.organ_id, post.role) in roles],
            "faces": faces.faces_of(user),
            "leave_until": user.leave_until,
        }
        return Response(MeSerializer(told).data)

    @extend_schema(operation_id="me_leave", request=LeaveBody, responses={200: MeSerializer}, tags=["me"])
    def patch(self, request: Request) -> Response:
        """请假代管, for deputies: until that day the station holds what would reach them; null ends it."""
        if "my" not in faces.faces_of(request.user):
            raise Forbidden("只有代表可以请假代管。")
        me.take_leave(request.user, validated(LeaveBody, request)["leave_until"])
        request.user.refresh_from_db(fields=["leave_until"])
        return self.get(request)


class NoticeSerializer(serializers.ModelSerializer):
    object = serializers.CharField(source="step", help_text="kind and id of the step that was told")

    class Meta:
        model = Notice
        fields = ("id", "title", "object", "number", "url", "urgent", "at", "read_at")


class Notices(Own, ListAPIView):
    """The newest first."""

    serializer_class = NoticeSerializer
    pagination_class = CursorPages
    queryset = Notice.objects.none()
    ordering = "-pk"

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.request.user)


class NoticeRead(Own):
    @extend_schema(operation_id="me_notice_read", request=None, responses={200: NoticeSerializer}, tags=["me"])
    def post(self, request: Request, pk: int) -> Response:
        notice = Notice.objects.visible_to(request.user).filter(pk=pk).first()
        if notice is None:
            raise NotVisible("没有找到这条消息。")
        return Response(NoticeSerializer(read(notice, by=request.user)).data)


api = [
    path("auth/login/", Login.as_view(), name="auth-login"),
    path("auth/sms/", Sms.as_view(), name="auth-sms"),
    path("auth/reauth/", Reauth.as_view(), name="auth-reauth"),
    path("auth/logout/", Logout.as_view(), name="auth-logout"),
    path("me/", Me.as_view(), name="me"),
    path("me/notices/", Notices.as_view(), name="me-notices"),
    path("me/notices/<int:pk>/read/", NoticeRead.as_view(), name="me-notice-read"),
    *organs,
]
