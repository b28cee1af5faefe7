"""Citizens' pages, by what they are about."""

from suggestions.views.citizen.about import mine, mode, privacy
from suggestions.views.citizen.places import deputy, division, venue
from suggestions.views.citizen.public import opinion, opinions, suggestion, suggestions
from suggestions.views.citizen.say import opinion_check, opinion_received, opinion_say, opinion_slip
from suggestions.views.citizen.statistics import statistics
from suggestions.views.citizen.track import (
    track,
    track_contact,
    track_erase,
    track_leave,
    track_lost,
    track_photo,
    track_photos,
    track_verb,
)

__all__ = [
    "deputy",
    "division",
    "mine",
    "mode",
    "opinion",
    "opinion_check",
    "opinion_received",
    "opinion_say",
    "opinion_slip",
    "opinions",
    "privacy",
    "statistics",
    "suggestion",
    "suggestions",
    "track",
    "track_contact",
    "track_erase",
    "track_leave",
    "track_lost",
    "track_photo",
    "track_photos",
    "track_verb",
    "venue",
]
