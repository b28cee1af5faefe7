"""Organs over REST: named everywhere by their code."""

from django.db.models import Q, QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Organ
from accounts.states import Level, OrganKind
from ground.errors import NotSignedIn
from ground.reading import ReadingViewSet


class OrganSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(OrganKind.choices)
    level = serializers.ChoiceField(Level.choices)
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)

    class Meta:
        model = Organ
        fields = ("code", "name", "kind", "level", "parent")


class OrganViewSet(ReadingViewSet):
    """Congresses, departments, towns and streets, courts: for whoever is signed in."""

    queryset = Organ.objects.none()
    serializer_class = OrganSerializer

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise NotSignedIn

    def get_queryset(self) -> QuerySet[Organ]:
        organs = Organ.objects.visible_to(self.request.user).select_related("parent")
        if self.action != "list":
            return organs  # what old matters name can still be read
        organs = organs.live()
        if kind := self.asked("kind", OrganKind.values):
            organs = organs.filter(kind=kind)
        if parent := self.asked("parent"):
            organs = organs.filter(parent__code=parent)
        if words := self.asked("q"):
            organs = organs.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__iexact=words))
        return organs

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", enum=OrganKind.values),
            OpenApiParameter("q", str, description="part of a name, or a code"),
            OpenApiParameter("parent", str, description="code of the organ above"),
        ]
    )
    def list(self, request: Request, *args: object, **kwargs: object) -> object:
        return super().list(request, *args, **kwargs)


api = [
    path("organs/", OrganViewSet.as_view({"get": "list"}), name="organs"),
    path("organs/<str:code>/", OrganViewSet.as_view({"get": "retrieve"}), name="organ"),
]
