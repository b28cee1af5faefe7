from suggestions.states.assignment import ASSIGNMENT as ASSIGNMENT, AssignmentState as AssignmentState
from suggestions.states.commitment import COMMITMENT as COMMITMENT, CommitmentState as CommitmentState
from suggestions.states.cosign import COSIGN as COSIGN, CosignState as CosignState
from suggestions.states.opinion import OPINION as OPINION, OpinionState as OpinionState
from suggestions.states.referral import REFERRAL as REFERRAL, ReferralState as ReferralState
from suggestions.states.suggestion import SUGGESTION as SUGGESTION, SuggestionState as SuggestionState
