"""Reference data of this room in the console: venues, who is stationed there, who works there.

The state of a venue is read only here: merging and closing stand on the pages of `stations.views.staff`.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from import_export.fields import Field
from import_export.widgets import FloatWidget, ForeignKeyWidget

from accounts.models import Organ, Region
from accounts.queries import within
from accounts.rules import DWC, prefixes
from accounts.signin import drop_sessions
from accounts.states import OrganKind
from ground import trees
from ground.console import ConsoleAdmin, Inline, Labels, TableResource
from ground.workflow import available
from stations import workflow
from stations.models import Venue, VenueDeputy, VenuePost
from stations.states import VENUE, VenueKind, VenueState


class VenueResource(TableResource):
    code = Field("code", "站点码")
    kind = Field("kind", "类别", Labels(VenueKind))
    name = Field("name", "名称")
    organ = Field("organ", "所属人大代码", ForeignKeyWidget(Organ, "code"))
    region = Field("region", "区划代码", ForeignKeyWidget(Region, "code"))
    parent = Field("parent", "上级站点码", ForeignKeyWidget(Venue, "code"))
    address = Field("address", "地址")
    phone = Field("phone", "电话")
    reception = Field("reception", "接待时间")
    lng = Field("lng", "经度", FloatWidget())
    lat = Field("lat", "纬度", FloatWidget())
    state = Field("state", "状态", Labels(VenueState), readonly=True)

    class Meta:
        model = Venue
        import_id_fields = ("code",)
        fields = (
            "code",
            "kind",
            "name",
            "organ",
            "region",
            "parent",
            "address",
            "phone",
            "reception",
            "lng",
            "lat",
            "state",
        )
        skip_unchanged = True

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self.user = kwargs.get("user")

    def get_instance(self, instance_loader: Any, row: Any) -> Venue | None:
        code = str(row.get("站点码") or "").strip()
        return Venue.objects.select_related("organ", "region", "parent").filter(code=code).first() if code else None

    def do_instance_save(self, instance: Venue, is_create: bool) -> None:
        save_venue(instance, by=self.user)


class StationedInline(Inline):
    model = VenueDeputy
    autocomplete_fields = ("seat",)
    fields = ("seat", "since", "until")


class PostInline(Inline):
    model = VenuePost
    autocomplete_fields = ("user",)
    fields = ("user", "role", "since", "until")


@admin.register(Venue)
class VenueAdmin(ConsoleAdmin):
    resource_classes = [VenueResource]
    list_display = ("code", "name", "kind", "organ", "parent", "state", "phone")
    list_filter = ("kind", "state")
    list_select_related = ("organ", "parent")
    search_fields = ("name", "code", "address")
    search_help_text = "名称、站点码或地址"
    autocomplete_fields = ("region", "parent")
    fields = (
        "code",
        "kind",
        "name",
        "organ",
        "region",
        "parent",
        "address",
        "phone",
        "reception",
        "lng",
        "lat",
        "state",
        "decisions",
    )
    inlines = [StationedInline, PostInline]

    @admin.display(description="可以办理")
    def decisions(self, venue: Venue) -> SafeString | str:
        """The verbs open to the person now, as links to their pages."""
        links = [
            (reverse("admin:venue-verb", args=[venue.code, verb]), VENUE.labels[verb])
            for verb in available(venue, self.actor)
        ]
        return format_html_join(" ", '<a class="btn" href="{}">{}</a>', links) or "没有可以办理的事项"

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.actor = request.user
        return super().changeform_view(request, *args, **kwargs)

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.filter(within(prefixes(user, *DWC)))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Organ:
            kinds = (OrganKind.CONGRESS, OrganKind.STREET)
            kwargs["queryset"] = Organ.objects.live().under(prefixes(request.user, *DWC)).filter(kind__in=kinds)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Venue | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "code" in form.base_fields:
            form.base_fields["code"].required = False
            form.base_fields["code"].help_text = "留空自动取下一个号；一经使用终身不变。"
        return form

    def get_fields(self, request: HttpRequest, obj: Venue | None = None) -> tuple[str, ...]:
        return self.fields if obj else self.fields[:-2]

    def get_readonly_fields(self, request: HttpRequest, obj: Venue | None = None) -> tuple[str, ...]:
        return ("code", "state", "decisions") if obj else ()

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for row, _ in formset.changed_objects:
            if isinstance(row, VenuePost) and row.until is not None:
                drop_sessions(row.user)  # who works here no longer signs in again for what remains

    def keep(self, request: HttpRequest, obj: Venue, form: forms.ModelForm, change: bool) -> None:
        save_venue(obj, by=request.user)


def save_venue(venue: Venue, *, by: Any) -> None:
    """Saves what the console or a table says of a venue; a new one is founded by the verb and gets a code for life."""
    if venue.pk is not None:
        trees.plant(venue)
        return
    names = ("kind", "organ", "parent", "region", "address", "phone", "reception", "lng", "lat")
    made = workflow.found(venue.name, by=by, code=venue.code, **{name: getattr(venue, name) for name in names})
    venue.pk, venue.code, venue.path, venue.state = made.pk, made.code, made.path, made.state
    venue._state.adding = False
