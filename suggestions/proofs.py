"""What a citizen has just proved, in a signed cookie: this one number, for a short time. The query code is never in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from ground import clock

SENT = "sent"  # submitted a moment ago: its query code may be shown
TRACKED = "tracked"  # number and query code were given
PROPOSED, FOLLOWED = "proposed", "followed"  # the same of a livelihood project
LASTS = {
    SENT: timedelta(minutes=10),
    TRACKED: timedelta(minutes=30),
    PROPOSED: timedelta(minutes=10),
    FOLLOWED: timedelta(minutes=30),
}


@dataclass(frozen=True)
class Proof:
    """One matter, and the version of its query code that was given: a code issued anew ends every older proof."""

    number: str
    version: int


def prove(response: HttpResponse, what: str, proof: Proof) -> None:
    """Lets the browser carry the proof; it ends by our own clock, and with the browser."""
    told = {"number": proof.number, "version": proof.version, "at": clock.now().isoformat()}
    response.set_cookie(
        what,
        signing.dumps(told, salt=f"citizen.{what}"),
        max_age=LASTS[what],
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    response["Cache-Control"] = "no-store"


def proven(request: HttpRequest, what: str) -> Proof | None:
    """What was proved and still holds."""
    try:
        told = signing.loads(request.COOKIES.get(what, ""), salt=f"citizen.{what}")
    except signing.BadSignature:
        return None
    since = clock.now() - datetime.fromisoformat(told["at"])
    return Proof(told["number"], told["version"]) if timedelta() <= since < LASTS[what] else None


def drop(response: HttpResponse, what: str) -> None:
    response.delete_cookie(what, samesite="Lax")
