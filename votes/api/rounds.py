"""Rounds of livelihood projects over REST."""

from typing import Any

from rest_framework import serializers

from ground.api import Body, Shown, Verb, VerbViewSet
from suggestions.api.bodies import choice, organ, perhaps, words
from votes.models import Round
from votes.states import BallotMode, RoundState
from votes.workflow import ballots, round as rounds


class BallotShown(serializers.Serializer):
    poll = serializers.CharField(source="poll.number")
    state = serializers.CharField(source="poll.state")


class RoundShown(Shown):
    """One organ's projects of one year."""

    number = serializers.CharField()
    organ = serializers.CharField(source="organ.code")
    year = serializers.IntegerField()
    title = serializers.CharField()
    about = serializers.CharField()
    state = serializers.ChoiceField(RoundState.values)
    state_label = serializers.CharField(source="get_state_display")
    places = serializers.IntegerField()
    mode = serializers.CharField()
    collects_until = serializers.DateField()
    votes_on = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    ballots = BallotShown(many=True)
    counts = serializers.SerializerMethodField(help_text="how many of its projects stand in which state")

    def get_counts(self, round_: Round) -> dict[str, int]:
        told = [project.state for project in round_.projects.all()]
        return {state: told.count(state) for state in sorted(set(told)) if state != "proposed"}


class RoundBody(Body):
    title = perhaps("名称", 120)
    about = perhaps("说明", 2000)
    places = serializers.IntegerField(label="拟定项目数", min_value=1, max_value=35, required=False)
    mode = choice(BallotMode, required=False)
    collects_until = serializers.DateField(label="集中征集到", required=False)
    votes_on = serializers.DateField(label="拟票决日期", required=False)


class NewRoundBody(RoundBody):
    organ = organ(label="机关")
    year = serializers.IntegerField(label="年度", min_value=2000, max_value=2100)
    collects_until = serializers.DateField(label="集中征集到")


class BallotBody(Body):
    mode = choice(BallotMode, required=False)
    secret = serializers.BooleanField(required=False)


class RestBody(Body):
    reason = words("说明", 500)


class Rounds(VerbViewSet):
    kind = "round"
    serializer_class = RoundShown
    creates = Verb(rounds.create, NewRoundBody)
    verbs = {
        "revise": Verb(rounds.revise, RoundBody),
        "screen": Verb(rounds.screen),
        "shortlist": Verb(rounds.shortlist),
        "review": Verb(rounds.review),
        "nominate": Verb(rounds.nominate),
        "make_ballot": Verb(ballots.make_ballot, BallotBody),
        "settle_rest": Verb(rounds.settle_rest, RestBody),
        "publish": Verb(rounds.publish),
        "begin": Verb(rounds.begin),
        "evaluate": Verb(rounds.evaluate),
        "close": Verb(rounds.close),
    }

    def get_queryset(self) -> Any:
        return Round.objects.visible_to(self.caller).with_parts()


api = Rounds.paths("rounds")
