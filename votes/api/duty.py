"""Published duty reports over REST, for reading (contract.md §3)."""

from typing import Any

from rest_framework import serializers

from ground.api import VerbViewSet
from votes.models import DutyReport


class DutyQuestionShown(serializers.Serializer):
    text = serializers.CharField()
    answer = serializers.CharField()


class DutyGradeShown(serializers.Serializer):
    grade = serializers.CharField()
    n = serializers.IntegerField()
    share = serializers.FloatField(help_text="per cent of the valid ballots")


class DutyRatingShown(serializers.Serializer):
    issued = serializers.IntegerField()
    returned = serializers.IntegerField()
    valid = serializers.IntegerField()
    spoiled = serializers.IntegerField()
    lines = DutyGradeShown(many=True)
    arithmetic = serializers.CharField()
    is_failed = serializers.BooleanField(help_text="over half of the valid ballots in the lowest grade")


class DutyReportShown(serializers.Serializer):
    """A published report: its text, what was asked, and how the ballots fell. Feedback and rectification stay inside."""

    number = serializers.CharField()
    deputy = serializers.CharField(source="seat.deputy.code")
    name = serializers.CharField(source="seat.deputy.name")
    organ = serializers.CharField(source="session.organ.code")
    session = serializers.CharField(source="session.title")
    electorate = serializers.CharField(source="session.electorate")
    listeners = serializers.CharField(source="session.listeners")
    starts_at = serializers.DateTimeField(source="session.starts_at")
    came = serializers.IntegerField(source="session.came")
    few_why = serializers.CharField(source="session.few_why")
    way = serializers.CharField()
    text = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.SerializerMethodField()
    questions = DutyQuestionShown(source="questions.all", many=True)
    rating = DutyRatingShown()
    published_at = serializers.DateTimeField(source="session.published_at")

    def get_state_label(self, report: DutyReport) -> str:
        return report.workflow.states(report.state).citizen_label


class DutyReports(VerbViewSet):
    kind = "duty-report"
    serializer_class = DutyReportShown

    def get_queryset(self) -> Any:
        return DutyReport.objects.published().with_parts()


api = DutyReports.paths("duty-reports")
