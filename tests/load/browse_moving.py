"""A city moves in through the console in Chromium, as its clerks would do it, and tells how long each step took.

    .venv/bin/python -m tests.load.browse_moving [--share 1.0] [--folder DIR] [--port 8765]

On a product of its own whose city is empty but for one congress and two people: each table of `city_files` is uploaded,
looked at and confirmed, the last ones first undone and brought again; then every table is exported and brought back,
and posters are made for all deputies. Every page is photographed into DIR/shots.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from pypdf import PdfReader

from dev import run
from tests.load.city_files import BROUGHT_BY, city

PATIENCE = 2_400_000  # ms for the longest job: posters for all, on a machine that has other work
SETTLE = """
import json
from tests.load.moving import Moving
print(json.dumps({who: client.cookies["sessionid"].value for who, client in Moving.into_nothing().clients.items()}))
"""


class EmptyCity(run.Copy):
    """A running product in which nothing is but the congress and the two who bring the files."""

    def _prepare(self) -> None:
        self.demo, demo = False, self.demo
        super()._prepare()
        self.demo = demo
        told = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", SETTLE],
            cwd=run.ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if told.returncode:
            raise SystemExit(told.stderr)
        self.sessions: dict[str, str] = json.loads(told.stdout.splitlines()[-1])


class Clerks:
    """The two people at their browsers, and the seconds each step took."""

    def __init__(self, browser: Browser, copy: EmptyCity, folder: Path) -> None:
        self.folder, self.shots = folder, folder / "shots"
        self.shots.mkdir(parents=True, exist_ok=True)
        self.pages: dict[str, Page] = {}
        for who, session in copy.sessions.items():
            context = browser.new_context(
                base_url=copy.address, viewport={"width": 1280, "height": 800}, locale="zh-CN"
            )
            context.add_cookies([{"name": "sessionid", "value": session, "url": copy.address}])
            self.pages[who] = context.new_page()
            self.pages[who].set_default_timeout(PATIENCE)

    def timed(self, step: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        answer = act()
        print(f"{step:52} {time.perf_counter() - begun:8.1f} s", flush=True)
        return answer

    def shoot(self, page: Page, name: str) -> None:
        page.screenshot(path=self.shots / f"{name}.png", full_page=False)

    # -- one table ---------------------------------------------------------------------------------------------------

    def upload(self, table: str, file: Path, name: str) -> Page:
        """From the list of tables to the result of the check, which opens by itself."""
        page = self.pages[BROUGHT_BY[table]]
        page.goto("/admin/imports/")
        page.locator(f'a.btn[href="/admin/imports/new/{table}/"]').click()
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="上传并核对").click()
        page.locator("progress, #sum").first.wait_for()
        self.shoot(page, f"{name}-checking")
        page.locator("#sum").wait_for()
        return page

    def bring(self, table: str, file: Path, rows: int, label: str = "") -> str:
        """Uploads, reads what would happen, confirms; answers the address of the import."""
        name = f"{label}{table}"
        page = self.timed(f"{name}: {rows} rows looked at", lambda: self.upload(table, file, name))
        assert said(page)["新增"] == rows, said(page)
        self.shoot(page, f"{name}-checked")
        self.timed(f"{name}: confirmed", lambda: self.press(page, "确认导入", "已导入"))
        self.shoot(page, f"{name}-applied")
        return page.url

    def undo(self, table: str, address: str) -> None:
        page = self.pages[BROUGHT_BY[table]]
        page.goto(address)
        page.get_by_role("link", name="撤销这次导入").click()
        self.shoot(page, f"{table}-undo")
        self.timed(f"{table}: undone", lambda: self.press(page, "撤销这次导入", "已撤销"))

    def press(self, page: Page, button: str, done: str) -> None:
        page.get_by_role("button", name=button).click()
        page.locator("#sum", has_text=done).wait_for()

    def take_out_and_back(self, table: str) -> None:
        """The export comes back without one row that differs."""
        page, (app, model) = self.pages[BROUGHT_BY[table]], table.split(".")
        page.goto(f"/admin/{app}/{model}/export/")
        page.locator("select[name=format]").select_option(label="xlsx")
        self.shoot(page, f"{table}-export")
        file = self.folder / f"{model}.xlsx"
        self.timed(f"{table}: exported", lambda: save(page, page.get_by_role("button", name="导出为文件"), file))
        page = self.timed(f"{table}: export looked at", lambda: self.upload(table, file, f"{table}-back"))
        counts = said(page)
        assert counts["没有变化"] and not counts["新增"] + counts["更新"] + counts["有问题"], counts

    def posters(self) -> None:
        page = self.pages["sun"]
        page.goto("/admin/posters/new/")
        page.locator("input[name=what][value=deputies]").check()
        page.locator("select[name=organ]").select_option("dh-rd")
        page.locator("input[name=place]").fill("各村党群服务中心")
        self.shoot(page, "posters-new")

        def made() -> Locator:
            page.get_by_role("button", name="生成 PDF").click()
            link = page.get_by_role("link", name="下载")
            page.locator("progress").or_(link).first.wait_for()
            page.wait_for_timeout(5000)
            self.shoot(page, "posters-running")
            link.wait_for()
            return link

        link = self.timed("posters: made", made)
        self.shoot(page, "posters-done")
        file = self.folder / "posters.pdf"
        self.timed("posters: fetched", lambda: save(page, link, file))
        print(f"posters: {len(PdfReader(file).pages)} pages, {file.stat().st_size / 1e6:.1f} MB")


def said(page: Page) -> dict[str, int]:
    """新增 3 行，更新 0 行 … → numbers by word."""
    words = page.locator("#sum + p").inner_text()
    return {word: int(n) for word, n in re.findall(r"(新增|更新|没有变化|有问题)\s*(\d+)", words)}


def save(page: Page, button: Locator, file: Path) -> None:
    with page.expect_download() as coming:
        button.click()
    coming.value.save_as(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the full size of a city")
    parser.add_argument("--folder", type=Path, default=None, help="where data, files and photographs go")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="moving-"))
    os.environ |= {"DATA_DIR": str(folder / "var"), "PORT": str(asked.port), "DEMO": "1"}
    copy = EmptyCity()
    try:
        copy.open()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox", "--disable-gpu"])
            move_in(Clerks(browser, copy, folder), asked.share)
    finally:
        copy.close()
    print(f"photographs in {folder / 'shots'}")


def move_in(clerks: Clerks, share: float) -> None:
    from ground import sheets

    tables = []
    for table, name, heading, rows in city(share):
        file = clerks.folder / name
        file.write_bytes(sheets.write_xlsx(heading, rows))
        tables.append((table, file, len(rows)))
    brought = [(table, clerks.bring(table, file, rows)) for table, file, rows in tables]
    for table, address in reversed(brought):
        clerks.undo(table, address)
    for table, file, rows in tables:
        clerks.bring(table, file, rows, "again ")
    for table in BROUGHT_BY:
        clerks.take_out_and_back(table)
    clerks.posters()


if __name__ == "__main__":
    main()
