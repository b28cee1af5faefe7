"""转给代表参考: what many people of an area said is laid before the deputies it was said to, who may take it up."""

from zlib import crc32

from accounts.models import Notice
from ground import audit, clock
from ground.errors import Forbidden, GuardFailed
from ground.workflow import Actor
from suggestions.models import Cluster
from suggestions.queries import hotspot


def pass_on(cluster: Cluster, *, by: Actor) -> int:
    """Tells each deputy concerned once, and answers to how many it was new. Raises GuardFailed `nobody_there`.

    The page the notice leads to (多人反映) shows the evidence and offers the joint suggestion, to each as far as their
    own matters reach; nothing of anybody's words stands in the notice.
    """
    if not by.has_perm("suggestions.pass_on_hotspot", cluster):
        raise Forbidden
    users = list(hotspot.deputies_near(cluster).exclude(deputy__user=None).values_list("deputy__user", flat=True))
    if not users:
        raise GuardFailed("nobody_there", "这些意见所在的联络站还没有进站代表，也没有指明哪位代表，没有人可以转。")
    ref = ref_of(cluster)
    told = set(Notice.objects.filter(step=ref, user__in=users).values_list("user", flat=True))
    title = f"热点供您参考：{cluster}，{cluster.people} 人反映（{cluster.area}）"[:120]
    fresh = [
        Notice(user_id=pk, step=ref, title=title, url="/my/hotspots/", at=clock.now()) for pk in users if pk not in told
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        audit.write(by, "suggestions.pass_on_hotspot", f"{ref}: {len(fresh)} deputies")
    return len(fresh)


def passed_to(cluster: Cluster) -> int:
    """How many deputies it was passed on to."""
    return Notice.objects.filter(step=ref_of(cluster)).count()


def ref_of(cluster: Cluster) -> str:
    """What the notices of a cluster are kept under: its row is written anew each night, its area, month and words stay."""
    return f"cluster:{cluster.area_id}:{cluster.month:%Y%m}:{crc32(str(cluster).encode()):08x}"
