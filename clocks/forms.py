"""Words for days: what an administrator pastes from the yearly notice."""

import re
from datetime import date

from django import forms

from clocks.models import Holiday
from clocks.preview import DayChange

KINDS = {
    "放假": Holiday.Kind.OFF,
    "休": Holiday.Kind.OFF,
    "补班": Holiday.Kind.ON,
    "上班": Holiday.Kind.ON,
    "调休上班": Holiday.Kind.ON,
    "取消": "",
}
LINE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[\s,，]+(\S+?)(?:[\s,，]+(\S{1,20}))?")
MOST_LINES = 400


class CalendarForm(forms.Form):
    days = forms.CharField(
        label="要改的日子",
        help_text="一行一天：日期、放假或补班、节日。写“取消”恢复成平常的日子。例：2027-01-01 放假 元旦",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_days(self) -> str:
        """Keeps the text and reads it into `changes`."""
        self.changes: list[DayChange] = []
        lines = [line.strip() for line in self.cleaned_data["days"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"一次最多 {MOST_LINES} 行。")
        wrong = []
        for number, line in enumerate(lines, 1):
            try:
                self.changes.append(read_day(line))
            except ValueError as error:
                wrong.append(f"第 {number} 行：{error}")
        seen = [change.date for change in self.changes]
        wrong += [f"{day:%Y-%m-%d} 写了两次。" for day in sorted({day for day in seen if seen.count(day) > 1})]
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return self.cleaned_data["days"]


def read_day(line: str) -> DayChange:
    """One line of the form. Raises ValueError with a sentence."""
    match = LINE.fullmatch(line)
    if not match:
        raise ValueError("看不懂，请按“2027-01-01 放假 元旦”这样写。")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError("没有这一天。") from None
    if match[4] not in KINDS:
        raise ValueError(f"“{match[4]}”不认识，请写放假、补班或取消。")
    kind = KINDS[match[4]]
    if kind and not match[5]:
        raise ValueError("请写上节日名称。")
    return DayChange(day, kind, match[5] or "")
