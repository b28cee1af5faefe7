from django.urls import path

from deputies.views import citizen as citizen_views, staff as staff_views

citizen = [
    path("d/<str:code>/photo/", citizen_views.deputy_photo, name="deputy-photo"),
    path("d/<str:code>/qr.svg", citizen_views.deputy_qr_svg, name="deputy-qr-svg"),
    path("d/<str:code>/qr.png", citizen_views.deputy_qr_png, name="deputy-qr-png"),
]
staff = [
    path("seats/<int:pk>/<str:verb>/", staff_views.seat_verb, name="seat-verb"),
    path("organs/merge/", staff_views.organ_merge, name="organ-merge"),
    path("rollovers/", staff_views.rollovers, name="rollovers"),
    path("rollovers/<int:pk>/", staff_views.rollover, name="rollover"),
    path("rollovers/<int:pk>/continue/", staff_views.rollover_continue, name="rollover-continue"),
]
