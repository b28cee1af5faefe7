"""Where deputies can be met: the tree of venues, who is stationed there, who works there."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from stations import queries


class VenueKind(models.TextChoices):
    """domain.md §7.1."""

    CENTER_STATION = "center_station", "中心联络站"
    STATION = "station", "联络站"
    VILLAGE_STATION = "village_station", "村（社区）站"
    INDUSTRY_STATION = "industry_station", "产业链联络站"
    PRO_STATION = "pro_station", "专业代表联络站"
    STUDIO = "studio", "代表工作室"
    POST = "post", "代表服务岗"
    POINT = "point", "基层联系点"
    LEG_POINT = "leg_point", "基层立法联系点"
    PRACTICE_BASE = "practice_base", "全过程人民民主实践基地"
    MOBILE = "mobile", "移动联络站"
    ORGAN_ROOM = "organ_room", "法院、检察院驻站室"
    MEDIATION_ROOM = "mediation_room", "代表调解室"
    OPINION_SPOT = "opinion_spot", "人民建议征集点"
    ONLINE = "online", "网上联络站"


# What is said at these goes to the parent station (contract.md §1).
PASSING_ON = (VenueKind.STUDIO, VenueKind.POST, VenueKind.POINT, VenueKind.LEG_POINT, VenueKind.ORGAN_ROOM,
              VenueKind.MEDIATION_ROOM, VenueKind.OPINION_SPOT)  # fmt: skip


class Venue(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "开放"
        MERGED = "merged", "已合并"
        CLOSED = "closed", "已关闭"

    code = models.CharField("站点码", max_length=10, unique=True)
    kind = models.CharField("类别", max_length=20, choices=VenueKind)
    name = models.CharField("名称", max_length=60)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="venues", verbose_name="所属人大（工委）")
    region = models.ForeignKey("accounts.Region", models.PROTECT, null=True, blank=True, related_name="venues", verbose_name="区划")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级阵地")
    path = models.CharField(max_length=200, db_index=True, db_collation="C")
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    reception = models.CharField("接待时间", max_length=80, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入")

    objects = queries.VenueQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "联络站等阵地"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/s/{self.code}/"


class VenueDeputy(models.Model):
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="deputies", verbose_name="阵地")
    seat = models.ForeignKey("deputies.Seat", models.CASCADE, related_name="venues", verbose_name="任职")
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "进站代表"
        constraints = [
            models.UniqueConstraint(fields=["venue", "seat"], condition=Q(until=None), name="stationed_once"),
        ]


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
        verbose_name = verbose_name_plural = "联络站岗位"
        constraints = [
            models.UniqueConstraint(fields=["venue", "user", "role"], condition=Q(until=None), name="one_live_venue_post"),
        ]
