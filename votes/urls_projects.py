"""Pages of livelihood projects and their rounds (contract.md §1)."""

from django.urls import path

from votes.api import projects as projects_api, rounds as rounds_api
from votes.views.citizen import projects as citizens, proposing
from votes.views.department import projects as departments
from votes.views.deputy import projects as deputies
from votes.views.staff import projects as staff_views

citizen = [
    path("projects/", citizens.projects, name="projects"),
    path("projects/open.<str:kind>", citizens.projects_open, name="projects-open"),
    path("projects/propose/", proposing.project_propose, name="project-propose"),
    path("projects/received/", proposing.project_received, name="project-received"),
    path("projects/follow/", proposing.project_follow, name="project-follow"),
    path("projects/follow/leave/", proposing.project_leave, name="project-leave"),
    path("projects/follow/<str:verb>/", proposing.project_follow_verb, name="project-follow-verb"),
    path("projects/rounds/<str:number>/", citizens.round, name="round"),
    path("projects/<str:number>/", citizens.project, name="project"),
    path("projects/<str:number>/support/", citizens.project_support, name="project-support"),
    path("projects/<str:number>/rate/", citizens.project_rate, name="project-rate"),
    path("projects/<str:number>/photos/<int:pk>/<str:size>/", citizens.project_photo, name="project-photo"),
]
deputy = [
    path("projects/", deputies.projects, name="projects"),
    path("projects/propose/", deputies.project_propose, name="project-propose"),
    path("projects/<str:number>/", deputies.project, name="project"),
    path("projects/<str:number>/support/", deputies.project_support, name="project-support"),
    path("projects/<str:number>/<str:verb>/", deputies.project_verb, name="project-verb"),
]
department = [
    path("projects/", departments.projects, name="projects"),
    path("projects/propose/", departments.project_propose, name="project-propose"),
    path("projects/<str:number>/", departments.project, name="project"),
    path("projects/<str:number>/tablet/", departments.project_tablet, name="project-tablet"),
    path("projects/<str:number>/<str:verb>/", departments.project_verb, name="project-verb"),
]
staff = [
    path("rounds/", staff_views.rounds, name="rounds"),
    path("rounds/new/", staff_views.round_new, name="round-new"),
    path("rounds/<str:number>/", staff_views.round, name="round"),
    path("rounds/<str:number>/<str:verb>/", staff_views.round_verb, name="round-verb"),
    path("projects/", staff_views.projects, name="projects"),
    path("projects/<str:number>/", staff_views.project, name="project"),
    path("projects/<str:number>/contact/", staff_views.project_contact, name="project-contact"),
    path("projects/<str:number>/<str:verb>/", staff_views.project_verb, name="project-verb"),
]
api = [*rounds_api.api, *projects_api.api]
