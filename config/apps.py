from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "平台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clocks import check_registered
        from config import checks  # noqa: F401 registers them

        check_registered()


class ConsoleConfig(AdminConfig):
    """Django's admin with our site in it; stands here, for config/console.py needs all rooms loaded."""

    default_site = "config.console.Console"
