"""What signing in and bringing tables asks for."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import Import
from ground import sealed

BAD_PHONE = "请填写 11 位手机号。"


def _phone_field() -> forms.CharField:
    return forms.CharField(
        label="手机号",
        max_length=20,
        error_messages={"required": BAD_PHONE, "max_length": BAD_PHONE},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "username"}),
    )


class PhoneForm(forms.Form):
    """Whose phone: kept on the form however it was typed."""

    phone = _phone_field()

    def clean_phone(self) -> str:
        try:
            return sealed.normalise_phone(self.cleaned_data["phone"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class LoginForm(PhoneForm):
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=128,
        error_messages={"required": "请填写密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    otp = forms.CharField(
        label="动态口令",
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class CodeForm(PhoneForm):
    """The second step of signing in by SMS."""

    sms_code = forms.CharField(
        label="短信验证码",
        max_length=10,
        error_messages={"required": "请填写短信里的 6 位验证码。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class ProofForm(LoginForm):
    """Who is signed in proves to be present: the phone is known."""

    phone = None


class PasswordForm(CodeForm):
    """A new password for whoever holds the phone."""

    password = forms.CharField(
        label="新密码",
        strip=False,
        max_length=128,
        help_text="至少 8 位，并含大写字母、小写字母、数字、符号中的三种。",
        error_messages={"required": "请填写新密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label="再输入一次新密码",
        strip=False,
        max_length=128,
        error_messages={"required": "请再输入一次新密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, str]:
        cleaned = super().clean()
        if "password" in cleaned and "repeated" in cleaned and cleaned["password"] != cleaned["repeated"]:
            self.add_error("repeated", "两次输入的密码不一样，请再输入一次。")
        return cleaned


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件", max_length=200, allow_empty_file=True, help_text="xlsx 或 csv，最多 20 MB、50,000 行。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = "请先选文件。"


class ColumnsForm(forms.Form):
    """For each column of a table: the heading of the file it stands under, or one text for all rows."""

    def __init__(self, *args: Any, batch: Import, columns: list[Any], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.columns = columns
        here = [name for name in batch.headers if name]
        for n, column in enumerate(columns):
            said = batch.mapped.get(column.name, {})
            guess = said.get("from", "") if said else next((h for h in here if h == column.name), "")
            self.fields[f"from-{n}"] = forms.ChoiceField(
                label=f"{column.name}：文件里的哪一列",
                choices=[("", "文件里没有"), *((name, name) for name in here)],
                required=False,
                initial=guess,
            )
            self.fields[f"fixed-{n}"] = forms.CharField(
                label=f"{column.name}：整列都填", max_length=120, required=False, initial=said.get("fixed", "")
            )

    @property
    def pairs(self) -> list[tuple[Any, Any, Any]]:
        return [(column, self[f"from-{n}"], self[f"fixed-{n}"]) for n, column in enumerate(self.columns)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        taken: dict[str, str] = {}
        for n, column in enumerate(self.columns):
            heading, fixed = cleaned.get(f"from-{n}"), cleaned.get(f"fixed-{n}")
            if column.required and not heading and not fixed:
                self.add_error(f"from-{n}", f"“{column.name}”必填：请选文件里的一列，或写上整列都填什么。")
            if heading and heading in taken:
                self.add_error(f"from-{n}", f"这一列已经对应“{taken[heading]}”。")
            if heading:
                taken[heading] = column.name
        return cleaned

    def mapped(self) -> dict[str, dict[str, str]]:
        said = {}
        for n, column in enumerate(self.columns):
            heading, fixed = self.cleaned_data[f"from-{n}"], self.cleaned_data[f"fixed-{n}"]
            said[column.name] = {"from": heading} if heading else {"fixed": fixed} if fixed else {"none": "1"}
        return said
