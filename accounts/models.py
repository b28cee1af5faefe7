"""Who signs in, for which organ, in which role; and the contact data of citizens, sealed."""

import uuid
from functools import cached_property
from typing import Any, NoReturn

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts import queries
from accounts.facts import Facts
from accounts.states import Level, OrganKind, RegionLevel, Role
from ground import sealed
from ground.refs import RefFields
from ground.workflow import CodeHolder


class Region(models.Model):
    """A division; codes are text (national codes, or made for divisions without one)."""

    code = models.CharField("代码", max_length=20, primary_key=True)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    level = models.CharField("级别", max_length=10, choices=RegionLevel)
    path = models.CharField(max_length=200, db_index=True, db_collation="C")
    has_code = models.BooleanField("是国家代码", default=True)  # False: no national code, `code` was made here

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "行政区划"

    def __str__(self) -> str:
        return self.name


class Organ(models.Model):
    """One tree of congresses, departments, towns and streets, courts. `path` is made of ids: sight is its prefix."""

    code = models.CharField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=30, blank=True)
    kind = models.CharField("类别", max_length=15, choices=OrganKind)
    level = models.CharField("层级", max_length=10, choices=Level)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="区划")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField(max_length=200, unique=True, db_collation="C")  # "1.7.23."
    congress = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="organs", verbose_name="所属人大"
    )
    phone = models.CharField("电话", max_length=30, blank=True)
    duty_phone = models.CharField("值班电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入"
    )
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    objects = queries.OrganQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "机构"

    def __str__(self) -> str:
        return self.short_name or self.name


class UserManager(BaseUserManager):
    """Users are found by the keyed index of their phone, never by the phone itself."""

    def by_phone(self, phone: str) -> "User | None":
        return self.filter(phone_index=User.index_of(phone)).first()

    def get_by_natural_key(self, phone: str) -> "User":
        return self.get(phone_index=User.index_of(phone))

    def make(self, phone: str, name: str, **fields: Any) -> "User":
        """Makes a user who signs in by `phone` (11 digits); without a password until one is set."""
        user = self.model(name=name, **fields)
        user.set_phone(phone)
        if not user.password:
            user.set_unusable_password()
        user.save()
        return user

    def create_superuser(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("nobody is a superuser here; the console is entered by posts")


class User(AbstractBaseUser):
    """A person who signs in. No superuser, no groups: what one may do follows from posts and seats."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone_index = models.BinaryField(max_length=32, unique=True)
    phone_sealed = models.BinaryField()
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField(max_length=120, blank=True, db_index=True)
    elder = models.BooleanField("长辈版", default=False)
    is_demo = models.BooleanField(default=False)
    is_active = models.BooleanField("可登录", default=True)
    leave_until = models.DateField("请假至", null=True, blank=True)
    sign_ins_ended = models.PositiveIntegerField(default=0, editable=False)  # raised to end every browser session

    objects = UserManager()
    USERNAME_FIELD = "phone_index"
    REQUIRED_FIELDS: list[str] = []
    actor_kind = "user"

    class Meta:
        ordering = ["pinyin", "pk"]
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def index_of(phone: str) -> bytes:
        return sealed.blind_index(sealed.normalise_phone(phone), table="accounts_user", column="phone")

    def set_phone(self, phone: str) -> None:
        phone = sealed.normalise_phone(phone)
        self.phone_index = self.index_of(phone)
        self.phone_sealed = sealed.seal(phone, table="accounts_user", column="phone", row=self.uuid)

    @property
    def phone(self) -> str:
        """The number in clear: only for sending to it and for its owner."""
        return sealed.open_sealed(bytes(self.phone_sealed), table="accounts_user", column="phone", row=self.uuid)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: it ends with a new password and when `sign_ins_ended` is raised."""
        return salted_hmac(
            "accounts.User", f"{self.password}{self.sign_ins_ended}", secret, algorithm="sha256"
        ).hexdigest()

    @property
    def label(self) -> str:
        return self.name

    @cached_property
    def facts(self) -> Facts:
        return Facts(self)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and rules.has_perm(f"{app_label}.enter", self)

    @property
    def is_staff(self) -> bool:
        """The stock admin's word for whoever may enter the console."""
        from accounts.faces import may_enter

        return may_enter(self, "console")


class Anyone:
    """Whoever did not sign in. Like every actor it answers the rules, and holds no post, seat or group."""

    actor_kind = "anyone"
    pk = id = None
    label = "群众"
    name = ""
    elder = False
    is_authenticated = is_active = is_staff = False
    is_anonymous = True
    facts = CodeHolder.facts

    def __str__(self) -> str:
        return "anyone"

    def get_username(self) -> str:
        return ""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return rules.has_perm(perm, self, obj)

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Post(models.Model):
    """A role somebody has in an organ, from a day to a day. Posts add up."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="人员")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="posts", verbose_name="机构")
    role = models.CharField("职能", max_length=20, choices=Role)
    title = models.CharField("职务名称", max_length=40, blank=True)
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    objects = queries.PostQuerySet.as_manager()

    class Meta:
        ordering = ["organ", "role"]
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(fields=["user", "organ", "role"], condition=Q(until=None), name="one_live_post"),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.get_role_display()}"


class Contact(models.Model):
    """A citizen's name and phone, sealed under a key of their own; every word of theirs points here.

    The blind index exists only after the phone was verified: an index on anything typed would be an oracle.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    data_key = models.BinaryField(null=True)  # wrapped; destroyed on erasure
    phone_index = models.BinaryField(max_length=32, null=True)
    phone_mask = models.CharField(max_length=11, blank=True)  # 138****5678
    consent_version = models.CharField(max_length=20)
    verified_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_index=None) | Q(verified_at__isnull=False), name="contact_index_only_when_verified"
            ),
            models.UniqueConstraint(
                fields=["phone_index"], condition=Q(erased_at=None), name="one_live_contact_per_phone"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name_sealed=None, phone_sealed=None, data_key=None),
                name="contact_erased_keeps_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.phone_mask or "未留电话"


