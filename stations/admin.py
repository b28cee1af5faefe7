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

from accounts.models import Organ
from accounts.queries import within
from accounts.rules import DWC, prefixes
from accounts.signin import drop_sessions
from accounts.states import OrganKind
from deputies.admin import print_posters
from ground import trees
from ground.console import ConsoleAdmin, Inline
from ground.workflow import available
from stations import workflow
from stations.models import Venue, VenueDeputy, VenuePost
from stations.states import VENUE
from stations.tables import VenueResource


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
    imports, import_order, import_title = True, 5, "站点和联系点"
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
    actions = [print_posters]

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
