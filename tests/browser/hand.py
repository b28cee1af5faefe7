"""One person at the screen: walks by what can be clicked, or opens the page of a verb; fills in, presses the button."""

from typing import Any

from django.test import Client

from accounts.models import User
from tests.browser.conftest import assert_clean, assert_fits, press
from tests.cast import PASSWORD

Typed = str | list[str]


class Hand:
    """Every page a hand comes to is clean; on a phone nothing of it is too wide."""

    def __init__(self, page_at: Any, user: Any = None, phone: bool = False, elder: bool = False) -> None:
        self.phone = phone
        cookies = {}
        if user is not None:
            client = Client()
            client.force_login(User.objects.get(pk=user.pk))
            cookies = {"sessionid": client.cookies["sessionid"].value}
        self.page = page_at(390 if phone else 1280, 844, path="/privacy/", cookies=cookies, elder=elder)

    def press(self, address: str, **typed: Typed) -> None:
        self.open(address)
        self.fill_in(**typed)

    def open(self, address: str) -> None:
        assert self.page.goto(address).status == 200, f"{address}: {self.page.inner_text('main')[:300]}"
        assert_clean(self.page)

    def walk(self, *words: str) -> None:
        """Clicks one link after another, each found by what a reader sees of it on the page that is open."""
        for said in words:
            links = self.page.get_by_role("link", name=said).locator("visible=true")
            assert links.count(), f"{self.page.url}: no way to {said}\n{self.reads()[:800]}"
            press(self.page, links.first)
            assert_clean(self.page)
            if self.phone:
                assert_fits(self.page)

    def fill_in(self, **typed: Typed) -> None:
        """The last form of the page, sent by its last button; it must be taken."""
        form = self.page.locator("main form[method=post]").last
        for name, value in typed.items():
            field = form.locator(f"[name={name}]").first
            kind = field.get_attribute("type")
            if kind == "radio":
                form.locator(f"[name={name}][value='{value}']").check(force=True)
            elif kind == "checkbox":
                boxes = form.locator(f"[name={name}]")
                (boxes if boxes.count() == 1 else form.locator(f"[name={name}][value='{value}']")).check(force=True)
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(str(value))
        self.send(form.locator("button[type=submit], button:not([type])").last)
        assert "需要修改" not in self.page.title(), f"{self.page.url}: {self.page.inner_text('main')[:500]}"

    def send(self, button: Any) -> None:
        """Presses a button, named by its words or found already."""
        press(self.page, self.page.get_by_role("button", name=button).last if isinstance(button, str) else button)
        assert_clean(self.page)

    def track(self, opinion: Any) -> None:
        """As a citizen does: number and query code."""
        self.open("/track/leave/")
        self.open("/track/")
        self.fill_in(number=opinion.number, query_code=opinion.query_code)

    def vote(self, number: str, marks: str) -> None:
        """Opens one's ballot, with the password where that was not just given, marks each item, checks it, lays it in."""
        self.open(f"/my/polls/{number}/")
        if self.page.locator("[name=password]").count():
            self.fill_in(password=PASSWORD)
        else:
            self.walk("打开选票")
        for n, mark in enumerate(marks, 1):
            self.page.check(f"[name=m{n}][value='{mark}']", force=True)
        self.send("核对选票")
        self.send("存入选票")
        assert "已存入" in self.page.inner_text("h1")

    def reads(self) -> str:
        return self.page.inner_text("main").replace("\xa0", " ")
