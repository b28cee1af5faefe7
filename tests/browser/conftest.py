"""Chromium on the real pages: `page_at(390, 844, elder=True, js=False)` opens a page of the live server.

A test ends with `assert_clean(page)` (no error in the console, no violation of the content policy, nothing that failed to
load) and, where it shows a page, `axe(page)` and `assert_fits(page)`.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run", "--lang=zh-CN")  # fmt: skip
SIZES = ((390, 844), (320, 568), (1280, 800))

# Reported by the page itself, before anything of it runs: the content policy names what it refused.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  `${event.violatedDirective}: ${event.blockedURI || ""} ${event.sample || ""}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing = "no chromium here: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # The driver runs an event loop in this thread; Django would refuse every query in it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield running
        running.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_at(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages: `page_at(width, height, elder=…, js=…, path="/", cookies={…})`, each in a context of its own.

    Addresses given to `page.goto` may be paths. `page.problems` collects what went wrong; see `assert_clean`.
    """
    contexts = []

    def open_page(width: int = 390, height: int = 844, *, elder: bool = False, js: bool = True, path: str = "",
                  cookies: dict[str, str] | None = None, zoom: int = 100) -> Any:  # fmt: skip
        phone = width < 768
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone,
            device_scale_factor=1, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=js, bypass_csp=False,
        )  # fmt: skip
        contexts.append(context)
        wanted = dict(cookies or {}) | ({"elder": "1"} if elder else {})
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in wanted.items()])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.problems = []
        page.on("console", lambda message: _note_console(page, message))
        page.on("pageerror", lambda error: page.problems.append(f"script: {error}"))
        page.on("requestfailed", lambda request: _note_failed(page, request))
        if zoom != 100:  # as text settings of browsers do: every rem grows
            context.add_init_script(
                f"document.addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{zoom}%')"
            )
        if path:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(page_at: Callable[..., Any]) -> Callable[..., Any]:
    """Opens pages of the console as somebody: `signed_in(user, path)`; the rest as `page_at`."""

    def open_as(user: Any, path: str, width: int = 1280, height: int = 800, **more: Any) -> Any:
        client = Client()
        client.force_login(user)
        return page_at(width, height, path=path, cookies={"sessionid": client.cookies["sessionid"].value}, **more)

    return open_as


def _note_console(page: Any, message: Any) -> None:
    if message.type == "error" and "status of 4" not in message.text:  # refusals are answers, not faults
        page.problems.append(f"console: {message.text}")


def _note_failed(page: Any, request: Any) -> None:
    if request.failure != "net::ERR_ABORTED":  # a page left before everything had come
        page.problems.append(f"not loaded: {request.url} {request.failure}")


def wrong_with(page: Any, name: str) -> list[str]:
    """What `assert_clean`, `assert_fits` and `axe` find on the page that is open, each behind the page's name."""
    found = []
    for check in (assert_clean, assert_fits, axe):
        try:
            check(page)
        except AssertionError as problem:
            found.append(f"{name}: {problem}")
    return found


def look_at(page: Any, paths: Iterable[str]) -> list[str]:
    """Opens each address: what is wrong with it, or that it is not there for this person."""
    found = []
    for path in paths:
        status = page.goto(path).status
        found += wrong_with(page, path) if status < 400 else [f"{path}: {status}"]
    return found


def press(page: Any, target: Any) -> None:
    """Clicks what leads to another page, and waits until that page is whole: a click alone comes back before it.

    `target` is a selector, whose first match is taken, or a locator.
    """
    with page.expect_navigation():
        page.click(target) if isinstance(target, str) else target.click()


def violations(page: Any) -> list[str]:
    """What the content policy refused on the page that is open now."""
    return page.evaluate("window.violations || []")


def assert_clean(page: Any) -> None:
    """Nothing went wrong on any page this tab has opened, and the policy refused nothing on the present one."""
    assert page.problems == [], page.problems
    assert violations(page) == [], violations(page)


def axe(page: Any, tags: tuple[str, ...] = TAGS, exclude: tuple[str, ...] = ()) -> None:
    """No violation of the accessibility rules. Asked last: the checker itself writes inline styles.

    It is put in by the debugger, not by a script element, so the page's own policy stays as it is.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """([tags, exclude]) => axe.run(exclude.length ? {exclude} : document,
            {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false})
            .then((result) => result.violations.map((one) => `${one.id}: ${one.help}\\n` +
                one.nodes.slice(0, 5).map((node) => `    ${node.html.slice(0, 200)}\\n    ${node.failureSummary}`).join("\\n")))""",
        [list(tags), [[selector] for selector in exclude]],
    )
    assert not found, f"{urlsplit(page.url).path}\n" + "\n".join(found)


def assert_fits(page: Any) -> None:
    """No sideways scroll."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    widest = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((e) => !e.closest(".sr, .skip")
            && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(-3).map((e) => e.outerHTML.slice(0, 160))"""
    )
    assert wide <= 0, f"{page.url}: {wide} px too wide\n" + "\n".join(widest)
