"""Calendar and rules in the console: rows an administrator keeps, with their Chinese columns for tables."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, JSONWidget, Widget

from accounts.models import Organ
from accounts.rules import prefixes
from clocks.defaults import POLICIES, SPANS
from clocks.models import Holiday, RulePolicy
from clocks.rules import check_value
from ground import audit, clock
from ground.console import ConsoleAdmin
from ground.tables import Day, Labels, Line, TableResource, YesNo


class HolidayResource(TableResource):
    date = Field("date", "日期", Day())
    kind = Field("kind", "类别", Labels(Holiday.Kind))
    name = Field("name", "节日", Widget())
    provisional = Field("provisional", "暂定", YesNo())

    required = ("日期", "类别")
    hints = {"日期": "写成 2026-10-01；也认 2026.10.1、2026年10月1日。", "暂定": "还没有正式公布的填“是”，留空算“否”。"}
    examples = {"日期": "2026-10-01", "类别": str(Holiday.Kind.choices[0][1]), "节日": "国庆节", "暂定": "否"}

    class Meta:
        model = Holiday
        import_id_fields = ("date",)
        fields = ("date", "kind", "name", "provisional")

    def adapt(self, line: Line) -> None:
        line.instance.provisional = bool(line.instance.provisional)

    def do_instance_save(self, instance: Holiday, is_create: bool) -> None:
        instance.changed_at = clock.now()
        instance.save()


@admin.register(Holiday)
class HolidayAdmin(ConsoleAdmin):
    resource_classes = [HolidayResource]
    imports, import_order = True, 9
    list_display = ("date", "kind", "name", "provisional")
    list_filter = ("kind", "provisional")
    date_hierarchy = "date"
    ordering = ("-date",)
    fields = ("date", "kind", "name", "provisional")

    def get_readonly_fields(self, request: HttpRequest, obj: Holiday | None = None) -> tuple[str, ...]:
        return ("date",) if obj else ()

    def keep(self, request: HttpRequest, obj: Holiday, form: forms.ModelForm, change: bool) -> None:
        obj.changed_at = clock.now()
        obj.save()
        audit.write(request.user, "clocks.keep_holiday", obj=str(obj.date))
        link = format_html('<a href="{}">{}</a>', reverse("admin:calendar-preview"), "看看哪些期限会变")
        messages.info(request, format_html("已开始的期限不会自己变动，{}。", link))


def codes() -> list[tuple[str, str]]:
    """Every rule by its code, with its default."""
    clocks = [(code, f"{code}（默认 {rule.span}）") for code, rule in SPANS.items()]
    return sorted(clocks + [(code, f"{code}（默认 {policy.value}）") for code, policy in POLICIES.items()])


class RuleForm(forms.ModelForm):
    code = forms.ChoiceField(label="规则", choices=codes)

    class Meta:
        model = RulePolicy
        fields = ("organ", "code", "value", "valid_from", "basis")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("code") and cleaned.get("value") is not None:
            try:
                check_value(cleaned["code"], cleaned["value"])
            except ValueError as error:
                self.add_error("value", str(error))
        if cleaned.get("valid_from") and cleaned["valid_from"] < clock.today():
            self.add_error("valid_from", "生效日期不能早于今天：已经算出的期限不会倒改。")
        return cleaned


class RulePolicyResource(TableResource):
    """Export only: a rule is decided one by one."""

    organ = Field("organ", "机构代码", ForeignKeyWidget(Organ, "code"))
    code = Field("code", "规则")
    version = Field("version", "版本")
    value = Field("value", "值", JSONWidget())
    valid_from = Field("valid_from", "生效日期", Day())
    basis = Field("basis", "依据")

    class Meta:
        model = RulePolicy
        fields = ("organ", "code", "version", "value", "valid_from", "basis")


@admin.register(RulePolicy)
class RulePolicyAdmin(ConsoleAdmin):
    """Versions are added and stay: what a deadline was counted by can always be read."""

    resource_classes = [RulePolicyResource]
    form = RuleForm
    list_display = ("code", "organ", "version", "value", "valid_from", "basis")
    list_select_related = ("organ",)
    search_fields = ("code", "basis")
    search_help_text = "规则或依据"
    autocomplete_fields = ("organ",)

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        own = Q(organ=None)
        for path in prefixes(user):
            own |= Q(organ__path__startswith=path)
        return rows.filter(own)

    def has_change_permission(self, request: HttpRequest, obj: RulePolicy | None = None) -> bool:
        return False

    def keep(self, request: HttpRequest, obj: RulePolicy, form: forms.ModelForm, change: bool) -> None:
        same = RulePolicy.objects.filter(organ=obj.organ, code=obj.code)
        obj.version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
        obj.save()
        audit.write(request.user, "clocks.keep_rule", obj=f"{obj.code} v{obj.version}")
