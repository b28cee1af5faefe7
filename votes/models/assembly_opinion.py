"""议事代表意见: what a member asks of the street, who handles it, the reply of each round and what the member says of it."""

from django.db import models
from django.db.models import Q

from ground.workflow import Step
from suggestions.models import Opinion
from votes.models.assembly import AssemblyMeeting, AssemblyMember, DeliberativeAssembly
from votes.queries import assembly_opinion as queries
from votes.states import ASSEMBLY_OPINION, AssemblyGrade, AssemblyOpinionState, Pace, Through


class AssemblyOpinion(models.Model):
    """One opinion of one member. `register_no` counts without a gap within the assembly's organ and year."""

    workflow = ASSEMBLY_OPINION

    number = models.CharField("编号", max_length=20, unique=True)
    register_no = models.PositiveIntegerField("登记号", null=True)
    register_year = models.PositiveSmallIntegerField(null=True)
    assembly = models.ForeignKey(DeliberativeAssembly, models.PROTECT, related_name="opinions")
    member = models.ForeignKey(AssemblyMember, models.PROTECT, related_name="opinions", verbose_name="提出人")
    title = models.CharField("标题", max_length=60)
    text = models.TextField("内容")
    place = models.CharField("地点", max_length=80, blank=True)
    state = models.CharField("状态", max_length=12, choices=AssemblyOpinionState, default="filed", editable=False)
    may_publish = models.BooleanField(
        "同意公开", default=True
    )  # the member's wish; nothing is public before the street says so
    is_public = models.BooleanField("已公开", default=False)
    public_text = models.TextField("公开的内容", blank=True)
    handler = models.ForeignKey(
        "accounts.Organ", models.PROTECT, null=True, blank=True, related_name="assembly_opinions", verbose_name="承办"
    )
    through = models.CharField("途径", max_length=10, choices=Through, blank=True)
    pace = models.CharField("难易", max_length=6, choices=Pace, blank=True)
    note = models.TextField("交办要求", blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=12, blank=True)  # settled | unsettled | unrated
    filed_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    heard_in = models.ForeignKey(
        AssemblyMeeting, models.PROTECT, null=True, blank=True, related_name="heard", verbose_name="报告会议"
    )

    objects = queries.AssemblyOpinionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "议事代表意见"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "register_year", "register_no"], name="assembly_register_no_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "replied", "redoing"])
                | Q(handler__isnull=False, register_no__isnull=False) & ~Q(through="") & ~Q(pace=""),
                name="assigned_assembly_opinion_has_a_handler",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(may_publish=True) & ~Q(public_text=""),
                name="public_assembly_opinion_was_consented",
            ),
            models.CheckConstraint(
                condition=~Q(state="reported") | Q(heard_in__isnull=False), name="reported_assembly_opinion_was_heard"
            ),
        ]
        indexes = [models.Index(fields=["assembly", "state"], name="assembly_opinion_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def origin(self) -> str:
        return f"{self.assembly.name}　{self.member.name}"

    @property
    def register(self) -> str:
        """〔2026〕3 号, once accepted."""
        return f"〔{self.register_year}〕{self.register_no} 号" if self.register_no else ""

    @property
    def state_tone(self) -> str:
        return "danger" if self.outcome == "unsettled" and self.state in ("done", "reported") else ""

    @property
    def reply_of_round(self) -> "AssemblyReply | None":
        return next((reply for reply in self.replies.all() if reply.round == self.round), None)


class AssemblyOpinionStep(Step):
    obj = models.ForeignKey(AssemblyOpinion, models.CASCADE, related_name="steps")


class AssemblyOpinionLink(models.Model):
    """A citizen's opinion behind it: its author is told when the member's is replied to."""

    opinion = models.ForeignKey(AssemblyOpinion, models.CASCADE, related_name="links")
    behind = models.ForeignKey(Opinion, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "behind"], name="assembly_opinion_link_once")]


class AssemblyReply(models.Model):
    opinion = models.ForeignKey(AssemblyOpinion, models.CASCADE, related_name="replies")
    round = models.PositiveSmallIntegerField()
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+")
    text = models.TextField("答复")
    by_label = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["opinion", "round"], name="assembly_reply_once_a_round")]


class AssemblyRating(models.Model):
    reply = models.OneToOneField(AssemblyReply, models.CASCADE, related_name="rating")
    grade = models.CharField("评价", max_length=12, choices=AssemblyGrade)
    text = models.TextField("意见", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(grade="dissatisfied") | ~Q(text=""), name="dissatisfied_member_says_why"
            )
        ]


class HeardOpinion(models.Model):
    """What a meeting heard of one opinion: as it stood when the meeting closed."""

    meeting = models.ForeignKey(AssemblyMeeting, models.CASCADE, related_name="heard_opinions")
    opinion = models.ForeignKey(AssemblyOpinion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AssemblyOpinionState)
    handler = models.CharField(max_length=80, blank=True)
    reply = models.TextField(blank=True)
    grade = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["opinion"]
        constraints = [models.UniqueConstraint(fields=["meeting", "opinion"], name="opinion_heard_once_a_meeting")]
