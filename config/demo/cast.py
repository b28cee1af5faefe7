"""The cast of the demonstration city 东湖市: places, organs, people, seats and venues, as tables and one builder.

Everything here is fictional; phones are 1990000xxxx. Region codes begin with 99, which no real division has.
"""

# ruff: noqa: E501 - a table is read by its lines

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Organ, Post, Region, User
from accounts.states import Level, OrganKind, Role
from deputies import workflow as deputies
from deputies.models import Deputy, Group, GroupMembership, Plenary, Seat, Term
from deputies.states import GroupKind
from ground import clock, trees
from ground.pinyin import pinyin_of
from stations import workflow as stations
from stations.models import Venue, VenueDeputy, VenuePost
from stations.states import VenueKind

PASSWORD = "demo-2026"

# code, name, level, parent, whether the code is a national one
REGIONS = (
    ("99", "云海省", "province", "", True),
    ("9901", "东湖市", "city", "99", True),
    ("990101", "南湖区", "county", "9901", True),
    ("990102", "岭西区", "county", "9901", True),
    ("990100101", "清水镇", "town", "9901", True),
    ("990101001", "北河街道", "town", "990101", True),
    ("990102001", "石桥街道", "town", "990102", True),
    ("990100101001", "清水社区", "village", "990100101", True),
    ("990100101201", "柳溪村", "village", "990100101", True),
    ("990100101202", "大湾村", "village", "990100101", True),
    ("990100101203", "杨树坪村", "village", "990100101", True),
    ("990101001001", "北河社区", "village", "990101001", True),
    ("990101001002", "桥东社区", "village", "990101001", True),
    ("990102001001", "石桥社区", "village", "990102001", True),
    # Estates and settlements of which no register knows a code: theirs is made here and never taken for a national one.
    ("X0001", "清水花园小区", "estate", "990100101001", False),
    ("X0002", "杨柳新村", "village", "990100101", False),
    ("X0003", "北河家园小区", "estate", "990101001001", False),
)

# code, name, short name, kind, level, region, parent, the congress it belongs to, telephone
ORGANS = (
    ("dh-rd", "东湖市人民代表大会常务委员会", "市人大常委会", OrganKind.CONGRESS, Level.CITY, "9901", "", "dh-rd", "0990-8100001"),
    ("dh-cjw", "东湖市人大常委会城乡建设与环境资源保护工作委员会", "市人大城建环保委", OrganKind.COMMITTEE, Level.CITY, "9901", "dh-rd", "dh-rd", "0990-8100012"),
    ("dh-gov", "东湖市人民政府", "市政府", OrganKind.GOVERNMENT, Level.CITY, "9901", "dh-rd", "dh-rd", "0990-8200001"),
    ("dh-zjj", "东湖市住房和城乡建设局", "市住建局", OrganKind.DEPARTMENT, Level.CITY, "9901", "dh-gov", "dh-rd", "0990-8210001"),
    ("dh-jyj", "东湖市教育局", "市教育局", OrganKind.DEPARTMENT, Level.CITY, "9901", "dh-gov", "dh-rd", "0990-8220001"),
    ("dh-jtj", "东湖市交通运输局", "市交通局", OrganKind.DEPARTMENT, Level.CITY, "9901", "dh-gov", "dh-rd", "0990-8230001"),
    ("dh-12345", "东湖市 12345 政务服务便民热线", "12345 热线", OrganKind.HOTLINE, Level.CITY, "9901", "dh-gov", "dh-rd", "12345"),
    ("dh-court", "东湖市中级人民法院", "市中级法院", OrganKind.COURT, Level.CITY, "9901", "dh-rd", "dh-rd", "12368"),
    ("nh-rd", "东湖市南湖区人民代表大会常务委员会", "南湖区人大常委会", OrganKind.CONGRESS, Level.COUNTY, "990101", "dh-rd", "nh-rd", "0990-8300001"),
    ("nh-gov", "东湖市南湖区人民政府", "南湖区政府", OrganKind.GOVERNMENT, Level.COUNTY, "990101", "nh-rd", "nh-rd", "0990-8300101"),
    ("lx-rd", "东湖市岭西区人民代表大会常务委员会", "岭西区人大常委会", OrganKind.CONGRESS, Level.COUNTY, "990102", "dh-rd", "lx-rd", "0990-8400001"),
    ("qs-rd", "清水镇人民代表大会", "清水镇人大", OrganKind.CONGRESS, Level.TOWN, "990100101", "dh-rd", "qs-rd", "0990-8500001"),
    ("qs-gov", "清水镇人民政府", "清水镇政府", OrganKind.GOVERNMENT, Level.TOWN, "990100101", "qs-rd", "qs-rd", "0990-8500101"),
    ("bh-gw", "南湖区人大常委会北河街道工作委员会", "北河街道人大工委", OrganKind.STREET, Level.TOWN, "990101001", "nh-rd", "nh-rd", "0990-8310001"),
    ("bh-jdb", "南湖区北河街道办事处", "北河街道办事处", OrganKind.GOVERNMENT, Level.TOWN, "990101001", "bh-gw", "nh-rd", "0990-8310101"),
)  # fmt: skip

