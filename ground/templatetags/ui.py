"""The parts of the design system that templates speak: `{% load ui %}`.

Tags     icon, mode, tab, chip, status_chip, due_chip, field, form_errors, timeline, stepper, qs
Filters  zh_date, zh_day, zh_full_day, nbsp_code, error_count, surname, chip_tone
Each tag that draws more than a chip has its template in templates/shared/, whose first lines say what it takes.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ground import clock

register = template.Library()

TONES = ("neutral", "info", "ok", "warn", "danger", "review")
WEEKDAYS = "一二三四五六日"
NBSP = "\u00a0"

# Every page of a face lies below its root: the root's own tab is current on that one page alone.
FACE_ROOTS = ("/", "/my/", "/desk/", "/admin/")

# The chip of a deadline by its warning level: words come with the deadline, looks are decided here.
DUE_CHIPS = {"yellow": "chip--warn", "orange": "chip--warn chip--edge", "red": "chip--late"}

_SVG = (
    '<svg class="i" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
)
_DOT = '<circle cx="12" cy="12" r="3"/>'


# -- icons and shell --------------------------------------------------------------------------------------------------


@cache
def drawing(name: str) -> str:
    """The strokes of a lucide icon, read once from node_modules; "" where the set is absent or has no such icon."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return ""
    path = settings.BASE_DIR / "node_modules" / "lucide-static" / "icons" / f"{name}.svg"
    try:
        svg = path.read_text(encoding="utf-8")
    except OSError:
        return ""
    strokes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    return re.sub(r"\s*\n\s*", "", strokes[1]) if strokes else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon as inline SVG, always beside a word or in something that names itself. An unknown name draws a dot."""
    return mark_safe(_SVG.format(drawing(name or "") or _DOT))


@register.simple_tag(takes_context=True)
def mode(context: Context) -> str:
    """Either elder (长辈版) or normal: the cookie says, and where there is none the signed-in person's own setting."""
    request = context.get("request")
    chosen = request.COOKIES.get("elder", "") if request else ""
    if chosen in ("0", "1"):
        return "elder" if chosen == "1" else "normal"
    return "elder" if getattr(getattr(request, "user", None), "elder", False) else "normal"


@register.inclusion_tag("shared/_tab.html", takes_context=True)
def tab(context: Context, url: str, icon_name: str, label: str, count: int = 0, late: bool = False) -> dict[str, Any]:
    """One entry of a tab bar or menu. It is current on its own page ("page") and on the pages below it ("true")."""
    request = context.get("request")
    path = request.path if request else ""
    has_below = url not in FACE_ROOTS and path.startswith(url)
    current = "page" if path == url else "true" if has_below else ""
    return {"url": url, "icon_name": icon_name, "label": label, "count": count, "late": late, "current": current}


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The query string of this page with `changes`; None or "" drops a name. A changed filter starts on page one."""
    query: QueryDict = context["request"].GET.copy()
    for name in ("cursor", "before", "after"):
        if name not in changes:
            query.pop(name, None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


# -- chips ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def chip(label: str, tone: str = "neutral", extra: str = "") -> SafeString:
    """A word in a tone; `extra` names further looks: "mark" (beside a state), "plain" (no dot), "edge", "late"."""
    looks = " ".join(f"chip--{name}" for name in (tone if tone in TONES else "neutral", *extra.split()))
    return format_html('<span class="chip {}">{}</span>', looks, label)


@register.simple_tag
def status_chip(obj: Any, face: str = "staff") -> SafeString:
    """The state of `obj` from its machine's own table; face "citizen" reads the citizen's words.

    An object whose outcome changes the tone (an opinion closed `unsettled`) says so by its property `state_tone`.
    """
    state = obj.workflow.states(obj.state)
    label = state.citizen_label if face == "citizen" else state.label
    return chip(label, getattr(obj, "state_tone", "") or state.tone)


@register.inclusion_tag("shared/_due.html")
def due_chip(due: Any, why: bool = True, prefix: str = "") -> dict[str, Any]:
    """A deadline: chip by level, the date always, and on press the reasons of the date.

    `due` is a deadline or its view: at (or due_at), level ("", yellow, orange, red), words ("剩 3 天"), reasons.
    `why=False` leaves the reasons out, for rows that are one link. `prefix` says what falls due ("答复期限").
    """
    words = str(_read(due, "words"))
    return {
        "at": _read(due, "at") or _read(due, "due_at"),
        "words": "" if words.endswith("日到期") else words,  # the date stands beside the chip anyway
        "looks": DUE_CHIPS.get(_read(due, "level"), "chip--plain"),
        "reasons": _read(due, "reasons") if why else (),
        "prefix": prefix,
    }


@register.filter
def chip_tone(level: str) -> str:
    """The tone that goes with a warning level, for tiles and figures."""
    return {"yellow": "warn", "orange": "warn", "red": "danger"}.get(level, "neutral")


# -- forms ------------------------------------------------------------------------------------------------------------


def kind_of(bound: BoundField) -> str:
    """Which control shared/_field.html draws: hidden, pills, check, file, textarea, select or input."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "pills"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "select" if isinstance(widget, forms.Select) else "input"


