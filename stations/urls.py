from django.urls import path

from stations.api import api
from stations.views import citizen as citizen_views, staff as staff_views

citizen = [
    path("stations/", citizen_views.stations, name="stations"),
    path("s/<str:code>/qr.svg", citizen_views.venue_qr_svg, name="venue-qr-svg"),
    path("s/<str:code>/qr.png", citizen_views.venue_qr_png, name="venue-qr-png"),
]
staff = [
    path("venues/<str:code>/<str:verb>/", staff_views.venue_verb, name="venue-verb"),
    path("posters/", staff_views.posters, name="posters"),
    path("posters/new/", staff_views.poster_new, name="poster-new"),
    path("posters/<str:code>/withdraw/", staff_views.poster_withdraw, name="poster-withdraw"),
]

__all__ = ["api", "citizen", "staff"]
