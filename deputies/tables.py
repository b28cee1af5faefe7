"""The table of deputies with their seats: one row is a person and the seat of one term (任职).

A person is found by code, or by name, congress and birth year with somebody confirming; never by phone (security.md
§8). A phone makes a new account and nothing else: it never touches one that has signed in, a password, post or role.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from import_export.fields import Field
from import_export.widgets import Widget

from accounts.models import Organ, Region, User
from accounts.states import OrganKind
from deputies import codes, workflow
from deputies.models import CodeTarget, Deputy, Group, Poster, Seat, Term
from deputies.states import SeatState
from ground import clock, sealed, sheets
from ground.errors import Forbidden, Invalid
from ground.pinyin import pinyin_of
from ground.tables import NOT_YOURS, Day, Labels, Line, Progress, TableResource, Whole, columns_of, spelling
from ground.undoing import Obstacle, Record

ANOTHER, SKIP = "new", "skip"  # decisions about a row that may be somebody who is there already
SEPARATORS = str.maketrans(dict.fromkeys("，,;；\n", "、"))


class Joined(Protocol):
    """A column of this table that speaks of a higher room: read for many seats at once, checked, written."""

    column: str
    hint: str
    example: str

    def prepare(self, texts: Iterable[str], seats: list[Seat]) -> None:
        """Loads what the texts name and what the seats have."""

    def shown(self, seat: Seat | None) -> str:
        """The cell of a kept seat; "" for a new one."""

    def read(self, text: str, user: Any) -> tuple[str, Any]:
        """The cell as it would be shown, and what `write` needs. Raises ValueError with a sentence, Forbidden."""

    def write(self, pairs: list[tuple[Seat, Any, Record]], *, by: Any) -> None:
        """Lets each seat have what was read, noting what was made and changed in its record."""


_joined: list[Joined] = []


def join(column: Joined) -> None:
    """Adds a column of a higher room; called once from its `apps.ready`."""
    _joined.append(column)


def birth_year(text: str) -> int | None:
    """“1975”, “1975年”, “1975.03”, “1975-03-01” are 1975. Raises ValueError with a sentence."""
    digits = unicodedata.normalize("NFKC", text).strip()[:4]
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0
    if not 1900 <= year <= clock.today().year - 18:
        raise ValueError(f"“{text}”不是出生年，请写成 1975 这样（代表要年满 18 周岁）。")
    return year


class SeatResource(TableResource):
    """Elected deputies, a row each: makes the person (with a code) where there is none, elects and confirms the seat.

    A seat that is kept has its delegation, constituency and stations changed; its state is moved by verbs alone.
    """

    code = Field("deputy__code", "代表码", Widget())
    name = Field("deputy__name", "姓名", Widget())
    birth = Field("deputy__birth_year", "出生年", Whole())
    organ = Field("organ__code", "人大代码", Widget())
    term = Field("term__ordinal", "届次", Whole())
    state = Field("state", "状态", Labels(SeatState), readonly=True)
    since = Field("since", "自", Day())
    delegation = Field("delegation__name", "代表团", Widget())
    constituency = Field("constituency", "选区或选举单位", Widget())
    divisions = Field("divisions", "所辖区划代码", Widget())
    occupation = Field("deputy__occupation", "单位职务", Widget())
    skills = Field("deputy__skills", "专长", Widget())
    phone = Field("deputy__user", "手机号", Widget())

    required = ("姓名", "人大代码", "届次")
    hints = {
        "代表码": "新代表留空，自动发码，终身不变；已有代表填他的代表码。",
        "出生年": "同名的人靠它分开。",
        "人大代码": "在“机构”里查，如 dh-rd。",
        "自": "任职开始的日期，留空算本届开始的那天。已有任职不会改。",
        "代表团": "要先在“代表团、代表小组”里登记。",
        "所辖区划代码": "选区所辖村、社区的代码，几个用顿号分开。",
        "手机号": "只给还没有账号的代表开账号，本人用短信登录；已登录过的账号不会改。",
    }
    examples = {
        "姓名": "王建国",
        "出生年": "1975",
        "人大代码": "dh-rd",
        "届次": "19",
        "自": "2026-01-20",
        "代表团": "清水代表团",
        "选区或选举单位": "清水镇",
        "所辖区划代码": "990100101201、990100101202",
        "单位职务": "清水镇水利站工程师",
        "专长": "水利、农村道路",
        "手机号": "19900000001",
    }

    class Meta:
        model = Seat
        import_id_fields = ("code", "organ", "term")
        fields = ("code", "name", "birth", "organ", "term", "state", "since", "delegation", "constituency", "divisions",
                  "occupation", "skills", "phone")  # fmt: skip

    # Columns

    @property
    def columns(self) -> list[sheets.Column]:
        return [
            *super().columns,
            *(sheets.Column(one.column, hint=one.hint, example=one.example) for one in _joined),
        ]

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return [*super().get_export_headers(selected_fields), *(one.column for one in _joined)]

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        rows = queryset.select_related("deputy__user", "organ", "term", "delegation").prefetch_related("divisions")
        rows = rows.order_by("organ__path", "term__ordinal", "deputy__code")
        for one in _joined:
            one.prepare([], list(rows))
        return rows

    def export_resource(self, instance: Seat, selected_fields: Any = None, **kwargs: Any) -> list[str]:
        shown = super().export_resource(instance, selected_fields=selected_fields, **kwargs)
        return [*shown, *(one.shown(instance) for one in _joined)]

    def dehydrate_divisions(self, seat: Seat) -> str:
        return "、".join(sorted(region.pk for region in seat.divisions.all())) if seat.pk else ""

    def dehydrate_phone(self, seat: Seat) -> str:
        """A phone leaves only masked; a masked phone that comes back is no change."""
        user = seat.deputy.user
        return sealed.mask_phone(user.phone) if user is not None else ""

    # Examining

    def prepare(self, lines: list[Line]) -> None:
        names = {spelling(line.text("姓名")) for line in lines}
        self.typed = {line.text("代表码").upper() for line in lines if line.text("代表码")}
        deputies = Deputy.objects.select_related("user").prefetch_related("seats__organ", "seats__term")
        self.by_code = {one.code: one for one in deputies.filter(code__in=self.typed)}
        self.given = set(CodeTarget.objects.filter(pk__in=self.typed).values_list("pk", flat=True))
        self.by_name: dict[str, list[Deputy]] = defaultdict(list)
        chosen = {line.decision for line in lines if line.decision not in ("", ANOTHER, SKIP)}
        self.by_code |= {one.code: one for one in deputies.filter(code__in=chosen)}
        for one in deputies.filter(pinyin__in={pinyin_of(name) for name in names if name}):
            self.by_name[spelling(one.name)].append(one)
        people = {one.pk for one in self.by_code.values()} | {p.pk for some in self.by_name.values() for p in some}
        seats = Seat.objects.filter(deputy__in=people).select_related("deputy__user", "organ", "term", "delegation")
        self.seats = {(s.deputy_id, s.term_id): s for s in seats.prefetch_related("divisions")}
        self.organs = {
            one.code: one for one in Organ.objects.filter(code__in={line.text("人大代码") for line in lines})
        }
        self.terms = {(t.congress_id, t.ordinal): t for t in Term.objects.filter(congress__in=self.organs.values())}
        groups = Group.objects.filter(organ__in=self.organs.values())
        self.groups = {(group.organ_id, group.name): group for group in groups}
        codes_ = {code for line in lines for code in several(line.text("所辖区划代码"))}
        self.regions = Region.objects.in_bulk(codes_)
        self.phones: dict[str, tuple[int, Deputy]] = {}
        self.indexes = {}
        for line in lines:
            try:
                self.indexes[line.text("手机号")] = User.index_of(line.text("手机号"))
            except ValueError:
                continue
        accounts = User.objects.filter(phone_index__in=list(self.indexes.values()))
        self.accounts = {bytes(user.phone_index): user for user in accounts}
        for one in _joined:
            one.prepare([line.text(one.column) for line in lines], list(self.seats.values()))
        self.rights: dict[int, bool] = {}
        self.taken_seats: dict[tuple[int, int], int] = {}
        self.new_codes: dict[str, int] = {}
        self.namesakes: dict[str, list[Line]] = defaultdict(list)

    def look(self, line: Line) -> None:
        for name in self.required:
            if not line.text(name) and name not in line.faults:
                line.wrong(name, "必填。")
        if line.errors:
            return
        name = spelling(line.text("姓名"))
        if len(name) > 40:
            raise Invalid("姓名", "姓名最多 40 个字。")
        year = self._read(line, "出生年", birth_year)
        organ, term = self._congress(line)
        if organ is None or term is None or line.errors:
            return
        deputy = self._person(line, name, year, organ, term)
        if line.errors or line.kind:
            return
        seat = self.seats.get((deputy.pk, term.pk)) if deputy.pk else None
        if deputy.pk:
            if (deputy.pk, term.pk) in self.taken_seats:
                raise Invalid(
                    "代表码", f"与第 {self.taken_seats[deputy.pk, term.pk]} 行是同一个人的同一届任职，请删去一行。"
                )
            self.taken_seats[deputy.pk, term.pk] = line.no
        if seat is None and term.closes_on is not None and term.closes_on <= clock.today():
            raise Invalid("届次", f"第 {term.ordinal} 届已经届满，不能再登记任职。")
        before = self._shown(seat, deputy)
        line.extra |= {"deputy": deputy, "person_before": columns_of(deputy), "seat_before": seat and columns_of(seat)}
        seat = seat or Seat(deputy=deputy, term=term, organ=organ, since=self._since(line, term))
        line.instance = seat
        self._fill(line, seat, deputy, name, year)
        joined = {}
        for one in _joined:
            if line.text(one.column):
                joined[one.column] = self._read(line, one.column, lambda typed, one=one: one.read(typed, self.user))
        if line.errors:
            return
        line.extra["joined"] = {column: value for column, (_, value) in joined.items()}
        after = self._shown(seat, deputy, line) | {column: text for column, (text, _) in joined.items()}
        self._weigh(line, seat, before, after)

    def _congress(self, line: Line) -> tuple[Organ | None, Term | None]:
        organ = self.organs.get(line.text("人大代码"))
        if organ is None or organ.kind != OrganKind.CONGRESS:
            line.wrong("人大代码", f"没有代码为“{line.text('人大代码')}”的人大，请在“机构”里核对。")
            return None, None
        if organ.pk not in self.rights:
            self.rights[organ.pk] = self.user.has_perm("deputies.keep_seat", Seat(organ=organ))
        if not self.rights[organ.pk]:
            raise Forbidden(NOT_YOURS)
        ordinal = self._read(line, "届次", Whole().clean)
        if ordinal is None:
            return organ, None
        term = self.terms.get((organ.pk, ordinal))
        if term is None:
            line.wrong("届次", f"没有{organ}第 {ordinal} 届，请先在“届”里登记。")
        return organ, term

    def _person(self, line: Line, name: str, year: int | None, organ: Organ, term: Term) -> Deputy:
        """Who the row speaks of: by code, by what the person decided, else somebody new; asks where it may be either."""
        code = line.text("代表码").upper()
        if code:
            known = self.by_code.get(code)
            if known is not None and spelling(known.name) != name:
                raise Invalid("姓名", f"{code} 是{known.name}，与“{name}”不一致，请核对。")
            if known is None and code in self.given:
                raise Invalid("代表码", f"{code} 已经停用，不会再发给任何人。请把代表码留空，系统会发新码。")
            if known is None:
                codes.check_form(code)
                if code in self.new_codes:
                    raise Invalid("代表码", f"与第 {self.new_codes[code]} 行的代表码相同，请核对。")
                self.new_codes[code] = line.no
            twin = self._note_namesake(line, name, year, organ, term, known)
            return known or twin or Deputy(code=code, name=name)
        namesakes = [
            one for one in self.by_name.get(name, ()) if not (year and one.birth_year and year != one.birth_year)
        ]
        likely = [one for one in namesakes if self._may_be(one, year, organ)]
        chosen = next((one for one in likely if one.code == line.decision), None)
        if likely:
            line.asks += [(one.code, f"就是{_introduced(one)}") for one in likely]
            line.asks.append((ANOTHER, "是另一个人，新建"))
            line.notes.append(f"库里已有同名代表：{'；'.join(_introduced(one) for one in likely)}。")
        elif namesakes:
            line.notes.append(
                f"别处有同名代表：{'；'.join(_introduced(one) for one in namesakes[:3])}。是同一人请填代表码。"
            )
        twin = self._note_namesake(line, name, year, organ, term, chosen)
        if line.decision == SKIP and any(value == SKIP for value, _ in line.asks):
            line.kind = "same"
        return chosen or twin or Deputy(name=name)

    def _may_be(self, deputy: Deputy, year: int | None, organ: Organ) -> bool:
        """Name, congress and birth year speak for the same person; a birth year that is not known speaks for nothing."""
        same_congress = any(seat.organ_id == organ.pk for seat in deputy.seats.all())
        return same_congress or bool(year and deputy.birth_year == year)

    def _note_namesake(
        self, line: Line, name: str, year: int | None, organ: Organ, term: Term, known: Deputy | None
    ) -> Deputy | None:
        """The same person twice in one file: the same name asks, the same sound is pointed out.

        Answers the person of an earlier row where it was said that both are one, with a seat in two congresses.
        """
        typed, twin = line.text("姓名"), None
        sound = pinyin_of(name).split(" ")[0]
        for other in self.namesakes[sound]:
            theirs, where = spelling(other.text("姓名")), (other.text("人大代码"), other.extra["term"])
            same_seat = where == (organ.code, term.ordinal)
            if theirs != name:
                if same_seat:
                    line.notes.append(f"与第 {other.no} 行“{theirs}”读音相同，请核对是不是同一个人。")
                continue
            other_year = other.extra["year"]
            if (known and other.text("代表码")) or (year and other_year and year != other_year):
                continue
            if same_seat:
                spelt = f"（写作“{other.text('姓名')}”和“{typed}”）" if other.text("姓名") != typed else ""
                line.notes.append(f"与第 {other.no} 行姓名相同{spelt}，可能是同一个人写了两遍。")
                line.asks.append((SKIP, f"与第 {other.no} 行是同一个人，跳过这一行"))
            elif year and year == other_year and other.extra.get("deputy") is not None:
                line.notes.append(f"与第 {other.no} 行同名同岁，可能是同一个人在两级人大任职。")
                line.asks.append((f"row{other.no}", f"与第 {other.no} 行是同一个人，有两个任职"))
                if line.decision == f"row{other.no}":
                    twin = other.extra["deputy"]
            else:
                continue
            if not any(value == ANOTHER for value, _ in line.asks):
                line.asks.append((ANOTHER, "是另一个人，照常导入"))
        line.extra |= {"year": year, "term": term.ordinal}
        self.namesakes[sound].append(line)
        return twin

    def _since(self, line: Line, term: Term) -> Any:
        since = self._read(line, "自", sheets.as_day) if line.text("自") else min(term.opens_on, clock.today())
        if since is not None and since > clock.today():
            line.wrong("自", "任职开始的日期不能晚于今天。")
        return since

    def _fill(self, line: Line, seat: Seat, deputy: Deputy, name: str, year: int | None) -> None:
        """Sets what the row says on the seat and, where the person is the clerk's to keep, on the person."""
        if text := line.text("选区或选举单位"):
            seat.constituency = _short(line, "选区或选举单位", text, 60)
        if text := line.text("代表团"):
            seat.delegation = self.groups.get((seat.organ_id, text))
            if seat.delegation is None:
                line.wrong("代表团", f"{seat.organ}没有“{text}”，请先在“代表团、代表小组”里登记。")
        if text := line.text("所辖区划代码"):
            wanted = several(text)
            unknown = [code for code in wanted if code not in self.regions]
            if unknown:
                line.wrong("所辖区划代码", f"没有区划 {'、'.join(unknown[:3])}，请先导入行政区划或核对代码。")
            line.extra["divisions"] = [self.regions[code] for code in wanted if code in self.regions]
        told = {"birth_year": year, "occupation": line.text("单位职务"), "skills": line.text("专长")}
        if told["occupation"]:
            told["occupation"] = _short(line, "单位职务", told["occupation"], 80)
        if told["skills"]:
            told["skills"] = _short(line, "专长", told["skills"], 120)
        changed = {column: value for column, value in told.items() if value and value != getattr(deputy, column)}
        if changed and deputy.pk and not self.user.has_perm("deputies.keep_deputy", deputy):
            raise Forbidden("这位代表的个人资料由别的人大管理，请把出生年、单位职务、专长留空。")
        for column, value in changed.items():
            setattr(deputy, column, value)
        self._phone(line, deputy)

    def _phone(self, line: Line, deputy: Deputy) -> None:
        text = line.text("手机号")
        user = deputy.user if deputy.pk else None
        if not text or (user is not None and text == sealed.mask_phone(user.phone)):
            return
        try:
            phone = sealed.normalise_phone(text)
        except ValueError as wrong:
            line.wrong("手机号", str(wrong))
            return
        if phone in self.phones and self.phones[phone][1] is not deputy:
            line.wrong("手机号", f"与第 {self.phones[phone][0]} 行的手机号相同，每人要用自己的手机号。")
            return
        elsewhere = phone in self.phones
        self.phones[phone] = line.no, deputy
        if elsewhere:
            return
        if user is not None and user.phone == phone:
            return
        if user is not None and user.last_login is not None:
            line.wrong("手机号", "本人已经登录过，手机号由本人更换。请把这一格留空。")
        elif self.indexes[text] in self.accounts:
            line.wrong("手机号", "这个手机号已有账号。请把这一格留空，到“代表”里关联账号。")
        elif user is not None and not self.user.has_perm("deputies.keep_deputy", deputy):
            raise Forbidden(NOT_YOURS)
        else:
            line.extra["phone"] = phone

    def _shown(self, seat: Seat | None, deputy: Deputy, line: Line | None = None) -> dict[str, str]:
        """What a person reads of seat and person, by column; with `line`, as the row would make it."""
        if seat is None:
            return {}
        phone = line.extra.get("phone", "") if line else ""
        regions = line.extra.get("divisions") if line else None
        return {
            "姓名": deputy.name,
            "出生年": str(deputy.birth_year or ""),
            "人大代码": seat.organ.code,
            "届次": str(seat.term.ordinal),
            "自": seat.since.isoformat() if seat.since else "",
            "代表团": seat.delegation.name if seat.delegation else "",
            "选区或选举单位": seat.constituency,
            "所辖区划代码": "、".join(sorted(r.pk for r in regions))
            if regions is not None
            else self.dehydrate_divisions(seat),
            "单位职务": deputy.occupation,
            "专长": deputy.skills,
            "手机号": sealed.mask_phone(phone) if phone else self.dehydrate_phone(seat),
        } | ({} if line else {one.column: one.shown(seat) for one in _joined})

    def _weigh(self, line: Line, seat: Seat, before: dict[str, str], after: dict[str, str]) -> None:
        if not before:
            line.kind = "new"
            line.diff = [(column, "", text) for column, text in after.items() if text]
            if line.extra["deputy"].pk:
                line.notes.append(f"{line.extra['deputy'].name}（{line.extra['deputy'].code}）增加一个任职。")
            return
        line.diff = [(column, before[column], text) for column, text in after.items() if before.get(column, "") != text]
        if line.text("自") and sheets.as_day(line.text("自")) != seat.since:
            line.notes.append("已有任职的“自”不会改。")
        line.kind = "changed" if line.diff else "same"

    @staticmethod
    def _read(line: Line, column: str, reads: Any) -> Any:
        text = line.text(column)
        if not text:
            return None
        try:
            return reads(text)
        except ValueError as wrong:
            line.wrong(column, str(wrong))
            return None

    # Saving

    def save_new(self, lines: list[Line], progress: Progress) -> None:
        people: dict[int, Deputy] = {}
        for line in lines:
            deputy = line.extra["deputy"]
            if deputy.pk is None:
                people[id(deputy)] = deputy
            else:
                self._keep_person(line)
        self._accounts(lines)
        workflow.enrol_all(list(people.values()))
        for line in lines:
            line.instance.deputy = line.extra["deputy"]
        seats = [line.instance for line in lines]
        members = workflow.install(
            seats, by=self.user, divisions={id(line.instance): line.extra.get("divisions", []) for line in lines}
        )
        for line in lines:
            deputy = line.extra["deputy"]
            if line.extra.get("account"):
                line.record.made(line.extra["account"])
            if people.pop(id(deputy), None) is not None:  # a person may have two rows: two seats
                line.record.made(deputy)
            line.record.made(line.instance)
            for part in members[id(line.instance)]:
                line.record.made(part)
        self._write_joined(lines)
        progress(len(lines))

    def save_changed(self, lines: list[Line], progress: Progress) -> None:
        self._accounts(lines)
        for done, line in enumerate(lines, 1):
            seat, before = line.instance, line.extra["seat_before"]
            self._keep_person(line)
            if columns_of(seat) != before:
                seat.save(update_fields=["delegation", "constituency"])
                line.record.changed(seat, before)
            if "divisions" in line.extra:
                self._link_divisions(line)
            progress(done)
        self._write_joined(lines)

    def _keep_person(self, line: Line) -> None:
        deputy, before = line.extra["deputy"], line.extra["person_before"]
        if line.extra.get("account"):
            deputy.user = line.extra["account"]
        if columns_of(deputy) != before:
            deputy.save(update_fields=["birth_year", "occupation", "skills", "user"])
            line.record.changed(deputy, before)

    def _accounts(self, lines: list[Line]) -> None:
        """A new account for who has none; the phone of one that was never used is corrected."""
        fresh = []
        for line in lines:
            phone, deputy = line.extra.get("phone"), line.extra["deputy"]
            if not phone:
                continue
            if deputy.pk and deputy.user is not None:
                before = columns_of(deputy.user)
                deputy.user.set_phone(phone)
                deputy.user.save(update_fields=["phone_index", "phone_sealed"])
                line.record.changed(deputy.user, before)
                continue
            user = User(name=deputy.name, pinyin=pinyin_of(deputy.name))
            user.set_phone(phone)
            user.set_unusable_password()
            line.extra["account"] = deputy.user = user
            fresh.append(user)
        User.objects.bulk_create(fresh, batch_size=500)
        for line in lines:
            if line.extra.get("account"):
                line.extra["deputy"].user = line.extra["account"]
                if line.extra["deputy"].pk:
                    line.record.made(line.extra["account"])

    def _link_divisions(self, line: Line) -> None:
        links = Seat.divisions.through
        kept = {link.region_id: link for link in links.objects.filter(seat=line.instance)}
        wanted = {region.pk for region in line.extra["divisions"]}
        for pk, link in kept.items():
            if pk not in wanted:
                line.record.removed(link)
                link.delete()
        for pk in sorted(wanted - set(kept)):
            line.record.made(links.objects.create(seat=line.instance, region_id=pk))

    def _write_joined(self, lines: list[Line]) -> None:
        for one in _joined:
            pairs = [
                (line.instance, line.extra["joined"][one.column], line.record)
                for line in lines
                if one.column in line.extra["joined"]
            ]
            one.write(pairs, by=self.user)

    def in_the_way(self, records: dict[int, Record]) -> list[Obstacle]:
        made = {pk: no for no, one in records.items() for label, pk, _ in one.rows_made if label == "deputies.deputy"}
        codes_of = Deputy.objects.filter(pk__in=made).values_list("code", "pk")
        return printed({code: made[pk] for code, pk in codes_of})

    def before_removal(self, removed: dict[type[Model], list[Any]]) -> None:
        retire_codes_of(removed)


