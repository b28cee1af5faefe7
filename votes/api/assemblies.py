"""Assemblies over REST: what is public of the body, its members, meetings and recommendations."""

from typing import Any

from django.urls import path
from rest_framework import serializers

from ground.api import VerbViewSet
from votes.models import EFFECT, AssemblyMeeting, AssemblyMember, DeliberativeAssembly, Poll


class MemberShown(serializers.ModelSerializer):
    region = serializers.CharField(source="region.name")
    way = serializers.CharField()

    class Meta:
        model = AssemblyMember
        fields = ("number", "name", "region", "way", "state", "since", "until")


class MeetingShown(serializers.ModelSerializer):
    title = serializers.CharField()
    agenda = serializers.SlugRelatedField(slug_field="title", many=True, read_only=True)

    class Meta:
        model = AssemblyMeeting
        fields = ("number", "title", "ordinal", "state", "starts_at", "place", "agenda", "due", "present")


class RecommendationShown(serializers.ModelSerializer):
    effect = serializers.CharField(default=EFFECT)

    class Meta:
        model = Poll
        fields = ("number", "title", "published_at", "effect")


class AssemblyShown(serializers.Serializer):
    code = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    name = serializers.CharField()
    variant = serializers.CharField()
    ordinal = serializers.IntegerField()
    opens_on = serializers.DateField()
    closes_on = serializers.DateField(allow_null=True)
    effect = serializers.CharField(default=EFFECT, help_text="what its recommendations are worth")


class OneAssembly(AssemblyShown):
    """With its people, its meetings and what it recommended, each as this caller may see it."""

    members = MemberShown(many=True, source="seen_members")
    meetings = MeetingShown(many=True, source="seen_meetings")
    recommendations = RecommendationShown(many=True, source="seen_polls")


class Assemblies(VerbViewSet):
    kind = "assembly"
    lookup_field = "code"
    serializer_class = AssemblyShown

    def get_queryset(self) -> Any:
        return DeliberativeAssembly.objects.visible_to(self.caller).select_related("organ")

    def get_serializer_class(self) -> Any:
        return OneAssembly if "code" in self.kwargs else AssemblyShown

    def find(self, number: str) -> Any:
        found = super().find(number)
        members = AssemblyMember.objects.visible_to(self.caller).filter(assembly=found)
        found.seen_members = members.exclude(state="ended").select_related("region")
        meetings = AssemblyMeeting.objects.visible_to(self.caller).filter(assembly=found)
        found.seen_meetings = meetings.select_related("assembly").prefetch_related("agenda")
        found.seen_polls = Poll.objects.published().filter(assembly=found)
        return found


api = [
    path("assemblies/", Assemblies.as_view({"get": "list"}), name="assemblies"),
    path("assemblies/<str:code>/", Assemblies.as_view({"get": "retrieve"}), name="assembly"),
]
