"""Kinds of matters that are counted; their marks stand in queries/counted.py."""

from django.db import models


class TallyKind(models.TextChoices):
    OPINION = "opinion", "群众意见"
    SUGGESTION = "suggestion", "代表建议"
    ASSIGNMENT = "assignment", "承办"
    COMMITMENT = "commitment", "承诺"
    LED = "led", "领衔"
    COSIGNED = "cosigned", "联名"
