"""What station workers type: a matter for somebody who came, wrote or called."""

from typing import Any

from django import forms

from suggestions.forms.citizen import NAME, PLACE, PRIVATE, PUBLIC, TEXT, Phone, PhotosField, Text
from suggestions.pending import MOST, Pending, find, take
from suggestions.states.lists import Category, Channel, Concern, TellBy, Urgency
from suggestions.states.lists_suggestion import FileKind

UNIT_FILES = [FileKind.REPLY, FileKind.MINUTES, FileKind.PROOF, FileKind.PHOTO]
CHANNELS = [Channel.STATION, Channel.PAPER, Channel.CALL]
URGENCIES = (
    (Urgency.NORMAL, "一般"),
    (Urgency.QUICK, "小事快办"),
    (Urgency.HAZARD, "安全隐患"),
)
VISIBILITIES = (
    (PRIVATE, "只给接手的代表和联络站看"),
    (PUBLIC, "本人愿意公开（要先验证手机号）"),
    ("confidential", "要求保密，转给单位时由联络站转述"),
)


class FilesForm(forms.Form):
    """A unit's papers and pictures, all of one kind."""

    kind = forms.ChoiceField(
        label="是什么材料",
        choices=[(k.value, k.label) for k in UNIT_FILES],
        initial=FileKind.REPLY,
        widget=forms.RadioSelect,
    )
    photos = PhotosField(
        label="拍照或扫描件", help_text="领衔代表、代表工委和其他承办单位都能看到，请遮住个人信息",
        error_messages={"required": "请选至少一张照片或扫描件。"},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class FileForm(forms.Form):
    """代为登记, the whole of it on one page. `receivers` are (code, name) of stations and of the deputies stationed there;
    photos that wait are in `waiting`, by their signed references."""

    channel = forms.ChoiceField(
        label="怎么来的",
        choices=[(c.value, c.label) for c in CHANNELS],
        initial=Channel.STATION,
        widget=forms.RadioSelect,
    )
    to = forms.ChoiceField(label="反映给谁")
    urgency = forms.ChoiceField(label="急不急", choices=URGENCIES, initial=Urgency.NORMAL, widget=forms.RadioSelect)
    category = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Category.choices])
    content = Text(
        limit=TEXT,
        name="要说的事",
        long=True,
        required=False,
        help_text="照本人的意思写，写完念一遍；手写的信可以只拍照",
    )
    photos = PhotosField(label="照片或信件", required=False)
    place = Text(limit=PLACE, name="地点", required=False, help_text="哪条路、哪个村口、哪栋楼前")
    contact_name = Text(limit=NAME, name="姓名或称呼", required=False)
    phone = Phone(label="手机号", required=False, max_length=40, help_text="有手机的，每一步都会发短信")
    tell_by = forms.ChoiceField(
        label="没有手机，怎么告诉本人", choices=TellBy.choices, required=False, widget=forms.RadioSelect,
        help_text="没有手机的必选；每一步都会列进“待告知”，由站里告知并登记",
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label="给谁看", choices=VISIBILITIES, initial=PRIVATE, widget=forms.RadioSelect, required=False
    )
    concerns = forms.MultipleChoiceField(
        label="是否涉及下面的人或单位", choices=Concern, widget=forms.CheckboxSelectMultiple, required=False,
        help_text="要当面问一句。涉及的由上一级办理，本站不再看到这件事",
    )  # fmt: skip
    order_no = Text(limit=40, name="12345 工单号", required=False, help_text="已经打过 12345 的填写")
    consent = forms.BooleanField(
        label="已向本人说明谁会看到、怎样保管，本人同意",
        error_messages={"required": "请先向本人说明并征得同意，再打勾。"},
    )  # fmt: skip

    def __init__(self, *args: Any, receivers: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.waiting: list[Pending] = []
        self.fields["to"].choices = receivers
        self.fields["content"].widget.attrs["rows"] = "5"

    @property
    def room(self) -> int:
        """How many photos may still be added."""
        return MOST - len(self.waiting)

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        gone = set(self._many("drop"))
        kept = [reference for reference in dict.fromkeys(self._many("kept")) if reference not in gone][:MOST]
        self.waiting, refused = take([photo for one in kept if (photo := find(one))], typed.get("photos") or [])
        for sentence in refused:
            self.add_error("photos", sentence)
        if not typed.get("content") and not self.waiting and not {"content", "photos"} & set(self.errors):
            self.add_error("content", "请写几句，或者拍下来信。")
        if not typed.get("phone") and "phone" not in self.errors and not typed.get("tell_by"):
            self.add_error("tell_by", "没有留手机号，请选一种告知本人的办法。")
        return typed

    def _many(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def body(self) -> dict[str, Any]:
        """What the verb `submit` is called with, but for photos."""
        typed = self.cleaned_data
        same = ("channel", "urgency", "category", "content", "place", "contact_name", "phone", "concerns", "order_no")
        told = {name: typed[name] for name in same} | {"tell_by": "" if typed["phone"] else typed["tell_by"]}
        code = typed["to"]
        told["deputy" if code.startswith("D") else "station"] = code
        told["is_public"] = typed["visibility"] == PUBLIC
        told["confidential"] = typed["visibility"] == "confidential"
        return told
