"""Pages and calls of duty reports."""

from django.urls import path

from votes.api.duty import api as api
from votes.views.citizen import duty as citizens
from votes.views.deputy import duty as deputies
from votes.views.staff import duty as staff_duty

citizen = [
    path("duty-reports/", citizens.duty_reports, name="duty-reports"),
    path("duty-reports/<str:number>/", citizens.duty_report, name="duty-report"),
]
deputy = [
    path("duty-sessions/", deputies.duty_sessions, name="duty-sessions"),
    path("duty-sessions/<str:number>/", deputies.duty_session, name="duty-session"),
    path("duty-sessions/<str:number>/<str:verb>/", deputies.duty_session_verb, name="duty-session-verb"),
]
department = []
staff = [
    path("duty-sessions/", staff_duty.duty_sessions, name="duty-sessions"),
    path("duty-sessions/new/", staff_duty.duty_session_new, name="duty-session-new"),
    path("duty-unreported/", staff_duty.duty_unreported, name="duty-unreported"),
    path("duty-sessions/<str:number>/", staff_duty.duty_session, name="duty-session"),
    path("duty-sessions/<str:number>/<str:verb>/", staff_duty.duty_session_verb, name="duty-session-verb"),
    path("duty-reports/<str:number>/", staff_duty.duty_report, name="duty-report"),
    path("duty-reports/<str:number>/<str:verb>/", staff_duty.duty_report_verb, name="duty-report-verb"),
]