def printed(given: dict[str, int]) -> list[Obstacle]:
    """Posters that hang somewhere with one of these codes (code → row of the file)."""
    hanging = Poster.objects.filter(target__in=given, withdrawn_at=None).values_list("target", flat=True).distinct()
    return [Obstacle(given[code], f"码 {code}", "已经印过海报，请先作废海报") for code in hanging]


def retire_codes_of(removed: dict[type[Model], list[Any]]) -> None:
    """Deputies that an undone import had made go; their codes stay given and lead nowhere (ADR 10)."""
    codes.retire_deputies(removed.get(Deputy, []))


def several(text: str) -> list[str]:
    """What stands in one cell with 、, commas or semicolons between."""
    return list(dict.fromkeys(part.strip() for part in text.translate(SEPARATORS).split("、") if part.strip()))


def _short(line: Line, column: str, text: str, most: int) -> str:
    if len(text) > most:
        line.wrong(column, f"最多 {most} 个字，现在有 {len(text)} 个。")
    return text


def _introduced(deputy: Deputy) -> str:
    born = f"，{deputy.birth_year} 年生" if deputy.birth_year else ""
    seats = "、".join(sorted({str(seat.organ) for seat in deputy.seats.all()}))
    return f"{deputy.name}（{deputy.code}{born}{'，' + seats if seats else ''}）"
