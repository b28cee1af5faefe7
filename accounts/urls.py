from django.urls import path

from accounts.api import api
from accounts.views import citizen as pages, department as desk, deputy as my, staff as console

signin = [
    path("login/", pages.login, name="login"),
    path("login/sms/", pages.login_sms, name="login-sms"),
    path("login/password/", pages.login_password, name="login-password"),
    path("logout/", pages.logout, name="logout"),
]

deputy = [
    path("devices/", my.devices, name="devices"),
    path("devices/<int:pk>/unbind/", my.device_unbind, name="device-unbind"),
]

department = [
    path("devices/", desk.devices, name="devices"),
    path("devices/<int:pk>/unbind/", desk.device_unbind, name="device-unbind"),
]

staff = [
    path("imports/", console.imports, name="imports"),
    path("imports/new/<str:table>/", console.import_new, name="import-new"),
    path("imports/template/<str:table>/", console.import_template, name="import-template"),
    path("imports/<int:pk>/", console.import_preview, name="import-preview"),
    path("imports/<int:pk>/columns/", console.import_columns, name="import-columns"),
    path("imports/<int:pk>/people/", console.import_people, name="import-people"),
    path("imports/<int:pk>/apply/", console.import_apply, name="import-apply"),
    path("imports/<int:pk>/undo/", console.import_undo, name="import-undo"),
    path("imports/<int:pk>/wrong/", console.import_wrong, name="import-wrong"),
]

__all__ = ["api", "department", "deputy", "signin", "staff"]
