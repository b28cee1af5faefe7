"""Official letters: what domain.md §2.6 asks stands on them, and no more than the reader may know."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from ground import clock, paper
from suggestions.models import Assignment, Referral, Reply, Suggestion
from suggestions.workflow import assignment as work, commitment as promises
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import PROMISE, START, Narrator

needs_font = pytest.mark.skipif(not paper.has_chinese(), reason="no Chinese font here: apt-get install fonts-noto-cjk")
PHONE, NAME, DOOR = "19900007777", "李女士", "18 号"


@pytest.fixture(autouse=True)
def at_start():
    with clock.at(START):
        yield


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who], backend="accounts.signin.PhoneBackend")
    return client


def lines(content: bytes) -> list[str]:
    return [line.text for line in Document(io.BytesIO(content)).paragraphs if line.text]


def cells(content: bytes) -> dict[str, str]:
    return {row.cells[0].text: row.cells[1].text for row in Document(io.BytesIO(content)).tables[0].rows}


def a_reply(cast: Cast) -> Reply:
    """市住建局 answered with 市交通局 assisting and a promise."""
    tell = Narrator(cast)
    row = tell.signed(
        ("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist", suggestion=tell.cosigned("D00002", "D00004")
    )
    work.contribute(tell.of(row, "dh-jtj"), by=cast.ding, text="道路红线不受影响。")
    tell.replied(row, result_class="B", commitments=[PROMISE])
    return Reply.objects.get()


def test_a_reply_is_an_official_letter_with_its_survey(cast: Cast) -> None:
    reply = a_reply(cast)
    suggestion = Suggestion.objects.get(pk=reply.assignment.suggestion_id)
    answer = signed_in(cast, "wang").get(f"/my/replies/{reply.pk}/docx/")
    assert answer.status_code == 200
    said = lines(answer.content)
    whole = "\n".join(said)
    order = [
        "办理结果：B 类", "公开属性：主动公开", "〔", f"对{suggestion.register_display}建议的答复", "王建国代表：",
        f"您提出的《{suggestion.title}》收悉，经研究，现答复如下：", reply.text.splitlines()[0], "市交通局的意见：道路红线不受影响。",
        "我们承诺：", PROMISE["text"], "感谢您", "附件：代表建议办理情况征询意见表", reply.assignment.organ.name, "2026年", "联系人：",
        "电话：", "抄送：市人大常委会代表工委，市政府办公室。",
    ]  # fmt: skip
    places = [whole.find(words) for words in order]
    assert -1 not in places, [words for words, at in zip(order, places, strict=True) if at < 0]
    survey = cells(answer.content)
    assert survey["办理态度"] == survey["办理结果"] == "□满意　　□基本满意　　□不满意"
    assert survey["领衔代表"] == "王建国"
    assert "年　　月　　日" in survey["代表签名"]
    document = Document(io.BytesIO(answer.content))
    marks = [line for line in document.paragraphs if line.text.startswith(("办理结果", "公开属性"))]
    assert {line.alignment for line in marks} == {2}, "the marks stand at the right"


@needs_font
def test_the_pdf_says_what_the_document_says(cast: Cast) -> None:
    reply = a_reply(cast)
    wang = signed_in(cast, "wang")
    pages = PdfReader(io.BytesIO(wang.get(f"/my/replies/{reply.pk}/pdf/").content)).pages
    said = "".join("".join(page.extract_text().split()) for page in pages)
    for words in lines(wang.get(f"/my/replies/{reply.pk}/docx/").content):
        assert "".join(words.split()) in said, words
    assert "征询意见表" in pages[-1].extract_text()


def test_without_a_font_the_document_stays_and_the_pdf_says_why(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = a_reply(cast)
    monkeypatch.setattr(paper, "has_chinese", lambda: False)
    wang = signed_in(cast, "wang")
    assert wang.get(f"/my/replies/{reply.pk}/docx/").status_code == 200
    refused = wang.get(f"/my/replies/{reply.pk}/pdf/")
    assert refused.status_code == 503
    assert "没有中文字体" in refused.content.decode()
    assert wang.get(f"/my/replies/{reply.pk}/exe/").status_code == 404


@pytest.mark.parametrize(("who", "path", "status"), [
    ("wang", "/my/replies/{}/docx/", 200), ("zhao", "/my/replies/{}/docx/", 200), ("zhang", "/my/replies/{}/docx/", 404),
    ("zheng", "/desk/replies/{}/docx/", 200), ("ding", "/desk/replies/{}/docx/", 200), ("zhou", "/desk/replies/{}/docx/", 404),
    ("deng", "/desk/replies/{}/docx/", 404), ("chen", "/admin/replies/{}/docx/", 200), ("cao", "/admin/replies/{}/docx/", 403),
])  # fmt: skip
def test_who_may_read_the_reply_may_print_it_and_nobody_else(cast: Cast, who: str, path: str, status: int) -> None:
    assert signed_in(cast, who).get(path.format(a_reply(cast).pk)).status_code == status


def test_a_draft_is_no_letter(cast: Cast) -> None:
    tell = Narrator(cast)
    row = tell.signed()
    work.draft_reply(tell.of(row), by=cast.gao, text="草稿内容不外传。", result_class="A", publicity="full")
    draft = Reply.objects.get()
    for who, path in (
        ("gao", "/desk/replies/{}/docx/"),
        ("wang", "/my/replies/{}/docx/"),
        ("chen", "/admin/replies/{}/docx/"),
    ):
        assert signed_in(cast, who).get(path.format(draft.pk)).status_code == 404


def test_a_letter_of_referral_names_nobody_and_no_house(cast: Cast) -> None:
    c = Citizens(cast)
    opinion = c.referred(c.claimed(contact_name=NAME, phone=PHONE, place="清水镇人民路 18 号门口"))
    letter = Referral.objects.get(opinion=opinion)
    unit = next(
        who
        for who in ("deng", "zheng")
        if signed_in(cast, who).get(f"/desk/referrals/{letter.pk}/docx/").status_code == 200
    )
    said = "\n".join(lines(signed_in(cast, unit).get(f"/desk/referrals/{letter.pk}/docx/").content))
    assert letter.letter_no in said and "人民路" in said
    for secret in (NAME, PHONE, DOOR):
        assert secret not in said
    assert signed_in(cast, "chen").get(f"/admin/referrals/{letter.pk}/docx/").status_code == 200
    assert signed_in(cast, "luo").get(f"/desk/referrals/{letter.pk}/docx/").status_code in (403, 404)


def test_a_notice_goes_only_to_a_unit_that_is_late(cast: Cast) -> None:
    tell = Narrator(cast)
    row = tell.signed()
    assignment = Assignment.objects.get(suggestion=row)
    chen = signed_in(cast, "chen")
    assert chen.get(f"/admin/overdue/{assignment.pk}/docx/").status_code == 404
    with clock.at(assignment.reply_due_at + timedelta(days=3)):
        chen = signed_in(cast, "chen")
        answer = chen.get(f"/admin/overdue/{assignment.pk}/docx/")
        assert answer.status_code == 200
        said = "\n".join(lines(answer.content))
        assert "代表建议督办通知单" in said and "已逾期 3 天" in said and assignment.organ.name in said
        page = chen.get(f"/admin/suggestions/{row.number}/").content.decode()
        assert f"/admin/overdue/{assignment.pk}/docx/" in page
        assert signed_in(cast, "feng").get(f"/admin/overdue/{assignment.pk}/docx/").status_code == 404


def test_a_notice_of_a_promise_goes_only_to_a_unit_that_broke_it(cast: Cast) -> None:
    promise = Narrator(cast).promised()
    address, number = f"/admin/broken/{promise.pk}/docx/", promise.suggestion.number
    assert signed_in(cast, "chen").get(address).status_code == 404
    with clock.at(START.replace(year=2027, month=1, day=10)):
        chen = signed_in(cast, "chen")
        answer = chen.get(address)
        assert answer.status_code == 200
        said = "\n".join(lines(answer.content))
        for expected in ("承诺事项督办通知单", promise.text, "已逾期 10 天", promise.assignment.organ.name):
            assert expected in said
        assert address in chen.get(f"/admin/suggestions/{number}/").content.decode()
        assert signed_in(cast, "feng").get(address).status_code == 404
        promises.report_commitment(promise, by=cast.zheng, text="已经建成", final=True)
        assert signed_in(cast, "chen").get(address).status_code == 404
