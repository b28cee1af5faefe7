"""The table of venues, and the column of the table of seats that says at which venues a deputy is stationed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from import_export.fields import Field
from import_export.widgets import Widget

from accounts.models import Organ, Region
from accounts.states import OrganKind
from deputies import codes
from deputies.models import CodeTarget, Seat
from deputies.tables import printed, several
from ground import clock, trees
from ground.errors import Forbidden
from ground.tables import NOT_YOURS, Decimal, Labels, Line, Lookup, Progress, TableResource, columns_of
from ground.undoing import Obstacle, Record
from stations import workflow
from stations.models import Venue, VenueDeputy
from stations.states import VenueKind, VenueState


class VenueResource(TableResource):
    code = Field("code", "站点码", Widget())
    kind = Field("kind", "类别", Labels(VenueKind))
    name = Field("name", "名称", Widget())
    organ = Field("organ", "所属人大代码", Lookup(Organ))
    region = Field("region", "区划代码", Lookup(Region))
    parent = Field("parent", "上级站点码", Lookup(Venue, names=("name",)))
    address = Field("address", "地址", Widget())
    phone = Field("phone", "电话", Widget())
    reception = Field("reception", "接待时间", Widget())
    lng = Field("lng", "经度", Decimal())
    lat = Field("lat", "纬度", Decimal())
    state = Field("state", "状态", Labels(VenueState), readonly=True)

    required = ("类别", "名称", "所属人大代码")
    related = ("organ", "region", "parent")
    parent_column = "上级站点码"
    name_columns = ("名称",)
    hints = {
        "站点码": "新站点留空，自动发码，终身不变；已有站点填他的码。",
        "所属人大代码": "人大或街道人大工委的代码。",
        "上级站点码": "上级站点的码或全称；上级可以在同一个文件里，先后不论。",
        "经度": "可以不填，填了能按远近查找（WGS84）。",
    }
    examples = {
        "类别": "中心联络站",
        "名称": "清水镇中心联络站",
        "所属人大代码": "qs-rd",
        "区划代码": "990100101",
        "地址": "清水镇人民路 18 号",
        "电话": "0990-8500011",
        "接待时间": "每周三 9:00—11:30",
    }

    class Meta:
        model = Venue
        import_id_fields = ("code",)
        fields = ("code", "kind", "name", "organ", "region", "parent", "address", "phone", "reception", "lng", "lat",
                  "state")  # fmt: skip

    def prepare(self, lines: list[Line]) -> None:
        super().prepare(lines)
        typed = {line.text("站点码") for line in lines if line.text("站点码")}
        self.given = set(CodeTarget.objects.filter(pk__in=typed).values_list("pk", flat=True))
        organs = Organ.objects.filter(code__in={line.text("所属人大代码") for line in lines})
        self.named: dict[tuple[int, str], str] = {}
        for organ, name, code in Venue.objects.open().filter(organ__in=organs).values_list("organ_id", "name", "code"):
            self.named[organ, name] = code

    def adapt(self, line: Line) -> None:
        venue = line.instance
        if venue.organ.kind not in (OrganKind.CONGRESS, OrganKind.STREET):
            line.wrong("所属人大代码", f"{venue.organ}不是人大或街道人大工委。")
        if venue.parent is venue:
            line.wrong("上级站点码", "上级不能是它自己。")
        if venue.lng is not None and not -180 <= venue.lng <= 180:
            line.wrong("经度", "经度在 -180 到 180 之间。")
        if venue.lat is not None and not -90 <= venue.lat <= 90:
            line.wrong("纬度", "纬度在 -90 到 90 之间。")
        if venue.pk is None and venue.code:
            codes.check_form(venue.code)
            if venue.code in self.given:
                line.wrong("站点码", f"{venue.code} 已经停用，不会再发。请留空，系统会发新码。")
        twin = self.named.get((venue.organ_id, venue.name))
        if venue.pk is None and twin:
            line.notes.append(f"{venue.organ}已有同名站点（{twin}）。是同一处请填站点码，免得建两个。")
        if venue.pk is None:
            if (venue.organ_id, venue.name) in self.seen_names:
                line.notes.append(f"与第 {self.seen_names[venue.organ_id, venue.name]} 行同名。")
            self.seen_names.setdefault((venue.organ_id, venue.name), line.no)

    def examine(self, lines: list[Line], **kwargs: Any) -> None:
        self.seen_names: dict[tuple[int, str], int] = {}
        super().examine(lines, **kwargs)

    def save_new(self, lines: list[Line], progress: Progress) -> None:
        workflow.found_all([line.instance for line in lines], by=self.user)
        for line in lines:
            line.record.made(line.instance)
        progress(len(lines))

    def do_instance_save(self, instance: Venue, is_create: bool) -> None:
        trees.plant(instance)

    def in_the_way(self, records: dict[int, Record]) -> list[Obstacle]:
        made = {pk: no for no, one in records.items() for label, pk, _ in one.rows_made if label == "stations.venue"}
        return printed({code: made[pk] for code, pk in Venue.objects.filter(pk__in=made).values_list("code", "pk")})

    def before_removal(self, removed: dict[type[Model], list[Any]]) -> None:
        codes.retire_venues(list(Venue.objects.filter(pk__in=removed.get(Venue, [])).values_list("code", flat=True)))


class StationedColumn:
    """进站站点码: the venues a seat is stationed at, by code or by name, several with 、 between."""

    column = "进站站点码"
    hint = "代表进驻的站点的码或全称，几个用顿号分开；要先导入站点。"
    example = "S00001"

    def prepare(self, texts: Iterable[str], seats: list[Seat]) -> None:
        wanted = {name for text in texts for name in several(text)}
        self.venues: dict[str, list[Venue]] = defaultdict(list)
        for venue in Venue.objects.open().filter(name__in=wanted).select_related("organ") if wanted else ():
            self.venues[venue.name].append(venue)
        for venue in Venue.objects.open().filter(code__in=wanted).select_related("organ") if wanted else ():
            self.venues[venue.code] = [venue]
        self.stands: dict[int, list[VenueDeputy]] = defaultdict(list)
        rows = VenueDeputy.objects.filter(until=None, seat__in=[seat.pk for seat in seats]).select_related("venue")
        for row in rows:
            self.stands[row.seat_id].append(row)

    def shown(self, seat: Seat | None) -> str:
        rows = self.stands.get(seat.pk, ()) if seat is not None and seat.pk else ()
        return "、".join(sorted(row.venue.code for row in rows))

    def read(self, text: str, user: Any) -> tuple[str, list[Venue]]:
        found = []
        for name in several(text):
            venues = self.venues.get(name, [])
            if len(venues) != 1:
                many = f"有 {len(venues)} 个站点叫“{name}”，请填站点码。"
                raise ValueError(many if venues else f"没有“{name}”这个开放的站点，请先导入站点或核对。")
            if not user.has_perm("stations.keep_venue", venues[0]):
                raise Forbidden(NOT_YOURS)
            found += venues
        return "、".join(sorted(venue.code for venue in found)), found

    def write(self, pairs: list[tuple[Seat, list[Venue], Record]], *, by: Any) -> None:
        today, fresh = clock.today(), []
        for seat, venues, record in pairs:
            here = {row.venue_id: row for row in self.stands.get(seat.pk, ())}
            for row in here.values():
                if row.venue_id not in {venue.pk for venue in venues}:
                    before = columns_of(row)
                    row.until = today
                    row.save(update_fields=["until"])
                    record.changed(row, before)
            since = max(seat.since, today) if here else min(seat.since, today)
            fresh += [(VenueDeputy(venue=v, seat=seat, since=since), record) for v in venues if v.pk not in here]
        VenueDeputy.objects.bulk_create([row for row, _ in fresh], batch_size=500)
        for row, record in fresh:
            record.made(row)
