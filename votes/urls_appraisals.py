"""Pages and calls of 审议意见 and of work appraisals."""

from django.urls import path

from votes.api.appraisals import api as api
from votes.views.citizen import appraisals as citizens
from votes.views.department import appraisals as desk_appraisals, deliberations as desk_deliberations
from votes.views.deputy import deliberations as deputies
from votes.views.staff import appraisals as staff_appraisals, deliberations as staff_deliberations

citizen = [
    path("deliberations/", citizens.deliberations, name="deliberations"),
    path("deliberations/<str:number>/", citizens.deliberation, name="deliberation"),
    path("appraisals/", citizens.appraisals, name="appraisals"),
    path("appraisals/<str:number>/", citizens.appraisal, name="appraisal"),
]
deputy = [
    path("deliberations/", deputies.deliberations, name="deliberations"),
    path("deliberations/<str:number>/", deputies.deliberation, name="deliberation"),
]
department = [
    path("deliberations/", desk_deliberations.deliberations, name="deliberations"),
    path("deliberations/<str:number>/", desk_deliberations.deliberation, name="deliberation"),
    path("deliberations/<str:number>/<str:verb>/", desk_deliberations.deliberation_verb, name="deliberation-verb"),
    path("appraisals/", desk_appraisals.appraisals, name="appraisals"),
    path("appraisals/<str:number>/", desk_appraisals.appraisal, name="appraisal"),
    path("appraisals/<str:number>/<str:verb>/", desk_appraisals.appraisal_verb, name="appraisal-verb"),
]
staff = [
    path("deliberations/", staff_deliberations.deliberations, name="deliberations"),
    path("deliberations/new/", staff_deliberations.deliberation_new, name="deliberation-new"),
    path("deliberations/<str:number>/", staff_deliberations.deliberation, name="deliberation"),
    path("deliberations/<str:number>/<str:verb>/", staff_deliberations.deliberation_verb, name="deliberation-verb"),
    path("appraisals/", staff_appraisals.appraisals, name="appraisals"),
    path("appraisals/new/", staff_appraisals.appraisal_new, name="appraisal-new"),
    path("appraisals/<str:number>/", staff_appraisals.appraisal, name="appraisal"),
    path("appraisals/<str:number>/<str:verb>/", staff_appraisals.appraisal_verb, name="appraisal-verb"),
]
