"""What is due and why."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from clocks import queries
from ground.indexes import filled
from ground.refs import RefFields
from ground.workdays import Level


class Holiday(models.Model):
    """A day that differs from Monday to Friday, by the State Council's yearly notice."""

    class Kind(models.TextChoices):
        OFF = "off", "放假"
        ON = "on", "调休上班"

    date = models.DateField("日期", primary_key=True)
    kind = models.CharField("类别", max_length=3, choices=Kind)
    name = models.CharField("节日", max_length=20)
    provisional = models.BooleanField("暂定", default=False)
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["date"]
        verbose_name = verbose_name_plural = "节假日与调休"

    def __str__(self) -> str:
        return f"{self.date} {self.name}（{self.get_kind_display()}）"


class RulePolicy(models.Model):
    """A rule that differs from the default of `clocks/defaults.py`, versioned, for one organ's congress or for all."""

    organ = models.ForeignKey("accounts.Organ", models.PROTECT, null=True, blank=True, verbose_name="机构（空为全部）")
    code = models.CharField("规则", max_length=40)
    version = models.PositiveIntegerField("版本")
    value = models.JSONField("值")
    valid_from = models.DateField("生效日期")
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        ordering = ["code", "organ", "-version"]
        verbose_name = verbose_name_plural = "期限与规则"
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "code", "version"], name="rule_version_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} 第 {self.version} 版"


class Deadline(RefFields):
    """A date somebody owes something by, with the rule that made it and the reasons, sentence by sentence."""

    matter_kind = models.CharField(max_length=20)  # the root matter, locked first; the object itself where it is one
    matter_id = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    run = models.PositiveSmallIntegerField()
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, null=True, related_name="+")  # who owes it, or
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    span = models.CharField(max_length=10)  # "5wd", "3m", "48h"
    fixed = models.BooleanField(default=False)  # a date somebody named: a changed calendar does not move it
    owed = models.BooleanField(default=True)
    rule = models.ForeignKey(
        RulePolicy, models.PROTECT, null=True, related_name="+", db_index=False
    )  # null: the default
    rules_of = models.ForeignKey("accounts.Organ", models.PROTECT, null=True, related_name="+")
    yellow_at = models.DateTimeField(null=True, blank=True)  # when warnings begin; a level is a comparison with these
    orange_at = models.DateTimeField(null=True, blank=True)
    reasons = models.JSONField(default=list)
    provisional = models.BooleanField(default=False)
    level = models.CharField(max_length=6, blank=True)  # the last one warned of: "" | yellow | orange | red
    rung = models.PositiveSmallIntegerField(default=0)  # how many timers of this deadline have fired
    wake_at = models.DateTimeField()  # when the sweep has to look next
    met_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = queries.DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["object_kind", "object_id", "kind", "run"], name="deadline_run_once"),
            models.UniqueConstraint(
                fields=["object_kind", "object_id", "kind"],
                condition=Q(met_at=None, dropped_at=None),
                name="one_open_run_per_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["matter_kind", "matter_id"], name="deadline_by_matter"),
            models.Index(fields=["wake_at"], condition=Q(met_at=None, dropped_at=None), name="deadline_wakes"),
            models.Index(fields=["due_at"], condition=Q(met_at=None, dropped_at=None), name="deadline_due_open"),
            *filled("deadline", "user", "rule"),
        ]

    def __str__(self) -> str:
        return f"{self.object_kind} {self.object_id} {self.kind} {self.due_at:%F %H:%M}"

    @property
    def code(self) -> str:
        """The rule's code: "opinion.claim"."""
        return f"{self.object_kind}.{self.kind}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    def level_at(self, now: datetime) -> Level:
        """The warning level at `now`; "" for what nobody owes."""
        if not self.owed:
            return ""
        if now > self.due_at:
            return "red"
        if self.orange_at and now >= self.orange_at:
            return "orange"
        return "yellow" if self.yellow_at and now >= self.yellow_at else ""

    def set_columns(self, **columns: Any) -> None:
        """Writes these columns and no other."""
        for name, value in columns.items():
            setattr(self, name, value)
        self.save(update_fields=list(columns))


class DueChange(models.Model):
    """A due date that was moved: by an extension, a calendar, a rule; never silently."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="changes")
    old = models.DateTimeField()
    new = models.DateTimeField()
    why = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Reminder(models.Model):
    """A warning that was given: exactly one for a deadline, a level and a due date."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="reminders")
    level = models.CharField(max_length=10)  # yellow | orange | red | above-2 (second week) | rung-1
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "level", "due_at"], name="reminder_exactly_once"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(told_at=None), name="reminder_untold")]

    def __str__(self) -> str:
        return f"{self.level} of {self.deadline_id}"
