from django.db import models


class Category(models.TextChoices):
    URBAN = "urban", "城建"
    TRANSPORT = "transport", "交通"
    EDUCATION = "education", "教育"
    HEALTH = "health", "卫生"
    ENVIRONMENT = "environment", "环保"
    OTHER = "other", "其他"


class State(models.TextChoices):
    RECEIVED = "received", "已收到"
    WORKING = "working", "办理中"
    ANSWERED = "answered", "已答复"


class Opinion(models.Model):
    number = models.CharField(max_length=20, unique=True)
    text = models.TextField()
    category = models.CharField(max_length=12, choices=Category, db_index=True)
    place = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    is_public = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    contact_name = models.CharField(max_length=40, blank=True)
    contact_phone = models.CharField(max_length=11, blank=True)

    class Meta:
        ordering = ["-created", "-pk"]
        indexes = [
            models.Index(fields=["-created", "-id"], condition=models.Q(is_public=True), name="baseline_public"),
            models.Index(fields=["state", "-created"], name="baseline_by_state"),
        ]
