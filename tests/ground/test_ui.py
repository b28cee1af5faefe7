"""The tags templates speak, and what holds for every template and sheet: icons exist, nothing inline, one palette."""

import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory

from ground import clock
from ground.templatetags import ui
from ground.workflow import States

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
TOKENS, CONSOLE = (settings.BASE_DIR / "static" / "css" / name for name in ("tokens.css", "console.css"))


class Colour(States):
    OPEN = "open", "warn", "等待接收", "待接单"
    DONE = "done", "ok", "", "办结"


class SayForm(forms.Form):
    category = forms.ChoiceField(
        label="哪方面的事", choices=[("road", "路"), ("water", "水")], widget=forms.RadioSelect
    )
    content = forms.CharField(label="意见内容", max_length=200, help_text="什么地方、什么问题", widget=forms.Textarea)
    place = forms.CharField(label="地点", required=False)


def draw(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def at_path(path: str, elder: str = "") -> HttpRequest:
    request = RequestFactory().get(path)
    if elder:
        request.COOKIES["elder"] = elder
    return request


# -- icons ------------------------------------------------------------------------------------------------------------


def used_icons() -> set[str]:
    """Names written in a tag icon or tab, in an include's icon_name, or given by code as `icon="…"`, `"icon": "…"`."""
    found: set[str] = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"{%\s*icon\s+\"([^\"]+)\"", text)) | set(re.findall(r"icon_name=\"([^\"]+)\"", text))
        found |= set(re.findall(r"{%\s*tab\s+\"[^\"]*\"\s+\"([^\"]+)\"", text))
    for room in ("accounts", "clocks", "deputies", "stations", "suggestions", "config", "ground"):
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            found |= set(re.findall(r"\"?\bicon\"?\s*[:=]\s*\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")))
    return found


def test_every_icon_that_is_used_exists_in_the_installed_set() -> None:
    names = used_icons()
    assert len(names) > 15
    assert not {name for name in names if not ui.drawing(name)}


def test_an_icon_that_does_not_exist_draws_a_dot() -> None:
    assert "<circle" in ui.icon("no-such-icon")
    assert "<circle" in ui.icon("../../package")
    assert "<circle" in ui.icon("")


def test_an_icon_is_silent_for_readers_of_the_screen_and_carries_no_style() -> None:
    svg = ui.icon("phone")
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg and "<path" in svg


# -- every template, every sheet --------------------------------------------------------------------------------------


