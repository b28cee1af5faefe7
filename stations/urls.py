from django.urls import path

from stations.api import api
from stations.views import citizen as views

citizen = [
    path("stations/", views.stations, name="stations"),
    path("s/<str:code>/qr.svg", views.venue_qr_svg, name="venue-qr-svg"),
    path("s/<str:code>/qr.png", views.venue_qr_png, name="venue-qr-png"),
]

__all__ = ["api", "citizen"]
