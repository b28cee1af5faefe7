"""What the console shows of the mechanics: messages and how their delivery went, to read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ground.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ("template", "channel", "state", "attempts", "made_at", "sent_at", "error")
    list_filter = ("state", "template")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = readonly_fields = (
        "template", "channel", "state", "urgent", "attempts", "made_at", "next_at", "sent_at", "sent_text", "error"
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