@register.inclusion_tag("shared/_field.html")
def field(bound: BoundField, wide: bool = False, optional: bool = True) -> dict[str, Any]:
    """A form field whole: label, hint, error, control.

    `wide` draws choices as full rows; `optional=False` leaves 选填 out. A textarea with a limit counts what is left.
    """
    kind = kind_of(bound)
    limit = getattr(bound.field, "max_length", None) if kind == "textarea" else None
    parts = (("helptext", bound.help_text), ("error", bound.errors), ("count", limit))
    described = [f"{bound.auto_id}_{part}" for part, there in parts if there]
    attrs: dict[str, Any] = {"data-behaviour": "word-count"} if limit else {}
    if kind == "textarea" and bound.field.widget.attrs.get("rows") == "10":  # Django's default fills a phone's screen
        attrs["rows"] = "5"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "kind": kind,
        "control": "" if kind == "pills" else bound.as_widget(attrs=attrs),
        "described": " ".join(described),
        "limit": limit,
        "wide": wide,
        "optional": optional and not bound.field.required and kind != "check",
    }


@register.inclusion_tag("shared/_form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """The error summary above a form: the same words as at the fields, each a link to its field; takes the focus."""
    found: list[dict[str, str]] = [{"target": "", "text": text} for text in form.non_field_errors()]
    for bound in form:
        grouped = kind_of(bound) == "pills"
        target = f"{bound.auto_id}_0" if grouped else bound.auto_id
        found += [{"target": target, "text": text} for text in bound.errors]
    return {"found": found, "count": len(found)}


@register.filter
def error_count(form: Any) -> int:
    """How many places a form wants changed; 0 for anything that is no bound form."""
    errors = getattr(form, "errors", None)
    return sum(len(texts) for texts in errors.values()) if isinstance(errors, dict) else 0


# -- history ----------------------------------------------------------------------------------------------------------


def _read(step: Any, name: str) -> Any:
    return step.get(name, "") if isinstance(step, dict) else getattr(step, name, "")


@register.inclusion_tag("shared/_timeline.html")
def timeline(steps: Iterable[Any], inside: bool = False) -> dict[str, Any]:
    """What happened, newest first. `steps`, oldest first, are Step rows or dicts of at, label, by_label, text, organ.

    `inside` shows the note of a Step as well, which only those inside may read.
    """
    lines = []
    for step in steps:
        label = _read(step, "label")
        if not label and hasattr(step, "obj"):
            label = step.obj.workflow.labels.get(step.verb, step.verb)
        lines.append(
            {
                "at": _read(step, "at"),
                "label": label,
                "who": _read(step, "organ") or _read(step, "by_label"),
                "text": _read(step, "text") or _read(step, "public_text"),
                "note": _read(step, "note") if inside else "",
            }
        )
    return {"lines": lines[::-1]}


@register.inclusion_tag("shared/_stepper.html")
def stepper(steps: Sequence[Any]) -> dict[str, Any]:
    """Four to six stages in order: each label, stage ("done", "now", "next") and, if known, note (a date, a name)."""
    return {"steps": steps}


# -- words ------------------------------------------------------------------------------------------------------------


def _local(moment: Any) -> Any:
    return moment.astimezone(clock.SHANGHAI) if isinstance(moment, datetime) and moment.tzinfo else moment


@register.filter
def zh_day(moment: date | datetime | None) -> str:
    """5 月 8 日; with the year where it is another year than this one."""
    day = _local(moment)
    if not isinstance(day, date):
        return ""
    year = "" if day.year == clock.now().year else f"{day.year}{NBSP}年 "
    return f"{year}{day.month}{NBSP}月{NBSP}{day.day}{NBSP}日"


@register.filter
def zh_full_day(day: date) -> str:
    """2026年5月8日, as official letters date themselves."""
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def zh_date(moment: date | datetime | None) -> str:
    """5 月 8 日（周五）14:30; a date alone has no hour."""
    day = _local(moment)
    if not isinstance(day, date):
        return ""
    hour = f"{day:%H:%M}" if isinstance(day, datetime) else ""
    return f"{zh_day(day)}（周{WEEKDAYS[day.weekday()]}）{hour}"


@register.filter
def nbsp_code(code: str) -> str:
    """A query code as people read it aloud, 3-3-4, never broken over two lines."""
    digits = re.sub(r"\D", "", str(code or ""))
    return NBSP.join(part for part in (digits[:3], digits[3:6], digits[6:]) if part)


@register.filter
def surname(name: str) -> str:
    """The character on the tile that stands for a portrait."""
    return str(name or "")[:1]
