"""What every ModelAdmin of the console stands on, and what every import must obey (ui.md §15, security.md §8)."""

import time
import uuid
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm, ImportForm
from import_export.resources import Diff, ModelResource
from import_export.tmp_storages import BaseStorage
from import_export.widgets import Widget

from ground import audit, sealed
from ground.errors import Forbidden

COUNTED = 10_000  # rows a list counts at most: beyond it nobody turns pages
LARGEST_FILE = 20 * 1024 * 1024  # bytes
MOST_ROWS = 50_000
KEPT_DAYS = 7


class BoundedPaginator(Paginator):
    """Pages of a list that is never counted whole."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[:COUNTED].count() if isinstance(rows, QuerySet) else len(rows)


class PlainDiff(Diff):
    """What an import would change, with <ins> and <del> and no inline style: the content policy forbids it."""

    def as_html(self) -> list[SafeString]:
        return [
            self._cell("" if self.new else str(old), str(new)) for old, new in zip(self.left, self.right, strict=False)
        ]

    @staticmethod
    def _cell(old: str, new: str) -> SafeString:
        if old == new:
            return format_html("{}", new)
        changed = [(tag, words) for tag, words in (("del", old), ("ins", new)) if words]
        return format_html_join(" ", "<{0}>{1}</{0}>", changed)


class SealedUpload(BaseStorage):
    """An uploaded table between preview and confirmation: sealed, on disk under DATA_DIR, gone after seven days."""

    def save(self, data: bytes | str) -> None:
        self.name = uuid.uuid4().hex
        self._forget_old()
        marked = b"b" + data if isinstance(data, bytes) else b"s" + data.encode()
        text = b64encode(marked).decode()
        self._file().write_bytes(sealed.seal(text, table="console_upload", column="file", row=uuid.UUID(self.name)))

    def read(self) -> bytes | str:
        row = uuid.UUID(self.name)  # a name typed by hand is no uuid: no path can be smuggled in
        marked = b64decode(
            sealed.open_sealed(self._file().read_bytes(), table="console_upload", column="file", row=row)
        )
        return marked[1:] if marked[:1] == b"b" else marked[1:].decode(self.encoding or "utf-8-sig")

    def remove(self) -> None:
        self._file().unlink(missing_ok=True)

    def _file(self) -> Path:
        return self._folder() / uuid.UUID(self.name).hex

    @staticmethod
    def _folder() -> Path:
        folder = Path(settings.MEDIA_ROOT) / "console-uploads"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _forget_old(self) -> None:
        for file in self._folder().iterdir():
            if file.stat().st_mtime < time.time() - KEPT_DAYS * 86_400:
                file.unlink(missing_ok=True)


class UploadForm(ImportForm):
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST_FILE:
            raise ValidationError("文件超过 20 MB，请分成几个文件导入。")
        return file


class Labels(Widget):
    """A column that shows the labels of a closed list and reads labels or codes."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self.labels = dict(choices.choices)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        typed = str(value or "").strip()
        codes = {str(label): code for code, label in self.labels.items()} | {code: code for code in self.labels}
        if typed not in codes:
            raise ValueError(
                f"没有“{typed}”这一项，可以填：{'、'.join(str(label) for label in self.labels.values())}。"
            )
        return codes[typed]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.labels.get(value, value or ""))


class TableResource(ModelResource):
    """A table of reference data in Chinese columns. It acts with the rights of whoever imports: every row must be
    theirs before and after the change, by the permission `<app>.keep_<model>`."""

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return PlainDiff

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if len(dataset) > MOST_ROWS:
            raise ValidationError(f"一次最多导入 {MOST_ROWS} 行。")

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        # Not the parent's: it would reset the sequences, which the application's role may not and no id is imported.
        if not kwargs.get("dry_run"):
            act = keep_permission(self._meta.model).replace(".keep_", ".import_")
            audit.write(kwargs["user"], act, f"{len(dataset)} rows")

    def after_init_instance(self, instance: Model, new: bool, row: Any, **kwargs: Any) -> None:
        if not new:
            self.check_may_keep(instance, kwargs.get("user"))

    def before_save_instance(self, instance: Model, row: Any, **kwargs: Any) -> None:
        self.check_may_keep(instance, kwargs.get("user"))

    def check_may_keep(self, instance: Model, user: Any) -> None:
        if user is None or not user.has_perm(keep_permission(type(instance)), instance):
            raise Forbidden("这一行不在您管理的范围内。")


def keep_permission(model: type[Model]) -> str:
    return f"{model._meta.app_label}.keep_{model._meta.model_name}"


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
    import_form_class = UploadForm
    tmp_storage_class = SealedUpload
    formats = [XLSX, CSV]
    skip_export_form_from_action = True

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
        return bool(self.resource_classes) and self.has_add_permission(request)

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
        return super().get_action_choices(request, default_choices)

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
