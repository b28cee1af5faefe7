"""The product's addresses and beside them what a vote is measured against: one bare view that inserts one row, and a named
vote as an expert writes it in an afternoon, without receipt, fingerprint, lock against the close or step-up of the password.
"""

import hashlib
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Token
from config.urls import urlpatterns as ours
from votes.models import Poll


def keep(voter: str, marks: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (voter, marks) VALUES (%s, %s)", [voter, marks])


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    keep(request.headers["Idempotency-Key"], request.body.decode())
    return HttpResponse("{}", content_type="application/json")


class ByToken(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Token]:
        key = request.headers["Authorization"].partition(" ")[2]
        token = Token.objects.select_related("user").get(key_hash=hashlib.sha256(key.encode()).digest())
        return token.user, token


class Marks(serializers.Serializer):
    marks = serializers.CharField(max_length=40)


class PlainVote(APIView):
    authentication_classes = (ByToken,)
    permission_classes = ()

    def post(self, request: Request, number: str) -> Response:
        asked = Marks(data=request.data)
        asked.is_valid(raise_exception=True)
        poll = Poll.objects.get(number=number, state="open")
        line = poll.roll.get(seat__deputy__user=request.user)
        with transaction.atomic():
            keep(f"{poll.pk}/{line.seat_id}", asked.validated_data["marks"])
        return Response({"stored": True})


urlpatterns = [path("bare/", bare), path("bare/<str:number>/", PlainVote.as_view()), *ours]
