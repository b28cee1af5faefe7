"""Concrete models of mechanics only: none of them refers to a model of a higher room."""

from typing import Any

from django.conf import settings
from django.db import models

from ground.refs import RefFields
from ground.workflow import Step

__all__ = [
    "AuditLine",
    "AuditLink",
    "DemoMail",
    "Heartbeat",
    "IdempotencyKey",
    "Job",
    "Message",
    "NumberSeries",
    "RefFields",
    "Step",
    "StoredFile",
    "Try",
]


class Message(models.Model):
    """The outbox: what leaves by SMS or WeChat. The address is resolved at sending; variables hold nothing personal."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "重试中"
        DEAD = "dead", "未能送达"

    recipient_kind = models.CharField(max_length=20)  # user | contact: whose address `ground.outbox.addresses` knows
    recipient_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)  # sms | wechat
    template = models.CharField(max_length=60)
    variables = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)  # the matter itself, as a path
    step = models.CharField(max_length=40)  # "opinion:17": the Step that caused it, or the reminder's own key
    urgent = models.BooleanField(default=False)  # hazards know no quiet hours and no daily limit
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # of a waiting one: the attempt that is under way
    sent_text = models.TextField(blank=True)  # masked
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "recipient_kind", "recipient_id", "channel"], name="message_once_per_step"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state__in=["waiting", "failed"]), name="message_due"),
            models.Index(fields=["recipient_kind", "recipient_id", "sent_at"], name="message_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient_kind} {self.recipient_id}"


class AuditLine(models.Model):
    """Who did what to which object; column names only, never values. The application may insert and read, not change."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    act = models.CharField(max_length=60)
    object = models.CharField(max_length=60, blank=True)
    columns = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor} {self.act} {self.object}"


class AuditLink(models.Model):
    """The chain over audit lines: numbered and keyed by one task (with a later capability)."""

    no = models.BigIntegerField(unique=True)
    line = models.OneToOneField(AuditLine, models.PROTECT, related_name="link")
    mac = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.no)


class IdempotencyKey(models.Model):
    """One creating POST or verb that was done; neither body nor answer is kept, the answer is rendered anew."""

    key_mac = models.BinaryField(max_length=32, unique=True)
    body_mac = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.number


class Try(models.Model):
    """Something that is allowed so many times: a wrong password, a query code, an SMS. The key is an HMAC of the day."""

    key = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="try_by_key")]

    def __str__(self) -> str:
        return f"{self.at:%F %T}"


class NumberSeries(models.Model):
    """A gap-free count (official register numbers); its row is the last one locked in a verb."""

    scope = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "year"], name="one_series_per_scope_and_year")]

    def __str__(self) -> str:
        return f"{self.scope} {self.year}: {self.last}"


class StoredFile(models.Model):
    """A file on disk under DATA_DIR; the row of the higher room that owns it decides who may see it."""

    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=100)  # a workbook's type has 66
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    path = models.CharField(max_length=120, unique=True)  # a 128-bit random name
    state = models.CharField(max_length=10, default="kept")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class JobQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "JobQuerySet":
        """Whoever asked for it, and nobody else: what it made was made with their rights."""
        return self.filter(by_id=actor.pk) if actor.pk and actor.actor_kind == "user" else self.none()

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])


class Job(models.Model):
    """Something too long for a request (`ground.jobs`); `body` holds ids and choices, nothing personal."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "正在做"
        DONE = "done", "做完了"
        FAILED = "failed", "没有做成"

    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)  # what is being done; at the end, what came of it
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state__in=["waiting", "running"]), name="job_unfinished"),
            models.Index(fields=["by", "-id"], name="job_by_user"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class Heartbeat(models.Model):
    """When a periodic job last ran to its end."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"


class DemoMail(models.Model):
    """A message as the demonstration's mailbox shows it, in place of somebody's phone."""

    to_mask = models.CharField(max_length=20)  # 199****0001
    to_index = models.BinaryField(max_length=32, db_index=True)  # for whoever knows the whole number
    channel = models.CharField(max_length=10, default="sms")
    text = models.TextField()
    url = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.to_mask} {self.at:%F %T}"
