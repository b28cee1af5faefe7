from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "clocks"
    verbose_name = "期限"

    def ready(self) -> None:
        from clocks import notices  # noqa: F401 binds the teller of reminders
        from clocks.models import Reminder
        from ground import refs

        refs.register("reminder", Reminder)
