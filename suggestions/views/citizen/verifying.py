"""The proof of one's phone, for whatever somebody follows by a query code."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ground.errors import GuardFailed, Invalid, Throttled
from ground.outbox import NotSent
from ground.pages import put_back
from ground.workflow import CodeHolder, decide
from suggestions.forms.citizen import VerifyForm
from suggestions.views.citizen.shell import page

NOT_SENT = "短信没有发出去，请过一会儿再试，或者给联络站打电话。"


def verify_page(
    request: HttpRequest, matter: Any, author: CodeHolder, *, verify: Callable[..., Any], send: Callable[[Any], Any], back: str,
    **told: Any,
) -> HttpResponse:  # fmt: skip
    """Two steps on one page: the SMS leaves at the first press, then its code is typed."""
    decide(matter, "verify_phone", author)
    form = VerifyForm(request.POST if "sms_code" in request.POST else None, obj=matter, actor=author)
    try:
        if form.is_bound and form.is_valid():
            verify(matter, by=author, **form.body())
            messages.success(request, "手机号已验证。")
            return redirect(back)
        if "send" in request.POST:
            send(matter)
            messages.success(request, f"验证码已发到 {matter.contact.phone_mask}，10 分钟内有效。")
            return redirect(request.path)
    except (Throttled, NotSent) as refusal:
        messages.error(request, getattr(refusal, "detail", NOT_SENT))
        return redirect(request.path)
    except (Invalid, GuardFailed) as refusal:
        put_back(form, refusal)
    told |= {"matter": matter, "form": form, "back": back}
    return page(request, "citizen/track_verify.html", told, status=422 if form.errors else 200)
