"""Proposing a project without an account, what the proposer may do afterwards, and “我也需要” (domain.md §4.2)."""

from typing import Any

from django.db import IntegrityError, transaction

from accounts import contacts, sms
from accounts.models import Organ, User
from accounts.rules import UNIT
from accounts.states import OrganKind, Role
from clocks import workflow as clocks
from ground import bigrams, clock, codes, sealed
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.masking import mask
from ground.numbers import next_number
from ground.once import once
from ground.wording import clean_text
from ground.workflow import Actor, CodeHolder, begin, move
from suggestions import likeness
from suggestions.models import Opinion, Suggestion
from suggestions.routing import shelf
from votes.models import LivelihoodProject, ProjectLink, ProjectRating, ProjectSupport, Round
from votes.rules.project import seat_in
from votes.states import Field, Grade, Proposer, RaterKind

TITLE_LIMIT, TEXT_LIMIT, PLACE_LIMIT, AREA_LIMIT, SAID_LIMIT = 60, 1000, 120, 60, 300
CONSENT = "2026-1"
SUPPORTED = ("pooled", "shortlisted", "candidate")  # while it is not decided on
SUPPORT, RATE, VERIFY = "project-support", "project-rate", "project-verify"  # what an SMS code is for


@once()
@transaction.atomic
def propose(
    *,
    by: Any,
    organ: Organ,
    title: str,
    text: str,
    category: str,
    place: str = "",
    contact_name: str = "",
    phone: str = "",
    consent: bool = False,
    opinion: str = "",
    suggestion: str = "",
) -> LivelihoodProject:
    """A proposal for the pool of `organ`, at any time of the year; while its round collects it goes into that round.

    A signed-in person proposes as what they are for this organ: a deputy of it, else people of a station, else of a unit.
    Anybody else gets number and query code (`project.query_code`). Raises Invalid.
    """
    if organ.kind not in (OrganKind.CONGRESS, OrganKind.STREET):
        raise Invalid("organ", "请选一个人大。")
    title = clean_text(title, limit=TITLE_LIMIT, name="项目名称", pointer="title")
    text = clean_text(text, limit=TEXT_LIMIT, name="为什么需要", pointer="text")
    place = clean_text(place, limit=PLACE_LIMIT, name="地点", required=False, pointer="place")
    if category not in Field.values:
        raise Invalid("category", "请从所列的类别中选一个。")
    project = LivelihoodProject(
        number=next_number("M"), organ=organ, round=Round.objects.filter(organ=organ, state="collecting").first(),
        title=mask(title).text, text=text, masked_text=mask(text).text, place=mask(place).text, category=category,
        code_key_id=codes.current_key_id(), proposed_at=clock.now(), **_proposer(by, organ),
    )  # fmt: skip
    if project.proposer_kind in (Proposer.CITIZEN, Proposer.STATION):
        project.contact = contacts.make_contact(contact_name, phone, CONSENT)
    if project.proposer_kind == Proposer.CITIZEN and not consent:
        raise Invalid("consent", "请先阅读并同意个人信息处理说明。")
    project.consent_version = CONSENT if project.contact else ""
    project.bigrams = bigrams.vector(f"{project.title}\n{project.masked_text}\n{project.place}")
    actor: Actor = by if project.entered_by_id else CodeHolder(project.number)
    with begin(project, "propose", by=actor, public_text="提出了这个项目。") as m:
        m.by_label = project.by_words
        _link_first(project, opinion, suggestion)
        clocks.start(project, "screen", organ=organ)
    return project


def _proposer(by: Any, organ: Organ) -> dict[str, Any]:
    """As what somebody speaks here."""
    if getattr(by, "actor_kind", "") != "user":
        return {"proposer_kind": Proposer.CITIZEN}
    if seat := seat_in(by, organ.pk):
        return {"proposer_kind": Proposer.DEPUTY, "proposer_seat_id": seat, "entered_by": by}
    if by.facts.venue_posts:
        return {
            "proposer_kind": Proposer.STATION,
            "proposer_venue_id": by.facts.venue_posts[0].venue_id,
            "entered_by": by,
        }
    for post in by.facts.posts:
        if post.role in (*UNIT, Role.GOV_OFFICE):
            return {"proposer_kind": Proposer.DEPARTMENT, "proposer_organ_id": post.organ_id, "entered_by": by}
    return {"proposer_kind": Proposer.CITIZEN}


