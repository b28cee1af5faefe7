"""What was published, as everybody reads it: masked matters, and suggestions in the text that was decided last."""

from django.apps import apps
from django.db.models import Prefetch, QuerySet


def opinions_in_public() -> QuerySet:
    """Published matters that go on or are done; one withdrawn or sent elsewhere is nobody else's business."""
    opinions = apps.get_model("suggestions", "Opinion").objects.published()
    return opinions.exclude(state__in=("withdrawn", "rejected")).select_related("merged_into")


def suggestions_in_public() -> QuerySet:
    """Published suggestions with `decided` (their publications, the last one last, with replies and units) and signers."""
    replies = apps.get_model("suggestions", "PublishedReply").objects.select_related("reply__assignment__organ")
    publications = apps.get_model("suggestions", "Publication").objects.prefetch_related(Prefetch("replies", replies))
    return (
        apps.get_model("suggestions", "Suggestion").objects.published()
        .select_related("lead__deputy", "lead__organ", "congress")
        .prefetch_related(Prefetch("publications", publications, to_attr="decided"), "assignments__organ")
    )  # fmt: skip
