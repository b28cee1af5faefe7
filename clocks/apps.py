from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "clocks"
    verbose_name = "期限"

    def ready(self) -> None:
        from clocks import notices, rules  # noqa: F401 bind the teller of reminders and the permissions
        from clocks.models import Reminder
        from ground import refs

        refs.register("reminder", Reminder)
