"""Photos of an opinion: drawn anew, six at most before and six after, kept under names nobody can guess."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ground import clock, files
from ground.errors import Forbidden, GuardFailed
from ground.models import StoredFile
from ground.uploads import clean_photo
from ground.workflow import Actor
from suggestions.models import Opinion, OpinionPhoto
from suggestions.rules.opinion import is_author, is_claimant, is_station, is_unit
from suggestions.states.lists import PhotoStage

MOST = 6
WINDOW = timedelta(hours=1)


def may_add(opinion: Opinion, by: Actor) -> bool:
    """The author, its station, claimant and unit."""
    return any(relation(by, opinion) for relation in (is_author, is_station, is_claimant, is_unit))


def add(opinion: Opinion, *, by: Actor, data: bytes) -> OpinionPhoto:
    """Keeps one photo. The author's belong before the work and are taken within an hour of saying it (or of asking for
    it anew); those of people at work show the place after it. Raises NotAPicture, TooLarge, GuardFailed."""
    if not may_add(opinion, by):
        raise Forbidden
    by_author = by.actor_kind == "code"
    stage = PhotoStage.BEFORE if by_author or opinion.state == "screening" else PhotoStage.AFTER
    if by_author and clock.now() > _since(opinion) + WINDOW:
        raise GuardFailed("photo_window", "照片要在提交后 1 小时内补充，请联系联络站。")
    _refuse_beyond(opinion, stage)
    photo = clean_photo(data)
    with transaction.atomic():
        Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
        _refuse_beyond(opinion, stage)
        return OpinionPhoto.objects.create(
            opinion=opinion, file=files.store(photo.jpeg, kind="photo", mime="image/jpeg"),
            thumb=files.store(photo.thumb, kind="thumb", mime="image/jpeg"), stage=stage, by_kind=by.actor_kind,
            by_id=by.pk if by.actor_kind == "user" else None, at=clock.now(),
        )  # fmt: skip


def path_of(file: StoredFile) -> Path:
    """Where a photo lies on disk."""
    return Path(settings.MEDIA_ROOT) / file.path


def _since(opinion: Opinion) -> datetime:
    last = opinion.steps.filter(verb="reopen").order_by("-pk").first()
    return last.at if last else opinion.submitted_at


def _refuse_beyond(opinion: Opinion, stage: str) -> None:
    if opinion.photos.filter(stage=stage).count() >= MOST:
        raise GuardFailed("photos", f"最多 {MOST} 张照片。")
