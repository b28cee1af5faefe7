"""Every address of the product: the lists the rooms export, put together once per face."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from accounts.urls import signin
from config import health
from ground.api import Nowhere

ROOMS = ("ground", "accounts", "clocks", "deputies", "stations", "suggestions", "votes", "config")
Pages = list[URLPattern | URLResolver]


def gather(face: str) -> Pages:
    """What the rooms export for a face (`citizen`, `deputy`, `department`, `staff`, `api`), lowest room first."""
    modules = (f"{room}.urls" if room != "config" else "config.homes" for room in ROOMS)
    return [page for name in modules if find_spec(name) for page in getattr(import_module(name), face, [])]


urlpatterns: Pages = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(template_name="api_docs.html"), name="docs"),
    path("api/v1/", include((gather("api"), "api"))),
    re_path(r"^api/v1/(?:.*/)?$", Nowhere.as_view(), name="nowhere"),
    path("my/", include((gather("deputy"), "deputy"))),
    path("desk/", include((gather("department"), "department"))),
    path("admin/", admin.site.urls),
    path("", include((gather("citizen"), "citizen"))),
    *signin,
]
if settings.DEMO:
    urlpatterns.append(path("demo/mailbox/", include("config.mailbox.urls")))
