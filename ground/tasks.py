"""What beat runs each minute and the gate nudges: both find by themselves what there is to do."""

from celery import current_app, shared_task

from ground import idempotency, jobs, outbox, throttle


@shared_task(name="ground.tell_steps", ignore_result=True)
def tell_steps() -> None:
    outbox.hear_nudge()
    if outbox.tell_steps() and outbox.nudging():
        current_app.send_task("ground.send_messages", ignore_result=True, expires=60)


@shared_task(name="ground.send_messages", ignore_result=True)
def send_messages() -> None:
    outbox.send_messages()


@shared_task(name="ground.drop_old_keys", ignore_result=True)
def drop_old_keys() -> None:
    idempotency.drop_old_keys()
    throttle.drop_old()
    jobs.drop_old()


@shared_task(name="ground.run_jobs", ignore_result=True)
def run_jobs() -> None:
    jobs.run_waiting()
