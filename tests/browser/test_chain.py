"""The whole chain in a browser: scanned at a code, claimed, made a suggestion, co-signed, assigned, answered, rated,
its promise moved, kept and told."""

from collections.abc import Iterator
from typing import Any

import pytest

from ground import clock
from suggestions.models import Opinion, Suggestion
from tests.browser.conftest import axe, press
from tests.browser.hand import Hand
from tests.cast import Cast, people
from tests.suggestions.narrator import START, later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(settings: Any, tmp_path: Any) -> Iterator[Cast]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with clock.at(START):
        yield people()


def test_a_matter_goes_from_the_code_on_the_wall_to_a_promise_that_was_kept(cast: Cast, page_at: Any) -> None:
    citizen = Hand(page_at, phone=True)
    page = citizen.page
    page.goto("/d/D00001/")
    press(page, page.get_by_role("link", name="说件事").first)
    page.locator("[name=category][value=urban]").check(force=True)
    page.fill("[name=content]", "清水花园小区楼道里拉线充电，去年着过一次火，想建充电棚。")
    press(page, page.locator("main form").last.locator("button[type=submit]").last)
    press(page, page.get_by_role("button", name="提交").last)
    opinion = Opinion.objects.get()
    assert opinion.number in page.inner_text("main")

    zhou, wang, zhao = (
        Hand(page_at, cast.zhou),
        Hand(page_at, cast.wang, phone=True),
        Hand(page_at, cast.zhao, phone=True),
    )
    zhou.press(f"/desk/opinions/{opinion.number}/accept/")
    wang.press(f"/my/opinions/{opinion.number}/claim/")
    wang.press(f"/my/opinions/{opinion.number}/escalate/")
    suggestion = Suggestion.objects.get()
    base = f"/my/suggestions/{suggestion.number}"
    wang.press(f"{base}/revise/", title="关于建设电动自行车充电棚的建议", situation="楼道飞线充电有火灾隐患。",
               proposal="一、建棚。二、统一收费。", field="urban_env")  # fmt: skip
    wang.press(f"{base}/invite/", others="D00002")
    zhao.press(f"{base}/cosign/")
    wang.press(f"{base}/submit/")

    chen, sun = Hand(page_at, cast.chen), Hand(page_at, cast.sun)
    matter = f"/admin/suggestions/{suggestion.number}"
    chen.press(f"{matter}/register/", field="urban_env")
    chen.press(
        f"{matter}/assign/",
        mode="main_assist",
        main=str(cast.organs["dh-zjj"].pk),
        others=str(cast.organs["dh-jtj"].pk),
    )
    suggestion.refresh_from_db()
    assert suggestion.register_display and suggestion.state == "assigned"
    main, assist = (suggestion.assignments.get(organ__code=code) for code in ("dh-zjj", "dh-jtj"))

    zheng, gao, ding = (Hand(page_at, user) for user in (cast.zheng, cast.gao, cast.ding))
    zheng.press(f"/desk/assignments/{main.pk}/object/", reason="充电设施由交通部门主管。")
    sun.press(f"/admin/assignments/{main.pk}/settle_objection/", accept="no", reason="小区内设施仍由住建局主办。")
    later(hours=2)
    ding.press(f"/desk/assignments/{assist.pk}/contribute/", text="配合做好外部供电线路协调。")
    gao.press(f"/desk/assignments/{main.pk}/record_contact/", method="face", reached="yes", summary="到小区与代表一起看了选址。",
              at=f"{clock.now():%Y-%m-%dT%H:%M}")  # fmt: skip
    contact = main.contacts.get()
    wang.press(f"/my/assignments/{main.pk}/confirm_contact/", contact=str(contact.pk), agrees="yes")
    zheng.press(
        f"/desk/assignments/{main.pk}/reply/",
        text="已选定三处，九月底前建成。",
        result_class="B",
        publicity="full",
        text_new_1="建成充电车棚 3 处",
        due_new_1="2026-09-30",
    )
    wang.press(f"/my/assignments/{main.pk}/rate/", attitude="satisfied", result="satisfied")
    wang.press(f"/my/opinions/{opinion.number}/confirm/", text="住建局答复：九月底前建成三处充电棚。")

    citizen.track(opinion)
    assert "九月底前建成三处充电棚" in page.inner_text("main")
    citizen.press("/track/rate/", grade="satisfied")
    opinion.refresh_from_db()
    suggestion.refresh_from_db()
    assert (opinion.state, opinion.outcome, suggestion.state) == ("closed", "rated", "tracking")

    the_promise_is_moved_kept_and_told(suggestion, opinion, citizen=citizen, wang=wang, zheng=zheng, sun=sun)


def the_promise_is_moved_kept_and_told(
    suggestion: Suggestion, opinion: Opinion, *, citizen: Hand, wang: Hand, zheng: Hand, sun: Hand
) -> None:
    """Each walks from the first page of their face to the promise, as far as what waits there leads."""
    title, promise = "建设电动自行车充电棚", suggestion.commitments.get()
    later(days=120)
    zheng.open("/desk/")
    zheng.walk("建成充电车棚", "申请改期")
    zheng.fill_in(due_on="2026-11-30", reason="地下管线要先迁改。")
    assert "等代表工委决定" in zheng.reads()

    sun.open("/admin/")
    sun.walk("督办台", "承诺事项", "审批承诺改期")
    sun.fill_in(accept="yes", reason="已与王建国代表通话，同意。")
    assert "原定 9 月 30 日" in sun.reads()
    wang.open("/my/")
    wang.walk(title)
    assert "11 月 30 日" in wang.reads() and "原定 9 月 30 日" in wang.reads()

    later(days=90)
    zheng.open("/desk/")
    zheng.walk("建成充电车棚", "报告承诺进展")
    zheng.fill_in(text="三处充电棚全部建成，已经通电。", final="on")
    promise.refresh_from_db()
    assert promise.state == "reported"
    wang.open("/my/")
    wang.walk(title, "评价承诺落实")
    assert "三处充电棚全部建成" in wang.reads()
    wang.fill_in(result="satisfied")
    promise.refresh_from_db()
    assert promise.state == "kept" and "已兑现" in wang.reads()

    citizen.track(opinion)
    told = citizen.reads()
    assert "改期到 2026 年 11 月 30 日" in told and "已兑现：建成充电车棚 3 处" in told
    axe(citizen.page)
