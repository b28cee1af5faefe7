"""Binds inquiries and rectification lists into the house: references, permissions, tellers, timers, and their places on the
desks and boards, beside opinions and suggestions."""

from importlib import import_module

from ground import choices, refs
from suggestions import boards
from suggestions.queries.desk import governments_of, units_of
from votes import models, timers_inquiry
from votes.forms.appraisal import APPRAISAL_ACTS
from votes.forms.deliberation import DELIBERATION_ACTS
from votes.forms.inquiry import INQUIRY_ACTS
from votes.forms.judicial import JUDICIAL_ACTS
from votes.forms.rectification import ITEM_ACTS
from votes.rules.judicial import is_of_court
from votes.states import inquiry as inquiry_states
from votes.states.appraisal import APPRAISAL
from votes.states.deliberation import DELIBERATION
from votes.states.inquiry import INQUIRY
from votes.states.judicial import JUDICIAL
from votes.states.rectification import RECTIFICATION

OF_INQUIRIES = boards.Kind(
    part="询问",
    work={"inquiry.list": ("列出整改清单", ("list_item",))},
    owes={"inquiry.list": ("未列整改清单", ("list_item",))},
    acts=INQUIRY_ACTS,
    faces=("deputy", "department", "admin"),
)
OF_ITEMS = boards.Kind(
    part="整改",
    work={
        "rectification.accept": ("认领整改", ("accept",)),
        "rectification.finish": ("完成整改", ("accept", "report", "claim_done")),
        "rectification.redo": ("重新整改", ("report", "claim_done")),
        "rectification.check": ("核查销号", ("strike", "send_back")),
        "rectification.review": ("报告长期整改进展", ("report",)),
    },
    owes={
        "rectification.accept": ("未认领整改", ("chase",)),
        "rectification.finish": ("整改未完成", ("chase",)),
        "rectification.redo": ("重新整改未完成", ("chase",)),
        "rectification.check": ("未核查销号", ("strike", "send_back")),
        "rectification.review": ("未报长期整改进展", ("chase",)),
    },
    acts=ITEM_ACTS,
)
OF_DELIBERATIONS = boards.Kind(
    part="审议意见",
    work={
        "deliberation.hand_over": ("交办审议意见", ("hand_over",)),
        "deliberation.report": ("书面报告", ("report", "send_draft")),
        "deliberation.redo": ("重新报告", ("report", "send_draft")),
        "deliberation.comment": ("对报告稿提意见", ("comment",)),
        "deliberation.publish": ("通报公布", ("publish",)),
        "deliberation.hear": ("二次听取", ("hear_again",)),
    },
    owes={
        "deliberation.hand_over": ("审议意见未交办", ("hand_over",)),
        "deliberation.report": ("未书面报告", ("chase",)),
        "deliberation.redo": ("未重新报告", ("chase",)),
        "deliberation.comment": ("未对报告稿提意见", ("comment",)),
        "deliberation.publish": ("未通报公布", ("publish",)),
        "deliberation.hear": ("未二次听取", ("hear_again",)),
    },
    acts=DELIBERATION_ACTS,
    faces=("deputy", "department", "admin"),
)
OF_APPRAISALS = boards.Kind(
    part="评议对象",
    work={
        "appraisaltarget.progress": ("报告本月评议进展", ("report_progress",)),
        "appraisal.follow_up": ("评议回访", ("follow_up",)),
    },
    owes={
        "appraisaltarget.progress": ("未报评议进展", ()),
        "appraisal.follow_up": ("未回访", ("follow_up",)),
    },
    acts=APPRAISAL_ACTS,
)
OF_JUDICIAL = boards.Kind(
    part="履职评议",
    work={"judicial.feed_back": ("反馈履职评议意见", ("feed_back",))},
    owes={"judicial.feed_back": ("履职评议意见未反馈", ("feed_back",))},
    acts=JUDICIAL_ACTS,
    page="judicial-appraisal",
)


def bind() -> None:
    """Called once from `apps.ready`."""
    for noun in ("inquiry", "rectification", "deliberation", "appraisal", "judicial"):
        import_module(f"votes.rules.{noun}")  # binds permissions and guards
        import_module(f"votes.notices.{noun}")  # binds the tellers
    refs.register("inquiry", models.Inquiry)
    refs.register("inquirystep", models.InquiryStep)
    refs.register("rectification", models.RectificationItem)
    refs.register("rectificationstep", models.RectificationStep)
    refs.register("deliberation", models.DeliberationOpinion)
    refs.register("deliberationstep", models.DeliberationStep)
    refs.register("appraisal", models.WorkAppraisal)
    refs.register("appraisalstep", models.AppraisalStep)
    refs.register("appraisaltarget", models.AppraisalTarget)
    refs.register("judicial", models.JudicialAppraisal)
    refs.register("judicialstep", models.JudicialStep)
    for flow in (INQUIRY, RECTIFICATION, DELIBERATION, APPRAISAL, JUDICIAL):
        flow.check_bound()
        choices.register(flow.name, flow.states)
    choices.register("inquiry_scale", inquiry_states.Scale)
    choices.register("meeting", inquiry_states.Meeting)
    choices.register("question_kind", inquiry_states.QuestionKind)
    timers_inquiry.bind()
    boards.register("inquiry", OF_INQUIRIES)
    boards.register("rectification", OF_ITEMS)
    boards.register("deliberation", OF_DELIBERATIONS)
    boards.register("appraisal", OF_APPRAISALS)
    boards.register("judicial", OF_JUDICIAL)
    boards.add_to_desk(boards.Entry("rectifications", "clipboard-list", "整改清单", _is_unit, _waiting))
    boards.add_to_desk(boards.Entry("inquiries", "message-circle-question-mark", "专题询问", _is_unit))
    boards.add_to_desk(boards.Entry("deliberations", "gavel", "审议意见", _is_unit, _to_report))
    boards.add_to_desk(boards.Entry("appraisals", "clipboard-check", "工作评议", _is_unit))
    boards.add_to_desk(boards.Entry("judicial-appraisals", "scale", "履职评议", is_of_court))


def _is_unit(actor: object) -> bool:
    return bool(units_of(actor) or governments_of(actor))


def _waiting(actor: object) -> int:
    return models.RectificationItem.objects.of_units(actor).filter(state__in=["listed", "sent_back"]).count()


def _to_report(actor: object) -> int:
    return models.DeliberationOpinion.objects.of_units(actor).filter(state__in=["handed_over", "commented"]).count()
