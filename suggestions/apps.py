from importlib import import_module

from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"
    verbose_name = "意见建议"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        self.bind_opinions()
        self.bind_suggestions()
        from suggestions.workflow import tallies  # noqa: F401 binds what watches the machines

    def bind_opinions(self) -> None:
        """Opinion and Referral: references, permissions, guards, timers, tellers, what moves with a seat."""
        from deputies import handovers
        from deputies.signals import leave_changed
        from ground import choices, refs
        from suggestions import models, timers_opinion
        from suggestions.handover_opinion import OpinionsCarrier, stand_in
        from suggestions.notices import opinion as notices  # noqa: F401 binds the tellers
        from suggestions.rules import opinion as relations  # noqa: F401 binds permissions and guards
        from suggestions.states import OPINION, REFERRAL, lists

        refs.register("opinion", models.Opinion)
        refs.register("opinionstep", models.OpinionStep)
        refs.register("referral", models.Referral)
        refs.register("referralstep", models.ReferralStep)
        for flow in (OPINION, REFERRAL):
            flow.check_bound()
            choices.register(flow.name, flow.states)
        for name, listed in lists.LISTS.items():
            choices.register(name, listed)
        timers_opinion.bind()
        handovers.carry("opinions", OpinionsCarrier())
        leave_changed.connect(stand_in, dispatch_uid="suggestions.stand_in")

    def bind_suggestions(self) -> None:
        """Suggestion, Assignment, Commitment, Cosign: references, permissions, guards, derivation, timers, tellers."""
        from deputies import handovers
        from deputies.signals import seat_changed
        from ground import choices, refs
        from suggestions import models, timers_suggestion
        from suggestions.handover_suggestion import SuggestionsCarrier, give_lead_back
        from suggestions.handover_unit import UnitsCarrier
        from suggestions.states import ASSIGNMENT, COMMITMENT, COSIGN, SUGGESTION, lists_suggestion
        from suggestions.workflow import course  # noqa: F401 binds the derivation

        for part in ("suggestion", "assignment", "commitment", "cosign"):
            import_module(f"suggestions.rules.{part}")  # binds permissions and guards
            import_module(f"suggestions.notices.{part}")  # binds the tellers
        import_module("suggestions.rules.hotspot")
        refs.register("suggestion", models.Suggestion)
        refs.register("suggestionstep", models.SuggestionStep)
        refs.register("assignment", models.Assignment)
        refs.register("assignmentstep", models.AssignmentStep)
        refs.register("commitment", models.Commitment)
        refs.register("commitmentstep", models.CommitmentStep)
        refs.register("cosign", models.Cosign)
        refs.register("cosignstep", models.CosignStep)
        refs.register("reply", models.Reply)
        refs.register("objection", models.Objection)
        refs.register("extension", models.Extension)
        refs.register("contactrecord", models.ContactRecord)
        for flow in (SUGGESTION, ASSIGNMENT, COMMITMENT, COSIGN):
            flow.check_bound()
            choices.register(flow.name, flow.states)
        for name, listed in lists_suggestion.LISTS.items():
            choices.register(name, listed)
        timers_suggestion.bind()
        handovers.carry("suggestions", SuggestionsCarrier())
        handovers.carry("units", UnitsCarrier())
        seat_changed.connect(give_lead_back, dispatch_uid="suggestions.give_lead_back")
