from django.urls import path

from votes import urls_appraisals, urls_assembly, urls_duty, urls_inquiries, urls_judicial, urls_projects
from votes.api import polls as polls_api
from votes.views.citizen import polls as citizens
from votes.views.deputy import polls as deputies
from votes.views.staff import polls as staff_views

citizen = [
    path("polls/", citizens.polls, name="polls"),
    path("polls/<str:number>/", citizens.poll, name="poll"),
    path("polls/<str:number>/bundle.zip", citizens.poll_bundle, name="poll-bundle"),
]
deputy = [
    path("polls/", deputies.polls, name="polls"),
    path("polls/<str:number>/", deputies.poll, name="poll"),
    path("polls/<str:number>/enter/", deputies.poll_enter, name="poll-enter"),
    path("polls/<str:number>/lock/", deputies.poll_lock, name="poll-lock"),
    path("polls/<str:number>/ballot/", deputies.poll_ballot, name="poll-ballot"),
    path("polls/<str:number>/check/", deputies.poll_check, name="poll-check"),
    path("polls/<str:number>/cast/", deputies.poll_cast, name="poll-cast"),
    path("polls/<str:number>/receipt/", deputies.poll_receipt, name="poll-receipt"),
]
staff = [
    path("polls/", staff_views.polls, name="polls"),
    path("polls/new/", staff_views.poll_new, name="poll-new"),
    path("polls/<str:number>/", staff_views.poll, name="poll"),
    path("polls/<str:number>/slip/", staff_views.poll_slip, name="poll-slip"),
    path("polls/<str:number>/slips/<str:verb>/", staff_views.poll_slips, name="poll-slips"),
    path("polls/<str:number>/paper/", staff_views.poll_paper, name="poll-paper"),
    path("polls/<str:number>/print/", staff_views.poll_print, name="poll-print"),
    path("polls/<str:number>/roll/", staff_views.poll_roll, name="poll-roll"),
    path("polls/<str:number>/projector/", staff_views.poll_projector, name="poll-projector"),
    path("polls/<str:number>/<str:verb>/", staff_views.poll_verb, name="poll-verb"),
    path("batches/<int:pk>/<str:verb>/", staff_views.batch_verb, name="batch-verb"),
]
department = []
api = [*polls_api.api]

for more in (urls_projects, urls_assembly, urls_inquiries, urls_appraisals, urls_duty, urls_judicial):
    citizen += more.citizen
    deputy += more.deputy
    department += more.department
    staff += more.staff
    api += more.api
