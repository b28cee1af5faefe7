"""Django's command of this name, refused: nobody is a superuser here (security.md §2)."""

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Refused: there is no superuser. The console is entered by posts."

    def add_arguments(self, parser: Any) -> None:
        for name in ("--username", "--email", "--noinput", "--database"):
            parser.add_argument(name, nargs="?")

    def handle(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError("There is no superuser here. Posts are given by the security administrator in the console.")
