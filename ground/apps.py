from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class GroundConfig(AppConfig):
    name = "ground"
    verbose_name = "基础"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ground.grants import grant_to_app

        pre_migrate.connect(grant_to_app, sender=self)
