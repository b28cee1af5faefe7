"""Where deputies can be met: the tree of venues, who is stationed there, who works there."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from stations import queries
from stations.states import VENUE, VenueKind, VenueState


class Venue(models.Model):
    """A place where deputies can be met. Its code is printed and for life; a merged venue leads on to its successor."""

    workflow = VENUE

    code = models.CharField("站点码", max_length=10, unique=True)
    kind = models.CharField("类别", max_length=20, choices=VenueKind)
    name = models.CharField("名称", max_length=60)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="venues", verbose_name="所属人大（工委）")
    region = models.ForeignKey(
        "accounts.Region", models.PROTECT, null=True, blank=True, related_name="venues", verbose_name="区划"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级阵地"
    )
    path = models.CharField(max_length=200, db_index=True, db_collation="C")
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    reception = models.CharField("接待时间", max_length=80, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=VenueState, default=VenueState.OPEN, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入"
    )

    objects = queries.VenueQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "联络站等阵地"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/s/{self.code}/"


class VenueStep(Step):
    obj = models.ForeignKey(Venue, models.CASCADE, related_name="steps")


class VenueDeputy(models.Model):
    """A deputy stationed at a venue, by one of their seats, from a day to a day."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="deputies", verbose_name="阵地")
    seat = models.ForeignKey("deputies.Seat", models.CASCADE, related_name="venues", verbose_name="任职")
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    class Meta:
        ordering = ["venue", "since", "pk"]
        verbose_name = verbose_name_plural = "进站代表"
        constraints = [
            models.UniqueConstraint(fields=["venue", "seat"], condition=Q(until=None), name="stationed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.seat} · {self.venue}"


class VenuePost(models.Model):
    """Who works at a venue: station worker or head. A role lives with what it is a role in."""

    class Role(models.TextChoices):
        STAFF = "station_staff", "联络站工作人员"
        HEAD = "station_head", "站长"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="posts", verbose_name="阵地")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="venue_posts", verbose_name="人员")
    role = models.CharField("职能", max_length=15, choices=Role)
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    class Meta:
        ordering = ["venue", "role", "pk"]
        verbose_name = verbose_name_plural = "联络站岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "user", "role"], condition=Q(until=None), name="one_live_venue_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue} {self.get_role_display()}"
