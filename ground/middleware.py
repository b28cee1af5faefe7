"""What every request and every answer passes through."""

import ipaddress
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import select_template
from django.urls import reverse
from django.utils.http import urlencode

from ground.errors import DomainError, NotSignedIn, Throttled

Answer = Callable[[HttpRequest], HttpResponse]
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::[0-9]+)?")
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_")


def demo_guard(get_response: Answer) -> Answer:
    """In demo mode the product answers this machine alone: peer and Host are loopback and nothing was forwarded."""

    def guard(request: HttpRequest) -> HttpResponse:
        if settings.DEMO and not settings.DEMO_PUBLIC and not comes_from_here(request):
            return HttpResponse("演示环境只能在本机打开。", status=403, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return guard


def comes_from_here(request: HttpRequest) -> bool:
    meta = request.META
    try:
        peer = ipaddress.ip_address(meta.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    host = HOST.fullmatch(meta.get("HTTP_HOST") or meta.get("SERVER_NAME", ""))
    forwarded = any(name.startswith(FORWARDED) for name in meta)
    return peer.is_loopback and bool(host) and host[1].lower() in settings.DEMO_HOSTS and not forwarded


def no_store(get_response: Answer) -> Answer:
    """Nothing that was opened by a sign-in, a token or a code stays in a cache."""

    def mark(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response and (carries_proof(request) or response.cookies):
            response["Cache-Control"] = "no-store"
        return response

    return mark


def carries_proof(request: HttpRequest) -> bool:
    """A cookie other than the choice of 长辈版, a token or a query code came along."""
    headers = request.headers
    return bool(set(request.COOKIES) - {"elder"}) or "Authorization" in headers or "Query-Code" in headers


class Refusals:
    """Turns domain errors that leave a view into pages; the API has its own (`ground.api.problem`)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return unreadable(request)  # no text in the database can hold it
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, NotSignedIn):
            return redirect(f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}")
        response = page_of(request, exception.status, exception.detail)
        if isinstance(exception, Throttled):
            response["Retry-After"] = str(exception.retry_after)
        return response


def unreadable(request: HttpRequest) -> HttpResponse:
    detail = "地址里有不能识别的字符，请核对后再试。"
    if not request.path_info.startswith("/api/"):
        return page_of(request, 400, detail)
    problem = {"type": "about:blank", "title": "请求没有看懂", "status": 400, "detail": detail, "code": "malformed"}
    return JsonResponse(problem, status=400, content_type="application/problem+json")


def page_of(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    template = select_template([f"{status}.html", "400.html"])
    return HttpResponse(template.render({"detail": detail, "status": status}, request), status=status)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without its token: the page stood open too long or cookies are off."""
    return page_of(request, 403, "页面停留太久，请返回上一页，刷新后再提交一次。")
