"""Reference data of this room in the console: divisions, organs, people and their posts."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from import_export.fields import Field
from import_export.widgets import Widget

from accounts.models import Organ, Post, Region, User
from accounts.queries import within
from accounts.rules import holds, prefixes
from accounts.signin import drop_sessions
from accounts.states import ADMINISTRATORS, Level, OrganKind, RegionLevel, Role
from accounts.workflow import end_post
from ground import sealed, trees
from ground.console import ConsoleAdmin
from ground.errors import Invalid
from ground.pinyin import matches, pinyin_of
from ground.tables import Labels, Line, Lookup, Progress, TableResource, YesNo


class RegionResource(TableResource):
    code = Field("code", "代码", Widget())
    name = Field("name", "名称", Widget())
    level = Field("level", "级别", Labels(RegionLevel, also={"township": "town"}))
    parent = Field("parent", "上级代码", Lookup(Region))
    has_code = Field("has_code", "是国家代码", YesNo())

    required = ("代码", "名称", "级别")
    related = ("parent",)
    parent_column = "上级代码"
    hints = {
        "代码": "国家统计局的区划代码；没有代码的小区自编，以 X 开头，“是国家代码”填否。",
        "上级代码": "最高一级留空。上级可以在同一个文件里，先后不论。",
        "是国家代码": "填“是”或“否”，留空算“是”。",
    }
    examples = {"代码": "990100101", "名称": "清水镇", "级别": "乡镇、街道", "上级代码": "9901", "是国家代码": "是"}

    class Meta:
        model = Region
        import_id_fields = ("code",)
        fields = ("code", "name", "level", "parent", "has_code")

    def adapt(self, line: Line) -> None:
        region = line.instance
        if region.parent is region:
            raise Invalid("上级代码", "上级不能是它自己。")
        region.path = f"{region.parent.path if region.parent else ''}{region.code}."

    def save_new(self, lines: list[Line], progress: Progress) -> None:
        Region.objects.bulk_create([line.instance for line in lines], batch_size=500)
        for line in lines:
            line.record.made(line.instance)

    def do_instance_save(self, instance: Region, is_create: bool) -> None:
        plant_region(instance)


@admin.register(Region)
class RegionAdmin(ConsoleAdmin):
    resource_classes = [RegionResource]
    imports, import_order = True, 1
    list_display = ("code", "name", "level", "parent", "has_code")
    list_filter = ("level", "has_code")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    search_help_text = "名称或代码"
    autocomplete_fields = ("parent",)
    fields = ("code", "name", "level", "parent", "has_code")

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def keep(self, request: HttpRequest, obj: Region, form: forms.ModelForm, change: bool) -> None:
        plant_region(obj)


def plant_region(region: Region) -> None:
    """Saves a division with its path, which is made of codes; what lies below follows."""
    former = Region.objects.filter(pk=region.pk).values_list("path", flat=True).first()
    region.path = f"{region.parent.path if region.parent else ''}{region.code}."
    region.save()
    if former and former != region.path:
        for below in Region.objects.filter(path__startswith=former).exclude(pk=region.pk):
            below.path = region.path + below.path.removeprefix(former)
            below.save(update_fields=["path"])


class OrganResource(TableResource):
    code = Field("code", "代码", Widget())
    name = Field("name", "名称", Widget())
    short_name = Field("short_name", "简称", Widget())
    kind = Field("kind", "类别", Labels(OrganKind))
    level = Field("level", "层级", Labels(Level))
    region = Field("region", "区划代码", Lookup(Region))
    parent = Field("parent", "上级代码", Lookup(Organ, names=("name",)))
    congress = Field("congress", "所属人大代码", Lookup(Organ, names=("name",)))
    phone = Field("phone", "电话", Widget())
    duty_phone = Field("duty_phone", "值班电话", Widget())
    address = Field("address", "地址", Widget())

    required = ("代码", "名称", "类别", "层级")
    related = ("region", "parent", "congress")
    parent_column = "上级代码"
    name_columns = ("名称",)
    hints = {
        "代码": "自编的短代码，字母、数字和短横线，一经使用不要再改。",
        "上级代码": "上级机构的代码或全称；上级可以在同一个文件里，先后不论。",
        "所属人大代码": "这个机构归哪个人大监督；人大自己填自己的代码。",
    }
    examples = {
        "代码": "dh-zjj",
        "名称": "东湖市住房和城乡建设局",
        "简称": "市住建局",
        "类别": "部门",
        "层级": "市级",
        "区划代码": "9901",
        "上级代码": "dh-gov",
        "所属人大代码": "dh-rd",
    }

    class Meta:
        model = Organ
        import_id_fields = ("code",)
        fields = (
            "code",
            "name",
            "short_name",
            "kind",
            "level",
            "region",
            "parent",
            "congress",
            "phone",
            "duty_phone",
            "address",
        )

    def check_may_keep(self, instance: Organ) -> None:
        """A new organ is kept by whoever keeps the nearest one above it that stands already."""
        above = instance
        while not above.path and above.parent is not None and above.parent is not instance:
            above = above.parent
        super().check_may_keep(above)

    def adapt(self, line: Line) -> None:
        if line.instance.parent is line.instance:
            raise Invalid("上级代码", "上级不能是它自己。")

    def do_instance_save(self, instance: Organ, is_create: bool) -> None:
        congress = instance.congress
        if congress is instance or (congress is not None and congress.pk is None):
            instance.congress = None  # not there yet: itself, or one that comes later in the file
            trees.plant(instance)
            self.waiting.append((instance, congress))
        else:
            trees.plant(instance)

    def save(self, lines: list[Line], **kwargs: Any) -> None:
        self.waiting: list[tuple[Organ, Organ]] = []
        super().save(lines, **kwargs)
        for organ, congress in self.waiting:
            organ.congress = congress
            organ.save(update_fields=["congress"])


@admin.register(Organ)
class OrganAdmin(ConsoleAdmin):
    resource_classes = [OrganResource]
    imports, import_order = True, 2
    list_display = ("code", "name", "kind", "level", "parent", "congress", "closed_on")
    list_filter = ("kind", "level")
    list_select_related = ("parent", "congress")
    search_fields = ("name", "short_name", "code")
    search_help_text = "名称、简称或代码"
    autocomplete_fields = ("region", "parent", "congress")
    fields = (
        "code",
        "name",
        "short_name",
        "kind",
        "level",
        "region",
        "parent",
        "congress",
        "phone",
        "duty_phone",
        "address",
        "closed_on",
    )

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.under(prefixes(user))

    def has_view_permission(self, request: HttpRequest, obj: Organ | None = None) -> bool:
        """Whoever has a post sees the organs of the own tree: the forms of other rooms choose from them."""
        return bool(request.user.facts.posts)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Organ | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def keep(self, request: HttpRequest, obj: Organ, form: forms.ModelForm, change: bool) -> None:
        trees.plant(obj)
        if obj.kind == OrganKind.CONGRESS and obj.congress_id is None:
            obj.congress = obj
            obj.save(update_fields=["congress"])


class UserForm(forms.ModelForm):
    """A person who may sign in. The phone is typed for a new account, or corrected before the first sign-in."""

    phone = forms.CharField(
        label="手机号", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    )

    class Meta:
        model = User
        fields = ("name", "is_active", "elder")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "phone" in self.fields and self.instance.pk:
            self.fields["phone"].required = False
            self.fields["phone"].help_text = "不改就留空；本人登录过以后由本人更换。"

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        if self.instance.pk and self.instance.last_login:
            raise forms.ValidationError("本人已经登录过，手机号请由本人更换。")
        try:
            phone = sealed.normalise_phone(typed)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        other = User.objects.by_phone(phone)
        if other is not None and other.pk != self.instance.pk:
            raise forms.ValidationError("这个手机号已有账号。")
        return phone


class UserResource(TableResource):
    """Export only: accounts are made one by one, and a phone leaves only masked."""

    name = Field("name", "姓名")
    phone = Field(column_name="手机号")
    posts = Field(column_name="岗位")
    is_active = Field("is_active", "可登录", YesNo())

    class Meta:
        model = User
        fields = ("name", "phone", "posts", "is_active")

    def dehydrate_phone(self, user: User) -> str:
        return sealed.mask_phone(user.phone)

    def dehydrate_posts(self, user: User) -> str:
        return "、".join(str(post) for post in user.posts.all() if post.until is None)


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    resource_classes = [UserResource]
    form = UserForm
    list_display = ("name", "masked_phone", "live_posts", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "pinyin")
    search_help_text = "姓名或拼音"
    readonly_fields = ("masked_phone", "last_login")

    @admin.display(description="手机号")
    def masked_phone(self, user: User) -> str:
        return sealed.mask_phone(user.phone) if user.pk else ""

    @admin.display(description="岗位")
    def live_posts(self, user: User) -> str:
        return "、".join(str(post) for post in user.posts.all() if post.until is None)

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        """People with a post or seat in the own tree, and those who have none anywhere yet."""
        own = within(prefixes(user))
        posts = Post.objects.filter(user=OuterRef("pk"))
        seats = apps.get_model("deputies", "Seat").objects.filter(deputy__user=OuterRef("pk"))
        known = Exists(posts.filter(own)) | Exists(seats.filter(own))
        return rows.filter(known | ~Exists(posts) & ~Exists(seats)).prefetch_related("posts__organ")

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Congress offices see people too: they staff their stations and link accounts to deputies."""
        return super().has_view_permission(request, obj) or holds(request.user, Role.DWC_CLERK, Role.DWC_LEAD)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            queryset = queryset.filter(matches(word))
        return queryset, False

    def keep(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if phone := form.cleaned_data.get("phone"):
            obj.set_phone(phone)
        if not change:
            obj.set_unusable_password()
        obj.pinyin = pinyin_of(obj.name)
        obj.save()
        if change and not obj.is_active:
            drop_sessions(obj)


class PostForm(forms.ModelForm):
    class Meta:
        model = Post
        fields = ("user", "organ", "role", "title", "since", "until")

    def clean(self) -> dict[str, Any]:
        """三员分立: an administrator holds no other role, and no second administrator's role."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        user, role = cleaned.get("user") or self.instance.user, cleaned.get("role") or self.instance.role
        others = {post.role for post in Post.objects.live().filter(user=user).exclude(pk=self.instance.pk)}
        if not cleaned.get("until") and ((role in ADMINISTRATORS and others) or others & set(ADMINISTRATORS)):
            raise forms.ValidationError("系统、安全、审计管理员要由不同的人担任，也不能兼任业务岗位。")
        return cleaned


class PostResource(TableResource):
    """Export only: an import never sets a role (security.md §8)."""

    user = Field("user__name", "姓名")
    organ = Field("organ__name", "机构")
    role = Field("role", "职能", Labels(Role))
    title = Field("title", "职务名称")
    since = Field("since", "自")
    until = Field("until", "至")

    class Meta:
        model = Post
        fields = ("user", "organ", "role", "title", "since", "until")


@admin.register(Post)
class PostAdmin(ConsoleAdmin):
    resource_classes = [PostResource]
    form = PostForm
    list_display = ("user", "organ", "role", "title", "since", "until")
    list_filter = ("role", ("until", admin.EmptyFieldListFilter))
    list_select_related = ("user", "organ")
    search_fields = ("user__name", "user__pinyin", "organ__name", "organ__short_name")
    search_help_text = "姓名、拼音或机构"
    autocomplete_fields = ("user", "organ")
    ordering = (F("until").asc(nulls_first=True), "organ__path", "role")

    def kept_by(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.filter(within(prefixes(user)))

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return holds(request.user, *ADMINISTRATORS)

    def keep(self, request: HttpRequest, obj: Post, form: forms.ModelForm, change: bool) -> None:
        obj.save()
        if obj.until is not None:
            end_post(obj, by=request.user, until=obj.until)

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> tuple[str, ...]:
        """A post that was granted is only ended; another role is another post."""
        return ("user", "organ", "role", "since") if obj else ()
