from suggestions.views.staff.checking import (
    assignment_talk as assignment_talk,
    call_back as call_back,
    opinion_talk as opinion_talk,
)
from suggestions.views.staff.handing import assign as assign, assign_check as assign_check
from suggestions.views.staff.learned import (
    hotspot as hotspot,
    hotspot_pass_on as hotspot_pass_on,
    hotspots as hotspots,
    routing as routing,
)
from suggestions.views.staff.of_handovers import (
    handover as handover,
    handover_apply as handover_apply,
    handover_undo as handover_undo,
    handovers as handovers,
)
from suggestions.views.staff.of_opinions import (
    opinion as opinion,
    opinion_contact as opinion_contact,
    opinion_verb as opinion_verb,
    opinions as opinions,
)
from suggestions.views.staff.of_suggestions import (
    assignment_verb as assignment_verb,
    commitment_verb as commitment_verb,
    suggestion as suggestion,
    suggestion_verb as suggestion_verb,
    suggestions as suggestions,
)
from suggestions.views.staff.outbox import undelivered as undelivered
from suggestions.views.staff.printing import (
    broken_file as broken_file,
    day as day,
    ledger as ledger,
    ledger_file as ledger_file,
    overdue_file as overdue_file,
    referral_file as referral_file,
    reply_file as reply_file,
)
from suggestions.views.staff.reporting import (
    mends as mends,
    report as report,
    report_file as report_file,
    report_list as report_list,
    reports as reports,
)
from suggestions.views.staff.reviewing import review as review
from suggestions.views.staff.supervision import ratings as ratings, replies as replies, supervise as supervise
