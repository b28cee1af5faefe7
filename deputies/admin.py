"""Reference data of this room in the console: terms, plenaries, groups, deputies and their seats.

The state of a seat is read only here: what the congress decides is entered on the pages of `deputies.views.staff`.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from import_export.fields import Field
from import_export.widgets import Widget

from accounts.models import Organ
from accounts.queries import within
from accounts.rules import DWC, prefixes
from accounts.states import OrganKind
from deputies import codes, workflow
from deputies.models import Deputy, Group, GroupMembership, Plenary, Seat, Term
from deputies.states import SEAT, GroupKind
from deputies.tables import SeatResource
from ground.console import ConsoleAdmin, Inline
from ground.errors import Invalid
from ground.pinyin import matches, pinyin_of
from ground.tables import Day, Labels, Line, Lookup, TableResource, Whole, spelling
from ground.workflow import available


@admin.action(description="打印代表码、站点码海报")
def print_posters(keeper: ConsoleAdmin, request: HttpRequest, rows: QuerySet) -> HttpResponse:
    """Goes on to the page of posters with the picked rows; a whole city is chosen there by name."""
    codes = list(rows.values_list("code", flat=True)[: keeper.list_per_page])
    return redirect(f"{reverse('admin:poster-new')}?{urlencode({'codes': ' '.join(codes)})}")


class KeptByOrgan(ConsoleAdmin):
    """Rows of congresses at or below the congress office's own."""

    organ_path = "organ__"

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.filter(within(prefixes(user, *DWC), organ=self.organ_path))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Organ:
            kwargs["queryset"] = (
                Organ.objects.live().under(prefixes(request.user, *DWC)).filter(kind=OrganKind.CONGRESS)
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TermResource(TableResource):
    congress = Field("congress", "人大代码", Lookup(Organ))
    ordinal = Field("ordinal", "届次", Whole())
    opens_on = Field("opens_on", "自", Day())
    closes_on = Field("closes_on", "至", Day())

    required = ("人大代码", "届次", "自")
    related = ("congress",)
    hints = {"自": "本届第一次会议开幕的日期。", "至": "还没有届满的留空。"}
    examples = {"人大代码": "dh-rd", "届次": "19", "自": "2026-01-20"}

    class Meta:
        model = Term
        import_id_fields = ("congress", "ordinal")
        fields = ("congress", "ordinal", "opens_on", "closes_on")

    def adapt(self, line: Line) -> None:
        if line.instance.congress.kind != OrganKind.CONGRESS:
            raise Invalid("人大代码", f"{line.instance.congress}不是人大。")


@admin.register(Term)
class TermAdmin(KeptByOrgan):
    resource_classes = [TermResource]
    imports, import_order = True, 3
    organ_path = "congress__"
    list_display = ("congress", "ordinal", "opens_on", "closes_on")
    list_select_related = ("congress",)
    search_fields = ("congress__name", "congress__short_name")
    search_help_text = "人大名称"


class PlenaryResource(TableResource):
    congress = Field("term__congress__code", "人大代码", readonly=True)
    term = Field("term__ordinal", "届次", readonly=True)
    ordinal = Field("ordinal", "次")
    opens_on = Field("opens_on", "开幕")
    closes_on = Field("closes_on", "闭幕")

    class Meta:
        model = Plenary
        fields = ("congress", "term", "ordinal", "opens_on", "closes_on")


@admin.register(Plenary)
class PlenaryAdmin(KeptByOrgan):
    resource_classes = [PlenaryResource]
    organ_path = "term__congress__"
    list_display = ("term", "ordinal", "opens_on", "closes_on")
    list_select_related = ("term__congress",)


class MembershipInline(Inline):
    model = GroupMembership
    autocomplete_fields = ("seat",)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self.has_view_permission(request, obj)


class GroupResource(TableResource):
    organ = Field("organ", "人大代码", Lookup(Organ))
    name = Field("name", "名称", Widget())
    kind = Field("kind", "类别", Labels(GroupKind))

    required = ("人大代码", "名称", "类别")
    related = ("organ",)
    examples = {"人大代码": "dh-rd", "名称": "清水代表团", "类别": "代表团"}

    class Meta:
        model = Group
        import_id_fields = ("organ", "name")
        fields = ("organ", "name", "kind")


@admin.register(Group)
class GroupAdmin(KeptByOrgan):
    resource_classes = [GroupResource]
    imports, import_order = True, 4
    list_display = ("name", "kind", "organ")
    list_filter = ("kind",)
    list_select_related = ("organ",)
    search_fields = ("name",)
    search_help_text = "名称"
    inlines = [MembershipInline]


class DeputyResource(TableResource):
    """What belongs to the person; people and their seats together come by the table of seats."""

    code = Field("code", "代表码", Widget())
    name = Field("name", "姓名", Widget())
    birth_year = Field("birth_year", "出生年", Whole())
    occupation = Field("occupation", "单位职务", Widget())
    employer = Field("employer", "任职单位代码", Lookup(Organ, names=("name",)))
    skills = Field("skills", "专长", Widget())
    phone_public = Field("phone_public", "本人同意公开的电话", Widget())

    required = ("代表码", "姓名")
    related = ("employer",)
    hints = {
        "代表码": "已有代表的码。新代表请用“代表（含任职）”表导入。",
        "任职单位代码": "代表工作单位在“机构”里的代码或全称，涉及这个单位的意见他要回避。",
    }
    examples = {"代表码": "D00001", "姓名": "王建国", "出生年": "1975", "单位职务": "清水镇水利站工程师"}

    class Meta:
        model = Deputy
        import_id_fields = ("code",)
        fields = ("code", "name", "birth_year", "occupation", "employer", "skills", "phone_public")

    def rows(self) -> QuerySet:
        return super().rows().prefetch_related("seats__organ")

    def adapt(self, line: Line) -> None:
        if line.instance.pk is None:
            raise Invalid("代表码", f"没有代表码 {line.text('代表码')}。新代表请用“代表（含任职）”表导入，由系统发码。")
        line.instance.name = spelling(line.instance.name)

    def do_instance_save(self, instance: Deputy, is_create: bool) -> None:
        _save_deputy(instance)


class DeputyForm(forms.ModelForm):
    portrait = forms.FileField(
        label="照片", required=False, help_text="JPG 或 PNG，竖幅；只存缩小后的一张。", widget=forms.FileInput
    )
    consents = forms.BooleanField(label="本人同意公开照片", required=False)

    class Meta:
        model = Deputy
        fields = ("code", "name", "birth_year", "user", "occupation", "employer", "skills", "phone_public")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["consents"] = self.instance.photo_consent_at is not None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("portrait") and not cleaned.get("consents"):
            self.add_error("consents", "公开照片要先经本人同意。")
        return cleaned


@admin.register(Deputy)
class DeputyAdmin(ConsoleAdmin):
    resource_classes = [DeputyResource]
    imports, import_order, import_title = True, 7, "代表个人资料"
    form = DeputyForm
    list_display = ("code", "name", "seats_held", "occupation", "phone_public")
    search_fields = ("name", "code", "pinyin")
    search_help_text = "姓名、拼音或代表码"
    autocomplete_fields = ("user", "employer")
    fields = (
        "code",
        "name",
        "birth_year",
        "user",
        "occupation",
        "employer",
        "skills",
        "phone_public",
        "portrait",
        "consents",
    )
    actions = [print_posters]

    @admin.display(description="任职")
    def seats_held(self, deputy: Deputy) -> str:
        return "、".join(f"{seat.organ}（{seat.get_state_display()}）" for seat in deputy.seats.all())

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        seats = Seat.objects.filter(deputy=OuterRef("pk"))
        own = Exists(seats.filter(within(prefixes(user, *DWC))))
        return rows.filter(own | ~Exists(seats)).prefetch_related("seats__organ")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False

    def get_readonly_fields(self, request: HttpRequest, obj: Deputy | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Deputy | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "code" in form.base_fields:
            form.base_fields["code"].required = False
            form.base_fields["code"].help_text = "留空自动取下一个号；一经使用终身不变，也不再给别人。"
        return form

    def keep(self, request: HttpRequest, obj: Deputy, form: forms.ModelForm, change: bool) -> None:
        if not form.cleaned_data["consents"]:
            obj.photo_consent_at = None
        _save_deputy(obj)
        if portrait := form.cleaned_data["portrait"]:
            workflow.show_portrait(obj, portrait.read())


def _save_deputy(deputy: Deputy) -> None:
    """Saves a person; a new one gets a code for life."""
    is_new = deputy.pk is None
    if is_new:
        deputy.code = deputy.code or codes.next_code("D")
        codes.check_free(deputy.code)
    deputy.pinyin = pinyin_of(deputy.name)
    deputy.save()
    if is_new:
        codes.issue(deputy.code, deputy=deputy)


@admin.register(Seat)
class SeatAdmin(KeptByOrgan):
    resource_classes = [SeatResource]
    imports, import_order, import_title = True, 6, "代表（含任职）"
    list_display = ("deputy", "organ", "term", "state", "delegation", "constituency", "since", "until")
    list_filter = ("state", "reason")
    list_select_related = ("deputy", "organ", "term__congress", "delegation__organ")
    search_fields = ("deputy__name", "deputy__pinyin", "deputy__code", "constituency")
    search_help_text = "姓名、拼音、代表码或选区"
    autocomplete_fields = ("deputy", "delegation", "divisions")
    ordering = (F("until").asc(nulls_first=True), "organ__path", "deputy__pinyin")
    fields = (
        "deputy",
        "term",
        "state",
        "decisions",
        "since",
        "delegation",
        "constituency",
        "divisions",
        "until",
        "reason",
        "document_no",
    )

    @admin.display(description="可以办理")
    def decisions(self, seat: Seat) -> SafeString | str:
        """The verbs open to the person now, as links to their pages."""
        links = [
            (reverse("admin:seat-verb", args=[seat.pk, verb]), SEAT.labels[verb])
            for verb in available(seat, self.actor)
        ]
        return format_html_join(" ", '<a class="btn" href="{}">{}</a>', links) or "没有可以办理的事项"

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.actor = request.user
        return super().changeform_view(request, *args, **kwargs)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            found = matches(word, name="deputy__name", pinyin="deputy__pinyin")
            queryset = queryset.filter(found | Exists(Deputy.objects.filter(pk=OuterRef("deputy"), code__iexact=word)))
        return queryset, False

    def get_fields(self, request: HttpRequest, obj: Seat | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("deputy", "term", "since", "delegation", "constituency", "divisions")

    def get_readonly_fields(self, request: HttpRequest, obj: Seat | None = None) -> tuple[str, ...]:
        return ("deputy", "term", "state", "decisions", "since", "until", "reason", "document_no") if obj else ()

    def save_model(self, request: HttpRequest, obj: Seat, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.organ = obj.term.congress
        super().save_model(request, obj, form, change)

    def keep(self, request: HttpRequest, obj: Seat, form: forms.ModelForm, change: bool) -> None:
        if change:
            obj.save(update_fields=["delegation", "constituency"])
            return
        seat = workflow.elect(obj.deputy, by=request.user, term=obj.term, since=obj.since, delegation=obj.delegation,
                              constituency=obj.constituency, divisions=form.cleaned_data["divisions"])  # fmt: skip
        obj.pk, obj.state = seat.pk, seat.state
        obj._state.adding = False
