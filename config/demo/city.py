"""The rest of 东湖市 around the cast: districts, townships, departments, stations and about 300 deputies of five levels.

Names are put together by rule from common characters and belong to nobody; phones go on from 19900001001.
"""

# ruff: noqa: E501 - a table is read by its lines

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Organ, Post, Region, User
from accounts.states import Level, OrganKind, Role
from config.demo.cast import Cast, build_cast
from deputies import workflow as deputies
from deputies.models import Group, Plenary, Seat, Term
from deputies.states import GroupKind
from ground import trees
from ground.pinyin import pinyin_of
from stations import workflow as stations
from stations.models import Venue, VenuePost
from stations.states import VenueKind

# county-level: code of region, name, short name of its congress' code, its towns as (region, name, kind, code)
COUNTIES = (
    ("990101", "南湖区", "nh", (("990101002", "南桥街道", "street", "nq"), ("990101003", "湖东街道", "street", "hd"))),
    ("990102", "岭西区", "lx", (("990102001", "石桥街道", "street", "sq"), ("990102101", "松林镇", "town", "sl"), ("990102102", "西坡镇", "town", "xp"))),
    ("990121", "白桦县", "bhx", (("990121101", "白桦镇", "town", "bhz"), ("990121102", "河湾镇", "town", "hw"))),
    ("990122", "青禾县", "qhx", (("990122101", "青禾镇", "town", "qh"), ("990122102", "梨园乡", "town", "ly"))),
)  # fmt: skip
VILLAGES = ("东社区", "西社区", "新村")

# code, name, short name of the departments of the city's government beside the cast's
DEPARTMENTS = (
    ("dh-fgw", "发展和改革委员会", "市发改委"), ("dh-kjj", "科学技术局", "市科技局"), ("dh-gxj", "工业和信息化局", "市工信局"),
    ("dh-gaj", "公安局", "市公安局"), ("dh-mzj", "民政局", "市民政局"), ("dh-sfj", "司法局", "市司法局"),
    ("dh-czj", "财政局", "市财政局"), ("dh-rsj", "人力资源和社会保障局", "市人社局"), ("dh-zrj", "自然资源局", "市自然资源局"),
    ("dh-hbj", "生态环境局", "市生态环境局"), ("dh-slj", "水利局", "市水利局"), ("dh-nyj", "农业农村局", "市农业农村局"),
    ("dh-swj", "商务局", "市商务局"), ("dh-wlj", "文化和旅游局", "市文旅局"), ("dh-wjw", "卫生健康委员会", "市卫健委"),
    ("dh-yjj", "应急管理局", "市应急局"), ("dh-tyj", "退役军人事务局", "市退役军人局"), ("dh-sjj", "审计局", "市审计局"),
    ("dh-scj", "市场监督管理局", "市市场监管局"), ("dh-tij", "体育局", "市体育局"), ("dh-cgj", "城市管理局", "市城管局"),
    ("dh-ybj", "医疗保障局", "市医保局"), ("dh-ylj", "园林绿化局", "市园林局"), ("dh-xfj", "信访局", "市信访局"),
    ("dh-dsj", "大数据发展管理局", "市大数据局"), ("dh-lcj", "林业局", "市林业局"), ("dh-zfj", "住房公积金管理中心", "市公积金中心"),
)  # fmt: skip

SURNAMES = "林郑谢宋唐许邓韩冯曹彭曾萧田董潘袁于蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
FIRST = "春夏秋冬晓雨云山川河海松柏竹兰梅文明学思志立永长安宁和平"
SECOND = "生根来田园青远清泉溪波涛林森禾苗禾瑞祥丰收成达顺庆"
WARDS = ("第一选区", "第二选区", "第三选区", "第四选区", "第五选区")
JOBS = (
    "农业技术推广站技术员",
    "中心小学教师",
    "卫生院医生",
    "种植合作社负责人",
    "社区工作者",
    "制造企业工程师",
    "个体工商户",
    "律师事务所律师",
    "物流企业职工",
    "养老服务中心护理员",
)
SKILLS = ("农业、农村", "教育", "医疗卫生", "产业发展", "社区治理", "安全生产", "市场经营", "法律", "交通", "养老")


