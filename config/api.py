"""API reads that gather from every room (contract.md §3.5)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Own
from suggestions.todo import waiting_for


class TodoDueSerializer(serializers.Serializer):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    level = serializers.ChoiceField(["", "yellow", "orange", "red"])
    reasons = serializers.ListField(child=serializers.CharField())


class TodoSerializer(serializers.Serializer):
    """One thing that waits for the caller. `kind` is the clock that runs (`claim`, `rate` …), or `cosign`."""

    kind = serializers.CharField()
    object = serializers.CharField(help_text="opinion, suggestion, or another kind of matter: inquiry, rectification …")
    number = serializers.CharField()
    assignment = serializers.IntegerField(source="assignment.pk", required=False)
    title = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())
    due = TodoDueSerializer(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told = super().to_representation(instance)
        if instance.assignment is None:
            told.pop("assignment", None)
        return told


class Todo(Own):
    """What waits for the caller, nearest date first; what has no date comes last."""

    @extend_schema(operation_id="me_todo", responses={200: TodoSerializer(many=True)}, tags=["me"])
    def get(self, request: Request) -> Response:
        return Response(TodoSerializer(waiting_for(request.user), many=True).data)
