"""The letters of this room: 答复函 with 征询意见表, 转办函, 督办通知单 (domain.md §2.6).

Their 发文字号 is the unit's own, given by its registry: a line is left to write it by hand. What was promised is told with
the dates of that day, though they may have been changed since.
"""

from datetime import date
from typing import Any

from accounts.states import OrganKind
from ground import clock
from ground.errors import NotVisible
from ground.letters import Form, Letter
from ground.templatetags.ui import zh_full_day
from suggestions.models import Assignment, Commitment, Opinion, Referral, Reply, Suggestion
from suggestions.queries.suggestion import inside
from suggestions.rules.assignment import assists_beside
from suggestions.showing import Shown, street_of
from suggestions.states.assignment import GONE

PUBLICITY = {"full": "主动公开", "summary": "主动公开（摘要）", "none": "不予公开"}
FORMATS = (("docx", "Word"), ("pdf", "PDF"))
TICKS = "□满意　　□基本满意　　□不满意"


# -- what may be read -------------------------------------------------------------------------------------------------


def reply_of(actor: Any, pk: int) -> Reply:
    """An issued reply on a suggestion the actor has a part in. Raises NotVisible."""
    mine = Suggestion.objects.filter(inside(actor))
    rows = Reply.objects.filter(pk=pk, issued_at__isnull=False, assignment__suggestion__in=mine)
    found = rows.select_related("drafted_by", "assignment__organ__parent").first()
    if found is None:
        raise NotVisible("没有找到这份答复。")
    found.assignment.suggestion = Suggestion.objects.whole().get(pk=found.assignment.suggestion_id)
    return found


def referral_of(actor: Any, pk: int) -> Referral:
    """A letter of referral on an opinion the actor sees from within or was sent. Raises NotVisible."""
    rows = Referral.objects.filter(pk=pk, opinion__in=Opinion.objects.visible_to(actor)).select_related("organ")
    found = rows.first()
    if found is not None:
        found.opinion = Opinion.objects.visible_to(actor).whole().get(pk=found.opinion_id)
        is_mine = any(post.organ_id == found.organ_id for post in actor.facts.posts)
        if is_mine or Shown(found.opinion, actor).is_inside:
            return found
    raise NotVisible("没有找到这份转办函。")


def overdue_of(actor: Any, pk: int) -> Assignment:
    """An assignment that is past its date, of a congress the actor's office serves. Raises NotVisible."""
    mine = Suggestion.objects.filter(inside(actor))
    rows = Assignment.objects.filter(pk=pk, suggestion__in=mine).exclude(state__in=GONE).with_parts()
    found = rows.select_related("suggestion__congress", "organ__parent").first()
    if found is None or not is_overdue(found):
        raise NotVisible("这个单位没有逾期，不用发督办通知单。")
    return found


def broken_of(actor: Any, pk: int) -> Commitment:
    """A promise that is past its date and neither kept nor ended, of a congress the actor's office serves. Raises
    NotVisible."""
    mine = Suggestion.objects.filter(inside(actor))
    rows = Commitment.objects.filter(pk=pk, suggestion__in=mine)
    found = rows.select_related("suggestion__congress", "assignment__organ__parent", "reply").first()
    if found is None or not is_broken(found):
        raise NotVisible("这项承诺没有逾期，不用发督办通知单。")
    return found


def is_broken(commitment: Commitment) -> bool:
    """Promised for a day that has passed, and the unit has not said it is done (lifecycles.md §5: 督办通知单 at once)."""
    return commitment.state == "open" and commitment.due_on < clock.today()


def is_overdue(assignment: Assignment) -> bool:
    """Nothing was answered in the present round, and its date is past."""
    due = assignment.reply_due_at if assignment.is_main else assignment.opinion_due_at
    waits = assignment.state in ("pending_sign", "signed", "objected", "redoing", "opinion_missing", "pending_dispatch")
    return waits and due is not None and due < clock.now()


# -- what they say ----------------------------------------------------------------------------------------------------


def reply_letter(reply: Reply) -> Letter:
    """答复函 with the class and publicity at its head and the 征询意见表 behind it."""
    assignment, suggestion = reply.assignment, reply.assignment.suggestion
    lead = suggestion.rater_seat.deputy.name
    reason = f"（理由：{reply.publicity_reason}）" if reply.publicity_reason else ""
    thanks = f"感谢您对{assignment.organ}工作的关心和支持。"
    return Letter(
        name=f"答复函 {suggestion.register_short or suggestion.number} {assignment.organ}",
        marks=[f"办理结果：{reply.result_class} 类", f"公开属性：{PUBLICITY[reply.publicity]}{reason}"],
        title=f"对{suggestion.register_display or suggestion.number}建议的答复", to=f"{lead}代表",
        body=[
            f"您提出的《{suggestion.title}》收悉，经研究，现答复如下：", *_lines(reply.text), *_assists(assignment),
            *_lines(reply.remarks), *_promises(reply), thanks,
        ],
        signed=assignment.organ.name, on=_day(reply.issued_at),
        contact=[f"联系人：{reply.drafted_by.name}", f"电话：{assignment.organ.duty_phone or assignment.organ.phone or '　　　　　　'}"],
        copies=_copies(assignment), form=_survey(reply, lead),
    )  # fmt: skip


def _assists(assignment: Assignment) -> list[str]:
    """The main unit mentions every opinion of the units that assist (山东省办理条例 §21)."""
    told = []
    for assist in assists_beside(assignment):
        if given := list(assist.contributions.all()):
            told.append(f"协办单位{assist.organ}的意见：{' '.join(given[-1].text.split())}")
    return told


