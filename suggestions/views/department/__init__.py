"""办理台, by what the pages are about."""

from suggestions.views.department.day import day, notices, notices_read
from suggestions.views.department.of_opinions import opinion, opinion_contact, opinion_photo, opinion_verb, opinions
from suggestions.views.department.of_suggestions import (
    assignment_verb,
    commitment_verb,
    dispatch,
    suggestion,
    suggestion_file,
    suggestion_files,
    suggestions,
    suggestions_sign,
)
from suggestions.views.department.printing import ledger, posters, referral_file, reply_file
from suggestions.views.department.station import opinion_file, opinion_slip, reception, screening, tellings
from suggestions.views.department.statistics import statistics, statistics_list

__all__ = [
    "assignment_verb",
    "commitment_verb",
    "day",
    "dispatch",
    "ledger",
    "notices",
    "notices_read",
    "opinion",
    "opinion_contact",
    "opinion_file",
    "opinion_photo",
    "opinion_slip",
    "opinion_verb",
    "opinions",
    "posters",
    "reception",
    "referral_file",
    "reply_file",
    "screening",
    "statistics",
    "statistics_list",
    "suggestion",
    "suggestion_file",
    "suggestion_files",
    "suggestions",
    "suggestions_sign",
    "tellings",
]
