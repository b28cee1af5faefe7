from django.urls import path

from ground.choices import Choices
from ground.views import staff as staff_views

staff = [
    path("jobs/", staff_views.jobs, name="jobs"),
    path("jobs/<int:pk>/", staff_views.job, name="job"),
    path("jobs/<int:pk>/file/", staff_views.job_file, name="job-file"),
]
api = [path("choices/", Choices.as_view(), name="choices")]
