"""The Celery application. Redis carries only nudges: what must happen is in rows, found again by the sweeps."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_success, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("lvzhiyun")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_success.connect
def beat_the_heart(sender: Any = None, **kwargs: Any) -> None:
    """Notes when a periodic task last ran to its end; `/readyz` looks at it."""
    if sender is None or sender.name not in settings.CELERY_BEAT_SCHEDULE:
        return
    from ground import clock
    from ground.models import Heartbeat

    Heartbeat.objects.update_or_create(name=sender.name, defaults={"at": clock.now()})


@worker_ready.connect
def catch_up(**kwargs: Any) -> None:
    """A worker that was down sweeps at once instead of waiting for the next beat."""
    for name in settings.CELERY_BEAT_SCHEDULE:
        app.send_task(name)