def _promises(reply: Reply) -> list[str]:
    promised = reply.promised.get("commitments", [])
    told = [
        f"{n}. {promise['text']}，{zh_full_day(date.fromisoformat(str(promise['due_on'])))}前完成。"
        for n, promise in enumerate(promised, start=1)
    ]
    return ["我们承诺：", *told] if told else []


def _copies(assignment: Assignment) -> list[str]:
    """The congress office; units of a government copy its office too."""
    copies = [f"{assignment.suggestion.congress}代表工委"]
    above = assignment.organ.parent
    return copies + ([f"{above}办公室"] if above and above.kind == OrganKind.GOVERNMENT else [])


def _survey(reply: Reply, lead: str) -> Form:
    suggestion = reply.assignment.suggestion
    return Form(
        "代表建议办理情况征询意见表",
        [
            ("建议编号", suggestion.register_display or suggestion.number),
            ("标题", suggestion.title),
            ("领衔代表", lead),
            ("承办单位", reply.assignment.organ.name),
            ("办理态度", TICKS),
            ("办理结果", TICKS),
            ("问题解决", "□已解决　　□部分解决　　□没有解决"),
            ("意见和建议", "（不满意的，请写明原因）\n\n\n"),
            ("代表签名", "\n　　　　　　　　年　　月　　日"),
        ],
        "两项请各选一个打勾。已在平台上评价的不用再填；填好的请交代表工委或联络站代录。",
    )


def referral_letter(referral: Referral) -> Letter:
    """转办函: the masked text, the place to the street; no name, no telephone, no house number (security.md §6)."""
    opinion = referral.opinion
    words = referral.summary or opinion.masked_text
    place = street_of(opinion.place)
    return Letter(
        name=f"转办函 {referral.letter_no}", number=f"编号：{referral.letter_no}", title="群众意见转办函", to=str(referral.organ.name),
        body=[
            f"现将一件群众意见（{opinion.number}，{opinion.get_category_display()}）转给你单位办理。", *_lines(words),
            *([f"地点：{place}。"] if place else []), *([f"要求：{referral.note}"] if referral.note else []),
            *([f"12345 工单号：{referral.order_no}。"] if referral.order_no else []),
            f"请于{zh_full_day(_day(referral.due_at))}前在平台上回报办理情况。不属于你单位职责的，请于{zh_full_day(_day(referral.send_back_until))}前退回并说明理由。",
            "群众的姓名、电话、门牌和原始照片不随函提供；需要到场核实的，请与转办的联络站或代表联系。",
        ],
        signed=referral.sent_by_label, on=_day(referral.sent_at),
    )  # fmt: skip


def overdue_letter(assignment: Assignment) -> Letter:
    """督办通知单 to the head of a unit that is past its date."""
    suggestion, today = assignment.suggestion, clock.today()
    due = _day(assignment.reply_due_at if assignment.is_main else assignment.opinion_due_at)
    owed = "书面答复代表" if assignment.is_main else "向主办单位提出协办意见"
    no = suggestion.register_display or suggestion.number
    return Letter(
        name=f"督办通知单 {suggestion.register_short or suggestion.number} {assignment.organ}", title="代表建议督办通知单",
        to=assignment.organ.name,
        body=[
            f"{zh_full_day(_day(assignment.handed_over_at))}交你单位{assignment.get_role_display()}的{no}建议《{suggestion.title}》，"
            f"应于{zh_full_day(due)}前{owed}，至今已逾期 {(today - due).days} 天。",
            f"请你单位主要负责人接到本通知后立即安排办理，尽快{owed}，并将逾期原因和办理安排书面报送{suggestion.congress}代表工委。",
            "承办单位应当自交办之日起三个月内、至迟不超过六个月答复代表（代表法第五十一条）。",
        ],
        signed=f"{suggestion.congress}代表工委", on=today, copies=_copies(assignment)[1:],
    )  # fmt: skip


def broken_letter(commitment: Commitment) -> Letter:
    """督办通知单 to the head of a unit whose promise is past its date."""
    suggestion, unit, today = commitment.suggestion, commitment.assignment.organ, clock.today()
    no = suggestion.register_display or suggestion.number
    moved = f"（已改期 {commitment.changes} 次）" if commitment.changes else ""
    return Letter(
        name=f"承诺督办通知单 {suggestion.register_short or suggestion.number} {unit}", title="代表建议承诺事项督办通知单",
        to=unit.name,
        body=[
            f"你单位在{zh_full_day(_day(commitment.reply.issued_at))}对{no}建议《{suggestion.title}》的答复中承诺：",
            *_lines(commitment.text),
            f"完成日期为{zh_full_day(commitment.due_on)}{moved}，至今已逾期 {(today - commitment.due_on).days} 天，还没有报告完成。",
            f"请你单位主要负责人接到本通知后立即督促落实，办完后在平台上报告完成；暂时办不完的，将原因、办理安排和完成日期书面报送{suggestion.congress}代表工委。",
            "改期须在到期之前申请，最多两次；承诺没有落实的，由代表评价，并计入你单位办理情况。",
        ],
        signed=f"{suggestion.congress}代表工委", on=today, copies=_copies(commitment.assignment)[1:],
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day(moment: Any) -> date:
    return moment.astimezone(clock.SHANGHAI).date()
