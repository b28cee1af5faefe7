"""What signing in asks for."""

from django import forms
from django.contrib.auth.password_validation import validate_password

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
