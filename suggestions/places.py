"""Where a citizen speaks: what a printed code or a division leads to, and who answers for it.

A deputy's code, a venue's code and a division are three ways to one question: whose page is this, which station answers,
which telephone. Pages read the answer as a `Place`.
"""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.http import urlencode

from accounts.models import Organ, Region
from accounts.states import Level, OrganKind
from clocks import rules
from deputies.codes import Landing, resolve
from deputies.models import Deputy
from ground.compiled import Compiled
from ground.errors import NotVisible
from ground.workdays import Span
from stations.models import Venue
from stations.queries import deputies_of_division, station_of, station_of_deputy, station_of_division, with_stations
from stations.states import VenueState
from suggestions.models import Opinion

KINDS = {"d": "deputy", "s": "station", "v": "division"}
NO_CODE = "没有找到这个码。请核对纸上的码和网址，也可以在首页按村、社区或代表姓名查找。"


@dataclass
class Place:
    """One page a citizen can speak from. `elsewhere` is where its code leads on to, if it does; then nothing else holds."""

    letter: str  # d | s | v, as in the address
    code: str
    name: str = ""
    deputy: Deputy | None = None
    venue: Venue | None = None
    region: Region | None = None
    station: Venue | None = None  # answers here; None where the congress itself does
    organ: Organ | None = None  # the congress, or street committee, that speaks on this page
    elsewhere: str = ""

    @property
    def kind(self) -> str:
        """The field of `POST /opinions/` that names it: deputy, station or division."""
        return KINDS[self.letter]

    @property
    def url(self) -> str:
        return f"/{self.letter}/{self.code}/"

    @property
    def say_url(self) -> str:
        return f"{self.url}say/"

    @property
    def town_id(self) -> int | None:
        """The office of the town or street where what is said here lies; None at a station of the city itself."""
        organ = self.station.organ if self.station else None
        is_town = organ and (organ.level == Level.TOWN or organ.kind in (OrganKind.STREET, OrganKind.TOWN))
        return organ.pk if is_town else None

    @property
    def phone(self) -> str:
        return (self.station and self.station.phone) or (self.organ and self.organ.phone) or ""

    @property
    def organ_name(self) -> str:
        return self.organ.name if self.organ else ""

    @property
    def addressee(self) -> str:
        """Who is spoken to, as one says it: 王建国代表, 清水镇中心联络站."""
        if self.deputy:
            return f"{self.deputy.name}代表"
        return self.station.name if self.station else self.name

    @property
    def receives(self) -> bool:
        """Whether something can be said here now."""
        return bool(self.deputy.serving_seats) if self.deputy else self.station is not None

    @property
    def portrait(self) -> str:
        """The address of the deputy's photo, only with the deputy's consent."""
        shown = self.deputy and self.deputy.photo_id and self.deputy.photo_consent_at
        return f"{self.url}photo/" if shown else ""

    @property
    def posts(self) -> list[str]:
        """The seats of the deputy, one line each: 市人大代表 · 清水代表团."""
        seats = self.deputy.serving_seats if self.deputy else []
        return [" · ".join(filter(None, (seat.post, seat.delegation and seat.delegation.name))) for seat in seats]

    @property
    def promise(self) -> str:
        """Within how long one is answered, from the rules that hold here: “5 个工作日”."""
        span = Span.parse(rules.value("opinion.answer", self.organ))
        return f"{span.n} 个工作日" if span.unit == "wd" else str(span)


def place_of(letter: str, code: str) -> Place:
    """The place behind `/d/…/`, `/s/…/` or `/v/…/`. Raises NotVisible for a code that was never given."""
    if not (code.isascii() and code.isprintable() and len(code) <= 20):
        raise NotVisible(NO_CODE)
    if code != code.upper():
        return Place(letter, code, elsewhere=f"/{letter}/{code.upper()}/")
    return _division(code) if letter == "v" else _printed(letter, code)


def _printed(letter: str, code: str) -> Place:
    try:
        landing = resolve(code)
    except NotVisible:
        raise NotVisible(NO_CODE) from None
    here = "d" if landing.kind == "deputy" else "s"
    if landing.code != code or here != letter:
        came = f"?{urlencode({'from': code})}" if landing.has_moved else ""
        return Place(letter, code, elsewhere=f"/{here}/{landing.code}/{came}")
    return _deputy(landing) if landing.kind == "deputy" else _venue(landing)


def _deputy(landing: Landing) -> Place:
    deputy = with_stations(Deputy.objects.filter(code=landing.code)).get()
    seat = next(iter(deputy.serving_seats), None)
    return Place(
        "d", deputy.code, deputy.name, deputy=deputy, station=station_of_deputy(deputy), organ=seat and seat.organ
    )


def _venue(landing: Landing) -> Place:
    venue = Venue.objects.with_parts().get(code=landing.venue_code)
    station = station_of(venue)
    if venue.state == VenueState.OPEN or station is None:
        return Place("s", venue.code, venue.name, venue=venue, station=station, organ=venue.organ)
    return Place("s", venue.code, elsewhere=f"{station.get_absolute_url()}?{urlencode({'from': venue.code})}")


def _division(code: str) -> Place:
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise NotVisible("没有找到这个村或社区，请在首页输入名字查找。")
    station = station_of_division(region)
    return Place(
        "v",
        region.code,
        region.name,
        region=region,
        station=station,
        organ=station.organ if station else top_congress(),
    )


def deputies_at(place: Place) -> list[Deputy]:
    """Who can be met here, with `serving_seats`: those stationed at the venue, or who answer for the division."""
    if place.region:
        return list(with_stations(deputies_of_division(place.region)).order_by("code"))
    return [row.seat.deputy for row in place.venue.stationed] if place.venue else []


def figures_of(deputy: Deputy) -> tuple[int, int]:
    """How many matters were addressed to the deputy's present seats, and how many of them were answered."""
    seats = [seat.pk for seat in deputy.serving_seats]
    counted = (
        Opinion.objects.filter(target_seat__in=seats)
        .exclude(state="withdrawn")
        .aggregate(received=Count("pk"), answered=Count("replied_at"))
    )
    return counted["received"], counted["answered"]


def announcement(place: Place, came_from: str) -> str:
    """What is said to whoever scanned a code that leads on to here: nothing before the public announcement."""
    if not (came_from and came_from.isascii() and came_from.isprintable() and len(came_from) <= 10):
        return ""
    former = Venue.objects.filter(code=came_from).only("name").first() if came_from.startswith("S") else None
    try:
        landing = resolve(came_from)
    except NotVisible:
        return ""
    if landing.code != place.code or not landing.announced:
        return ""
    if former and former.code != place.code:
        return f"原“{former.name}”的群众意见现由{place.name}接收。"
    if not landing.origin:
        return ""
    if place.deputy:
        return f"{landing.origin.name}已不再担任代表，您可以向继任的{place.name}代表反映，原来没办完的事由{place.name}代表接着办。"
    return f"{landing.origin.name}已不再担任代表，您可以向{place.name}反映，原来没办完的事由联络站接着办。"


ORGAN = tuple(column.attname for column in Organ._meta.concrete_fields)
_top = Compiled(
    lambda: Organ.objects.live().filter(kind=OrganKind.CONGRESS, parent=None).order_by("pk").values_list(*ORGAN)[:1]
)


def top_congress() -> Organ | None:
    """Whose platform this is: the congress without another one above it. Each citizen page asks."""
    return next((Organ.from_db("default", ORGAN, row) for row in _top.rows()), None)