def _link_first(project: LivelihoodProject, opinion: str, suggestion: str) -> None:
    """What it grew out of, where the proposer named it."""
    for number, model, name in ((opinion, Opinion, "opinion"), (suggestion, Suggestion, "suggestion")):
        if not number.strip():
            continue
        found = model.objects.published() if name == "opinion" else model.objects.all()
        row = found.filter(number=number.strip().upper()).first()
        if row is None:
            raise Invalid(name, "没有找到这件意见或建议，请核对编号，也可以不填。")
        ProjectLink.objects.create(project=project, at=clock.now(), **{name: row})


def similar(organ: Organ, title: str, text: str, *, most: int = 5) -> list[LivelihoodProject]:
    """Public projects and proposals of this organ like these words, the most alike first: to support one, not to say it twice."""
    wanted = likeness.Wanted.said(mask(f"{title}\n{text}").text)
    rarity = shelf.rarity()
    rows = LivelihoodProject.objects.published().with_face()

    def words(row: LivelihoodProject) -> likeness.Vector:
        return likeness.vector(row.title, f"{row.masked_text}\n{row.place}", rarity)

    found = likeness.nearest(
        rows, [wanted], "votes_livelihoodproject", "t.organ_id = %s AND t.published_at IS NOT NULL", [organ.pk], words,
        rarity, most, likeness.ENOUGH,
    )  # fmt: skip
    return [row for row, _ in found[wanted.key]]


# -- the proposer ------------------------------------------------------------------------------------------------------


def send_verification(project: LivelihoodProject) -> None:
    """An SMS code to the phone the proposer left."""
    if project.contact is None or project.contact.phone_sealed is None:
        raise GuardFailed("has_phone", "没有留手机号。")
    sms.send_code(contacts.reveal(project.contact).phone, VERIFY)


def verify_phone(project: LivelihoodProject, *, by: Actor, sms_code: str) -> LivelihoodProject:
    """The proposer holds the phone: once it is in the pool, everybody may read the proposal."""
    with transaction.atomic():
        if project.contact is None or project.contact.phone_sealed is None:
            raise GuardFailed("has_phone", "没有留手机号。")
        phone = contacts.reveal(project.contact).phone
        if not sms.check_code(phone, VERIFY, sms_code):
            raise GuardFailed("sms_code", "验证码不对或已过期，请重新获取。")
        with move(project, "verify_phone", by=by):
            project.contact = contacts.verify(project.contact, phone)
            contacts.list_matter(project.contact, project)
            publish_if_fit(project)
    return project