# congress, ordinal of the term
TERMS = (("dh-rd", 19), ("nh-rd", 18), ("lx-rd", 16), ("qs-rd", 17))
FIRST_PLENARY, LATEST_PLENARY = 1, 2

# key, the last digits of the phone, name, posts as (organ, role, title)
PEOPLE = (
    ("wang", "001", "王建国", ()),
    ("zhao", "002", "赵慧敏", ()),
    ("li", "003", "李明", ()),
    ("zhang", "004", "张海", ()),
    ("zhou", "011", "周静", ()),
    ("wu", "012", "吴梅", ()),
    ("han", "013", "韩卫", (("qs-rd", Role.DWC_LEAD, "镇人大主席"), ("qs-rd", Role.DWC_CLERK, "镇人大主席"))),
    ("feng", "014", "冯丽", (("bh-gw", Role.DWC_CLERK, "街道人大工委干事"),)),
    ("cao", "015", "曹阳", ()),
    ("chen", "021", "陈立", (("dh-rd", Role.DWC_CLERK, "代表工委干部"),)),
    ("sun", "022", "孙敏", (("dh-rd", Role.DWC_LEAD, "代表工委主任"),)),
    ("liu", "023", "刘强", (("lx-rd", Role.DWC_CLERK, "代表工委干部"),)),
    ("shi", "024", "石建", (("dh-rd", Role.COUNCIL_LEADER, "常委会副主任"),)),
    ("shen", "025", "沈洁", (("dh-cjw", Role.SPECIAL_COMMITTEE, "城建环保委干部"),)),
    ("tang", "026", "唐勇", (("dh-rd", Role.SC_MEMBER, "常委会委员"),)),
    ("gao", "031", "高峰", (("dh-zjj", Role.HANDLER_CLERK, "办公室干部"),)),
    ("zheng", "032", "郑伟", (("dh-zjj", Role.HANDLER_LEAD, "副局长"),)),
    ("he", "033", "何芳", (("dh-jyj", Role.HANDLER_CLERK, "办公室干部"),)),
    ("luo", "034", "罗强", (("dh-jyj", Role.HANDLER_LEAD, "副局长"),)),
    ("ding", "035", "丁洋", (("dh-jtj", Role.HANDLER_CLERK, "办公室干部"),)),
    ("ye", "036", "叶宏", (("dh-jtj", Role.HANDLER_LEAD, "副局长"),)),
    ("ma", "041", "马骏", (("dh-gov", Role.GOV_OFFICE, "市政府办公室干部"),)),
    ("deng", "042", "邓军", (
        ("qs-gov", Role.GOV_OFFICE, "党政办主任"),
        ("qs-gov", Role.HANDLER_CLERK, "党政办主任"),
        ("qs-gov", Role.HANDLER_LEAD, "党政办主任"),
    )),
    ("jiang_min", "051", "蒋敏", (("dh-court", Role.LIAISON, "代表联络员"),)),
    ("cai", "061", "蔡宁", (("dh-rd", Role.SESSION_SECRETARIAT, "大会秘书处议案建议组"),)),
    ("yao", "091", "姚远", (("dh-rd", Role.SYS_ADMIN, "系统管理员"),)),
    ("jiang_xue", "092", "姜雪", (("dh-rd", Role.SEC_ADMIN, "安全管理员"),)),
    ("fan", "093", "范明", (("dh-rd", Role.AUDIT_ADMIN, "审计管理员"),)),
)  # fmt: skip

