"""What happens when a clock of a project runs out: nothing but that people are told, for no date decides anything here."""

from clocks.timers import on_due, remind_with
from votes.notices.project import remind


def bind() -> None:
    """Called once from `apps.ready`."""
    on_due("project.report", 0)
    on_due("project.finish", 0)
    remind_with("project", remind)
    remind_with("round", remind)
