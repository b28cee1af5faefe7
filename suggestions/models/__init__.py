from suggestions.models.assignment import (
    Assignment as Assignment,
    AssignmentStep as AssignmentStep,
    ClassCorrection as ClassCorrection,
    ContactRecord as ContactRecord,
    Contribution as Contribution,
    Extension as Extension,
    Mediation as Mediation,
    Objection as Objection,
    Reply as Reply,
    ReplyRating as ReplyRating,
    ReplyReturn as ReplyReturn,
    ReplyView as ReplyView,
)
from suggestions.models.checks import (
    CallBack as CallBack,
    DisagreementTalk as DisagreementTalk,
)
from suggestions.models.commitment import (
    Commitment as Commitment,
    CommitmentChange as CommitmentChange,
    CommitmentRating as CommitmentRating,
    CommitmentReport as CommitmentReport,
    CommitmentStep as CommitmentStep,
)
from suggestions.models.cosign import (
    Cosign as Cosign,
    CosignStep as CosignStep,
)
from suggestions.models.hotspot import (
    Cluster as Cluster,
    HotWord as HotWord,
)
from suggestions.models.learned import (
    Learned as Learned,
    LearnedKind as LearnedKind,
    RoutingOutcome as RoutingOutcome,
    SubjectUnit as SubjectUnit,
)
from suggestions.models.links import (
    OpinionLink as OpinionLink,
)
from suggestions.models.opinion import (
    Avoidance as Avoidance,
    HolderKind as HolderKind,
    Opinion as Opinion,
    OpinionAnswer as OpinionAnswer,
    OpinionPhoto as OpinionPhoto,
    OpinionRating as OpinionRating,
    OpinionRelease as OpinionRelease,
    OpinionStep as OpinionStep,
    Telling as Telling,
)
from suggestions.models.referral import (
    Referral as Referral,
    ReferralExtension as ReferralExtension,
    ReferralReport as ReferralReport,
    ReferralStep as ReferralStep,
)
from suggestions.models.suggestion import (
    KeySupervision as KeySupervision,
    Publication as Publication,
    PublishedReply as PublishedReply,
    Suggestion as Suggestion,
    SuggestionFile as SuggestionFile,
    SuggestionStep as SuggestionStep,
    SupervisionNote as SupervisionNote,
    TextVersion as TextVersion,
    Withdrawal as Withdrawal,
)
from suggestions.models.tally import (
    Tally as Tally,
    TallyEvent as TallyEvent,
    TallyMend as TallyMend,
)
