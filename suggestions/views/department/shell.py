"""The frame of 办理台: for whom one acts, which places one has there, and how much waits in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Organ
from ground.errors import Forbidden
from stations.models import Venue
from suggestions import boards
from suggestions.queries import desk as queries


@dataclass(frozen=True)
class Place:
    """One entry of the side list."""

    url: str
    icon: str
    label: str
    count: int = 0
    late: bool = False


class Desk:
    """What a person acts for on the desk: units, a government's office, stations, all of one's posts together."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.is_unit = bool(queries.units_of(user))
        self.is_government = bool(queries.governments_of(user))
        self.is_station = bool(queries.venues_of(user))
        self.is_liaison_alone = queries.is_liaison_alone(user)

    @cached_property
    def tallies(self) -> dict[str, int]:
        return queries.tallies(self.user)

    @cached_property
    def names(self) -> list[str]:
        """Every organ and station one acts for, by its short name."""
        posts = [post.organ_id for post in self.user.facts.posts if post.role in queries.DESK]
        organs = [str(organ) for organ in Organ.objects.filter(pk__in=posts).order_by("pk")]
        return organs + [venue.name for venue in self.venues]

    @cached_property
    def venues(self) -> list[Venue]:
        return list(Venue.objects.filter(pk__in=queries.venues_of(self.user)).select_related("organ").order_by("code"))

    @property
    def name(self) -> str:
        return self.names[0] + (f" 等 {len(self.names)} 处" if len(self.names) > 1 else "") if self.names else ""

    @cached_property
    def places(self) -> list[Place]:
        """Only what one's posts open."""
        n = self.tallies
        found = [Place(reverse("department:home"), "list-checks", "办理台")]
        if self.is_station:
            found += [
                Place(reverse("department:reception"), "users-round", "接待台"),
                Place(reverse("department:opinion-file"), "file-plus", "代为登记"),
                Place(reverse("department:screening"), "file-check", "待审核", n["screening"]),
                Place(reverse("department:tellings"), "phone-call", "待告知", n["telling"]),
            ]
            found.append(Place(reverse("department:posters"), "printer", "打印"))
        if self.is_government:
            found.append(Place(reverse("department:dispatch"), "split", "分办台", n["dispatch"] + n["objections"]))
        if self.is_unit:
            found.append(Place(reverse("department:suggestions"), "file-text", "代表建议", n["sign"]))
        if self.is_unit or self.is_station:
            found.append(Place(reverse("department:opinions"), "message-square", "群众意见", n["referrals"]))
        found += [
            Place(reverse(f"department:{entry.name}"), entry.icon, entry.label, entry.count(self.user))
            for entry in boards.desk_entries(self.user)
        ]
        if self.is_unit or self.is_station or self.is_government:
            found.append(Place(reverse("department:statistics"), "bar-chart-3", "统计"))
        unread = self.user.notices.unread().count()
        found.append(Place(reverse("department:notices"), "bell", "消息", unread))
        found.append(Place(reverse("department:devices"), "smartphone", "我绑定的手机"))
        return found


def desk_of(request: HttpRequest) -> Desk:
    """The desk of whoever is signed in, made once for each request."""
    if not hasattr(request, "desk"):
        request.desk = Desk(request.user)  # type: ignore[attr-defined]
    return request.desk  # type: ignore[attr-defined]


def only_for(request: HttpRequest, *kinds: str) -> Desk:
    """The desk, where one of the person's posts opens this page: unit, government, station."""
    desk = desk_of(request)
    if not any(getattr(desk, f"is_{kind}") for kind in kinds):
        raise Forbidden("您的岗位没有这一页。")
    return desk


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"department/{template}.html", {"desk": desk_of(request), **context}, status=status)


def pills(
    request: HttpRequest, tabs: queries.Tabs, counts: Mapping[str, int], *, here: str | None = None
) -> list[dict[str, Any]]:
    """The tabs above a list, with how many wait in each; other filters are kept, the page is not. `here` is the open one
    where the address does not say."""
    codes = [code for code, *_ in tabs]
    chosen = request.GET.get("tab", "") if here is None else here
    shown = []
    for code, label, *_ in tabs:
        query = request.GET.copy()
        for gone in ("cursor", "tab"):
            query.pop(gone, None)
        if code:
            query["tab"] = code
        is_open = code == (chosen if chosen in codes else codes[0])
        shown.append(
            {"url": f"?{query.urlencode()}", "label": label, "count": counts.get(f"tab_{code}"), "here": is_open}
        )
    return shown
