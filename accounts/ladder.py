"""Up the tree of organs: who stands one level up."""

from accounts.models import Organ
from accounts.queries import OrganQuerySet
from accounts.states import OrganKind
from ground import trees


def parent_congress(organ: Organ) -> Organ | None:
    """The nearest congress above `organ`, itself not counted; None at the top of this platform."""
    return _congresses_on(organ).exclude(pk=organ.pk).first()


def congress_of(organ: Organ) -> Organ | None:
    """The congress `organ` belongs to, itself if it is one."""
    if organ.kind == OrganKind.CONGRESS:
        return organ
    return organ.congress or _congresses_on(organ).first()


def _congresses_on(organ: Organ) -> OrganQuerySet:
    return Organ.objects.filter(path__in=trees.above(organ.path), kind=OrganKind.CONGRESS).order_by("-path")
