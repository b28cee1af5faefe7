"""The verbs of a rectification list: listed with a date, taken on, reported on with proof, struck off or sent back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Organ
from clocks import workflow as clocks
from ground import clock, files, workdays
from ground.errors import Forbidden, GuardFailed, Invalid, NotAPicture, TooLarge
from ground.numbers import next_number
from ground.uploads import clean_photo
from ground.wording import clean_text
from ground.workflow import Actor, begin, move
from votes.models import RectificationFile, RectificationItem, RectificationReport
from votes.rules.rectification import may_add_files

MOST_FILES = 12
LONGEST = 2000


def list_item(
    source: Any, *, by: Actor, unit: Organ, problem: str, due_on: date, measure: str = "", answer: Any = None
) -> RectificationItem:
    """Puts one problem on the list of what it comes from (an inquiry); the unit owes it from now on."""
    text = clean_text(problem, limit=LONGEST, name="问题", pointer="problem")
    not_past(due_on)
    item = RectificationItem(
        number=next_number("G"), organ=source.organ, unit=unit, problem=text, due_on=due_on, answer=answer, listed_at=clock.now(),
        measure=clean_text(measure, limit=LONGEST, name="整改措施", required=False, pointer="measure"),
        is_public=source.published_at is not None, **{source.workflow.name: source},
    )  # fmt: skip
    with begin(item, "list_item", by=by):
        clocks.start(item, "accept", organ=unit, rules_of=item.organ)
        clocks.start(item, "finish", organ=unit, rules_of=item.organ, until=due_on)
    return item


def accept(item: RectificationItem, *, by: Actor, owner: str, measure: str = "") -> RectificationItem:
    """The unit takes it on and names who answers for it and what will be done."""
    with move(item, "accept", by=by) as m:
        item.owner = clean_text(owner, limit=60, name="责任人", pointer="owner")
        item.measure = clean_text(measure or item.measure, limit=LONGEST, name="整改措施", pointer="measure")
        m.recorded = {"owner": item.owner}
        clocks.stop(item, "accept")
    return item


def report(item: RectificationItem, *, by: Actor, text: str, photos: Iterable[UploadedFile] = ()) -> RectificationItem:
    """Progress, with pictures where there are any. What runs for long owes one each quarter."""
    with move(item, "report", by=by) as m:
        m.public_text = _write(item, by, text)
        _keep_photos(item, by, photos)
        if item.state == "long_term":
            clocks.start(item, "review", organ=item.unit, rules_of=item.organ)
    return item


def claim_done(item: RectificationItem, *, by: Actor, text: str) -> RectificationItem:
    """The unit's lead says that all is done; the congress looks at it."""
    with move(item, "claim_done", by=by) as m:
        m.public_text = _write(item, by, text, final=True)
        clocks.stop(item, "finish", "redo", "review")
        clocks.start(item, "check", organ=item.organ)
    return item


def strike(item: RectificationItem, *, by: Actor, text: str) -> RectificationItem:
    """销号: seen on the spot or on paper, and said in public words."""
    with move(item, "strike", by=by) as m:
        m.public_text = clean_text(text, limit=1000, name="核查情况", pointer="text")
        item.struck_at = clock.now()
        clocks.stop(item, "check")
    return item


def send_back(item: RectificationItem, *, by: Actor, reason: str, until: date | None = None) -> RectificationItem:
    """Not done: one month more (rule row `rectification.redo`), or to a day that is named."""
    with move(item, "send_back", by=by) as m:
        m.public_text = clean_text(reason, limit=1000, name="退回原因", pointer="reason")
        clocks.stop(item, "check")
        if until is not None:
            not_past(until)
        deadline = clocks.start(item, "redo", organ=item.unit, rules_of=item.organ, until=until)
        item.due_on = deadline.due_at.astimezone(clock.SHANGHAI).date()
        m.recorded = {"until": str(item.due_on)}
    return item


def defer(item: RectificationItem, *, by: Actor, reason: str) -> RectificationItem:
    """What no one-off measure ends goes on for long, with a report each quarter; the reason is public."""
    with move(item, "defer", by=by) as m:
        m.public_text = clean_text(reason, limit=1000, name="转长期的理由", pointer="reason")
        clocks.drop(item)
        clocks.start(item, "review", organ=item.unit, rules_of=item.organ)
    return item


def postpone(item: RectificationItem, *, by: Actor, until: date, reason: str) -> RectificationItem:
    """A later date, with the reason; the old one stays to be read in the history."""
    with move(item, "postpone", by=by) as m:
        not_past(until)
        if until <= item.due_on:
            raise Invalid("until", "新的日期要晚于现在的期限。")
        m.public_text = clean_text(reason, limit=1000, name="改期理由", pointer="reason")
        m.recorded = {"old": str(item.due_on), "new": str(until)}
        item.due_on = until
        kind = "redo" if item.state == "sent_back" or _runs(item, "redo") else "finish"
        clocks.postpone(item, kind, workdays.end_of_day(until), why="经批准改期", by=by)
    return item


def chase(item: RectificationItem, *, by: Actor, note: str) -> RectificationItem:
    with move(item, "chase", by=by) as m:
        m.public_text = clean_text(note, limit=500, name="催办内容", pointer="note")
    return item


# -- pictures ----------------------------------------------------------------------------------------------------------


def add_photos(item: RectificationItem, *, by: Actor, photos: Iterable[UploadedFile]) -> RectificationItem:
    """Pictures beside the item, all or none. Raises Forbidden, Invalid, GuardFailed `files`."""
    if not may_add_files(by, item):
        raise Forbidden
    with transaction.atomic():
        RectificationItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        _keep_photos(item, by, photos)
    return item


def _keep_photos(item: RectificationItem, by: Actor, photos: Iterable[UploadedFile]) -> None:
    cleaned = []
    for photo in photos:
        try:
            cleaned.append(clean_photo(photo.read()))
        except (NotAPicture, TooLarge) as refusal:
            raise Invalid("photos", f"“{photo.name}”没有收：{refusal.detail}") from None
    if cleaned and RectificationFile.objects.filter(item=item).count() + len(cleaned) > MOST_FILES:
        raise GuardFailed("files", f"一件整改最多 {MOST_FILES} 张照片。")
    for photo in cleaned:
        RectificationFile.objects.create(
            item=item, by_id=by.pk, at=clock.now(), file=files.store(photo.jpeg, kind="proof", mime="image/jpeg"),
            thumb=files.store(photo.thumb, kind="thumb", mime="image/jpeg"),
        )  # fmt: skip


def _write(item: RectificationItem, by: Actor, text: str, *, final: bool = False) -> str:
    words = clean_text(text, limit=LONGEST, name="整改情况", pointer="text")
    RectificationReport.objects.create(item=item, text=words, final=final, by_id=by.pk, at=clock.now())
    return words


def _runs(item: RectificationItem, kind: str) -> bool:
    return any(deadline.kind == kind for deadline in clocks.open_of(item))


def not_past(day: date, pointer: str = "due_on") -> None:
    if day < clock.today():
        raise Invalid(pointer, "这一天已经过去，请填今天以后的日期。")
    if day.year > clock.today().year + 5:
        raise Invalid(pointer, "日期太远，请核对年份。")
