"""Polls of the demonstration city, told through their verbs: one in every state, a tie, a missed majority, paper and void.

The slips of the demonstration are no secret: they stand in each poll's own words, so that whoever tries the product can
count. Nowhere else does a slip ever stand.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import User
from config.demo.stories import Teller, hours
from deputies.models import Seat
from votes import sealing
from votes.models import Poll
from votes.workflow import casting, counting, paper, poll as polls

SLIPS = ("01040-G2081-040G2-08104-0G208-1X", "02081-040G2-08104-0G208-1040G-2N", "030C1-G60R3-0C1G6-0R30C-1G60R-3D")
WORKS = (
    "清水镇第二幼儿园改扩建", "大湾村通村道路硬化", "集镇污水管网改造", "柳溪村卫生室标准化建设", "清水花园小区充电车棚",
    "镇便民服务中心改造", "杨树坪村饮水安全提升", "清水社区老年食堂", "河道清淤和护岸", "农贸市场升级改造",
    "乡村文化广场", "集镇公共停车场",
)  # fmt: skip
UNITS = ("市住房和城乡建设局", "市教育局", "市交通运输局")
GRADES = {"grades": ["满意", "基本满意", "不满意"], "grade_rule": "zhenhai"}

# turn → title, mode, whether secret, options, rule
KINDS: dict[str, tuple[str, str, bool, tuple[str, ...], dict[str, Any]]] = {
    "projects": ("清水镇民生实事项目票决", "choose_n", True, WORKS, {"most": 10, "pass": 10}),
    "works": ("市本级民生实事项目票决", "per_item", True, WORKS[:6], {"pass": 5}),
    "rating": ("市政府组成部门工作满意度测评", "grades", True, UNITS, GRADES),
    "agenda": ("会议议程（草案）", "per_item", False, ("会议议程（草案）",), {}),
    "method": ("民生实事项目票决办法（草案）", "per_item", False, ("票决办法（草案）",), {}),
    "order": ("民生实事项目紧迫程度排序", "rank", True, WORKS[:5], {"pass": 3, "majority": None}),
}
WEIGHTS = {"per_item": "+++++++--0", "choose_n": "11111111100", "grades": "AAAAAABBC0", "rank": ""}


def decided(t: Teller, turn: str, stop: str = "") -> Iterator[timedelta]:
    """One poll as far as `stop`; of 清水镇 where it is about its projects, else of the city."""
    title, mode, secret, options, rule = KINDS[turn]
    cast = t.city.cast
    code = "qs-rd" if turn == "projects" else "dh-rd"
    office = cast.han if code == "qs-rd" else cast.chen
    poll = polls.create(by=office, organ=cast.organs[code], term=cast.terms[code], title=title, mode=mode, secret=secret,
                        options=options, rule=rule, about=slips_of(t, code) if secret else "")  # fmt: skip
    if stop == "draft":
        return
    yield hours(1)
    yield from voted(t, poll, code, turn, stop)


def slips_of(t: Teller, code: str) -> str:
    """The slips of the demonstration, as they stand in the words of a poll."""
    chief, first, second, _ = _officers(t, code)
    return f"演示用的开箱密语：{chief.name} {SLIPS[0]}，{first.name} {SLIPS[1]}，{second.name} {SLIPS[2]}。"


def voted(t: Teller, poll: Poll, code: str, turn: str, stop: str = "") -> Iterator[timedelta]:
    """A drawn up poll of the congress `code`, from its officers to `stop`."""
    cast, secret = t.city.cast, poll.secret
    office, lead = (cast.han, cast.han) if code == "qs-rd" else (cast.chen, cast.sun)
    chief, first, second, tellers = _officers(t, code)
    seats = _seats(t, code)
    polls.appoint(_fresh(poll), by=office, chief=chief, scrutineers=[first, second], tellers=tellers)
    polls.excuse(_fresh(poll), by=office, leave=seats[-2:])
    polls.propose(_fresh(poll), by=office)
    if stop == "proposed":
        return
    yield hours(1)
    chief = _again(chief)
    slips = (
        {user.pk: sealing.read_slip(slip) for user, slip in zip((chief, first, second), SLIPS, strict=True)}
        if secret
        else None
    )
    if slips:
        polls.make_keys(_fresh(poll), by=chief, secrets=slips)
    poll = polls.open_poll(_fresh(poll), by=chief, secrets=slips)
    yield hours(0.2)
    seats = seats[:-2]
    by_paper = seats[-4:] if turn == "works" and stop != "open" else []
    for seat in by_paper:
        paper.issue_paper(poll, by=_again(first), voter=seat)
    on_roll = set(poll.roll.values_list("seat_id", flat=True))
    voters = [seat for seat in seats[: len(seats) - len(by_paper) - 1] if seat.pk in on_roll]
    own = {cast.seats[code].pk for code in ("D00001", "D00002", "D00005")}
    for n, seat in enumerate(voters):
        if stop == "open" and (seat.pk in own or n % 3 == 0):
            continue
        casting.cast(poll, by=_again(seat.deputy.user), marks=_marks(t, poll, n), cast_id=f"told-{poll.pk}-{seat.pk}")
    if stop == "open":
        return
    yield hours(0.5)
    if stop == "void":
        polls.void(_fresh(poll), by=chief, reason="发票时多发了一张，经主席团决定作废，另行表决。")
        return
    poll = polls.close(_fresh(poll), by=chief)
    if stop == "closed":
        return
    if by_paper:
        _key(poll, _again(first), [_again(teller) for teller in tellers], len(by_paper))
    yield hours(0.5)
    two = dict(list(slips.items())[:2]) if slips else None
    poll = counting.count(_fresh(poll), by=chief, secrets=two)
    if stop == "counted":
        return
    yield hours(1)
    polls.publish(_fresh(poll), by=lead)


def _officers(t: Teller, code: str) -> tuple[User, User, User, list[User]]:
    cast = t.city.cast
    if code == "dh-rd":
        return cast.shi, cast.tang, cast.zhao, [cast.cai, cast.chen]
    users = [seat.deputy.user for seat in _seats(t, code)]
    return users[1], users[2], users[3], users[4:6]


def _seats(t: Teller, code: str) -> list[Seat]:
    """Seats with an account in this congress, the cast's first."""
    organ = t.city.cast.organs[code]
    own = [seat for seat in t.city.cast.seats.values() if seat.organ_id == organ.pk]
    return [*own, *(seat for seat in t.city.seats.get(organ.pk, []) if seat not in own)]


