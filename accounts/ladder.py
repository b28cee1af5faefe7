"""Up the tree of organs: who stands one level up."""

from accounts.models import Organ
from accounts.states import OrganKind
from ground import trees
from ground.compiled import AnyOf, Compiled


def parent_congress(organ: Organ) -> Organ | None:
    """The nearest congress above `organ`, itself not counted; None at the top of this platform."""
    if organ.parent is None or organ.parent.kind == OrganKind.CONGRESS:
        return organ.parent
    return next(iter(_above.objects(ways=trees.above(organ.path)[:-1])), None)


def congress_of(organ: Organ) -> Organ | None:
    """The congress `organ` belongs to, itself if it is one."""
    if organ.kind == OrganKind.CONGRESS:
        return organ
    return organ.congress or parent_congress(organ)


_above = Compiled(lambda: Organ.objects.filter(AnyOf("path", "ways"), kind=OrganKind.CONGRESS).order_by("-path")[:1])
