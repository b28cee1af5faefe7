from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import faces, facts, notices, rules, signin
        from accounts.models import Contact, User
        from accounts.states import Level, OrganKind
        from ground import api, choices, refs

        refs.register("user", User)
        refs.register("contact", Contact)
        notices.bind()
        facts.register("posts", facts.posts_of)
        faces.admit("desk", rules.acts_for_a_unit)
        faces.admit("console", rules.is_staff_of_congress)
        api.ask_fresh_proof_by(signin.require_fresh_proof)
        choices.register("organ_kind", OrganKind)
        choices.register("level", Level)
