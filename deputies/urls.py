from django.urls import path

from deputies.views import citizen as views

citizen = [
    path("d/<str:code>/qr.svg", views.deputy_qr_svg, name="deputy-qr-svg"),
    path("d/<str:code>/qr.png", views.deputy_qr_png, name="deputy-qr-png"),
]
