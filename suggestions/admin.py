"""Reference data of this room in the console: the table subject → unit."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.fields import Field
from import_export.widgets import Widget

from accounts.models import Organ
from accounts.queries import within
from accounts.rules import DWC, prefixes
from accounts.states import OrganKind
from ground.console import ConsoleAdmin
from ground.tables import Labels, Line, Lookup, TableResource
from suggestions.forms.fields import NO_UNITS
from suggestions.models import SubjectUnit
from suggestions.states.lists_suggestion import Field as SubjectField, HandlerRole


class FieldOrNone(Labels):
    """The label of a field, or nothing."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return super().clean(value, row, **kwargs) if str(value or "").strip() else ""


class SubjectUnitResource(TableResource):
    congress = Field("congress", "人大代码", Lookup(Organ))
    organ = Field("organ", "单位代码", Lookup(Organ))
    role = Field("role", "角色", Labels(HandlerRole))
    field = Field("field", "领域", FieldOrNone(SubjectField))
    keywords = Field("keywords", "关键词", Widget())

    required = ("人大代码", "单位代码", "角色")
    related = ("congress", "organ")
    hints = {"领域": "领域和关键词至少填一项。", "关键词": "用顿号隔开。"}
    examples = {
        "人大代码": "dh-rd",
        "单位代码": "dh-zjj",
        "角色": "主办",
        "领域": "城建环保",
        "关键词": "路灯、井盖、物业",
    }

    class Meta:
        model = SubjectUnit
        import_id_fields = ("congress", "organ", "role", "field")
        fields = ("congress", "organ", "role", "field", "keywords")

    def key_of(self, line: Line) -> tuple[str, ...] | None:
        """A line for keywords alone has no field: an empty one is part of the key."""
        *named, field = (one.column_name for one in self.keys)
        if not all(line.text(name) for name in named):
            return None
        try:
            return tuple(str(one.widget.render(one.widget.clean(line.text(one.column_name)))) for one in self.keys)
        except ValueError:
            return tuple(line.text(name) for name in (*named, field))

    def adapt(self, line: Line) -> None:
        row = line.instance
        if not row.field and not row.keywords.strip("、，, "):
            line.wrong("关键词", "请填关键词，或者选一个领域。")
        if row.organ.congress_id != row.congress_id:
            line.wrong("单位代码", "这个单位不在所选人大的交办范围内。")


class SubjectUnitForm(forms.ModelForm):
    class Meta:
        model = SubjectUnit
        fields = ("congress", "organ", "role", "field", "keywords")

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        congress, organ = typed.get("congress"), typed.get("organ")
        if not typed.get("field") and not (typed.get("keywords") or "").strip("、，, "):
            self.add_error("keywords", "请填关键词，或者选一个领域。")
        if congress and organ and organ.congress_id != congress.pk:
            self.add_error("organ", "这个单位不在所选人大的交办范围内。")
        return typed


@admin.register(SubjectUnit)
class SubjectUnitAdmin(ConsoleAdmin):
    resource_classes = [SubjectUnitResource]
    imports = True
    form = SubjectUnitForm
    list_display = ("organ", "role", "field", "keywords", "congress")
    list_filter = ("role", "field")
    list_select_related = ("organ", "congress")
    search_fields = ("keywords", "organ__name", "organ__short_name")
    search_help_text = "关键词或单位"

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.filter(within(prefixes(user, *DWC), organ="congress__"))

    def has_delete_permission(self, request: HttpRequest, obj: SubjectUnit | None = None) -> bool:
        """A line that no longer holds goes: no matter refers to it."""
        return self.has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        below = Organ.objects.live().under(prefixes(request.user, *DWC))
        if db_field.name == "congress":
            kwargs["queryset"] = below.filter(kind=OrganKind.CONGRESS)
        else:
            kwargs["queryset"] = below.exclude(kind__in=NO_UNITS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
