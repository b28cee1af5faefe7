from django.urls import path, re_path

from suggestions.api.opinion import api as opinions_api
from suggestions.api.suggestion import api as suggestions_api
from suggestions.views import citizen as citizens
from suggestions.views import deputy as deputies
from suggestions.views import staff as staff_views

citizen = [
    path("d/<str:code>/", citizens.deputy, name="deputy"),
    path("s/<str:code>/", citizens.venue, name="venue"),
    path("v/<str:code>/", citizens.division, name="division"),
    re_path(r"^(?P<letter>[dsv])/(?P<code>[^/]+)/say/$", citizens.opinion_say, name="opinion-say"),
    re_path(r"^(?P<letter>[dsv])/(?P<code>[^/]+)/say/check/$", citizens.opinion_check, name="opinion-check"),
    path("received/", citizens.opinion_received, name="opinion-received"),
    path("received/slip/", citizens.opinion_slip, name="opinion-slip"),
    path("track/", citizens.track, name="track"),
    path("track/contact/", citizens.track_contact, name="track-contact"),
    path("track/contact/erase/", citizens.track_erase, name="track-erase"),
    path("track/photos/", citizens.track_photos, name="track-photos"),
    path("track/photos/<int:pk>/<str:size>/", citizens.track_photo, name="track-photo"),
    path("track/lost/", citizens.track_lost, name="track-lost"),
    path("track/leave/", citizens.track_leave, name="track-leave"),
    path("track/<str:verb>/", citizens.track_verb, name="track-verb"),
    path("opinions/", citizens.opinions, name="opinions"),
    path("opinions/<str:number>/", citizens.opinion, name="opinion"),
    path("suggestions/", citizens.suggestions, name="suggestions"),
    path("suggestions/<str:number>/", citizens.suggestion, name="suggestion"),
    path("mine/", citizens.mine, name="mine"),
    path("privacy/", citizens.privacy, name="privacy"),
    path("mode/", citizens.mode, name="mode"),
]
deputy = [
    path("opinions/", deputies.opinions, name="opinions"),
    path("opinions/<str:number>/", deputies.opinion, name="opinion"),
    path("opinions/<str:number>/contact/", deputies.opinion_contact, name="opinion-contact"),
    path("opinions/<str:number>/photos/<int:pk>/<str:size>/", deputies.opinion_photo, name="opinion-photo"),
    path("opinions/<str:number>/<str:verb>/", deputies.opinion_verb, name="opinion-verb"),
    path("suggestions/", deputies.suggestions, name="suggestions"),
    path("suggestions/new/", deputies.suggestion_new, name="suggestion-new"),
    path("suggestions/snap/", deputies.suggestion_snap, name="suggestion-snap"),
    path("suggestions/<str:number>/", deputies.suggestion, name="suggestion"),
    path("suggestions/<str:number>/edit/", deputies.suggestion_edit, name="suggestion-edit"),
    path("suggestions/<str:number>/edit/<str:part>/", deputies.suggestion_part, name="suggestion-part"),
    path("suggestions/<str:number>/check/", deputies.suggestion_check, name="suggestion-check"),
    path("suggestions/<str:number>/print/", deputies.suggestion_print, name="suggestion-print"),
    path("suggestions/<str:number>/files/<int:pk>/drop/", deputies.suggestion_file_drop, name="suggestion-file-drop"),
    path("suggestions/<str:number>/files/<int:pk>/<str:size>/", deputies.suggestion_file, name="suggestion-file"),
    path("suggestions/<str:number>/<str:verb>/", deputies.suggestion_verb, name="suggestion-verb"),
    path("assignments/<int:pk>/<str:verb>/", deputies.assignment_verb, name="assignment-verb"),
    path("commitments/<int:pk>/<str:verb>/", deputies.commitment_verb, name="commitment-verb"),
    path("notices/", deputies.notices, name="notices"),
    path("notices/read/", deputies.notices_read, name="notices-read"),
    path("notices/<int:pk>/", deputies.notice, name="notice"),
    path("me/", deputies.me, name="me"),
    path("me/leave/", deputies.leave, name="leave"),
]
department = []
staff = [
    path("review/", staff_views.review, name="review"),
    path("assign/", staff_views.assign, name="assign"),
    path("assign/check/", staff_views.assign_check, name="assign-check"),
    path("supervise/", staff_views.supervise, name="supervise"),
    path("replies/", staff_views.replies, name="replies"),
    path("ratings/", staff_views.ratings, name="ratings"),
    path("opinions/", staff_views.opinions, name="opinions"),
    path("opinions/<str:number>/", staff_views.opinion, name="opinion"),
    path("opinions/<str:number>/contact/", staff_views.opinion_contact, name="opinion-contact"),
    path("opinions/<str:number>/<str:verb>/", staff_views.opinion_verb, name="opinion-verb"),
    path("suggestions/", staff_views.suggestions, name="suggestions"),
    path("suggestions/<str:number>/", staff_views.suggestion, name="suggestion"),
    path("suggestions/<str:number>/<str:verb>/", staff_views.suggestion_verb, name="suggestion-verb"),
    path("assignments/<int:pk>/<str:verb>/", staff_views.assignment_verb, name="assignment-verb"),
    path("commitments/<int:pk>/<str:verb>/", staff_views.commitment_verb, name="commitment-verb"),
    path("handovers/", staff_views.handovers, name="handovers"),
    path("handovers/<int:pk>/", staff_views.handover, name="handover"),
    path("handovers/<int:pk>/apply/", staff_views.handover_apply, name="handover-apply"),
    path("handovers/<int:pk>/undo/", staff_views.handover_undo, name="handover-undo"),
    path("undelivered/", staff_views.undelivered, name="undelivered"),
]
api = [*opinions_api, *suggestions_api]
