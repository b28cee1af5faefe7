"""What single tables need when their rows are copied, beside keys, dates and words: numbers, codes, names, seals.

`prepares(web, row)` answers words of the template with what makes their counterpart; `finishes` has the last hand on a
new row. A table without a function here is copied as `config/demo/copies.py` does by itself.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from accounts.contacts import TABLE as CONTACTS
from accounts.models import User
from clocks import calendar
from config.demo.city import made_name
from config.demo.copies import Copy, Keys, Web, Writer, finishes, prepares
from deputies.models import CodeTarget, Seat
from ground import bigrams, sealed, workdays
from ground.clock import SHANGHAI
from ground.models import NumberSeries
from ground.pinyin import pinyin_of
from suggestions.workflow.course import hash_of

PHONES = "1990000{:04}"
LAST_PHONE = 9999
FIRST_CITIZEN = 5001  # of the same range, shared by many: a citizen who did not verify may be anybody
DRAFTS_WORDS = re.compile(r"\d+")


@dataclass
class Maker:
    """Counts on where the told city ended."""

    to: Writer
    dice: random.Random = field(default_factory=lambda: random.Random(20260302))
    people: int = 3000
    phones: Iterator[str] = field(init=False)  # that nobody has
    codes: dict[str, int] = field(default_factory=dict)  # letter → last
    series: dict[str, tuple[int, int]] = field(init=False)  # scope → year, last

    def __post_init__(self) -> None:
        taken = set(User.objects.filter(is_demo=True).values_list("phone_index", flat=True))
        taken = {bytes(index) for index in taken}
        self.phones = (
            phone for n in range(1, LAST_PHONE + 1)
            if (phone := PHONES.format(n)) and User.index_of(phone) not in taken
        )  # fmt: skip
        for code in CodeTarget.objects.values_list("code", flat=True):
            self.codes[code[0]] = max(self.codes.get(code[0], 0), int(code[1:]))
        self.series = {row.scope: (row.year, row.last) for row in NumberSeries.objects.select_for_update()}

    def name(self, c: Copy) -> str:
        self.people += 1
        return made_name(self.people)

    def code(self, letters: str) -> str:
        """The next code for life; where the five digits of a letter are used up, of the next letter."""
        letter = next(one for one in letters if self.codes.get(one, 0) < 99_999)
        self.codes[letter] = self.codes.get(letter, 0) + 1
        return f"{letter}{self.codes[letter]:05}"

    def matter_number(self, letter: str, c: Copy, at: Any) -> str:
        year = (at + c.shift).astimezone(SHANGHAI).year
        return f"{letter}{year}-{self.to.draw_from(f'ground_number_{letter.lower()}'):06}"

    def ordinal(self, series: str, like: str) -> int:
        """The next official number of a series, begun in the year of the one it was copied from."""
        scope = f"suggestion/{series}"
        year, last = self.series.get(scope, (self.series[f"suggestion/{like}"][0], 0))
        self.series[scope] = year, last + 1
        return last + 1

    def close_books(self) -> None:
        """Writes down the last number of each series."""
        for scope, (year, last) in self.series.items():
            NumberSeries.objects.update_or_create(scope=scope, year=year, defaults={"last": last})


def _prepares(label: str) -> Callable[[Callable[[Web, Any], Keys]], Callable[[Web, Any], Keys]]:
    return lambda function: prepares.setdefault(label, function)


def _finishes(label: str) -> Callable[[Any], Any]:
    return lambda function: finishes.setdefault(label, function)


# -- people and places -------------------------------------------------------------------------------------------------


@_prepares("accounts.User")
def _user_words(web: Web, row: Any) -> Keys:
    yield row["name"], lambda c: c.maker.name(c)


@_finishes("accounts.User")
def _user(web: Web, c: Copy, row: dict[str, Any], like: Any) -> None:
    """A number of the demonstration's range as long as there are some, then none: who has none cannot sign in."""
    phone = next(c.maker.phones, "")
    row["pinyin"] = pinyin_of(row["name"])
    row["phone_index"] = User.index_of(phone) if phone else row["uuid"].bytes * 2
    row["phone_sealed"] = sealed.seal(phone, table="accounts_user", column="phone", row=row["uuid"])
    row["password"], row["last_login"], row["is_demo"] = "!", None, True


@_prepares("deputies.Deputy")
def _deputy_words(web: Web, row: Any) -> Keys:
    yield row["name"], lambda c: c.maker.name(c)
    yield row["code"], lambda c: c.maker.code("DEFGH")


@_finishes("deputies.Deputy")
def _deputy(web: Web, c: Copy, row: dict[str, Any], like: Any) -> None:
    row["pinyin"] = pinyin_of(row["name"])


@_prepares("stations.Venue")
def _venue_words(web: Web, row: Any) -> Keys:
    yield row["code"], lambda c: c.maker.code("STUVW")


@_prepares("accounts.Organ")
def _organ_words(web: Web, row: Any) -> Keys:
    yield row["code"], lambda c: f"{row['code']}-{c.number}"


# -- citizens ----------------------------------------------------------------------------------------------------------


