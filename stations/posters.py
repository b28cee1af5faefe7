"""代表码、站点码海报: what stands on each sheet, and the sheets as PDF and picture (ui.md §9).

A sheet is read from the deputy or venue of a poster as it is today; only the poster's id is remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, TextChoices
from django.http import HttpResponse
from django.template.defaultfilters import truncatechars as truncate
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe

from accounts.queries import within
from accounts.rules import DWC, prefixes
from deputies import codes
from deputies.models import Deputy, Poster, Seat
from deputies.posters import issue
from deputies.states import PosterSize, SeatState
from ground import paper
from ground.codes import qr_paper
from ground.errors import Invalid, NotVisible
from stations.models import Venue
from stations.queries import station_of, station_of_deputy, with_stations
from stations.states import VenueState

AT_ONCE = 8  # sheets that a request draws: beyond it a job does
PAGES = 50  # drawn at once: memory is bounded by them, whatever the size of the city
PICTURE = 1080  # pixels across: sharp on a phone, small enough to be sent on
MOST_LINES = 3
LONG, LONGER = 6, 12  # characters of a name from which it is set smaller


@dataclass(frozen=True)
class Sheet:
    """One poster in words; `station`, `address`, `hours` and `phone` may be empty, the rest never is."""

    poster: Poster
    code: str
    organ: str  # the congress whose deputy it is, or whose venue
    name: str
    lines: list[str]
    label: str  # 代表码 | 站点码
    url: str
    slogan: str = "有事找代表"
    station: str = ""
    address: str = ""
    hours: str = ""
    phone: str = ""

    @property
    def length(self) -> str:
        """How the name is set: "" | long | longer."""
        return "longer" if len(self.name) > LONGER else "long" if len(self.name) > LONG else ""

    @property
    def where(self) -> str:
        """The address, as much of it as the sheet has room for."""
        return truncate(self.address, 48 if self.poster.size == PosterSize.A6 else 120)

    @property
    def host(self) -> str:
        return settings.PUBLIC_URL.partition("://")[2]

    @property
    def undrawable(self) -> str:
        """The characters on it that no font of the machine has."""
        words = (self.organ, self.name, *self.lines, self.station, self.address, self.hours, self.poster.place)
        return paper.undrawable("".join(words))

    @property
    def qr(self) -> SafeString:
        return mark_safe(qr_paper(self.url))  # noqa: S308 drawn by us


def sheets(posters: Iterable[Poster]) -> list[Sheet]:
    """What stands on each poster, in their order. Raises NotVisible for a deputy without a seat or a venue that closed."""
    posters = list(posters)
    wanted = [poster.target_id for poster in posters]
    deputies = {deputy.code: deputy for deputy in with_stations(Deputy.objects.filter(code__in=wanted))}
    venues = {venue.code: venue for venue in Venue.objects.filter(code__in=wanted).with_parts()}
    return [
        _of_deputy(poster, deputies[poster.target_id])
        if poster.target_id in deputies
        else _of_venue(poster, venues[poster.target_id])
        for poster in posters
    ]


def _of_deputy(poster: Poster, deputy: Deputy) -> Sheet:
    seats = deputy.serving_seats
    if not seats:
        raise NotVisible(f"{deputy.name}（{deputy.code}）现在没有任职，不能印代表码。")
    station = station_of_deputy(deputy)
    return Sheet(
        poster, deputy.code, _congress(seats[0].organ), deputy.name, [line_of(seat, len(seats) > 1) for seat in seats[:MOST_LINES]],
        "代表码", _url(poster, "deputy"), station=station.name if station else "",
        address=station.address if station else "", hours=station.reception if station else "",
        phone=(station and station.phone) or seats[0].organ.phone,
    )  # fmt: skip


def line_of(seat: Any, with_post: bool) -> str:
    """Group and constituency of a seat, after its congress where there are several: 清水代表团，第三选区."""
    where = "，".join(filter(None, (seat.delegation and seat.delegation.name, seat.constituency)))
    return "　".join(filter(None, (seat.post if with_post or not where else "", where)))


def _of_venue(poster: Poster, venue: Venue) -> Sheet:
    station = station_of(venue)
    if station is None or venue.state != VenueState.OPEN:
        raise NotVisible(f"{venue.name}（{venue.code}）已关闭，不能印站点码。")
    return Sheet(
        poster, venue.code, _congress(venue.organ), venue.name, [venue.get_kind_display()], "站点码", _url(poster, "venue"),
        station="" if station == venue else f"由{station.name}接收", address=venue.address or station.address,
        hours=venue.reception or station.reception, phone=venue.phone or station.phone or venue.organ.phone,
    )  # fmt: skip


def _congress(organ: Any) -> str:
    """Deputies sit in the congress, whose standing committee keeps the house."""
    return organ.name.removesuffix("常务委员会")


def _url(poster: Poster, kind: str) -> str:
    return f"{settings.PUBLIC_URL}/{codes.LETTERS[kind]}/{poster.target_id}/?p={poster.pk}"


def pdf(posters: Iterable[Poster]) -> bytes:
    """A page for each, in their order; not more than `PAGES` at once. Raises NoFont rather than print boxes."""
    return drawn(sheets(posters))


def drawn(shown: list[Sheet]) -> bytes:
    return paper.pdf("print/posters.html", {"sheets": shown})


def png(poster: Poster) -> bytes:
    """One poster as a picture, to be kept by a long press and sent on."""
    return paper.png(pdf([poster]), width=PICTURE)


def answer(wanted: list[str], *, size: str, place: str, by: Any, kind: str = "pdf") -> HttpResponse:
    """Issues posters for a few codes and answers them as a file: one PDF, or a picture (`kind` png) where it is one code.

    Raises Invalid for several codes as one picture, or for more than a request has time for.
    """
    if len(wanted) > AT_ONCE:
        raise Invalid("codes", f"一次最多 {AT_ONCE} 张，请分几次印；整站、全市的请人大工作台统一印制。")
    if kind == "png" and len(wanted) != 1:
        raise Invalid("codes", "图片一次只能存一张，请只选一个。")
    issued = issue(organs_of(wanted), size=size, place=place, by=by)
    return file_of([issued[code] for code in wanted if code in issued], "png" if kind == "png" else "pdf")


def file_of(posters: list[Poster], kind: str) -> HttpResponse:
    """The posters as a file to be saved: one PDF, or the picture of the first one."""
    first, n = posters[0], len(posters)
    name = f"{first.target_id}{f' 等 {n} 张' if n > 1 else ''} {first.size.upper()}.{kind}"
    content, mime = (png(first), "image/png") if kind == "png" else (pdf(posters), paper.MIME)
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=mime, headers=headers)


def names_of(wanted: Iterable[str]) -> dict[str, str]:
    """code → the name of its deputy or venue."""
    wanted = list(wanted)
    return dict(Deputy.objects.filter(code__in=wanted).values_list("code", "name")) | dict(
        Venue.objects.filter(code__in=wanted).values_list("code", "name")
    )


# -- whose ------------------------------------------------------------------------------------------------------------


class What(TextChoices):
    CODES = "codes", "只印这几个码"
    STATIONS = "stations", "这几个站点和进站代表"
    GROUP = "group", "一个代表团、代表小组的代表"
    DEPUTIES = "deputies", "一级人大的全部代表（含所辖各级）"
    VENUES = "venues", "一级人大的全部站点（含所辖各级）"


def chosen(what: str, of: Any, *, by: Any) -> list[str]:
    """The codes that are meant, as they are handed out, within what `by` keeps.

    `of` is a list of codes (codes, stations), the id of a group, or the path of an organ.
    """
    paths = prefixes(by, *DWC)
    deputies = Deputy.objects.with_seat(within(paths), state=SeatState.ACTIVE)
    venues = Venue.objects.open().under(paths)
    if what == What.CODES:
        deputies, venues = deputies.filter(code__in=of), venues.filter(code__in=of)
    elif what == What.STATIONS:
        venues = venues.filter(code__in=of)
        deputies = deputies.with_seat(venues__until=None, venues__venue__in=venues.values("pk"), state=SeatState.ACTIVE)
    elif what == What.GROUP:
        member = Q(delegation=of) | Q(memberships__group=of)
        deputies, venues = deputies.with_seat(member, state=SeatState.ACTIVE), venues.none()
    elif what == What.DEPUTIES:
        deputies, venues = deputies.with_seat(organ__path__startswith=of, state=SeatState.ACTIVE), venues.none()
    else:
        deputies, venues = deputies.none(), venues.filter(organ__path__startswith=of)
    return handed_out(deputies, venues)


def at_stations(venues: list[Venue]) -> list[str]:
    """The codes a station's own people print: of the stations, the places below them and the deputies stationed there."""
    below = Q(pk__in=[])
    for venue in venues:
        below |= Q(path__startswith=venue.path)
    places = Venue.objects.open().filter(below)
    stationed = {"venues__until": None, "venues__venue__in": places.values("pk")}
    return handed_out(Deputy.objects.with_seat(state=SeatState.ACTIVE, **stationed), places)


