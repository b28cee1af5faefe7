from votes.states.appraisal import APPRAISAL as APPRAISAL, AppraisalState as AppraisalState
from votes.states.assembly import (
    MEETING as MEETING,
    MEMBER as MEMBER,
    EndReason as EndReason,
    ItemKind as ItemKind,
    MeetingState as MeetingState,
    MemberState as MemberState,
    Presence as Presence,
    Variant as Variant,
    Way as Way,
)
from votes.states.assembly_opinion import (
    ASSEMBLY_OPINION as ASSEMBLY_OPINION,
    AssemblyGrade as AssemblyGrade,
    AssemblyOpinionState as AssemblyOpinionState,
    Pace as Pace,
    Through as Through,
)
from votes.states.deliberation import DELIBERATION as DELIBERATION, DeliberationState as DeliberationState
from votes.states.duty import (
    DUTY_REPORT as DUTY_REPORT,
    DUTY_SESSION as DUTY_SESSION,
    DutyReportState as DutyReportState,
    DutySessionState as DutySessionState,
    Grading as Grading,
    Listeners as Listeners,
)
from votes.states.inquiry import (
    INQUIRY as INQUIRY,
    InquiryState as InquiryState,
    Meeting as Meeting,
    QuestionKind as QuestionKind,
    Scale as Scale,
)
from votes.states.judicial import JUDICIAL as JUDICIAL, JudicialState as JudicialState
from votes.states.poll import (
    BATCH as BATCH,
    POLL as POLL,
    Away as Away,
    BatchState as BatchState,
    Channel as Channel,
    Mode as Mode,
    Office as Office,
    PollState as PollState,
    Unit as Unit,
    VoterClass as VoterClass,
)
from votes.states.project import (
    CHOSEN_TABS as CHOSEN_TABS,
    PROJECT as PROJECT,
    AdjustKind as AdjustKind,
    Decider as Decider,
    Field as Field,
    Grade as Grade,
    Light as Light,
    NoteKind as NoteKind,
    ProjectState as ProjectState,
    Proposer as Proposer,
    RaterKind as RaterKind,
    ScreenReason as ScreenReason,
)
from votes.states.rectification import RECTIFICATION as RECTIFICATION, RectificationState as RectificationState
from votes.states.round import ROUND as ROUND, BallotMode as BallotMode, RoundState as RoundState
