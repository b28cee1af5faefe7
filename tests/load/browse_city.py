"""Looks at every page each role is led to on a running copy, and says how long it took and what is wrong with it.

    SCALE=city make run                                   # in another terminal: the city at its full size
    .venv/bin/python -m tests.load.browse_city [--url http://127.0.0.1:8000] [--shots DIR] [--width 1280] [--elder] [who …]

Each signs in as people do; then the pages of their menu, and of each list its first row. Slowest pages are named last.
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.demo.cast import PASSWORD, phone_of  # noqa: E402
from tests.browser.conftest import ARGS, WATCH, assert_fits, violations  # noqa: E402

STARTS = {
    "nobody": "/", "wang": "/my/", "zhao": "/my/", "cao": "/my/", "zhou": "/desk/", "wu": "/desk/", "gao": "/desk/",
    "zheng": "/desk/", "ma": "/desk/", "deng": "/desk/", "chen": "/admin/", "sun": "/admin/", "shen": "/admin/",
    "shi": "/admin/", "han": "/admin/", "feng": "/admin/", "liu": "/admin/", "cai": "/admin/", "yao": "/admin/",
    "fan": "/admin/",
}  # fmt: skip
MENU = "nav a[href], .sidenav a[href], .tabbar a[href], .side a[href], .foot a[href], .tabs a[href]"
ROWS = "main li > a[href], main td a[href], main h2 a[href], main h3 a[href], main .card a[href]"
MOST = 70  # pages for one person
NOT_THESE = [
    "/logout",
    "/login",
    "/demo/",
    "/api/",
    "csv",
    "xlsx",
    "pdf",
    "zip",
    "json",
    "docx",
    "cursor=",
    "lang=",
    "elder=",
]


def links(page: Page, selector: str) -> list[str]:
    """Addresses of this site a selector leads to, without their anchors, each once."""
    found = page.eval_on_selector_all(selector, "all => all.map(one => one.href.split('#')[0])")
    host = urlsplit(page.url).netloc
    here = [urlsplit(url) for url in found if urlsplit(url).netloc == host]
    paths = [f"{at.path}{f'?{at.query}' if at.query else ''}" for at in here]
    return list(dict.fromkeys(path for path in paths if not any(word in path for word in NOT_THESE)))


def signed_in(page: Page, who: str) -> None:
    if who == "nobody":
        return
    page.goto("/login/")
    for field, typed in (("phone", phone_of(who)), ("password", PASSWORD)):
        if field == "password" and not page.locator("[name=password]").count():
            page.goto("/login/password/")
        page.fill(f"[name={field}]", typed)
        with page.expect_navigation():
            page.locator("main form button.btn--main").first.click()


def looked_at(
    browser: Browser, url: str, who: str, shots: Path | None, width: int, elder: bool
) -> list[tuple[float, str]]:
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 800},
        locale="zh-CN",
        is_mobile=width < 768,
        has_touch=width < 768,
    )
    context.add_init_script(WATCH)
    if elder:
        context.add_cookies([{"name": "elder", "value": "1", "url": url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    signed_in(page, who)
    waiting, seen, took = [STARTS[who]], set(), []
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen or urlsplit(path).path in seen and "?" in path and path.count("&"):
            continue
        seen.add(path)
        wrong.clear()
        begun = time.perf_counter()
        answer = page.goto(path, wait_until="load")
        seconds = time.perf_counter() - begun
        took.append((seconds, path))
        found = [*wrong, *violations(page), *_too_wide(page)]
        status = answer.status if answer else 0
        if status != 200 or found:
            print(f"{who:8} {status} {seconds:6.2f} s  {path}  {' | '.join(found)[:300]}", flush=True)
        if shots:
            name = path.strip("/").replace("/", "_").replace("?", "_")[:90] or "home"
            page.screenshot(path=shots / f"{who}-{width}{'-elder' if elder else ''}-{name}.png", full_page=False)
        menu = [link for link in links(page, MENU) if link not in seen]
        rows = [link for link in links(page, ROWS) if link not in seen and link not in menu][:1]
        waiting = [*waiting, *(link for link in (*menu, *rows) if link not in waiting)]
    context.close()
    return took


def _too_wide(page: Page) -> list[str]:
    try:
        assert_fits(page)
    except AssertionError as problem:
        return [str(problem).replace("\n", " ")]
    return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("who", nargs="*", default=list(STARTS))
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--elder", action="store_true")
    asked = parser.parse_args()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGS))
        for who in asked.who:
            took = looked_at(browser, asked.url, who, asked.shots, asked.width, asked.elder)
            slow = ", ".join(f"{path} {seconds:.2f} s" for seconds, path in sorted(took, reverse=True)[:4])
            middle = sorted(seconds for seconds, _ in took)[len(took) // 2]
            print(f"{who:8} {len(took)} pages, median {middle:.2f} s; slowest: {slow}", flush=True)


if __name__ == "__main__":
    main()