class ContactMatter(RefFields):
    """A verified citizen's own list of matters."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="matters")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "object_kind", "object_id"], name="contact_matter_once"),
        ]


class ContactOpening(RefFields):
    """Somebody opened a citizen's phone number: who, why, when. The citizen reads this line."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="openings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=80)  # unit and post, as the citizen reads it
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]


class Notice(models.Model):
    """Something a user reads here."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    step = models.CharField(max_length=40)  # "opinion:17", the Step's reference
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=20, blank=True)
    url = models.CharField(max_length=200)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = queries.NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "step"], name="notice_once_per_step")]
        indexes = [models.Index(fields=["user", "-id"], name="notice_by_user")]

    def __str__(self) -> str:
        return self.title


class Device(models.Model):
    """A deputy's or station worker's own phone, bound once by an SMS code; signed in for 30 days."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    key_hash = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=80)
    bound_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    session_key = models.CharField(max_length=40, blank=True)  # the session that unbinding ends
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]


class Token(models.Model):
    """A REST client's sign-in: 256 random bits, of which only the SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    key_hash = models.BinaryField(max_length=32, unique=True)
    auth_hash = models.CharField(max_length=64)  # of the user when it was made: a new password ends the token
    made_at = models.DateTimeField()
    proved_at = models.DateTimeField()  # the last password: step-up asks for 5 minutes
    used_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class SmsCode(models.Model):
    """A one-time code sent to a phone: the keyed index of the phone, the hash of the code, how often it was tried."""

    phone_index = models.BinaryField(max_length=32, db_index=True)
    purpose = models.CharField(max_length=20)  # login | bind | verify | reissue
    code_hash = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Import(models.Model):
    """A table that was uploaded: checked, shown, applied, undone. Where it stands follows from its times.

    The file, what its rows would do and the undo record hold personal data: sealed, and deleted after seven days.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    table = models.CharField(max_length=60)  # "deputies.seat": the model whose resource reads it
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey("ground.StoredFile", models.PROTECT, null=True, related_name="+")  # sealed
    headers = models.JSONField(default=list)  # the heading of the file
    mapped = models.JSONField(default=dict)  # column → {"from": heading} or {"fixed": text}, as the person said
    notes = models.JSONField(default=list)  # what the person should know of the file
    refusal = models.CharField(max_length=300, blank=True)  # why it cannot be read, or was not applied
    job = models.ForeignKey("ground.Job", models.SET_NULL, null=True, related_name="+")  # the last one asked for
    new_rows = models.PositiveIntegerField(default=0)
    changed_rows = models.PositiveIntegerField(default=0)
    same_rows = models.PositiveIntegerField(default=0)
    wrong_rows = models.PositiveIntegerField(default=0)
    asking_rows = models.PositiveIntegerField(default=0)  # rows that wait for a word of the person
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # file, rows and undo record are gone

    objects = queries.ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["table", "sha256"], name="import_by_content")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        return self.job is not None and not self.job.is_over

    @property
    def standing(self) -> str:
        """undone | applied | busy | refused | columns (the person has to say which column is which) | checked"""
        if self.undone_at:
            return "undone"
        if self.is_busy:
            return "busy"
        if self.applied_at:
            return "applied"
        if self.checked_at:
            return "checked"
        return "refused" if self.refusal or not self.headers else "columns"

    @property
    def may_be_applied(self) -> bool:
        ready = self.standing == "checked" and not self.forgotten_at
        return ready and not self.wrong_rows and not self.asking_rows and bool(self.new_rows or self.changed_rows)

    @property
    def may_be_undone(self) -> bool:
        return self.standing == "applied" and not self.forgotten_at


class ImportRow(models.Model):
    """One row of an import: its cells and what it would do, sealed."""

    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "更新"
        SAME = "same", "没有变化"
        WRONG = "wrong", "有问题"

    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    no = models.PositiveIntegerField()  # as the file counts
    kind = models.CharField(max_length=10, choices=Kind)
    asks = models.BooleanField(default=False)  # waits for a word of the person
    told = models.BooleanField(default=False)  # has something to point out
    decision = models.CharField(max_length=20, blank=True)
    content = models.BinaryField()  # sealed JSON: cells, faults, errors, notes, diff, asks

    class Meta:
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["batch", "no"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "kind", "no"], name="import_row_by_kind")]


class ImportRecord(models.Model):
    """What an applied row did, sealed: enough to take it back."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="records")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    no = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "no"], name="import_record_once")]
