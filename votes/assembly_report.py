"""议事代表意见办理情况报告: the standing item of every meeting, as a list and as a Word document (domain.md §4.7, §10).

Before the meeting closes it says how things stand now; afterwards what the meeting heard.
"""

import io
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from clocks.models import Deadline
from ground import clock
from ground.templatetags.ui import zh_day
from votes.models import EFFECT, AssemblyMeeting, AssemblyOpinion
from votes.states import AssemblyGrade, AssemblyOpinionState

HEADS = ("编号", "提出人", "意见", "承办", "期限", "办理情况", "答复", "评价")
REPLYING = ("reply", "reply_long", "redo")


@dataclass(frozen=True)
class Line:
    """One opinion as the meeting hears of it."""

    opinion: AssemblyOpinion
    state: str
    handler: str
    due: datetime | None
    reply: str
    grade: str

    @property
    def state_label(self) -> str:
        return str(AssemblyOpinionState(self.state).label)

    @property
    def tone(self) -> str:
        return AssemblyOpinionState(self.state).tone

    @property
    def grade_label(self) -> str:
        return str(AssemblyGrade(self.grade).label) if self.grade else ""

    @property
    def is_done(self) -> bool:
        return self.state in ("done", "reported")


def lines_of(meeting: AssemblyMeeting) -> list[Line]:
    """Every opinion this meeting hears of, by its number in the register; three queries."""
    if meeting.state == "closed":
        heard = meeting.heard_opinions.select_related("opinion__member__region")
        told = [(row.opinion, row.state, row.handler, row.reply, row.grade) for row in heard]
    else:
        rows = AssemblyOpinion.objects.to_report(meeting.assembly_id).select_related("member__region", "handler")
        told = []
        for opinion in rows.prefetch_related("replies__rating"):
            last = max(opinion.replies.all(), key=lambda reply: reply.round, default=None)
            grade = getattr(getattr(last, "rating", None), "grade", "")
            told.append((opinion, opinion.state, str(opinion.handler or ""), last.text if last else "", grade))
    due = _due([opinion.pk for opinion, *_ in told])
    lines = [Line(o, state, handler, due.get(o.pk), reply, grade) for o, state, handler, reply, grade in told]
    return sorted(lines, key=lambda line: (line.opinion.register_year, line.opinion.register_no))


def _due(ids: list[int]) -> dict[int, datetime]:
    """When each reply is or was due: the newest run."""
    rows = Deadline.objects.filter(object_kind="assemblyopinion", object_id__in=ids, kind__in=REPLYING)
    return dict(rows.order_by("pk").values_list("object_id", "due_at"))


def sentence(lines: list[Line]) -> str:
    """The figures the chair reads out."""
    if not lines:
        return "上次会议以来没有新受理的议事代表意见。"
    done = [line for line in lines if line.is_done]
    grades = Counter(line.grade_label for line in done if line.grade)
    judged = "，".join(f"{label} {grades[label]} 件" for label in map(str, AssemblyGrade.labels) if grades[label])
    unrated = sum(not line.grade for line in done)
    return (
        f"向本次会议报告议事代表意见 {len(lines)} 件，已办结 {len(done)} 件，正在办理 {len(lines) - len(done)} 件。"
        + (
            f"已办结的意见中，{judged}{'，' if judged and unrated else ''}{f'未评价 {unrated} 件' if unrated else ''}。"
            if done
            else ""
        )
    )


def document(meeting: AssemblyMeeting) -> bytes:
    lines = lines_of(meeting)
    paper = Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    paper.core_properties.author, paper.core_properties.title = meeting.assembly.name, meeting.title
    for words, size in (("议事代表意见办理情况报告", 18), (meeting.title, 13), (f"（{EFFECT}）", 11)):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(words)
        run.bold, run.font.size = size > 13, Pt(size)
    paper.add_paragraph(sentence(lines))
    table = paper.add_table(rows=1, cols=len(HEADS), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, HEADS, strict=True):
        cell.text = words
    for one in lines:
        values = (
            one.opinion.register or one.opinion.number, f"{one.opinion.member.name}（{one.opinion.member.region.name}）",
            one.opinion.title, one.handler, zh_day(one.due) if one.due else "", one.state_label, one.reply, one.grade_label,
        )  # fmt: skip
        for cell, words in zip(table.add_row().cells, values, strict=True):
            cell.text = words
    paper.add_paragraph()
    paper.add_paragraph(f"{meeting.assembly.organ.name}　　{zh_day(clock.today())}制表")
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()
