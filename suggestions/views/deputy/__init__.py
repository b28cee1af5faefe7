from suggestions.views.deputy.card import card as card, card_file as card_file
from suggestions.views.deputy.letters import reply_file as reply_file
from suggestions.views.deputy.of_opinions import (
    opinion as opinion,
    opinion_contact as opinion_contact,
    opinion_photo as opinion_photo,
    opinion_photos as opinion_photos,
    opinion_verb as opinion_verb,
    opinions as opinions,
)
from suggestions.views.deputy.of_suggestions import (
    assignment_verb as assignment_verb,
    commitment_verb as commitment_verb,
    suggestion as suggestion,
    suggestion_file as suggestion_file,
    suggestion_print as suggestion_print,
    suggestion_verb as suggestion_verb,
    suggestions as suggestions,
)
from suggestions.views.deputy.own import (
    leave as leave,
    me as me,
    notice as notice,
    notices as notices,
    notices_read as notices_read,
)
from suggestions.views.deputy.together import (
    hotspot_draft as hotspot_draft,
    hotspots as hotspots,
)
from suggestions.views.deputy.writing import (
    suggestion_check as suggestion_check,
    suggestion_edit as suggestion_edit,
    suggestion_file_drop as suggestion_file_drop,
    suggestion_new as suggestion_new,
    suggestion_part as suggestion_part,
    suggestion_snap as suggestion_snap,
)