def erase_contact(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    """Name and phone are destroyed at once; what is already a candidate goes on in the office's own words."""
    with move(project, "erase_contact", by=by):
        contacts.erase(project.contact)
        project.contact.refresh_from_db()
        publish_if_fit(project)
    return project


def open_contact(project: LivelihoodProject, *, by: Actor, reason: str) -> contacts.Opened:
    """Name and phone in clear, for one press of the office; whoever proposed it reads who, when and why."""
    with move(project, "open_contact", by=by, note=reason) as m:
        office = str(project.organ)
        opened = contacts.open_contact(project.contact, by=by, reason=reason, obj=project, label=office)
        m.public_text = f"{office}查看了您的联系方式，原因：{reason.strip()}"
    return opened


def publish_if_fit(project: LivelihoodProject) -> None:
    """Everybody may read it: in the pool and of a proposer who was proved; from the shortlist on in any case, for then it
    stands in the office's own words."""
    before = project.state in ("proposed", "screened_out", "merged")
    fit = project.current_no > 0 or (not before and project.has_verified_proposer)
    project.published_at = (project.published_at or clock.now()) if fit else None


# -- whoever else needs it ---------------------------------------------------------------------------------------------


def ask_code(phone: str, purpose: str) -> None:
    """An SMS code, to support or to rate. Raises Invalid for what is no phone, Throttled, NotSent."""
    sms.send_code(_phone(phone), purpose)


def support(project: LivelihoodProject, *, phone: str, sms_code: str, area: str = "") -> bool:
    """“我也需要”, counted once for a phone; False where this phone has said so before. Raises Invalid, GuardFailed."""
    phone = _proved(phone, SUPPORT, sms_code, lambda: _refuse_unless(project, SUPPORTED, "现在不能表示需要了。"))
    return _add_support(project, phone, area)


def support_as(project: LivelihoodProject, *, by: User, area: str = "") -> bool:
    """The same for somebody signed in: the phone of the account stands for the person."""
    if getattr(by, "actor_kind", "") != "user":
        raise Forbidden
    _refuse_unless(project, SUPPORTED, "现在不能表示需要了。")
    return _add_support(project, by.phone, area)


def _add_support(project: LivelihoodProject, phone: str, area: str) -> bool:
    area = clean_text(area, limit=AREA_LIMIT, name="村、社区", required=False, pointer="area")
    _, made = ProjectSupport.objects.get_or_create(
        project=project, phone_index=phone_index(phone), defaults={"area": mask(area).text}
    )
    return made


def rate_publicly(
    project: LivelihoodProject, *, phone: str, sms_code: str, grade: str, text: str = ""
) -> ProjectRating:
    """满意度 of somebody without account: one for a phone, the first one counts. Raises Invalid, GuardFailed."""
    grade, text = _grade(grade), _said(text)
    phone = _proved(phone, RATE, sms_code, lambda: _refuse_unless(project, ("accepted",), "现在不在评价期。"))
    return _add_rating(project, kind=RaterKind.PUBLIC, phone_index=phone_index(phone), grade=grade, text=text)


def rate_at_station(project: LivelihoodProject, *, by: User, grade: str, text: str = "") -> ProjectRating:
    """At a station's tablet, before its people: counted apart from the phones."""
    venue = next((post.venue_id for post in by.facts.venue_posts), None)
    if venue is None:
        raise Forbidden
    _refuse_unless(project, ("accepted",), "现在不在评价期。")
    return _add_rating(project, kind=RaterKind.TABLET, venue_id=venue, grade=_grade(grade), text=_said(text))


def _add_rating(project: LivelihoodProject, **row: Any) -> ProjectRating:
    try:
        with transaction.atomic():
            return ProjectRating.objects.create(project=project, **row)
    except IntegrityError:
        raise GuardFailed("rated", "这个手机号已经评价过，以第一次为准。") from None


def phone_index(phone: str) -> bytes:
    """What stands for a phone: not the phone itself, and not joined to contacts, whose index has another key."""
    return sealed.blind_index(sealed.normalise_phone(phone), table="votes_project", column="phone")


def _proved(phone: str, purpose: str, sms_code: str, check: Any) -> str:
    phone = _phone(phone)
    check()
    if not sms.check_code(phone, purpose, sms_code):
        raise GuardFailed("sms_code", "验证码不对或已过期，请重新获取。")
    return phone


def _phone(typed: str) -> str:
    try:
        return sealed.normalise_phone(typed)
    except ValueError as error:
        raise Invalid("phone", str(error)) from None


def _refuse_unless(project: LivelihoodProject, states: tuple[str, ...], sentence: str) -> None:
    """Asked of the row as it stands now, not of what was read for a page."""
    if not LivelihoodProject.objects.filter(pk=project.pk, state__in=states).exists():
        raise GuardFailed("not_now", sentence)


def _grade(grade: str) -> str:
    if grade not in Grade.values:
        raise Invalid("grade", "请选择满意、基本满意或不满意。")
    return grade


def _said(text: str) -> str:
    return mask(clean_text(text, limit=SAID_LIMIT, name="说明", required=False, pointer="text")).text