# code, person, congress, delegation, constituency or electing unit, its divisions, occupation, skills
DEPUTIES = (
    ("D00001", "wang", "dh-rd", "清水代表团", "清水镇", ("990100101",), "清水镇水利站工程师", "水利、农村道路"),
    ("D00002", "zhao", "dh-rd", "清水代表团", "清水镇", ("990100101",), "清水镇中心小学教师", "教育、未成年人保护"),
    ("D00003", "li", "nh-rd", "北河代表团", "北河街道第三选区", ("990101001001", "990101001002"), "北河社区卫生服务中心医生", "医疗卫生、养老"),
    ("D00004", "shi", "dh-rd", "机关代表团", "南湖区", ("990101",), "市人大常委会副主任", "城乡建设"),
    ("D00005", "zhang", "qs-rd", "", "清水镇第二选区", ("990100101201", "990100101202"), "柳溪村种植合作社负责人", "农业、农村"),
    ("D00006", "tang", "dh-rd", "机关代表团", "岭西区", ("990102",), "市人大常委会委员", "财政、审计"),
)  # fmt: skip

# name, kind, congress, members by deputy code, the first one convenes
GROUPS = (
    ("清水代表小组", GroupKind.AREA, "dh-rd", ("D00001", "D00002", "D00005")),
    ("教育专业代表小组", GroupKind.PROFESSIONAL, "dh-rd", ("D00002",)),
    ("北河代表小组", GroupKind.AREA, "nh-rd", ("D00003",)),
)
CONVENERS = ("D00001", "D00004", "D00003")  # of their delegations

# code, kind, name, organ, region, parent, address, telephone, reception, lng, lat
VENUES = (
    ("S00001", VenueKind.CENTER_STATION, "清水镇中心联络站", "qs-rd", "990100101", "", "清水镇人民路 18 号", "0990-8500011", "每周三 9:00—11:30", 118.4212, 30.5120),
    ("S00002", VenueKind.CENTER_STATION, "北河街道中心联络站", "bh-gw", "990101001", "", "北河街道桥东路 6 号", "0990-8310011", "每周二 14:30—17:00", 118.5023, 30.5541),
    ("S00003", VenueKind.POINT, "柳溪村代表联系点", "qs-rd", "990100101201", "S00001", "柳溪村村部", "0990-8500021", "每月 10 日上午", 118.4041, 30.4987),
    ("S00004", VenueKind.POST, "清水镇便民服务中心代表服务岗", "qs-rd", "990100101", "S00001", "清水镇人民路 20 号", "0990-8500022", "工作日", 118.4220, 30.5124),
    ("S00005", VenueKind.STUDIO, "王建国代表工作室", "qs-rd", "990100101202", "S00001", "大湾村文化广场", "0990-8500023", "每月第一个周六", 118.4388, 30.5203),
    ("S00006", VenueKind.OPINION_SPOT, "北河社区人民建议征集点", "bh-gw", "990101001001", "S00002", "北河社区党群服务中心", "0990-8310021", "工作日", 118.5010, 30.5560),
    ("S00007", VenueKind.ORGAN_ROOM, "市中级法院驻清水联络室", "qs-rd", "990100101", "S00001", "清水镇人民路 18 号", "0990-8500024", "每月第二个周三", 118.4212, 30.5120),
)  # fmt: skip