def made_name(n: int) -> str:
    """The n-th made name; 2- and 3-character ones."""
    surname = SURNAMES[n * 7 % len(SURNAMES)]
    first, second = FIRST[n * 11 % len(FIRST)], SECOND[(n * 5 + n // len(SURNAMES)) % len(SECOND)]
    return surname + (second if n % 6 == 0 else first + second)


@dataclass
class City:
    """The whole city, with what stories ask for at hand."""

    cast: Cast
    numbers: Any = field(default_factory=lambda: count(1001))
    heads: dict[int, User] = field(default_factory=dict)  # venue → head
    workers: dict[int, User] = field(default_factory=dict)
    offices: dict[int, tuple[User, User]] = field(default_factory=dict)  # congress or committee → clerk, lead
    units: dict[int, tuple[User, User]] = field(default_factory=dict)  # unit → clerk, lead
    stations: list[Venue] = field(default_factory=list)  # that take opinions in
    seats: dict[int, list[Seat]] = field(default_factory=dict)  # congress → seats
    stationed: dict[int, list[Seat]] = field(default_factory=dict)  # venue → seats
    password: str = field(default_factory=lambda: make_password(None))

    def user(self) -> User:
        n = next(self.numbers)
        name = made_name(n)
        phone = f"1990000{n:04}"
        return User.objects.by_phone(phone) or User.objects.make(
            phone, name, pinyin=pinyin_of(name), is_demo=True, password=self.password
        )

    def post(self, organ: Organ, *roles: str, title: str = "") -> User:
        user = self.user()
        since = self.cast.terms["dh-rd"].opens_on
        for role in roles:
            Post.objects.get_or_create(
                user=user, organ=organ, role=role, until=None, defaults={"title": title, "since": since}
            )
        return user


def build_city(password: str) -> City:
    """The cast first, then everything around it; what is there already is looked up, not made again."""
    cast = build_cast(password)
    city = City(cast)
    _the_casts_own(city)
    _departments(city)
    for region, name, code, towns in COUNTIES:
        _county(city, region, name, code, towns)
    _higher_congresses(city)
    _deputies(city, cast.organs["dh-rd"], cast.terms["dh-rd"], 84)
    _deputies(city, cast.organs["qs-rd"], cast.terms["qs-rd"], 12, at=cast.venues["S00001"])
    _villages(city)
    return city


def _the_casts_own(city: City) -> None:
    cast = city.cast
    rd, venue = cast.organs["dh-rd"], cast.venues["S00001"]
    city.offices |= {
        rd.pk: (cast.chen, cast.sun),
        cast.organs["qs-rd"].pk: (cast.han, cast.han),
        cast.organs["bh-gw"].pk: (cast.feng, cast.feng),
    }
    city.units |= {
        cast.organs["dh-zjj"].pk: (cast.gao, cast.zheng),
        cast.organs["dh-jyj"].pk: (cast.he, cast.luo),
        cast.organs["dh-jtj"].pk: (cast.ding, cast.ye),
        cast.organs["qs-gov"].pk: (cast.deng, cast.deng),
    }
    city.heads[venue.pk], city.workers[venue.pk] = cast.wu, cast.zhou
    city.stations.append(venue)
    city.stationed[venue.pk] = [cast.seats[code] for code in ("D00001", "D00002", "D00005")]


def _organ(city: City, code: str, name: str, short: str, kind: str, level: str, region: Region, parent: Organ | None,
           congress: Organ | None = None, phone: str = "") -> Organ:  # fmt: skip
    organ = city.cast.organs.get(code) or Organ.objects.filter(code=code).first()
    if organ is None:
        organ = Organ(code=code, name=name, short_name=short, kind=kind, level=level, region=region, parent=parent,
                      phone=phone, duty_phone=phone)  # fmt: skip
        trees.plant(organ)
        organ.congress = congress or organ
        organ.save(update_fields=["congress"])
    city.cast.organs[code] = organ
    return organ


def _departments(city: City) -> None:
    cast = city.cast
    for n, (code, name, short) in enumerate(DEPARTMENTS):
        organ = _organ(city, code, f"东湖市{name}", short, OrganKind.DEPARTMENT, Level.CITY, cast.regions["9901"],
                       cast.organs["dh-gov"], cast.organs["dh-rd"], f"0990-82{n + 40:02}001")  # fmt: skip
        city.units[organ.pk] = (
            city.post(organ, Role.HANDLER_CLERK, title="办公室干部"),
            city.post(organ, Role.HANDLER_LEAD, title="副职领导"),
        )


def _region(city: City, code: str, name: str, level: str, parent: str) -> Region:
    above = city.cast.regions.get(parent) or Region.objects.get(code=parent)
    region, _ = Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": level, "parent": above, "path": f"{above.path}{code}."}
    )
    city.cast.regions[code] = region
    return region


def _term(congress: Organ, ordinal: int, like: Term) -> Term:
    """The congress's term, running beside the city's, with its plenaries."""
    term, made = Term.objects.get_or_create(congress=congress, ordinal=ordinal, defaults={"opens_on": like.opens_on})
    if made:
        for plenary in like.plenaries.all():
            Plenary.objects.create(term=term, ordinal=plenary.ordinal, opens_on=plenary.opens_on - timedelta(days=10), closes_on=plenary.closes_on - timedelta(days=11))  # fmt: skip
    return term


def _county(city: City, code: str, name: str, short: str, towns: tuple[tuple[str, str, str, str], ...]) -> None:
    cast = city.cast
    region = _region(city, code, name, "county", "9901")
    congress = _organ(city, f"{short}-rd", f"东湖市{name}人民代表大会常务委员会", f"{name}人大常委会", OrganKind.CONGRESS,
                      Level.COUNTY, region, cast.organs["dh-rd"], phone="0990-8600001")  # fmt: skip
    government = _organ(city, f"{short}-gov", f"东湖市{name}人民政府", f"{name}政府", OrganKind.GOVERNMENT, Level.COUNTY,
                        region, congress, congress, "0990-8600101")  # fmt: skip
    clerk = cast.liu if short == "lx" else city.post(congress, Role.DWC_CLERK, title="代表工委干部")
    city.offices[congress.pk] = (clerk, city.post(congress, Role.DWC_LEAD, title="代表工委主任"))
    handler = city.post(government, Role.GOV_OFFICE, Role.HANDLER_CLERK, Role.HANDLER_LEAD, title="区县政府办公室主任")
    city.units[government.pk] = (handler, handler)
    term = cast.terms.get(f"{short}-rd") or _term(congress, 17, cast.terms["dh-rd"])
    _deputies(city, congress, term, 24)
    if short == "nh":
        station = cast.venues["S00002"]
        street = cast.organs["bh-jdb"]
        person = city.post(street, Role.GOV_OFFICE, Role.HANDLER_CLERK, Role.HANDLER_LEAD, title="街道办事处主任")
        city.units[street.pk] = (person, person)
        _man(city, station, [cast.seats["D00003"], *city.seats[congress.pk][:3]])
    for n, (town, town_name, kind, town_code) in enumerate(towns):
        _town(city, town, town_name, kind, town_code, congress, name, n)


def _town(city: City, code: str, name: str, kind: str, short: str, county: Organ, county_name: str, n: int) -> None:
    region = _region(city, code, name, "town", code[:6])
    if kind == "street":
        organ = _organ(city, f"{short}-gw", f"{county_name}人大常委会{name}工作委员会", f"{name}人大工委", OrganKind.STREET,
                       Level.TOWN, region, county, county, "0990-8610001")  # fmt: skip
        person = city.post(organ, Role.DWC_CLERK, Role.DWC_LEAD, title="街道人大工委主任")
        seats = city.seats[county.pk][4 + n * 4 : 8 + n * 4]
        own = county
    else:
        organ = own = _organ(city, f"{short}-rd", f"{name}人民代表大会", f"{name}人大", OrganKind.CONGRESS, Level.TOWN,
                             region, county, phone="0990-8610001")  # fmt: skip
        person = city.post(organ, Role.DWC_CLERK, Role.DWC_LEAD, title="镇人大主席")
        _deputies(city, organ, _term(organ, 16, city.cast.terms["dh-rd"]), 9)
        seats = city.seats[organ.pk][:4]
    city.offices[organ.pk] = (person, person)
    government = _organ(city, f"{short}-gov", f"{name}人民政府" if kind == "town" else f"{name}办事处",
                        f"{name}政府" if kind == "town" else f"{name}办事处", OrganKind.GOVERNMENT, Level.TOWN, region,
                        organ, own, "0990-8610101")  # fmt: skip
    handler = city.post(government, Role.GOV_OFFICE, Role.HANDLER_CLERK, Role.HANDLER_LEAD, title="党政办主任")
    city.units[government.pk] = (handler, handler)
    venue = _venue(city, f"{name}中心联络站", VenueKind.CENTER_STATION, organ, region, n)
    _man(city, venue, seats)


def _venue(
    city: City, name: str, kind: str, organ: Organ, region: Region, n: int, parent: Venue | None = None
) -> Venue:
    return Venue.objects.filter(name=name).first() or stations.found(
        name, by=city.cast.sun, kind=kind, organ=organ, region=region, parent=parent, address=f"{region.name}便民服务中心一楼",
        phone="0990-8610011", reception=("每周一上午", "每周三上午", "每周五下午")[n % 3],
        lng=118.30 + (organ.pk * 13 % 40) / 100 + n / 500, lat=30.40 + (organ.pk * 7 % 30) / 100 + n / 700,
    )  # fmt: skip


def _man(city: City, venue: Venue, seats: list[Seat]) -> None:
    """Puts a worker, a head and deputies into a station."""
    since = city.cast.terms["dh-rd"].opens_on
    for people, role in ((city.workers, VenuePost.Role.STAFF), (city.heads, VenuePost.Role.HEAD)):
        people[venue.pk] = city.user()
        VenuePost.objects.get_or_create(
            venue=venue, user=people[venue.pk], role=role, until=None, defaults={"since": since}
        )
    for seat in seats:
        stations.station(seat, at=venue, since=seat.since)
    city.stations.append(venue)
    city.stationed[venue.pk] = list(seats)


def _villages(city: City) -> None:
    """Village stations and points below the central ones: what is said at a point goes to its station."""
    for n, station in enumerate(list(city.stations)):
        for k, suffix in enumerate(VILLAGES[: 2 + n % 2]):
            town = station.region.name.rstrip("镇乡") if station.region.level == "town" else station.region.name
            region = _region(
                city,
                f"{station.region.code}{301 + k}",
                f"{town.removesuffix('街道')}{suffix}",
                "village",
                station.region.code,
            )
            kind = VenueKind.POINT if k else VenueKind.VILLAGE_STATION
            name = f"{region.name}{'联系点' if k else '联络站'}"
            venue = _venue(city, name, kind, station.organ, region, k, parent=station)
            if kind == VenueKind.VILLAGE_STATION and venue.pk not in city.workers:
                _man(city, venue, city.stationed[station.pk][:1])


def _higher_congresses(city: City) -> None:
    """Deputies of the province and the nation who live here: their congresses stand beside the city's tree."""
    province = city.cast.regions["99"]
    for code, name, short, level, ordinal, many in (
        ("yh-rd", "云海省人民代表大会常务委员会", "省人大常委会", Level.PROVINCE, 14, 8),
        ("qg-rd", "全国人民代表大会常务委员会", "全国人大常委会", Level.NATION, 14, 2),
    ):
        congress = _organ(city, code, name, short, OrganKind.CONGRESS, level, province, None)
        keeper = city.post(congress, Role.DWC_LEAD, title="代表资格登记")
        _deputies(city, congress, _term(congress, ordinal, city.cast.terms["dh-rd"]), many, keeper=keeper)


def _deputies(
    city: City, congress: Organ, term: Term, many: int, at: Venue | None = None, keeper: User | None = None
) -> None:
    """So many deputies with an account, a delegation each dozen, confirmed by the city's congress office, or by `keeper`."""
    by = keeper or city.cast.sun
    here = city.seats.setdefault(congress.pk, [])
    seated = {
        seat.deputy.user_id: seat
        for seat in Seat.objects.filter(term=term).select_related("deputy__user", "organ", "term")
    }
    for n in range(many):
        user = city.user()
        seat = seated.get(user.pk)
        if seat is None:
            delegation, _ = Group.objects.get_or_create(
                name=f"{('第一', '第二', '第三', '第四', '第五', '第六', '第七')[n // 12]}代表团",
                organ=congress,
                defaults={"kind": GroupKind.DELEGATION},
            )
            deputy = deputies.enrol(
                user.name, user=user, occupation=JOBS[n % len(JOBS)], skills=SKILLS[n % len(SKILLS)]
            )
            seat = deputies.elect(deputy, by=by, term=term, since=term.opens_on, delegation=delegation,
                                  constituency=f"{congress.region.name}{WARDS[n % len(WARDS)]}")  # fmt: skip
            deputies.seat(seat, by=by, on=term.opens_on)
        here.append(seat)
        if at is not None and n < 3:
            stations.station(seat, at=at, since=seat.since)
