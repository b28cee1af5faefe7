"""What every ModelAdmin of the console stands on (ui.md §15); its tables come in by `accounts.imports`."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.functional import cached_property
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import TablibFormat
from import_export.forms import ExportForm

from ground import audit, sheets
from ground.tables import keep_permission

COUNTED = 10_000  # rows a list counts at most: beyond it nobody turns pages


class BoundedPaginator(Paginator):
    """Pages of a list that is never counted whole."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[:COUNTED].count() if isinstance(rows, QuerySet) else len(rows)


class _Written(TablibFormat):
    """A format we write ourselves, so that no cell runs when the file is opened; files are read by `ground.sheets`."""

    CONTENT_TYPE = ""
    EXTENSION = ""

    def get_title(self) -> str:
        return self.EXTENSION

    def get_extension(self) -> str:
        return self.EXTENSION

    def get_content_type(self) -> str:
        return self.CONTENT_TYPE

    def is_available(self) -> bool:
        return True

    def is_binary(self) -> bool:
        return True

    def can_import(self) -> bool:
        return False

    def can_export(self) -> bool:
        return True


class WrittenXLSX(_Written):
    CONTENT_TYPE, EXTENSION = sheets.XLSX, "xlsx"

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return sheets.write_xlsx(dataset.headers, dataset, title=dataset.title or "")


class WrittenCSV(_Written):
    CONTENT_TYPE, EXTENSION = "text/csv; charset=utf-8", "csv"

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return sheets.write_csv(dataset.headers, dataset)


class ConsoleAdmin(ImportExportModelAdmin):
    """Reference data in the console: rights by rules (`<app>.keep_<model>`), nothing deleted, no list counted.

    Subclasses narrow `kept_by` to what the person's posts reach; the same narrowing holds for lists, exports, single
    rows and the choices of foreign keys to this model.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    list_max_show_all = 0
    list_per_page = 50
    actions_on_top = False
    actions_on_bottom = True
    export_form_class = ExportForm
    formats = [WrittenXLSX, WrittenCSV]
    skip_export_form_from_action = True
    imports = False  # the table may be brought by whoever keeps it
    import_title = ""  # where the table says more than the name of its rows
    import_order = 0  # of what a city brings, this comes before what has a larger number

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        """The rows this person may see here."""
        return rows

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: QuerySet, **kwargs: Any) -> Any:
        act = keep_permission(self.model).replace(".keep_", ".export_")
        audit.write(request.user, act, f"{queryset.count()} rows")
        return super().get_export_data(file_format, request, queryset, **kwargs)

    # Rights

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(keep_permission(self.model), obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(keep_permission(self.model))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(keep_permission(self.model), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.imports and self.has_add_permission(request)

    def import_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The stock import of one request gives way to the one that is checked, shown, applied and undone."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return redirect("admin:import-new", self.model._meta.label_lower)

    def get_urls(self) -> list[URLPattern]:
        return [one for one in super().get_urls() if not str(one.name).endswith("_process_import")]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.resource_classes) and self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.kept_by(request.user, super().get_queryset(request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices of a foreign key are the rows the person may see in that model's own list."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if "queryset" not in kwargs and isinstance(related, ConsoleAdmin):
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        """The row must be the person's own after the change, too: nobody moves it out of or into another's tree."""
        if not request.user.has_perm(keep_permission(self.model), obj):
            raise PermissionDenied
        self.keep(request, obj, form, change)
        changed = " ".join(form.changed_data)[:300]
        audit.write(request.user, keep_permission(self.model), f"{self.opts.model_name}:{obj.pk}", changed)

    def keep(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        """Saves the checked row; rooms that need a verb or a tree path do it here."""
        obj.save()

    # Looks

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        return _without_suffix(super().get_form(request, obj, change, **kwargs))

    def get_action_choices(
        self, request: HttpRequest, default_choices: Any = (("", "选择批量操作"),)
    ) -> list[tuple[str, str]]:
        return super().get_action_choices(request, list(default_choices))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural, **(extra_context or {})})

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
                        extra_context: dict[str, Any] | None = None) -> HttpResponse:  # fmt: skip
        title = f"新增{self.opts.verbose_name}" if object_id is None else str(self.opts.verbose_name)
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})


class Inline(admin.TabularInline):
    """Rows kept with their parent: whoever may change the parent may change them."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(keep_permission(self.parent_model), obj)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(related, ConsoleAdmin):
            kwargs.setdefault("queryset", related.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _without_suffix(base: type[ModelForm]) -> type[ModelForm]:
    """A label stands above its field: no colon after it."""

    class Unsuffixed(base):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.setdefault("label_suffix", "")
            super().__init__(*args, **kwargs)

    Unsuffixed.__name__ = base.__name__
    return Unsuffixed
