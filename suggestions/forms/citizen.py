"""What citizens fill in: the thing they say, number and query code, and the bodies of their own verbs."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ground import codes, sealed
from ground.errors import Invalid
from ground.pages import Act, Acts, VerbForm
from ground.wording import clean_text
from suggestions.pending import MOST, Pending, find, take
from suggestions.places import Place
from suggestions.states.lists import Category, Complaint, Concern, Grade, OpinionSolved, Urgency
from suggestions.states.opinion import OPINION
from suggestions.workflow import opinion as workflow
from suggestions.workflow.intake import CONTENT_LIMIT

TEXT, PLACE, NAME = CONTENT_LIMIT, 120, 40

URGENCIES = (
    (Urgency.NORMAL, "一般的事"),
    (Urgency.QUICK, "小事快办：路灯、保洁、标线、井盖松动"),
    (Urgency.HAZARD, "安全隐患：漏电、井盖缺失、燃气味、塌陷、围墙倾斜"),
)
PRIVATE, PUBLIC, CONFIDENTIAL = "private", "public", "confidential"
VISIBILITIES = (
    (PRIVATE, "只给接手的代表和联络站看"),
    (PUBLIC, "可以公开，不显示我的姓名和电话"),
    (CONFIDENTIAL, "请保密，转给单位时由联络站转述"),
)
# One question a page in 长辈版; whatever is not asked on this page is carried along.
STEPS: tuple[tuple[str, ...], ...] = (
    ("urgency",),
    ("category",),
    ("content", "photos"),
    ("place",),
    ("contact_name", "phone"),
    ("visibility", "concerns"),
)


class Text(forms.CharField):
    """Words as people write them: cleaned by the house's rule, which also speaks of the limit."""

    def __init__(self, *, limit: int, name: str, long: bool = False, **kwargs: Any) -> None:
        self.limit, self.name = limit, name
        kwargs.setdefault("label", name)
        widget = forms.Textarea if long else forms.TextInput
        super().__init__(widget=kwargs.pop("widget", widget), strip=False, **kwargs)
        if long:
            self.max_length = limit  # for the counter under the field; the sentence of the refusal is ours

    def to_python(self, value: Any) -> str:
        try:
            return clean_text(str(value or ""), limit=self.limit, name=self.name, required=False)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.detail) from None