def organs_of(wanted: Iterable[str]) -> dict[str, int]:
    """code → the organ it belongs to: of a deputy the congress of the highest seat; codes of nobody are left out."""
    wanted = list(wanted)
    seats = Seat.objects.active().filter(deputy__code__in=wanted).order_by("-organ__path")
    found = dict(seats.values_list("deputy__code", "organ")) | dict(
        Venue.objects.open().filter(code__in=wanted).values_list("code", "organ")
    )
    return {code: found[code] for code in wanted if code in found}


def handed_out(deputies: Any, venues: Any) -> list[str]:
    """The codes of these deputies and venues as they are handed out: town by town, station by station, the station's own
    code before its deputies'; whoever has no station comes last, by congress."""
    keyed = [_key(venue.organ.path, station_of(venue) or venue, 0, venue.code) for venue in venues.with_parts()]
    for deputy in with_stations(deputies).order_by("pk").iterator(chunk_size=500):
        if deputy.serving_seats:
            keyed.append(_key(deputy.serving_seats[0].organ.path, station_of_deputy(deputy), 1, deputy.code))
    return [key[-1] for key in sorted(keyed)]


def _key(path: str, station: Venue | None, rank: int, code: str) -> tuple[bool, str, str, int, str]:
    """Town (the region of the station), station, station before deputies, code."""
    town = (station.region_id or "") if station else path
    return (station is None, town, station.code if station else "", rank, code)
