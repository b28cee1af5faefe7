from votes.models.appraisal import (
    AppraisalProblem as AppraisalProblem,
    AppraisalProgress as AppraisalProgress,
    AppraisalStep as AppraisalStep,
    AppraisalTarget as AppraisalTarget,
    AppraisalVisit as AppraisalVisit,
    ScoreLine as ScoreLine,
    WorkAppraisal as WorkAppraisal,
)
from votes.models.assembly import (
    EFFECT as EFFECT,
    AgendaItem as AgendaItem,
    AssemblyMeeting as AssemblyMeeting,
    AssemblyMeetingStep as AssemblyMeetingStep,
    AssemblyMember as AssemblyMember,
    AssemblyMemberStep as AssemblyMemberStep,
    DeliberativeAssembly as DeliberativeAssembly,
    MeetingAttendance as MeetingAttendance,
)
from votes.models.assembly_opinion import (
    AssemblyOpinion as AssemblyOpinion,
    AssemblyOpinionLink as AssemblyOpinionLink,
    AssemblyOpinionStep as AssemblyOpinionStep,
    AssemblyRating as AssemblyRating,
    AssemblyReply as AssemblyReply,
    HeardOpinion as HeardOpinion,
)
from votes.models.deliberation import (
    DeliberationOpinion as DeliberationOpinion,
    DeliberationPaper as DeliberationPaper,
    DeliberationStep as DeliberationStep,
)
from votes.models.duty import (
    DutyQuestion as DutyQuestion,
    DutyRating as DutyRating,
    DutyReport as DutyReport,
    DutyReportStep as DutyReportStep,
    DutySession as DutySession,
    DutySessionStep as DutySessionStep,
)
from votes.models.inquiry import (
    Answer as Answer,
    Finding as Finding,
    Inquiry as Inquiry,
    InquiryStep as InquiryStep,
    InquiryUnit as InquiryUnit,
    Question as Question,
)
from votes.models.judicial import (
    JudicialAppraisal as JudicialAppraisal,
    JudicialCase as JudicialCase,
    JudicialInterview as JudicialInterview,
    JudicialPerson as JudicialPerson,
    JudicialScore as JudicialScore,
    JudicialStep as JudicialStep,
)
from votes.models.poll import (
    BatchStep as BatchStep,
    BoxPaper as BoxPaper,
    Keying as Keying,
    KeyWrap as KeyWrap,
    Officer as Officer,
    PaperBatch as PaperBatch,
    Poll as Poll,
    PollAway as PollAway,
    PollClass as PollClass,
    PollStep as PollStep,
    RollLine as RollLine,
    key_of as key_of,
)
from votes.models.progress import (
    ProgressReport as ProgressReport,
    ProjectAdjustment as ProjectAdjustment,
    ProjectFile as ProjectFile,
    ProjectNote as ProjectNote,
)
from votes.models.project import (
    LivelihoodProject as LivelihoodProject,
    Node as Node,
    ProjectLink as ProjectLink,
    ProjectRating as ProjectRating,
    ProjectStep as ProjectStep,
    ProjectSupport as ProjectSupport,
    ProjectVersion as ProjectVersion,
)
from votes.models.rectification import (
    RectificationFile as RectificationFile,
    RectificationItem as RectificationItem,
    RectificationReport as RectificationReport,
    RectificationStep as RectificationStep,
)
from votes.models.round import Ballot as Ballot, BallotLine as BallotLine, Round as Round, RoundStep as RoundStep
