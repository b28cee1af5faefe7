"""Deliberative assemblies of streets and zones: the body of one term, its members, its meetings (domain.md §4.7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ground.workflow import Step
from votes.queries import assembly as queries
from votes.states import (
    MEETING,
    MEMBER,
    EndReason,
    ItemKind,
    MeetingState,
    MemberState,
    Presence,
    Variant,
    Way,
)

EFFECT = "议事建议，不具有法定表决效力"  # on every page, paper and export of what an assembly adopts


class DeliberativeAssembly(models.Model):
    """One term of the assembly a street's (or zone's) working committee calls together."""

    code = models.CharField("代码", max_length=40, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="assemblies", verbose_name="人大工委")
    variant = models.CharField("名称", max_length=15, choices=Variant)
    name = models.CharField("全称", max_length=60)
    ordinal = models.PositiveSmallIntegerField("届")
    opens_on = models.DateField("任期自")
    closes_on = models.DateField("任期至", null=True, blank=True)

    objects = queries.AssemblyQuerySet.as_manager()

    class Meta:
        ordering = ["organ", "-ordinal"]
        verbose_name = verbose_name_plural = "议事代表会"
        constraints = [
            models.UniqueConstraint(fields=["organ", "ordinal"], name="assembly_term_once"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gt=F("opens_on")), name="assembly_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/assemblies/{self.code}/"

    @property
    def member_word(self) -> str:
        return Variant(self.variant).member


class AssemblyMember(models.Model):
    """A member of an assembly. The hat of a congress deputy, where the person wears one too, stays another hat."""

    workflow = MEMBER

    number = models.CharField("编号", max_length=20, unique=True)
    assembly = models.ForeignKey(DeliberativeAssembly, models.PROTECT, related_name="members")
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField(max_length=120, blank=True)
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+", verbose_name="社区")
    occupation = models.CharField("工作单位和职务", max_length=60, blank=True)
    way = models.CharField("产生方式", max_length=12, choices=Way)
    recommender = models.CharField("推荐单位", max_length=60, blank=True)
    state = models.CharField("状态", max_length=12, choices=MemberState, default="proposed", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assembly_memberships"
    )
    deputy = models.ForeignKey(
        "deputies.Deputy", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同时是人大代表"
    )
    publicised_at = models.DateTimeField(null=True, blank=True)
    publicised_until = models.DateTimeField("公示至", null=True, blank=True)
    document_no = models.CharField("确定文件", max_length=40, blank=True)
    since = models.DateField("任职自", null=True, blank=True)
    until = models.DateField("任职至", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=12, choices=EndReason, blank=True)
    made_at = models.DateTimeField()

    objects = queries.MemberQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = verbose_name_plural = "议事代表"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "user"],
                condition=Q(state="confirmed", user__isnull=False),
                name="one_live_membership_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "ended"])
                | Q(since__isnull=False, publicised_until__isnull=False) & ~Q(document_no=""),
                name="confirmed_member_was_publicised",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", until__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ended") & Q(until=None, end_reason=""),
                name="ended_member_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssemblyMemberStep(Step):
    obj = models.ForeignKey(AssemblyMember, models.CASCADE, related_name="steps")


class AssemblyMeeting(models.Model):
    """One meeting; `due` and `present` are the members and those there when it was opened."""

    workflow = MEETING

    number = models.CharField("编号", max_length=20, unique=True)
    assembly = models.ForeignKey(DeliberativeAssembly, models.PROTECT, related_name="meetings")
    ordinal = models.PositiveSmallIntegerField("次")
    place = models.CharField("地点", max_length=80)
    starts_at = models.DateTimeField("开会时间")
    state = models.CharField("状态", max_length=12, choices=MeetingState, default="planned", editable=False)
    due = models.PositiveIntegerField("应到", null=True)
    present = models.PositiveIntegerField("实到", null=True)
    minutes = models.TextField("会议记录", blank=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    objects = queries.MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "议事代表会会议"
        constraints = [
            models.UniqueConstraint(fields=["assembly", "ordinal"], name="assembly_meeting_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "closed"])
                | Q(due__isnull=False, present__isnull=False, present__gt=F("due") - F("present")),
                name="open_meeting_has_more_than_half",
            ),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(minutes=""), name="closed_meeting_has_minutes"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return f"{self.assembly.name}第 {self.assembly.ordinal} 届第 {self.ordinal} 次会议"


class AssemblyMeetingStep(Step):
    obj = models.ForeignKey(AssemblyMeeting, models.CASCADE, related_name="steps")


class AgendaItem(models.Model):
    meeting = models.ForeignKey(AssemblyMeeting, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField("类别", max_length=10, choices=ItemKind)
    title = models.CharField("议题", max_length=120)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(kind="opinions"), name="agenda_reports_on_opinions_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingAttendance(models.Model):
    """Whether a member came. Who is not named has not been seen yet."""

    meeting = models.ForeignKey(AssemblyMeeting, models.CASCADE, related_name="attendance")
    member = models.ForeignKey(AssemblyMember, models.PROTECT, related_name="attendance")
    presence = models.CharField(max_length=8, choices=Presence)
    why = models.CharField("请假原因", max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")]
