"""What beat runs each minute and the gate nudges: both find by themselves what there is to do."""

from celery import shared_task

from ground import idempotency, jobs, nudges, outbox, throttle


@shared_task(name="ground.tell_steps", ignore_result=True)
def tell_steps() -> None:
    nudges.heard("ground.tell_steps")
    if outbox.tell_steps():
        nudges.nudge("ground.send_messages")


@shared_task(name="ground.send_messages", ignore_result=True)
def send_messages() -> None:
    nudges.heard("ground.send_messages")
    outbox.send_messages()


@shared_task(name="ground.drop_old_keys", ignore_result=True)
def drop_old_keys() -> None:
    idempotency.drop_old_keys()
    throttle.drop_old()
    jobs.drop_old()


@shared_task(name="ground.run_jobs", ignore_result=True)
def run_jobs() -> None:
    nudges.heard("ground.run_jobs")
    jobs.run_waiting()
