"""One level up of a station."""

from accounts.ladder import congress_of, parent_congress
from accounts.models import Organ
from stations.models import Venue


def above(venue: Venue) -> Organ:
    """The congress whose office acts one level up of `venue`: the nearest one above its organ, at the top its own.

    Of a township's station that is the county's (here: the city's) congress, of a street's station the district's.
    """
    return parent_congress(venue.organ) or congress_of(venue.organ) or venue.organ
