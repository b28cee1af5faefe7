"""What is typed while a suggestion is being written: one part a page, a snap with a photo and one sentence."""

from typing import Any

from django import forms

from deputies.models import Seat
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.citizen import PhotosField
from suggestions.forms.fields import line, pick, prose
from suggestions.forms.suggestion import LinkedForm, TextForm
from suggestions.models import Opinion, Suggestion
from suggestions.states.lists_suggestion import Field, FileKind
from suggestions.states.suggestion import SUGGESTION
from suggestions.workflow import files, suggestion as workflow
from suggestions.workflow.course import LONGEST_TEXT


def seat_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Seat.objects.none(), label="以哪一级代表的身份提出", empty_label=None, widget=forms.RadioSelect
    )


class SeatForm(VerbForm):
    """Which seat: asked only of those who hold several."""

    def adapt(self) -> None:
        seats = (
            Seat.objects.active()
            .filter(deputy__user=self.actor.pk)
            .select_related("organ", "deputy", "term")
            .order_by("organ__path")
        )
        self.seats = list(seats)
        field = self.fields["seat"]
        field.queryset, field.label_from_instance = (
            seats,
            lambda seat: f"{seat.organ.name.removesuffix('常务委员会')}代表",
        )
        if len(self.seats) < 2:
            del self.fields["seat"]

    @property
    def seat(self) -> Seat | None:
        return self.cleaned_data.get("seat") or next(iter(self.seats), None)

    def body(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("seat", "send")}


class NewForm(SeatForm, TextForm):
    """A whole suggestion. What is saved is a draft; every part can be changed until it is sent."""

    seat = seat_field()
    opinions = forms.ModelMultipleChoiceField(
        Opinion.objects.none(), label="把这些群众意见写进建议", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="您已接单、还没有答复的意见；写进建议后，群众会一直收到进展。",
    )  # fmt: skip
    copy = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("seat", "title", "field", "situation", "proposal", "opinions", "is_public", "confidential", "copy")

    def adapt(self) -> None:
        super().adapt()
        field = self.fields["opinions"]
        field.queryset = Opinion.objects.filter(
            claimed_by=self.actor.pk, state__in=["claimed", "coordinating"]
        ).order_by("pk")
        field.label_from_instance = lambda opinion: f"{opinion.title}（{opinion.number}）"
        if not field.queryset.exists():
            del self.fields["opinions"]

    def clean_copy(self) -> Suggestion | None:
        number = self.cleaned_data["copy"]
        led = Suggestion.objects.led_by([seat.id for seat in self.actor.facts.seats])
        return led.filter(number=number).prefetch_related("versions").first() if number else None

    def body(self) -> dict[str, Any]:
        told = super().body()
        told["copy_of"] = told.pop("copy", None)
        return told | {"opinions": list(told.get("opinions") or ())}


class SnapForm(SeatForm):
    """随手拍: a photo and one sentence."""

    photos = PhotosField(label="照片", required=False, help_text="拍下现场，最多 12 张")
    situation = prose("哪里、什么事", 500, rows=3, hint="一句话就行，例如：人民路 18 号门口路灯不亮，晚上看不清台阶")
    seat = seat_field()
    field_order = ("photos", "situation", "seat")

    def clean_photos(self) -> list[Any]:
        photos = self.cleaned_data["photos"] or []
        if len(photos) > files.MOST:
            raise forms.ValidationError(f"最多 {files.MOST} 张照片，请少选几张。")
        return photos

    def body(self) -> dict[str, Any]:
        sentence = " ".join(self.cleaned_data["situation"].split())
        title = sentence.split("。")[0][: workflow.TITLE]
        return {"kind": "snap", "title": title, "situation": self.cleaned_data["situation"]}


# -- the parts of a draft, each on its own page ------------------------------------------------------------------------


class BasicsForm(LinkedForm):
    title = line("标题", workflow.TITLE, hint="一件建议只提一件事，例如：关于在清水花园增设充电车棚的建议")
    field = pick("领域", Field)
    is_public = forms.BooleanField(label="同意向社会公开全文", required=False)
    confidential = forms.BooleanField(label="请为我保密", required=False, help_text="承办单位对提出人保密")

    field_order = ("title", "field", "is_public", "confidential", "opinions")

    def adapt(self) -> None:
        super().adapt()
        self.fields["field"].required = not self.obj.is_snap
        names = ("title", "field", "is_public", "confidential")
        self.initial |= {name: getattr(self.obj, name) for name in names}


class WordsForm(VerbForm):
    situation = prose("情况与问题", LONGEST_TEXT, rows=8, hint="哪里、什么事、影响多少人，最好有时间和数字")
    proposal = prose("建议", LONGEST_TEXT, rows=8, hint="希望怎么办，一条一条写，便于逐条答复")

    def adapt(self) -> None:
        text = self.obj.text
        self.initial |= {"situation": text.situation, "proposal": text.proposal}
        self.fields["proposal"].required = not self.obj.is_snap

    def body(self) -> dict[str, Any]:
        return {**self.cleaned_data}


class PicturesForm(VerbForm):
    photos = PhotosField(label="添加照片", required=False, help_text="现场照片，或手写、签名的纸面，最多 12 张")
    kind = forms.ChoiceField(
        label="这些照片是", choices=[(FileKind.PHOTO, "现场照片"), (FileKind.SCAN, FileKind.SCAN.label)],
        widget=forms.RadioSelect, initial=FileKind.PHOTO,
    )  # fmt: skip

    def clean_photos(self) -> list[Any]:
        photos = self.cleaned_data["photos"] or []
        if not photos:
            raise forms.ValidationError("请先选照片。")
        return photos


SAVED = "已保存。"

# The parts one by one: the verb is `revise` for all of them, and each is a page of its own.
PARTS = {
    "basics": Acts({"revise": Act(workflow.revise, BasicsForm, done=SAVED, tone="main")}, SUGGESTION.labels),
    "words": Acts({"revise": Act(workflow.revise, WordsForm, done=SAVED, tone="main")}, SUGGESTION.labels),
    "photos": Acts(
        {"revise": Act(files.add_photos, PicturesForm, done="照片已添加。", tone="main")}, SUGGESTION.labels
    ),
}
PART_TITLES = {"basics": "基本信息", "words": "正文", "photos": "照片"}