@_finishes("accounts.Contact")
def _contact(web: Web, c: Copy, row: dict[str, Any], like: Any) -> None:
    """Name and phone under a key of the new row. No blind index: one number here stands for many made people."""
    row["phone_index"] = None
    if like["erased_at"] is not None:
        return
    row["data_key"] = sealed.new_data_key(row["uuid"])
    maker: Maker = c.maker
    phone = PHONES.format(maker.dice.randint(FIRST_CITIZEN, LAST_PHONE)) if like["phone_sealed"] else ""
    name = made_name(maker.dice.randrange(100_000)) if like["name_sealed"] else ""
    given = {column: text for column, text in (("phone", phone), ("name", name)) if text}
    closed = sealed.seal_with(row["data_key"], given, table=CONTACTS, row=row["uuid"])
    row["phone_sealed"], row["name_sealed"] = closed.get("phone"), closed.get("name")
    row["phone_mask"] = sealed.mask_phone(phone) if phone else ""


# -- clocks ------------------------------------------------------------------------------------------------------------


@_finishes("clocks.Deadline")
def _deadline(web: Web, c: Copy, row: dict[str, Any], like: Any) -> None:
    """Counted anew in its own weeks, for other holidays lie there, unless that made late what was in time."""
    if not c.weeks or row["fixed"] or row["span"].endswith(("h", "min")):
        return
    due = _due(row["started_at"].astimezone(SHANGHAI).date(), row["span"])
    if due.at != row["due_at"]:
        ended = row["met_at"] or row["dropped_at"]
        if ended is None or (ended <= row["due_at"]) != (ended <= due.at):
            return
        row["due_at"] = due.at
    row["reasons"], row["provisional"] = json.dumps(due.reasons, ensure_ascii=False), due.provisional


def keeps_its_date(like: dict[str, Any], weeks: timedelta) -> bool:
    """Whether an open deadline, moved by whole weeks, still ends where the calendar says: its timers expect it there."""
    if not weeks or like["fixed"] or like["span"].endswith(("h", "min")):
        return True
    return _due((like["started_at"] + weeks).astimezone(SHANGHAI).date(), like["span"]).at == like["due_at"] + weeks


@lru_cache(maxsize=20_000)
def _due(day: date, span: str) -> workdays.Due:
    return workdays.due(datetime.combine(day, time(12), SHANGHAI), workdays.Span.parse(span), calendar.current())


# -- matters -----------------------------------------------------------------------------------------------------------


@_prepares("suggestions.Opinion")
def _opinion_words(web: Web, row: Any) -> Keys:
    yield row["number"], lambda c: c.maker.matter_number("Y", c, row["submitted_at"])


@_finishes("suggestions.Opinion")
def _opinion(web: Web, c: Copy, row: dict[str, Any], like: Any) -> None:
    row["bigrams"] = vector(f"{row['masked_text']}\n{row['place']}")


@_prepares("suggestions.Suggestion")
def _suggestion_words(web: Web, row: Any) -> Keys:
    yield row["number"], lambda c: c.maker.matter_number("J", c, row["made_at"])
    if not row["register_series"]:
        return
    display, short = row["register_display"], row["register_short"]

    def register(c: Copy) -> str:
        series = said(c, row["register_series"])
        n = c.maker.ordinal(series, row["register_series"])
        c.words[short] = f"{said(c, short).rpartition('-')[0]}-{n:03}"
        return re.sub(r"第\d+号$", f"第{n:03}号", said(c, display))

    yield display, register
    yield short, lambda c: c.words[short]


@_finishes("suggestions.Suggestion")
def _suggestion(web: Web, c: Copy, row: dict[str, Any], like: Any) -> None:
    if row["register_ordinal"] is not None:
        row["register_ordinal"] = int(re.findall(r"\d+", row["register_short"])[-1])
        row["register_series"] = said(c, like["register_series"])
    lead = _name_of(like["lead_id"])
    text = next(
        v for v in web.of_label("suggestions.TextVersion").values()
        if v["suggestion_id"] == like["id"] and v["no"] == like["current_version"]
    )  # fmt: skip
    words = [c.words.get(text[name], text[name]) for name in ("title", "situation", "proposal")]
    row["bigrams"] = vector(" ".join([*words, c.words.get(lead, lead), row["register_display"]]))


@_prepares("suggestions.TextVersion")
def _version_words(web: Web, row: Any) -> Keys:
    """Another figure in the situation, another place in the title; the hash names the text as it now reads."""
    yield row["title"], lambda c: _elsewhere(row["title"], c)
    yield row["situation"], lambda c: _about_as_many(said(c, row["situation"]), c.maker.dice)
    yield row["proposal"], lambda c: said(c, row["proposal"])
    texts = [row[name] for name in ("title", "situation", "proposal")]
    yield row["hash"], lambda c: hash_of(*(c.words.get(text, text) for text in texts))


@cache
def _name_of(seat_id: int) -> str:
    return Seat.objects.values_list("deputy__name", flat=True).get(pk=seat_id)


def _elsewhere(title: str, c: Copy) -> str:
    area = c.spoken.get("area", "")
    title = title.replace("关于", f"关于{area}", 1) if title.startswith("关于") else f"{area}{title}"
    return title[:80]


def _about_as_many(text: str, dice: random.Random) -> str:
    return DRAFTS_WORDS.sub(lambda found: str(max(2, round(int(found[0]) * dice.uniform(0.4, 2.2)))), text)


def said(c: Copy, text: str) -> str:
    return c.pattern.said(c, text)


def vector(text: str) -> str:
    """The `tsvector` that `to_tsvector('simple', bigrams)` would make, as COPY takes it."""
    return " ".join(f"'{word}':{n}" for n, word in enumerate(bigrams.bigrams(text).split(), 1))
