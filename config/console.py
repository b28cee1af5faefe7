"""The staff console: Django's stock admin under our own shell, entered by posts.

Reference data is edited by ModelAdmins of the rooms; matters with a life cycle are staff pages of the rooms in the same
shell (`<app>.urls.staff`), each guarded by `admin_view`.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import urlencode

from accounts.faces import face, may_enter
from ground.errors import Forbidden


class Console(AdminSite):
    site_header = site_title = "人大代表履职云平台"
    index_title = "工作看板"
    index_template = "console/board.html"
    site_url = None
    enable_nav_sidebar = False  # our own sidebar; the stock one brings its script along

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user, "console")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Entered like the other faces: a stranger is led to the one sign-in page, whoever lacks the face is told so."""
        return face("console")(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise Forbidden("您的账号不能进入工作台。")
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('login')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("logout")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from config.board import board

        return super().index(request, {**board(request), **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A room has no page of its own here: the menu names its tables, in one order for all rooms."""
        return redirect("admin:index")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from config.board import menu, post_of

        if not self.has_permission(request):
            return super().each_context(request)
        if not hasattr(request, "_shell"):  # some pages ask twice
            request._shell = {"menu": menu(request), "post": post_of(request.user), "demo": settings.DEMO}
        return {**super().each_context(request), **request._shell}

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from config.urls import gather

        pages = gather("staff")
        for page in pages:
            page.callback = self.admin_view(page.callback)
        stock = super().get_urls()
        tables = [url for url in stock if str(url.pattern).startswith("suggestions/")]  # a room, and a page of ours
        return [*tables, *pages, *(url for url in stock if url not in tables)]
