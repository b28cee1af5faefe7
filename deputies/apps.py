from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = "代表"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import faces, facts, me
        from accounts.models import Organ
        from deputies import handovers, rules  # noqa: F401 binds the permissions
        from deputies.facts import groups_of, has_active_seat, held_seats, seats_of
        from deputies.handover import OrgansCarrier, SeatsCarrier
        from deputies.models import CodeTarget, Deputy, Seat, SeatStep
        from deputies.states import SEAT
        from deputies.workflow import leave_of_user
        from ground import refs, undoing

        refs.register("organ", Organ)
        refs.register("seat", Seat)
        refs.register("seatstep", SeatStep)
        facts.register("seats", seats_of)
        facts.register("groups", groups_of)
        faces.admit("my", has_active_seat)
        me.bind(seats=held_seats, leave=leave_of_user)
        handovers.carry("seats", SeatsCarrier())
        handovers.carry("organs", OrgansCarrier())
        undoing.let_follow(Deputy, CodeTarget)  # the code stays given and is taken out of use
        SEAT.check_bound()