# deputy code, venue; and person, venue, role
STATIONED = (
    ("D00001", "S00001"),
    ("D00002", "S00001"),
    ("D00005", "S00001"),
    ("D00003", "S00002"),
    ("D00001", "S00005"),
)
WORKING = (("zhou", "S00001", VenuePost.Role.STAFF), ("wu", "S00001", VenuePost.Role.HEAD))


@dataclass(frozen=True)
class Cast:
    """The people by key (`cast.wang`), organs, venues, regions, terms and groups by code or name, seats by deputy code."""

    users: dict[str, User]
    organs: dict[str, Organ]
    venues: dict[str, Venue]
    regions: dict[str, Region]
    terms: dict[str, Term]
    groups: dict[str, Group]
    deputies: dict[str, Deputy]
    seats: dict[str, Seat] = field(default_factory=dict)

    def __getattr__(self, key: str) -> User:
        try:
            return self.__dict__["users"][key]
        except KeyError:
            raise AttributeError(key) from None

    def seat(self, code: str) -> Seat:
        return self.seats[code]


def phone_of(key: str) -> str:
    """The telephone a member of the cast signs in with."""
    return "19900000" + next(digits for name, digits, *_ in PEOPLE if name == key)


@transaction.atomic
def build_cast(password: str = PASSWORD) -> Cast:
    """Makes what is missing of the cast and answers the whole of it; a second call changes nothing."""
    regions = _regions()
    organs = _organs(regions)
    users = _people(organs, password)
    terms = _terms(organs)
    keeper = users[
        "sun"
    ]  # 代表资格 is recorded by the lead of the city's congress office, for the lower congresses too
    groups = _groups(organs)
    seats = _seats(users, organs, terms, groups, regions, keeper)
    venues = _venues(organs, regions, seats, users, keeper)
    return Cast(
        users, organs, venues, regions, terms, groups, {code: seat.deputy for code, seat in seats.items()}, seats
    )


def _regions() -> dict[str, Region]:
    paths: dict[str, str] = {"": ""}
    for code, name, level, parent, has_code in REGIONS:
        paths[code] = f"{paths[parent]}{code}."
        Region.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "level": level,
                "parent_id": parent or None,
                "path": paths[code],
                "has_code": has_code,
            },
        )
    return Region.objects.in_bulk([code for code, *_ in REGIONS])


def _organs(regions: dict[str, Region]) -> dict[str, Organ]:
    organs = {organ.code: organ for organ in Organ.objects.filter(code__in=[code for code, *_ in ORGANS])}
    for code, name, short, kind, level, region, parent, congress, phone in ORGANS:
        if code in organs:
            continue
        organs[code] = Organ(code=code, name=name, short_name=short, kind=kind, level=level, region=regions[region],
                             parent=organs.get(parent), phone=phone, duty_phone=phone)  # fmt: skip
        trees.plant(organs[code])
        organs[code].congress = organs[congress]
        organs[code].save(update_fields=["congress"])
    return organs


def _people(organs: dict[str, Organ], password: str) -> dict[str, User]:
    users: dict[str, User] = {}
    hashed = ""
    for key, _, name, posts in PEOPLE:
        user = User.objects.by_phone(phone_of(key))
        if user is None:
            hashed = hashed or make_password(password)  # once: the slow hash is the cost of the whole cast
            user = User.objects.make(phone_of(key), name, pinyin=pinyin_of(name), is_demo=True, password=hashed)
        users[key] = user
        for organ, role, title in posts:
            Post.objects.get_or_create(
                user=user, organ=organs[organ], role=role, until=None, defaults={"title": title, "since": _opening(1)}
            )
    return users


