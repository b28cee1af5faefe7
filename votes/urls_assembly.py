"""Addresses of assemblies and of their members' opinions, by face."""

from django.urls import path

from votes.api import assemblies as assemblies_api, assembly_opinions as opinions_api
from votes.views.citizen import assemblies as citizens
from votes.views.department import assembly_opinions as units
from votes.views.deputy import assembly as members
from votes.views.staff import assemblies as office, assembly_opinions as office_opinions

citizen = [
    path("assemblies/", citizens.assemblies, name="assemblies"),
    path("assemblies/<str:code>/", citizens.assembly, name="assembly"),
    path("assembly-meetings/<str:number>/", citizens.assembly_meeting, name="assembly-meeting"),
    path("assembly-opinions/<str:number>/", citizens.assembly_opinion, name="assembly-opinion"),
]
deputy = [
    path("assembly/", members.assembly, name="assembly"),
    path("assembly-opinions/", members.assembly_opinions, name="assembly-opinions"),
    path("assembly-opinions/new/", members.assembly_opinion_new, name="assembly-opinion-new"),
    path("assembly-opinions/<str:number>/", members.assembly_opinion, name="assembly-opinion"),
    path("assembly-opinions/<str:number>/<str:verb>/", members.assembly_opinion_verb, name="assembly-opinion-verb"),
    path("assembly-meetings/<str:number>/", members.assembly_meeting, name="assembly-meeting"),
    path("assembly-meetings/<str:number>/<str:verb>/", members.assembly_meeting_verb, name="assembly-meeting-verb"),
]
department = [
    path("assembly-opinions/", units.assembly_opinions, name="assembly-opinions"),
    path("assembly-opinions/<str:number>/", units.assembly_opinion, name="assembly-opinion"),
    path("assembly-opinions/<str:number>/<str:verb>/", units.assembly_opinion_verb, name="assembly-opinion-verb"),
]
staff = [
    path("assemblies/", office.assemblies, name="assemblies"),
    path("assemblies/new/", office.assembly_new, name="assembly-new"),
    path("assemblies/<str:code>/", office.assembly, name="assembly"),
    path("assemblies/<str:code>/members/new/", office.assembly_member_new, name="assembly-member-new"),
    path("assemblies/<str:code>/meetings/new/", office.assembly_meeting_new, name="assembly-meeting-new"),
    path("assembly-members/<str:number>/", office.assembly_member, name="assembly-member"),
    path("assembly-members/<str:number>/<str:verb>/", office.assembly_member_verb, name="assembly-member-verb"),
    path("assembly-meetings/<str:number>/", office.assembly_meeting, name="assembly-meeting"),
    path("assembly-meetings/<str:number>/report/", office.assembly_report_list, name="assembly-report-list"),
    path("assembly-meetings/<str:number>/report.docx", office.assembly_report_file, name="assembly-report-file"),
    path("assembly-meetings/<str:number>/poll/", office.assembly_poll_new, name="assembly-poll-new"),
    path("assembly-meetings/<str:number>/<str:verb>/", office.assembly_meeting_verb, name="assembly-meeting-verb"),
    path("assembly-opinions/", office_opinions.assembly_opinions, name="assembly-opinions"),
    path("assembly-opinions/<str:number>/", office_opinions.assembly_opinion, name="assembly-opinion"),
    path(
        "assembly-opinions/<str:number>/<str:verb>/",
        office_opinions.assembly_opinion_verb,
        name="assembly-opinion-verb",
    ),
]
api = [*assemblies_api.api, *opinions_api.api]
