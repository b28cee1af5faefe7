from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "clocks"
    verbose_name = "期限"

    def ready(self) -> None:
        from clocks import notices, rules  # noqa: F401 notices bind the teller of reminders
        from clocks.models import Reminder
        from ground import outbox, refs

        refs.register("reminder", Reminder)
        outbox.manners(rules.manners)
