"""What is due and why. Rooms above bind at start: `on_due` for each rung of a clock, `remind_with` for each kind."""

from clocks.timers import check_registered, on_due, only_told, remind_with

__all__ = ["check_registered", "on_due", "only_told", "remind_with"]
