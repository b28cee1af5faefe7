"""What every face does alike with what the committee asked for and appraised."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from clocks.workflow import due_view, open_of
from ground import files
from ground.errors import NotVisible
from suggestions import boards
from votes.models import RectificationItem
from votes.timers_duty import WORDS as OF_DUTY
from votes.timers_inquiry import WORDS as OF_INQUIRIES

WORDS = OF_INQUIRIES | OF_DUTY


def source_url(item: RectificationItem, face: str, actor: Any) -> str:
    """The page of what an item comes from on this face, where the actor may see it there."""
    source = item.source
    if source is None or not type(source).objects.visible_to(actor).filter(pk=source.pk).exists():
        return ""
    if face == "citizen" and source.published_at is None:
        return ""
    return reverse(f"{face}:{boards.page_of(source.workflow.name)}", args=[source.number])


def dues_of(obj: Any, *, organ: int | None = None) -> list[tuple[str, dict[str, Any]]]:
    """What is owed on a matter, in words, with its date; of one organ alone where it is named."""
    rows = [row for row in open_of(obj) if row.owed and (organ is None or row.organ_id == organ)]
    return [(WORDS[row.code], due_view(row)) for row in rows]


def picture_of(item: RectificationItem, pk: int, size: str) -> HttpResponse:
    """One picture of an item that was found visible."""
    row = next((row for row in item.files.all() if row.pk == pk), None)
    if row is None:
        raise NotVisible("没有找到这张照片。")
    return files.answer(row.thumb if size == "thumb" else row.file)
