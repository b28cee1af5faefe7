"""Pictures beside a suggestion: what its lead saw, signed sheets, a unit's letters and proofs. Drawn anew like every photo."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ground import clock, files
from ground.errors import Forbidden, GuardFailed, NotVisible
from ground.uploads import clean_photo
from ground.workflow import Actor
from suggestions.models import Assignment, Suggestion, SuggestionFile
from suggestions.rules.assignment import is_unit
from suggestions.rules.suggestion import leads_or_acts
from suggestions.states.lists_suggestion import FileKind
from suggestions.states.suggestion import ENDED, UNSENT
from suggestions.workflow.course import one_of

MOST = 12  # from one side: the lead, or one unit


def unit_of(suggestion: Suggestion, by: Actor) -> Assignment | None:
    """The live assignment of the actor's own unit."""
    return next((a for a in suggestion.assignments.all() if a.is_live and is_unit(by, a)), None)


def may_add(suggestion: Suggestion, by: Actor) -> bool:
    """Whoever stands for it, and a unit that works on it, until it has ended."""
    if suggestion.state in ENDED:
        return False
    return leads_or_acts(by, suggestion) or unit_of(suggestion, by) is not None


def add_file(suggestion: Suggestion, *, by: Actor, data: bytes, kind: str = FileKind.PHOTO) -> SuggestionFile:
    """Keeps one picture. Raises Forbidden, Invalid, NotAPicture, TooLarge, and GuardFailed `files` beyond the most."""
    if not may_add(suggestion, by):
        raise Forbidden
    one_of(kind, FileKind, "kind")
    photo = clean_photo(data)
    unit = None if leads_or_acts(by, suggestion) else unit_of(suggestion, by)
    with transaction.atomic():
        Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
        if suggestion.files.filter(assignment=unit).count() >= MOST:
            raise GuardFailed("files", f"最多 {MOST} 张照片。")
        return SuggestionFile.objects.create(
            suggestion=suggestion, assignment=unit, kind=kind, by_id=by.pk, at=clock.now(),
            file=files.store(photo.jpeg, kind=kind, mime="image/jpeg"),
            thumb=files.store(photo.thumb, kind="thumb", mime="image/jpeg"),
        )  # fmt: skip


@transaction.atomic
def add_photos(
    suggestion: Suggestion, *, by: Actor, photos: Iterable[UploadedFile] = (), kind: str = FileKind.PHOTO
) -> Suggestion:
    """Several at once, all or none of them."""
    for photo in photos:
        add_file(suggestion, by=by, data=photo.read(), kind=kind)
    return suggestion


def drop_file(suggestion: Suggestion, *, by: Actor, pk: int) -> Suggestion:
    """Takes one's own picture away while the suggestion has not been sent."""
    row = suggestion.files.filter(pk=pk, assignment=None).first()
    if row is None:
        raise NotVisible("没有找到这张照片。")
    if suggestion.state not in UNSENT or not leads_or_acts(by, suggestion):
        raise Forbidden("建议提交以后，照片不能再删除。")
    row.delete()
    return suggestion


def thumb_or_whole(row: SuggestionFile, size: str) -> Any:
    return row.thumb if size == "thumb" else row.file
