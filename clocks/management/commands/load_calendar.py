"""Loads the holidays and make-up working days of every year whose notice is known; running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from clocks.calendar import load


class Command(BaseCommand):
    help = "Loads holidays and make-up working days of all known years; what an administrator wrote is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load()
        if options["verbosity"]:
            self.stdout.write(f"calendar: {added} days added")