class Photos(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class PhotosField(forms.Field):
    """New files beside the photos that wait already (hidden field `kept`)."""

    widget = Photos(attrs={"multiple": True, "accept": "image/*"})


class Phone(forms.CharField):
    """A mobile number however it is typed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return sealed.normalise_phone(typed)
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None


class SayForm(forms.Form):
    """说件事. `place` is where it is said; photos that wait are in `photos`, by their signed references."""

    urgency = forms.ChoiceField(
        label="急不急", choices=URGENCIES, initial=Urgency.NORMAL, widget=forms.RadioSelect, required=False
    )
    category = forms.ChoiceField(
        label="是哪方面的事", choices=Category, widget=forms.RadioSelect,
        error_messages={"required": "请选一个方面，拿不准就选“其他”。", "invalid_choice": "请从列出的方面里选一个。"},
    )  # fmt: skip
    content = Text(limit=TEXT, name="要说的事", long=True, required=False, help_text="什么地方、什么问题、希望怎么解决")
    photos = PhotosField(label="照片", required=False, help_text="最多 6 张，照片里的拍摄地点不会公开")
    place = Text(limit=PLACE, name="地点", required=False, help_text="哪条路、哪个村口、哪栋楼前，写到别人能找着")
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    joins = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)  # the matter it is the same as
    contact_name = Text(limit=NAME, name="怎么称呼您", required=False)
    phone = Phone(
        label="手机号",
        required=False,
        max_length=40,
        help_text="要问您情况、把结果发给您时用；平时谁都只看到 138****5678 的样子",
    )
    visibility = forms.ChoiceField(
        label="给谁看", choices=VISIBILITIES, initial=PRIVATE, widget=forms.RadioSelect, required=False,
        help_text="公开要先验证手机号，别人看到的是遮住门牌、电话以后的文字",
    )  # fmt: skip
    concerns = forms.MultipleChoiceField(
        label="这件事是否涉及下面的人或单位", choices=Concern, widget=forms.CheckboxSelectMultiple, required=False,
        help_text="涉及的话请勾上，我们会请上一级来办，不让他们经手；都不涉及就不用选",
    )  # fmt: skip

    def __init__(self, *args: Any, place: Place, step: int | None = None, **kwargs: Any) -> None:
        self.at, self.step = place, step
        self.waiting: list[Pending] = []
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if not place.deputy:
            self.fields["concerns"].choices = [c for c in Concern.choices if c[0] in ("station", "town")]

    # -- one question a page ------------------------------------------------------------------------------------------

    @property
    def asked(self) -> list[str]:
        """The names of the fields on this page; all of them where it is one page."""
        return [name for step in STEPS for name in step] if self.step is None else list(STEPS[self.step])

    def asked_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def steps(self) -> int:
        return len(STEPS)

    @property
    def room(self) -> int:
        """How many photos may still be added."""
        return MOST - len(self.waiting)

    @property
    def has_point(self) -> bool:
        return bool(self["lng"].value() and self["lat"].value())

    def carried(self) -> list[tuple[str, str]]:
        """Names and values of what is not asked on this page, for hidden fields; photos that wait always."""
        return self._values(
            [name for name in self.fields if name not in self.asked and name not in _drawn_with(self.asked)]
        )

    def everything(self) -> list[tuple[str, str]]:
        """Names and values of all that was given; which matter it joins is asked once more."""
        return self._values([name for name in self.fields if name != "joins"])

    def _values(self, names: list[str]) -> list[tuple[str, str]]:
        pairs = [("kept", photo.reference) for photo in self.waiting]
        for name in names:
            if name == "photos":
                continue
            value = self[name].value()
            pairs += [
                (name, str(one))
                for one in (value if isinstance(value, list | tuple) else [value])
                if one not in (None, "")
            ]
        return pairs

    @property
    def first_wrong(self) -> int | None:
        """The number of the first step with something to change."""
        return next((n for n, names in enumerate(STEPS) if any(name in self.errors for name in names)), None)

    def only_asked(self) -> None:
        """Forgets what is wrong on pages that come later: it is asked when one gets there."""
        for name in [name for name in self.errors if name not in self.asked]:
            del self.errors[name]

    # -- cleaning ---------------------------------------------------------------------------------------------------

    def clean_urgency(self) -> str:
        return self.cleaned_data["urgency"] or Urgency.NORMAL

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or PRIVATE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        gone = set(self._many("drop"))
        kept = [reference for reference in dict.fromkeys(self._many("kept")) if reference not in gone][:MOST]
        self.waiting, refused = take([photo for one in kept if (photo := find(one))], data.get("photos") or [])
        for sentence in refused:
            self.add_error("photos", sentence)
        if not data.get("content") and not self.waiting and not {"content", "photos"} & set(self.errors):
            self.add_error("content", "请写几句，或者拍张照片。")
        return data

    def _many(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def body(self) -> dict[str, Any]:
        """What the verb `submit` is called with, but for photos."""
        data = self.cleaned_data
        body = {
            name: data[name]
            for name in ("urgency", "category", "content", "place", "contact_name", "phone", "concerns")
        }
        if data.get("lng") is not None and data.get("lat") is not None:
            body["location"] = {"lng": data["lng"], "lat": data["lat"]}
        body["is_public"] = data["visibility"] == PUBLIC
        body["confidential"] = data["visibility"] == CONFIDENTIAL
        return {name: value for name, value in body.items() if value not in (None, "", [])}


def _drawn_with(asked: list[str]) -> tuple[str, ...]:
    """Hidden fields that stand beside a field that is asked."""
    beside = {"place": ("lng", "lat"), "content": ("joins",)}
    return ("photos", *(hidden for name in asked for hidden in beside.get(name, ())))


class TrackForm(forms.Form):
    """Number and query code, as they stand on the slip."""

    number = forms.CharField(
        label="编号", max_length=40, help_text="例如 Y2026-000123",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请填写编号，在回执或短信里。"},
    )  # fmt: skip
    query_code = forms.CharField(
        label="查询码", max_length=40, help_text="10 位数字，有没有空格都行",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-no-draft": ""}),
        error_messages={"required": "请填写 10 位查询码，在回执上。"},
    )  # fmt: skip

    def clean_number(self) -> str:
        """Capitals and half-width, and the hyphen that is often left out: Y2026000123 is Y2026-000123."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["number"]).upper()
        typed = re.sub(r"[^A-Z0-9]", "", typed)
        return f"{typed[:5]}-{typed[5:]}" if len(typed) > 5 else typed

    def clean_query_code(self) -> str:
        code = codes.clean(self.cleaned_data["query_code"])
        if len(code) != codes.DIGITS:
            raise forms.ValidationError("查询码是 10 位数字，请对照回执再看一遍。")
        return code


class LostForm(forms.Form):
    """The query code was lost: it is sent anew to the phone that was verified."""

    number = TrackForm.base_fields["number"]
    phone = Phone(label="验证过的手机号", max_length=40, error_messages={"required": "请填写 11 位手机号。"})
    clean_number = TrackForm.clean_number


class SmsCode(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "data-no-draft": ""}
        kwargs = {
            "label": "短信验证码",
            "max_length": 20,
            "error_messages": {"required": "请填写短信里的验证码。"},
        } | kwargs
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        return codes.clean(super().to_python(value))


class LostCodeForm(LostForm):
    """The second step: the code that came by SMS. Number and phone are carried along."""

    sms_code = SmsCode()


class RateForm(VerbForm):
    grade = forms.ChoiceField(
        label="您对这次办理满意吗", choices=Grade, widget=forms.RadioSelect,
        error_messages={"required": "请点一个：满意、基本满意或不满意。"},
    )  # fmt: skip
    reasons = forms.MultipleChoiceField(
        label="哪里不满意",
        choices=Complaint,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="选不满意时点，可以多选",
    )
    solved = forms.ChoiceField(label="事情解决了吗", choices=OpinionSolved, widget=forms.RadioSelect, required=False)
    text = Text(limit=500, name="还想说的", long=True, required=False)

    def adapt(self) -> None:
        _ask_only_what_fits(self)


class ReopenForm(VerbForm):
    reasons = forms.MultipleChoiceField(
        label="为什么要重新办理",
        choices=Complaint,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少点一个原因。"},
    )
    text = Text(limit=500, name="现在是什么情况", long=True, required=False)
    not_same = forms.BooleanField(
        label="我说的和一起办的不是同一件事", required=False, help_text="勾上以后单独为您办，不再和别人的合在一起"
    )

    def adapt(self) -> None:
        _ask_only_what_fits(self)
        if self.obj.group_id is None:
            del self.fields["not_same"]


def _ask_only_what_fits(form: VerbForm) -> None:
    """不是同一件事 is a reason only for a matter that was handled together with others."""
    if form.obj.group_id is None:
        form.fields["reasons"].choices = [choice for choice in Complaint.choices if choice[0] != Complaint.NOT_SAME]


class ReviewForm(VerbForm):
    reason = Text(
        limit=500, name="为什么应该在这里办", long=True, error_messages={"required": "请写几句为什么应该在这里办。"}
    )


class UnmergeForm(VerbForm):
    reason = Text(
        limit=500, name="哪里不一样", long=True, error_messages={"required": "请写几句哪里不一样，例如地点、时间。"}
    )


class LeaveForm(VerbForm):
    """For 已经解决 and 撤回."""

    text = Text(limit=500, name="还想说的", long=True, required=False)


class VerifyForm(VerbForm):
    sms_code = SmsCode()


class PhotosForm(forms.Form):
    photos = PhotosField(label="照片", required=False, help_text="拍照或从相册选")


class ContactForm(forms.Form):
    """One's own name and phone, corrected."""

    contact_name = Text(limit=NAME, name="怎么称呼您", required=False)
    phone = Phone(label="手机号", required=False, max_length=40, help_text="换了号码要重新验证")


# The verbs of whoever proved number and query code, in the order they are shown. 验证手机号 has two steps and its own page.
CITIZEN_ACTS = Acts(
    {
        "rate": Act(workflow.rate, RateForm, "您的评价会告诉代表和承办单位，不会公开您是谁。", "谢谢您的评价。", "main"),
        "reopen": Act(
            workflow.reopen, ReopenForm, "没解决可以要求重新办理一次，原来接手的人会先来联系。",
            "已要求重新办理，有人接手就告诉您。", "main",
        ),
        "ask_review": Act(
            workflow.ask_review, ReviewForm, "觉得这件事应该在这里办，可以申请复核一次，由上一级看，不再由原来的人看。",
            "已申请复核，3 个工作日内答复您。", "main",
        ),
        "unmerge": Act(
            workflow.unmerge, UnmergeForm, "您的事和合在一起办的不是同一件，可以分出来单独办。", "已分出来单独办，有人接手就告诉您。"
        ),
        "solved": Act(workflow.solved, LeaveForm, "事情已经解决，不用再办了，接手的人会马上知道。", "已记下：事情解决了。"),
        "withdraw": Act(workflow.withdraw, LeaveForm, "撤回以后就不再办理，也不能恢复；以后可以重新提。", "已撤回。", "danger"),
    },
    {**OPINION.labels, "rate": "评价", "withdraw": "撤回这件事"},
)  # fmt: skip