def name_of(path: Path) -> str:
    return path.relative_to(settings.BASE_DIR / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles_and_has_no_inline_script_style_or_handler(path: Path) -> None:
    get_template(name_of(path))
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text) or "print/" in path.as_posix()  # WeasyPrint reads no linked sheet of ours
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son(click|change|submit|load|input|focus|error)\s*=", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_uses_only_what_older_phones_know(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"@layer|oklch\(|color-mix\(|@import", css)
    assert not re.search(r"font-size:\s*[\d.]+px", css)
    depth = deepest = 0
    for brace in re.findall(r"@[^{;]*{|[{}]", css):
        if brace == "{":
            depth += 1
        elif brace == "}":
            depth -= 1
        deepest = max(deepest, depth)  # a rule inside a rule would be nesting; @media does not count
    assert deepest <= 1


def test_a_sheet_uses_only_variables_that_are_declared() -> None:
    declared, used = set(), Counter[str]()
    for path in SHEETS:
        css = path.read_text(encoding="utf-8")
        declared |= set(re.findall(r"(--[\w-]+)\s*:", css))
        used.update(re.findall(r"var\((--[\w-]+)", css))
    assert not set(used) - declared


def declarations(css: str, selector: str, after: str = "") -> dict[str, str]:
    block = css[css.index(after) :]
    block = block[block.index(selector) + len(selector) :]
    body = re.sub(r"/\*.*?\*/", "", block[: block.index("}")], flags=re.DOTALL)
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+)\s*:\s*([^;]+);", body)}


def test_the_console_repeats_the_dark_palette_and_the_desktop_density_unchanged() -> None:
    tokens, console = (path.read_text(encoding="utf-8") for path in (TOKENS, CONSOLE))
    dark = declarations(tokens, 'html[data-theme="dark"] {')
    automatic = declarations(console, 'html[data-theme="auto"]:root {')
    assert len(dark) > 20
    assert automatic == {name: value for name, value in dark.items() if not name.startswith("--ch-")} | {
        name: value for name, value in automatic.items() if name.startswith("--ch-")
    }
    dense = declarations(tokens, 'html[data-face="department"]:not([data-mode="elder"]) {')
    console_dense = declarations(console, "html:root {", after="(min-width: 64rem) and (pointer: fine)")
    assert dense.items() <= console_dense.items()


def test_the_lock_of_the_front_end_names_no_host() -> None:
    lock = (settings.BASE_DIR / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock and '"resolved"' not in lock
    wanted = json.loads((settings.BASE_DIR / "package.json").read_text(encoding="utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_error_pages_draw_without_request_and_context() -> None:
    for code in ("400", "403", "404", "500"):
        html = get_template(f"{code}.html").render()
        assert html.count("<h1") == 1 and '<html lang="zh-Hans" data-mode="normal"' in html


# -- shell ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "own", "expected"),
    [("1", False, "elder"), ("0", True, "normal"), ("", True, "elder"), ("", False, "normal")],
)
def test_the_cookie_decides_the_mode_before_the_persons_own_setting(cookie: str, own: bool, expected: str) -> None:
    request = at_path("/", cookie)
    request.user = SimpleNamespace(elder=own)  # type: ignore[assignment]
    assert draw("{% mode %}", request=request) == expected


def test_elder_mode_offers_three_places_and_the_way_back() -> None:
    normal = get_template("citizen/base.html").render({}, at_path("/stations/", "0"))
    elder = get_template("citizen/base.html").render({}, at_path("/stations/", "1"))
    assert (normal.count("<li>"), elder.count("<li>")) == (5, 3)
    assert "/mode/?to=elder&amp;next=%2Fstations%2F" in normal and "长辈版" in normal
    assert "/mode/?to=normal&amp;next=%2Fstations%2F" in elder and "标准版" in elder


@pytest.mark.parametrize(
    ("path", "url", "expected"),
    [
        ("/opinions/", "/opinions/", 'aria-current="page"'),
        ("/opinions/Y2026-000001/", "/opinions/", 'aria-current="true"'),
        ("/opinions/", "/", ""),
        ("/my/opinions/", "/my/", ""),
        ("/my/", "/my/", 'aria-current="page"'),
    ],
)
def test_a_tab_is_current_on_its_page_and_below_it(path: str, url: str, expected: str) -> None:
    html = draw("{% tab url 'house' '首页' %}", request=at_path(path), url=url)
    assert expected in html and ("aria-current" in html) == bool(expected)


def test_a_changed_filter_keeps_the_others_and_starts_at_the_first_page() -> None:
    context = Context({"request": at_path("/desk/?state=open&q=%E8%B7%AF&cursor=abc")})
    assert ui.qs(context, state="done") == "?state=done&q=%E8%B7%AF"
    assert ui.qs(context, state=None) == "?q=%E8%B7%AF"
    assert ui.qs(context, cursor="next") == "?state=open&q=%E8%B7%AF&cursor=next"


# -- chips and deadlines ----------------------------------------------------------------------------------------------


def test_a_state_speaks_the_readers_words_in_the_tone_of_its_table() -> None:
    matter = SimpleNamespace(workflow=SimpleNamespace(states=Colour), state="open")
    assert ui.status_chip(matter) == '<span class="chip chip--warn">待接单</span>'
    assert ui.status_chip(matter, "citizen") == '<span class="chip chip--warn">等待接收</span>'
    done = SimpleNamespace(workflow=SimpleNamespace(states=Colour), state="done", state_tone="danger")
    assert ui.status_chip(done, "citizen") == '<span class="chip chip--danger">办结</span>'


def test_a_chip_escapes_its_word_and_knows_no_foreign_tone() -> None:
    assert ui.chip("<b>", "pink") == '<span class="chip chip--neutral">&lt;b&gt;</span>'
    assert ui.chip("重点督办", "neutral", "mark") == '<span class="chip chip--neutral chip--mark">重点督办</span>'


@pytest.mark.parametrize(("level", "look"), [("yellow", "chip--warn"), ("orange", "chip--edge"), ("red", "chip--late")])
def test_a_deadline_shows_words_date_and_reasons(level: str, look: str) -> None:
    at = datetime(2030, 5, 8, 17, 30, tzinfo=clock.SHANGHAI)
    due = {"at": at, "level": level, "words": "剩 3 天", "reasons": ["5 个工作日"]}
    html = draw("{% due_chip due %}", due=due)
    assert look in html and "剩 3 天" in html and "<li>5 个工作日</li>" in html
    assert "2030\u00a0年 5\u00a0月\u00a08\u00a0日" in html
    assert "<details" not in draw("{% due_chip due why=False %}", due=due)


def test_no_deadline_draws_nothing() -> None:
    assert draw("{% due_chip due %}", due=None).strip() == ""


# -- forms ------------------------------------------------------------------------------------------------------------


def test_an_error_stands_between_hint_and_control_and_both_are_read_with_it() -> None:
    html = draw("{% field form.content %}", form=SayForm({"category": "road"}))
    assert html.index('id="id_content_helptext"') < html.index('id="id_content_error"') < html.index("<textarea")
    assert 'aria-describedby="id_content_helptext id_content_error id_content_count"' in html
    assert 'aria-invalid="true"' in html and "最多 200 字" in html


def test_optional_fields_say_so_and_required_ones_carry_no_mark() -> None:
    form = SayForm()
    assert "选填" in draw("{% field form.place %}", form=form)
    required = draw("{% field form.content %}", form=form)
    assert "选填" not in required and "*" not in required


def test_choices_become_a_named_group_of_pills() -> None:
    html = draw("{% field form.category %}", form=SayForm())
    assert "<fieldset" in html and "<legend" in html and html.count('class="pill"') == 2
    assert 'for="id_category_0"' in html


def test_the_summary_says_the_same_words_and_links_to_controls_that_exist() -> None:
    form = SayForm({})
    summary = draw("{% form_errors form %}", form=form)
    drawn = draw("{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    assert "有 2 处需要修改" in summary and 'role="alert"' in summary
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["id_category_0", "id_content"]
    assert all(f'id="{target}"' in drawn for target in targets)
    assert all(text in drawn for bound in form for text in bound.errors)


def test_the_title_of_a_wrong_form_says_how_many_places() -> None:
    html = get_template("base.html").render({"form": SayForm({})}, at_path("/"))
    assert "<title>有 2 处需要修改：" in html
    assert draw("{% form_errors form %}", form=SayForm()).strip() == ""


# -- history and words ------------------------------------------------------------------------------------------------


def test_the_timeline_tells_the_newest_first_and_hides_what_is_for_those_inside() -> None:
    first = datetime(2026, 5, 8, 9, 0, tzinfo=clock.SHANGHAI)
    flow = SimpleNamespace(labels={"claim": "接单"})
    step = SimpleNamespace(at=first, verb="claim", by_label="王建国代表", public_text="本周去看", note="内部")
    step.obj = SimpleNamespace(workflow=flow)
    steps = [step, {"at": first.replace(day=9), "label": "转给承办单位", "organ": "住建局", "text": "<b>"}]
    html = draw("{% timeline steps %}", steps=steps)
    assert html.index("住建局") < html.index("王建国代表") and "接单" in html
    assert "&lt;b&gt;" in html and "内部" not in html
    assert "内部" in draw("{% timeline steps inside=True %}", steps=steps)


def test_the_stepper_names_the_present_stage() -> None:
    steps = [{"label": "收到", "stage": "done"}, {"label": "办理", "stage": "now"}, {"label": "答复", "stage": "next"}]
    html = draw("{% stepper steps %}", steps=steps)
    assert html.count('aria-current="step"') == 1 and "已完成：" in html


def test_dates_are_chinese_local_and_name_another_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 1, tzinfo=clock.SHANGHAI))
    moment = datetime.fromisoformat("2026-05-08T06:30:00+00:00")
    assert ui.zh_date(moment).replace("\u00a0", " ") == "5 月 8 日（周五）14:30"
    assert ui.zh_date(date(2027, 1, 29)).replace("\u00a0", " ") == "2027 年 1 月 29 日（周五）"
    assert ui.zh_day(moment).replace("\u00a0", " ") == "5 月 8 日"
    assert ui.zh_date(None) == ui.zh_day("") == ""  # type: ignore[arg-type]


def test_a_query_code_is_read_in_threes_and_never_broken() -> None:
    assert ui.nbsp_code("123-456 7890") == "123\u00a0456\u00a07890"
    assert ui.nbsp_code("") == ""
