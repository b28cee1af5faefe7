"""The life of a venue and the closed list of kinds (domain.md §7.1)."""

from django.db import models

from ground.workflow import NEW, States, Workflow, edge


class VenueState(States):
    OPEN = "open", "ok", "", "开放"
    MERGED = "merged", "neutral", "", "已合并"
    CLOSED = "closed", "neutral", "", "已关闭"


VENUE = Workflow(
    "venue",
    VenueState,
    initial="open",
    edges=(
        edge("found", NEW, "open", "stations.keep_venue"),
        edge("merge", "open", "merged", "stations.keep_venue"),
        edge("close", "open", "closed", "stations.keep_venue"),
        edge("reopen", "merged closed", "open", "stations.keep_venue"),
    ),
    labels={"found": "设立站点", "merge": "并入其他站点", "close": "关闭站点", "reopen": "恢复开放"},
)


class VenueKind(models.TextChoices):
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
