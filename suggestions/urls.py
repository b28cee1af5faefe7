from django.urls import path, re_path

from suggestions.views import citizen as citizens
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
deputy = []
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
api = []
