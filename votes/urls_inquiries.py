"""Pages and calls of inquiries and of the rectification lists that follow."""

from django.urls import path

from votes.api.inquiries import api as inquiries_api
from votes.views.citizen import inquiries as citizens
from votes.views.department import inquiries as desk_inquiries, rectifications as desk_items
from votes.views.deputy import inquiries as deputies
from votes.views.staff import inquiries as staff_inquiries, rectifications as staff_items

citizen = [
    path("inquiries/", citizens.inquiries, name="inquiries"),
    path("inquiries/<str:number>/", citizens.inquiry, name="inquiry"),
    path("rectifications/", citizens.rectifications, name="rectifications"),
    path("rectifications/<str:number>/", citizens.rectification, name="rectification"),
]
deputy = [
    path("inquiries/", deputies.inquiries, name="inquiries"),
    path("inquiries/<str:number>/", deputies.inquiry, name="inquiry"),
    path("inquiries/<str:number>/<str:verb>/", deputies.inquiry_verb, name="inquiry-verb"),
]
department = [
    path("inquiries/", desk_inquiries.inquiries, name="inquiries"),
    path("inquiries/<str:number>/", desk_inquiries.inquiry, name="inquiry"),
    path("inquiries/<str:number>/<str:verb>/", desk_inquiries.inquiry_verb, name="inquiry-verb"),
    path("rectifications/", desk_items.rectifications, name="rectifications"),
    path("rectifications/<str:number>/", desk_items.rectification, name="rectification"),
    path(
        "rectifications/<str:number>/files/<int:pk>/<str:size>/",
        desk_items.rectification_file,
        name="rectification-file",
    ),
    path("rectifications/<str:number>/<str:verb>/", desk_items.rectification_verb, name="rectification-verb"),
]
staff = [
    path("inquiries/", staff_inquiries.inquiries, name="inquiries"),
    path("inquiries/new/", staff_inquiries.inquiry_new, name="inquiry-new"),
    path("inquiries/<str:number>/", staff_inquiries.inquiry, name="inquiry"),
    path("inquiries/<str:number>/<str:verb>/", staff_inquiries.inquiry_verb, name="inquiry-verb"),
    path("rectifications/", staff_items.rectifications, name="rectifications"),
    path("rectifications/<str:number>/", staff_items.rectification, name="rectification"),
    path(
        "rectifications/<str:number>/files/<int:pk>/<str:size>/",
        staff_items.rectification_file,
        name="rectification-file",
    ),
    path("rectifications/<str:number>/<str:verb>/", staff_items.rectification_verb, name="rectification-verb"),
]
api = inquiries_api
