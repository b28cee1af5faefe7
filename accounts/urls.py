from django.urls import path

from accounts.api import api
from accounts.views import citizen as pages, department as desk, deputy as my

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

__all__ = ["api", "department", "deputy", "signin"]
