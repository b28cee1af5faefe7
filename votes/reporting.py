"""Binds duty reports into the house: references, permissions, tellers, timers, and their places on the boards and in 履职通."""

from importlib import import_module

from ground import choices, refs
from suggestions import boards
from votes import models, timers_duty
from votes.forms.duty import SESSION_ACTS
from votes.states import duty as states

OF_SESSIONS = boards.Kind(
    part="述职评议",
    work={
        "dutysession.hold": ("登记述职评议会", ("hold",)),
        "dutysession.publish": ("公布述职评议结果", ("publish",)),
        "dutyreport.write": ("提交述职报告", ("write_report",)),
        "dutyreport.rectify": ("提交书面整改", ("rectify",)),
        "dutyreport.check": ("审核述职整改", ("accept_rectification",)),
    },
    owes={
        "dutysession.hold": ("述职评议会未登记", ("hold",)),
        "dutysession.publish": ("述职评议未公布", ("publish",)),
        "dutyreport.write": ("未提交述职报告", ("chase",)),
        "dutyreport.rectify": ("未提交书面整改", ()),
        "dutyreport.check": ("述职整改未审核", ()),
    },
    acts=SESSION_ACTS,
    faces=("deputy", "admin"),
    page="duty-session",
    parts={"dutyreport": "reports"},
)


def bind() -> None:
    """Called once from `apps.ready`."""
    import_module("votes.rules.duty")  # binds permissions and guards
    import_module("votes.notices.duty")  # binds the tellers
    refs.register("dutysession", models.DutySession)
    refs.register("dutysessionstep", models.DutySessionStep)
    refs.register("dutyreport", models.DutyReport)
    refs.register("dutyreportstep", models.DutyReportStep)
    for flow in (states.DUTY_SESSION, states.DUTY_REPORT):
        flow.check_bound()
        choices.register(flow.name, flow.states)
    choices.register("duty_listeners", states.Listeners)
    choices.register("duty_way", states.Way)
    choices.register("duty_grading", states.Grading)
    timers_duty.bind()
    boards.register("dutysession", OF_SESSIONS)
