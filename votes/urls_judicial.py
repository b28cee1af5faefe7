"""Pages of appraisals of judges and prosecutors; no calls, for nothing of them leaves by REST."""

from django.urls import path

from votes.views.department import judicial as desk_judicial
from votes.views.staff import judicial as staff_judicial

citizen = []
deputy = []
department = [
    path("judicial-appraisals/", desk_judicial.judicial_appraisals, name="judicial-appraisals"),
    path("judicial-appraisals/<str:number>/", desk_judicial.judicial_appraisal, name="judicial-appraisal"),
]
staff = [
    path("judicial-appraisals/", staff_judicial.judicial_appraisals, name="judicial-appraisals"),
    path("judicial-appraisals/new/", staff_judicial.judicial_appraisal_new, name="judicial-appraisal-new"),
    path("judicial-appraisals/<str:number>/", staff_judicial.judicial_appraisal, name="judicial-appraisal"),
    path("judicial-appraisals/<str:number>/people/<int:position>/", staff_judicial.judicial_file, name="judicial-file"),
    path(
        "judicial-appraisals/<str:number>/<str:verb>/",
        staff_judicial.judicial_appraisal_verb,
        name="judicial-appraisal-verb",
    ),
]
api = []
