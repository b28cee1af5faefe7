"""What beat runs each minute."""

from celery import shared_task

from clocks.sweep import sweep


@shared_task(name="clocks.sweep", ignore_result=True)
def run_sweep() -> None:
    """Idempotent: a run that was lost or doubled is healed by the next."""
    sweep()
