from django.urls import path

from ground.choices import Choices

api = [path("choices/", Choices.as_view(), name="choices")]
