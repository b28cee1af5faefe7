from django.urls import path

from clocks.views import staff as staff_views

staff = [
    path("calendar/preview/", staff_views.calendar_preview, name="calendar-preview"),
    path("calendar/apply/", staff_views.calendar_apply, name="calendar-apply"),
]
