from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = "联络站等阵地"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import faces, facts
        from deputies import handovers, tables as deputies_tables
        from ground import refs
        from stations import rules  # noqa: F401 binds the permissions
        from stations.facts import stationed_of, venue_posts_of, works_somewhere
        from stations.handover import StationsCarrier
        from stations.models import Venue, VenueStep
        from stations.states import VENUE
        from stations.tables import StationedColumn

        refs.register("venue", Venue)
        refs.register("venuestep", VenueStep)
        facts.register("venue_posts", venue_posts_of)
        facts.register("stationed", stationed_of)
        faces.admit("desk", works_somewhere)
        deputies_tables.join(StationedColumn())
        handovers.carry("stations", StationsCarrier())
        VENUE.check_bound()
