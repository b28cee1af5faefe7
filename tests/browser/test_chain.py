"""The whole chain in a browser: scanned at a code, claimed, made a suggestion, co-signed, assigned, answered, rated."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from ground import clock
from suggestions.models import Opinion, Suggestion
from tests.browser.conftest import assert_clean
from tests.cast import Cast, people
from tests.suggestions.narrator import START, later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(settings: Any, tmp_path: Any) -> Iterator[Cast]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with clock.at(START):
        yield people()


class Hand:
    """One person at the screen: opens the page of a verb, fills in what it asks for and presses its button."""

    def __init__(self, page_at: Any, user: Any = None, phone: bool = False) -> None:
        client = Client()
        cookies = {}
        if user is not None:
            client.force_login(user)
            cookies = {"sessionid": client.cookies["sessionid"].value}
        self.page = page_at(390 if phone else 1280, 844, path="/privacy/", cookies=cookies)

    def press(self, address: str, **typed: str) -> None:
        assert self.page.goto(address).status == 200, f"{address}: {self.page.inner_text('main')[:300]}"
        form = self.page.locator("main form[method=post]").last
        for name, value in typed.items():
            field = form.locator(f"[name={name}]").first
            kind = field.get_attribute("type")
            if kind in ("radio", "checkbox"):
                form.locator(f"[name={name}][value='{value}']").check(force=True)
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        form.locator("button[type=submit], button:not([type])").last.click()
        self.page.wait_for_load_state()
        assert "需要修改" not in self.page.title(), f"{address}: {self.page.inner_text('main')[:500]}"
        assert_clean(self.page)


def test_a_matter_goes_from_the_code_on_the_wall_to_both_ratings(cast: Cast, page_at: Any) -> None:
    citizen = Hand(page_at, phone=True)
    page = citizen.page
    page.goto("/d/D00001/")
    page.get_by_role("link", name="说件事").first.click()
    page.locator("[name=category][value=urban]").check(force=True)
    page.fill("[name=content]", "清水花园小区楼道里拉线充电，去年着过一次火，想建充电棚。")
    page.locator("main form").last.locator("button[type=submit]").last.click()
    page.get_by_role("button", name="提交").last.click()
    page.wait_for_load_state()
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
        f"/desk/assignments/{main.pk}/reply/", text="已选定三处，年底前建成。", result_class="A", publicity="full"
    )
    wang.press(f"/my/assignments/{main.pk}/rate/", attitude="satisfied", result="satisfied")
    wang.press(f"/my/opinions/{opinion.number}/confirm/", text="住建局答复：年底前建成三处充电棚。")

    page.goto("/track/")
    page.fill("[name=number]", opinion.number)
    page.fill("[name=query_code]", opinion.query_code)
    page.get_by_role("button", name="查").last.click()
    page.wait_for_load_state()
    citizen.press("/track/rate/", grade="satisfied")
    opinion.refresh_from_db()
    suggestion.refresh_from_db()
    assert (opinion.state, opinion.outcome, suggestion.state) == ("closed", "rated", "closed")
