"""Builds the demonstration city and tells its last ten months through verbs, under a shifted clock.

`--scale city` (or `province`, for benchmarks) then multiplies what was told with COPY; `check_histories` proves it.
Idempotent: a city that has been told, or multiplied, is left as it is. One transaction for each of the two: what was cut
short leaves nothing behind.
"""

import secrets
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F

from accounts.models import Notice
from config.demo import scale as sizes
from config.demo.appraisals import APPRAISED, DELIBERATED, appraised, deliberated
from config.demo.assemblies import assembly_candidate, assembly_founded, assembly_meets, assembly_opinion
from config.demo.cast import PASSWORD
from config.demo.city import City, build_city
from config.demo.duties import TOLD as REPORTED, reported
from config.demo.inquiries import inquired
from config.demo.judges import TOLD as JUDGED, judged
from config.demo.polls import decided
from config.demo.projects import told_rounds
from config.demo.stories import Story, Teller, days
from ground import clock
from ground.models import Heartbeat

TOLD = "seed"
SCALED = "seed --scale "  # and the size: the heartbeat of what was multiplied
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
        parser.add_argument("--scale", choices=list(sizes.SIZES), help="multiply the told city to this size")
        parser.add_argument(
            "--part", type=float, default=100, help="with --scale: so many per cent of the size, for benches"
        )

    def handle(self, *args: Any, few: bool = False, scale: str = "", part: float = 100, **options: Any) -> None:
        if not 0 < part <= 100:
            raise CommandError("--part 是百分数，请写 0 到 100 之间的数。")
        if Heartbeat.objects.filter(name=TOLD).exists():
            self.stdout.write("东湖市已经建好，没有改动。")
        else:
            self.tell(few)
        if scale:
            self.multiply(scale, sizes.SIZES[scale].part(part))

    def multiply(self, scale: str, size: sizes.Size) -> None:
        done = Heartbeat.objects.filter(name__startswith=SCALED).first()
        if done is not None:
            if done.name != SCALED + scale:
                raise CommandError(f"这份数据已按 {done.name.removeprefix(SCALED)} 放大，换规模请另用一个 DATA_DIR。")
            self.stdout.write("已经放大到这个规模，没有改动。")
            return
        begun = time.monotonic()
        with transaction.atomic():
            for what, rows in sizes.scale(size):
                passed = time.monotonic() - begun
                self.stdout.write(f"{passed:6.0f} 秒 {rows:>10,} 行  {what}")
            Heartbeat.objects.create(name=SCALED + scale, at=clock.now())
        self.stdout.write(f"已放大，共写入 {rows:,} 行，用时 {time.monotonic() - begun:.0f} 秒。")

    def tell(self, few: bool) -> None:
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
    return [
        *_opinions(t, t.city, now),
        *_suggestions(t, t.city, now),
        *_polls(t, now),
        *_rounds(t, now),
        *_assemblies(t, now),
        *_inquiries(t, now),
        *_appraisals(t, now),
        *((_ago(now, n, 10), reported(t, stop)) for n, stop in REPORTED),
        *((_ago(now, n, 11), judged(t, stop)) for n, stop in JUDGED),
    ]


def _assemblies(t: Teller, now: datetime) -> list[tuple[datetime, Story]]:
    """A street's assembly: founded in spring, one meeting held, one held just now; people and opinions in every state."""
    meetings = {"": 120, "called_off": 60, "planned": 1}
    people = {"publicised": 2.5, "reviewed": 1.5, "proposed": 0.4}
    stopped = {"unsettled": 100, "unrated": 90, "late": 50, "done": 40, "redoing": 12, "replied": 9, "withdrawn": 6, "district": 5,
               "assigned": 4, "accepted": 2, "returned": 2, "filed": 0.3}  # fmt: skip
    return [
        (_ago(now, 240), assembly_founded(t)),
        *((_ago(now, 200 - n * 9), assembly_opinion(t, n)) for n in range(8)),
        *((_ago(now, ago), assembly_opinion(t, 8 + n, stop)) for n, (stop, ago) in enumerate(stopped.items())),
        *((_ago(now, ago), assembly_meets(t, stop)) for stop, ago in meetings.items()),
        *((_ago(now, ago), assembly_candidate(t, stop)) for stop, ago in people.items()),
        (now - days(6) - timedelta(hours=2), assembly_meets(t, "open")),
    ]


def _polls(t: Teller, now: datetime) -> list[tuple[datetime, Story]]:
    """Polls in every state; those under way began today or yesterday."""
    told = [(200, "agenda", ""), (199, "method", ""), (198, "projects", ""), (120, "works", ""), (60, "rating", ""), (45, "order", "void"),
            (4, "order", "counted"), (3, "works", "closed")]  # fmt: skip
    waiting = [("rating", "open"), ("agenda", "open"), ("method", "proposed"), ("order", "draft")]
    return [
        *((_ago(now, n), decided(t, turn, stop)) for n, turn, stop in told),
        *((now - timedelta(hours=5), decided(t, turn, stop)) for turn, stop in waiting),
    ]


def _rounds(t: Teller, now: datetime) -> list[tuple[datetime, Story]]:
    """Rounds of livelihood projects in every stage."""
    return [(_ago(now, ago), story) for ago, story in told_rounds(t)]


def _inquiries(t: Teller, now: datetime) -> list[tuple[datetime, Story]]:
    """Inquiries in every state, and their lists."""
    told = [(260, "school", ""), (150, "parking", ""), (70, "charging", ""), (40, "school", "rated"), (20, "parking", "held"),
            (12, "school", "called"), (9, "parking", "studying"), (5, "charging", "planned")]  # fmt: skip
    return [(_ago(now, n, 10), inquired(t, turn, stop)) for n, turn, stop in told]


def _appraisals(t: Teller, now: datetime) -> list[tuple[datetime, Story]]:
    """审议意见 and work appraisals in every state; the years of the appraisals only tell them apart."""
    return [
        *((_ago(now, n, 10), deliberated(t, turn, stop)) for n, turn, stop in DELIBERATED),
        *((_ago(now, n, 11), appraised(t, turn, stop)) for n, turn, stop in APPRAISED),
    ]


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
    stuck = [  # of late: what nobody moves is said again each week
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