def _opening(years_ago: int) -> date:
    """20 January of the year in which the latest plenary was held, or that many years before."""
    today = clock.today()
    year = today.year if (today.month, today.day) > (1, 27) else today.year - 1
    return date(year - years_ago, 1, 20)


def _terms(organs: dict[str, Organ]) -> dict[str, Term]:
    terms = {}
    for code, ordinal in TERMS:
        terms[code], _ = Term.objects.get_or_create(
            congress=organs[code], ordinal=ordinal, defaults={"opens_on": _opening(1)}
        )
        for ordinal, years_ago in ((FIRST_PLENARY, 1), (LATEST_PLENARY, 0)):
            opens_on = _opening(years_ago)
            Plenary.objects.get_or_create(
                term=terms[code], ordinal=ordinal,
                defaults={"opens_on": opens_on, "closes_on": opens_on + timedelta(days=4)},
            )  # fmt: skip
    return terms


def _groups(organs: dict[str, Organ]) -> dict[str, Group]:
    wanted = [(name, kind, organ) for name, kind, organ, _ in GROUPS]
    wanted += [(name, GroupKind.DELEGATION, organ) for _, _, organ, name, *_ in DEPUTIES if name]
    return {
        name: Group.objects.get_or_create(name=name, organ=organs[organ], defaults={"kind": kind})[0]
        for name, kind, organ in wanted
    }


def _seats(users: dict[str, User], organs: dict[str, Organ], terms: dict[str, Term], groups: dict[str, Group],
           regions: dict[str, Region], keeper: User) -> dict[str, Seat]:  # fmt: skip
    seats: dict[str, Seat] = {}
    for code, person, organ, delegation, constituency, divisions, occupation, skills in DEPUTIES:
        deputy = Deputy.objects.filter(code=code).first()
        if deputy is None:
            user = users[person]
            deputy = deputies.enrol(user.name, code=code, user=user, occupation=occupation, skills=skills)
        seat = Seat.objects.filter(deputy=deputy, term=terms[organ]).first()
        if seat is None:
            seat = deputies.elect(
                deputy, by=keeper, term=terms[organ], since=terms[organ].opens_on, delegation=groups.get(delegation),
                constituency=constituency, divisions=[regions[division] for division in divisions],
            )  # fmt: skip
            deputies.seat(seat, by=keeper, on=terms[organ].opens_on)
            if code in CONVENERS:
                GroupMembership.objects.filter(seat=seat, group=seat.delegation).update(role="convener")
        seats[code] = seat
    for name, _, _, members in GROUPS:
        for code in members:
            role = "convener" if code == members[0] else "member"
            GroupMembership.objects.get_or_create(group=groups[name], seat=seats[code], defaults={"role": role})
    return seats


def _venues(organs: dict[str, Organ], regions: dict[str, Region], seats: dict[str, Seat], users: dict[str, User],
            keeper: User) -> dict[str, Venue]:  # fmt: skip
    venues = {venue.code: venue for venue in Venue.objects.filter(code__in=[code for code, *_ in VENUES])}
    for code, kind, name, organ, region, parent, address, phone, reception, lng, lat in VENUES:
        if code not in venues:
            venues[code] = stations.found(
                name, by=keeper, kind=kind, organ=organs[organ], code=code, parent=venues.get(parent), region=regions[region],
                address=address, phone=phone, reception=reception, lng=lng, lat=lat,
            )  # fmt: skip
    for code, venue in STATIONED:
        if not VenueDeputy.objects.filter(venue=venues[venue], seat=seats[code]).exists():
            stations.station(seats[code], at=venues[venue], since=seats[code].since)
    for key, venue, role in WORKING:
        if not VenuePost.objects.filter(venue=venues[venue], user=users[key]).exists():
            VenuePost.objects.create(venue=venues[venue], user=users[key], role=role, since=_opening(1))
    return venues
