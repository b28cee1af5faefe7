"""Proves of every object with a life cycle that its steps are a legal path of its machine ending in its state."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ground import histories


class Command(BaseCommand):
    help = "Walks every history by its machine's table; exit code 1 and a line for each step that is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for model in histories.machines():
            here = 0
            for wrong in histories.wrong_in(model):
                self.stderr.write(str(wrong))
                here += 1
            verdict = f"{here} 处不符" if here else "全部相符"
            self.stdout.write(f"{model.workflow.name:<12}{model._base_manager.count():>9} 个  {verdict}")
            found += here
        if found:
            raise CommandError(f"共有 {found} 处与流程不符。")
