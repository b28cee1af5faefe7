"""Builds the demonstration city and tells its last ten months through verbs, under a shifted clock.

Idempotent: a city that has been told is left as it is. One transaction: a telling cut short leaves nothing behind.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import F

from accounts.models import Notice
from config.demo.cast import PASSWORD
from config.demo.city import City, build_city
from config.demo.stories import Story, Teller, days
from ground import clock
from ground.models import Heartbeat

TOLD = "seed"
MONTHS_AGO = timedelta(days=300)
STOPS = (
    *("draft", "invited", "cosigning", "stale", "returned", "submitted", "registered", "assigned", "objected"),
    *("handling", "replied"),
)
TURNS = (
    "turn",
    "stop",
    "verb",
    "grade",
    "settled",
    "safe",
    "review",
    "public",
)  # what makes one telling differ from another


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--few", action="store_true", help="the same stories, each told once (for tests)")

    def handle(self, *args: Any, few: bool = False, **options: Any) -> None:
        if Heartbeat.objects.filter(name=TOLD).exists():
            self.stdout.write("东湖市已经建好，没有改动。")
            return
        settings.CLOCK_MAY_SHIFT = True  # this command and the tests alone
        settings.OUTBOX_NUDGES = False  # the telling itself tells and sends
        now = clock.now()
        begun = datetime.combine((now - MONTHS_AGO).date(), now.timetz())
        with transaction.atomic(), clock.at(begun):
            password = secrets.token_urlsafe(9) if settings.DEMO_PUBLIC else PASSWORD
            city = build_city(password)
            teller = Teller(city)
            teller.tell(few_of(program(teller, now)) if few else program(teller, now), until=now)
            Notice.objects.filter(at__lt=now - days(3)).update(read_at=F("at"))  # people do read
            Heartbeat.objects.create(name=TOLD, at=now)
        self.stdout.write("东湖市已建好。")
        if settings.DEMO_PUBLIC:
            self.stdout.write(f"演示账号的登录密码（只显示这一次）：{password}")
        for line in teller.refused:
            self.stderr.write(line)


def few_of(stories: list[tuple[datetime, Story]]) -> list[tuple[datetime, Story]]:
    """One of each kind of story and of each turn it can take, those that began first."""
    kinds: dict[tuple[Any, ...], tuple[datetime, Story]] = {}
    for at, story in stories:
        told = story.gi_frame.f_locals
        kinds.setdefault((story.__name__, *(told.get(name) for name in TURNS)), (at, story))
    return list(kinds.values())


def program(t: Teller, now: datetime) -> list[tuple[datetime, Story]]:
    """What happens in the city and when: about 400 opinions and 150 suggestions."""
    return [*_opinions(t, t.city, now), *_suggestions(t, t.city, now)]


def _ago(now: datetime, n: float, hour: int = 9) -> datetime:
    return (now - days(n)).replace(hour=hour, minute=0, second=0, microsecond=0)


def _opinions(t: Teller, city: City, now: datetime) -> list[tuple[datetime, Story]]:
    told: list[tuple[datetime, Story]] = []
    stations = [venue for venue in city.stations if venue.kind == "center_station"]
    whole = [
        lambda v, s, n: t.answered(v, s, public=n % 3 == 0),
        lambda v, s, n: t.answered(v, s, grade="basically"),
        lambda v, s, n: t.referred(v, s),
        lambda v, s, n: t.coordinated(v, s),
        lambda v, s, n: t.answered(v, s, grade="" if n % 4 else "satisfied"),
        lambda v, s, n: t.referred(v, s, turn=("question", "send_back", "extension", "late")[n % 4]),
        lambda v, s, n: t.turned_away(v, s, review=n % 3 == 0),
        lambda v, s, n: t.not_satisfied(v, s, settled=n % 3 > 0),
        lambda v, s, n: t.taken_back(v, s, "solved" if n % 2 else "withdraw"),
        lambda v, s, n: t.hazard(v, s),
        lambda v, s, n: t.at_the_station(v, s),
    ]
    for n in range(300):
        venue = stations[0] if n % 3 == 0 else stations[n % len(stations)]
        seats = city.stationed[venue.pk]
        seat = seats[n % len(seats)]
        told.append((_ago(now, 130 - n * 0.42, 8 + n % 9), whole[n % len(whole)](venue, seat, n)))
    for n, venue in enumerate(stations[:6]):
        seat = city.stationed[venue.pk][0]
        told.append((_ago(now, 40 - n * 5), t.many_people(venue, seat, people=12 if n == 0 else 6)))
        told.append((_ago(now, 20 - n * 2), t.about_the_station(venue, seat)))
        told.append((_ago(now, 3 + n), t.only_claimed(venue, seat)))
        told.append((_ago(now, 0.4 + n / 8, 10), t.just_said(venue, seat if n % 2 else None)))
        told.append((_ago(now, 1 + n / 3), t.unanswered(venue, None if n % 2 else seat)))
        told.append((now - timedelta(hours=2 + n), t.hazard(venue, seat, safe=n % 2 == 0)))
    venue, seat = stations[0], city.stationed[stations[0].pk][0]
    for n in range(3):  # what is under way just now, at the cast's own station
        told.append((now - timedelta(hours=82 + 3 * n), t.not_satisfied(venue, seat)))
        told.append((now - days(2 + n / 4), t.coordinated(venue, seat)))
        told.append((now - days(6.3 + n / 4), t.referred(venue, seat, turn="question")))
    told.append((now - days(1.5), t.many_people(venue, seat)))
    return told


def _suggestions(t: Teller, city: City, now: datetime) -> list[tuple[datetime, Story]]:
    told: list[tuple[datetime, Story]] = []
    cast = city.cast
    leads = [seat for seat in city.seats[cast.organs["dh-rd"].pk] if seat.deputy.user_id]
    own = [cast.seats["D00001"], cast.seats["D00002"]]
    station = cast.venues["S00001"]
    ends = [
        {"turn": "", "result_class": "A"},
        {"turn": "dispatch", "result_class": "A"},
        {"turn": "extension", "result_class": "A"},
        {"turn": "separate", "result_class": "A"},
        {"turn": "", "result_class": "B"},
        {"turn": "change", "result_class": "B"},
        {"turn": "object", "result_class": "C"},
        {"turn": "assist_missing", "result_class": "A"},
        {"turn": "send_back", "result_class": "A"},
        {"turn": "refuse"},
        {"turn": "withdraw"},
        {"turn": "unkept", "result_class": "B"},
    ]
    stuck = [  # of late: what nobody moves is said again each morning
        {"turn": "broken", "result_class": "B"},
        {"turn": "disputed", "result_class": "B"},
        {"turn": "reported", "result_class": "B"},
        {"turn": "return", "result_class": "A"},
        {"turn": "mediate", "result_class": "C", "grade": "dissatisfied"},
        {"turn": "", "result_class": "A", "grade": "dissatisfied"},
    ]
    for n in range(63):
        lead = own[n % 2] if n % 5 == 0 else leads[n % len(leads)]
        told.append((_ago(now, 290 - n * 3.8), t.suggested(lead, n, **ends[n % len(ends)])))
    for n in range(12):
        told.append((_ago(now, 75 - n), t.suggested(own[n % 2] if n < 6 else leads[n], n + 2, **stuck[n % len(stuck)])))
    for n in range(48):
        stop = STOPS[n % len(STOPS)]
        lead = own[n % 2] if n % 3 == 0 else leads[(n * 5) % len(leads)]
        since = 36 + n if stop in ("handling", "replied") else 3 + n * 0.5
        turn = {"objected": "object", "returned": "send_back"}.get(stop, "")
        told.append((_ago(now, since), t.suggested(lead, n + 3, stop=stop, turn=turn)))
    for n in range(6):
        told.append(
            (
                _ago(now, 70 - n * 9),
                t.suggested(own[n % 2], n + 5, opinion=(station, own[n % 2]), stop="" if n < 4 else "handling"),
            )
        )
    for n in range(20):
        told.append(
            (
                _ago(now, 60 - n * 3),
                t.snapped(leads[n % len(leads)] if n % 3 else own[0], n, stop="assigned" if n > 17 else ""),
            )
        )
    return told
