"""计票结果报告单: the minutes of a count as a Word document with the official columns (domain.md §4.4)."""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from ground import clock
from ground.templatetags.ui import zh_date
from votes.models import Poll, PollClass
from votes.states import Office, VoterClass

PAPER = (("issued", "发出"), ("returned", "收回"), ("unreturned", "未收回"), ("valid", "有效"), ("spoiled", "废票"))


def document(poll: Poll) -> bytes:
    """The report of one poll, ready to be printed and signed."""
    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    paper.core_properties.author, paper.core_properties.title = poll.body, poll.title
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run("投票结果报告单" if poll.is_advice else "计票结果报告单")
    run.bold, run.font.size = True, Pt(18)
    if poll.effect:
        below = paper.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        below.add_run(f"（{poll.effect}）").bold = True
    for words in _opening(poll):
        paper.add_paragraph(words)
    for told in (poll.result or {}).get("classes", []):
        _class(paper, poll, told)
    cancelled = poll.steps.filter(verb="cancel_paper").count()
    if cancelled:
        paper.add_paragraph(f"退回未填写的空白票 {cancelled} 张，已由两名监票人当场注销。")
    if poll.secret:
        paper.add_paragraph("加密选票和开箱密钥已在公布时销毁；监票人的开箱密语纸条由监票人当场销毁。")
    paper.add_paragraph(f"名册校验值（SHA-256）：{bytes(poll.roll_sha256 or b'').hex()}")
    paper.add_paragraph(f"票箱校验值（SHA-256）：{bytes(poll.box_sha256 or b'').hex()}")
    for role in Office:
        people = "、".join(str(o.user) for o in poll.officers.select_related("user") if o.role == role)
        paper.add_paragraph(f"{role.label}：{people}　　签名：________________")
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def _opening(poll: Poll) -> list[str]:
    secret = "无记名" if poll.secret else "记名"
    act = "投票" if poll.is_advice else "表决"
    told = [
        f"{act}事项：{poll.title}（{poll.number}）",
        f"{act}方式：{secret}，{poll.get_mode_display()}。{poll.sentence}",
    ]
    if poll.is_advice:
        told.insert(0, f"会议：{poll.meeting.title}" if poll.meeting else poll.body)
    if poll.previous:
        told.append(f"本次是对 {poll.previous.number} 并列项的再次投票。")
    return [
        *told,
        f"投票时间：{zh_date(poll.opened_at)} 至 {zh_date(poll.closed_at)}",
        f"制表日期：{zh_date(clock.today())}",
    ]


def _class(paper: Any, poll: Poll, told: dict[str, Any]) -> None:
    paper.add_paragraph().add_run(str(VoterClass(told["class"]).label)).bold = True
    people = PollClass(**told["people"])
    figures = [(f.verbose_name, getattr(people, f.name)) for f in PollClass._meta.fields if f.name in told["people"]]
    _table(paper, [[str(name) for name, _ in figures], [str(n) for _, n in figures]])
    _table(paper, [[f"纸质票{word}" for _, word in PAPER], [str(told["papers"][name]) for name, _ in PAPER]])
    words = dict(poll.codes)
    if told.get("withheld"):
        paper.add_paragraph("有效票不足 5 张，只公布结论，不公布各项票数。")
        _table(paper, [["序号", "表决项", "结果"], *([str(i["item"]), i["text"], i["outcome"]] for i in told["lines"])])
    elif poll.mode == "rank":
        rows = [[str(i["item"]), i["text"], str(i["votes"]), i["outcome"]] for i in told["lines"]]
        _table(paper, [["序号", "表决项", "名次分", "结果"], *rows])
    else:
        shown = [code for code, _ in poll.codes]
        rows = [
            [str(i["item"]), i["text"], *(str(i["counts"].get(c, 0)) for c in shown), i["outcome"]]
            for i in told["lines"]
        ]
        _table(paper, [["序号", "表决项", *(words[code] for code in shown), "结果"], *rows])
    for sentence in told["words"]:
        paper.add_paragraph(sentence)


def _table(paper: Any, rows: list[list[str]]) -> None:
    table = paper.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    paper.add_paragraph()