def _marks(t: Teller, poll: Poll, n: int) -> str:
    count = len(poll.options)
    if poll.mode == "rank":
        order = t.dice.sample(range(1, count + 1), count)
        return "".join(str(place) for place in order)
    if poll.mode == "choose_n" and poll.rule["most"] < 10:
        return ("1" * poll.rule["most"]).ljust(count, "0")
    if poll.mode == "choose_n":  # the last two of the wanted ten are level, so that a second round is called
        left_out = {11, 9 if n % 2 else 10}
        return "".join("0" if at in left_out else "1" for at in range(count))
    return "".join(t.dice.choice(WEIGHTS[poll.mode]) for _ in range(count))


def _key(poll: Poll, officer: User, tellers: list[User], issued: int) -> None:
    """One batch, both keyers alike: one paper spoiled."""
    batch = paper.open_batch(_fresh(poll), by=officer, voter_class="deputies", issued=issued)
    marks = [(item, "+", issued - 1) for item in poll.items]
    for teller in tellers:
        batch = paper.key(type(batch).objects.get(pk=batch.pk), by=teller, returned=issued, spoiled=1, marks=marks)


def _fresh(poll: Poll) -> Poll:
    return Poll.objects.with_parts().get(pk=poll.pk)


def _again(user: User) -> User:
    """Read afresh: an appointment is a fact of the next request."""
    return User.objects.get(pk=user.pk)
