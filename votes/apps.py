from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "votes"
    verbose_name = "表决"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import faces, facts
        from ground import choices, refs
        from votes import models, states, timers_project
        from votes.facts import counts_votes, is_member, memberships_of, offices_of
        from votes.notices import poll as notices_poll, project as notices_project  # noqa: F401 binds tellers
        from votes.rules import (  # noqa: F401 binds permissions and guards
            poll as rules_poll,
            project as rules_project,
            round as rules_round,
        )
        from votes.workflow import ballots  # noqa: F401 binds what a poll decides

        facts.register("poll_offices", offices_of)
        facts.register("memberships", memberships_of)
        faces.admit("my", is_member)
        faces.admit("console", counts_votes)
        refs.register("poll", models.Poll)
        refs.register("pollstep", models.PollStep)
        refs.register("paperbatch", models.PaperBatch)
        refs.register("batchstep", models.BatchStep)
        refs.register("round", models.Round)
        refs.register("roundstep", models.RoundStep)
        refs.register("project", models.LivelihoodProject)
        refs.register("projectstep", models.ProjectStep)
        for flow in (states.POLL, states.BATCH, states.ROUND, states.PROJECT):
            flow.check_bound()
            choices.register(flow.name, flow.states)
        choices.register("poll_mode", states.Mode)
        choices.register("voter_class", states.VoterClass)
        choices.register("project_field", states.Field)
        choices.register("screen_reason", states.ScreenReason)
        choices.register("project_light", states.Light)
        timers_project.bind()
        self.bind_assemblies()

    def bind_assemblies(self) -> None:
        """Members, meetings and opinions of assemblies: references, permissions, guards, timers, tellers."""
        from ground import choices, refs
        from votes import models, on_desks, states, timers_assembly
        from votes.notices import assembly, assembly_opinion  # noqa: F401 binds tellers
        from votes.rules import assembly as of_assembly, assembly_opinion as of_opinion  # noqa: F401 binds permissions

        refs.register("assemblymember", models.AssemblyMember)
        refs.register("assemblymemberstep", models.AssemblyMemberStep)
        refs.register("assemblymeeting", models.AssemblyMeeting)
        refs.register("assemblymeetingstep", models.AssemblyMeetingStep)
        refs.register("assemblyopinion", models.AssemblyOpinion)
        refs.register("assemblyopinionstep", models.AssemblyOpinionStep)
        for flow in (states.MEMBER, states.MEETING, states.ASSEMBLY_OPINION):
            flow.check_bound()
            choices.register(flow.name, flow.states)
        for name, listed in (
            ("assembly_variant", states.Variant), ("member_way", states.Way), ("member_end", states.EndReason),
            ("agenda_kind", states.ItemKind), ("presence", states.Presence), ("assembly_through", states.Through),
            ("assembly_pace", states.Pace), ("assembly_grade", states.AssemblyGrade),
        ):  # fmt: skip
            choices.register(name, listed)
        timers_assembly.bind()
        on_desks.bind()
        self.bind_inquiries()

    def bind_inquiries(self) -> None:
        """Inquiries, what follows of them, and duty reports, each by its own binder."""
        from deputies import handovers
        from votes import inquiring, reporting
        from votes.handover_unit import VotesUnitsCarrier

        inquiring.bind()
        reporting.bind()
        handovers.carry("votes_units", VotesUnitsCarrier())
